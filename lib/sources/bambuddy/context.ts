import type { BambuddyClient } from '../../clients/bambuddy/client';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import type { SourceContext } from '../source';

/** What the source works with; null: the store has no Bambuddy server. */
export interface BambuddyContext extends SourceContext {
    readonly bambuddy: BambuddyClient | null;
    readonly bambuddyBreaker: CircuitBreaker | null;
}
