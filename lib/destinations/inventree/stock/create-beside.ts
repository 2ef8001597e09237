import type { StockItem } from '../../../clients/inventree/answers';
import { createStockItem, type NewStockItem } from '../../../clients/inventree/stock';
import type { InvenTreeDestination } from '../destination';

/**
 * Creates one more StockItem of a print, under a batch of its own, beside the one of the walk: of pieces that came later, or
 * that a build order had no need of. Whoever calls has noted the intent, and looked by batch before.
 */
export function createBeside(
    { client }: InvenTreeDestination,
    item: NewStockItem,
    signal: AbortSignal,
): Promise<StockItem> {
    return createStockItem(client, item, signal);
}
