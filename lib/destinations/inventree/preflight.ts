import type { BambuddyClient } from '../../clients/bambuddy/client';
import { category, location } from '../../clients/inventree/parts';
import { persist, type CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import type { Sync } from '../../delivery/sync';

export type PlaceProblem = 'missing' | 'structural';

/**
 * Whether a category takes Parts, or a location StockItems: it must exist and not be structural.
 * @throws AuthError, ConfigError; ClosedError
 */
export async function placeProblem(
    sync: Sync,
    kind: 'category' | 'location',
    pk: number,
    signal: AbortSignal,
): Promise<PlaceProblem | null> {
    const look = kind === 'category' ? category : location;
    const place = await persist(
        sync.inventreeBreaker,
        async () => {
            await sync.inventree.handshake(signal);
            return look(sync.inventree, pk, signal);
        },
        signal,
    );
    if (place === null) return 'missing';
    return place.structural ? 'structural' : null;
}

/** Whether the key may write links. @throws AuthError for 401, ConfigError; ClosedError */
export function mayWriteLinks(
    bambuddy: BambuddyClient,
    breaker: CircuitBreaker,
    signal: AbortSignal,
): Promise<boolean> {
    return persist(breaker, () => bambuddy.mayWrite(signal), signal);
}
