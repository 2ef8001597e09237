import type { BambuddyClient } from '../../clients/bambuddy/client';
import { category, location } from '../../clients/inventree/parts';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { InvenTreeDestination } from './destination';

export type PlaceProblem = 'missing' | 'structural';

/**
 * Whether a category takes Parts, or a location StockItems: it must exist and not be structural.
 * @throws AuthError, ConfigError; ClosedError
 */
export async function placeProblem(
    destination: InvenTreeDestination,
    kind: 'category' | 'location',
    pk: number,
    signal: AbortSignal,
): Promise<PlaceProblem | null> {
    const look = kind === 'category' ? category : location;
    const place = await retryWhileUnavailable(
        destination.breaker,
        async () => {
            await destination.client.handshake(signal);
            return look(destination.client, pk, signal);
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
    return retryWhileUnavailable(breaker, () => bambuddy.mayWrite(signal), signal);
}
