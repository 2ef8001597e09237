import type { Delivery } from '../delivery/delivery';
import type { Destination } from '../destinations/destination';

/** What every source of prints works with. */
export interface SourceContext {
    readonly delivery: Delivery;
    readonly destination: Destination;
}
