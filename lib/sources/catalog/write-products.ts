import type { Catalog, Given } from '../../store/catalog/catalog';
import { yieldToEventLoop } from '../../store/engine/lines';

/** Records written between two yields to the event loop. */
const PORTION = 500;

/**
 * Writes what a pass found out about a store. Nothing of it is offered before it is all there: a shop counts how much of it
 * would be hidden or repriced at once.
 */
export async function writeProducts(catalog: Catalog, records: readonly Given<'products'>[]): Promise<void> {
    const release = catalog.hold();
    try {
        for (const [at, record] of records.entries()) {
            if (at % PORTION === PORTION - 1) await yieldToEventLoop();
            catalog.setDeferred('products', record);
        }
    } finally {
        release();
    }
}
