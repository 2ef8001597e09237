import { category, location } from '../../clients/inventree/parts';
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
