import { fillPurchasePrice } from '../../../clients/inventree/stock';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import type { InvenTreeDestination } from '../destination';

/** The price of one piece, as InvenTree takes it. */
export interface PurchasePrice {
    purchase_price: number;
    /** by InvenTree's list; missing: InvenTree's default */
    purchase_price_currency?: string;
}

/**
 * Gives an item its price where it has none: a cost that came late. A price that is there stays, whoever set it; writing it
 * twice is the same as once.
 * @returns whether it was written; false also where the item is gone
 * @throws RejectedError, AuthError, ConfigError, PoisonedError; ClosedError when `signal` ends it
 */
export function fillPrice(
    destination: InvenTreeDestination,
    stockPk: number,
    price: PurchasePrice,
    signal: AbortSignal,
): Promise<boolean> {
    return retryWhileUnavailable(
        destination.breaker,
        async () => {
            await destination.client.handshake(signal);
            return fillPurchasePrice(destination.client, stockPk, price, signal);
        },
        signal,
    );
}
