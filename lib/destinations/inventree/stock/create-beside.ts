import type { StockItem } from '../../../clients/inventree/answers';
import { createStockItem, stockByBatch } from '../../../clients/inventree/stock';
import type { Resend } from '../../../delivery/retry/unknown-outcome';
import type { Print } from '../../../print/print';
import type { InvenTreeDestination } from '../destination';
import { itemOf } from './stock-create';
import type { StockSettings } from './stock-settings';

/** One more StockItem of a print. */
export interface BesideItem {
    print: Print;
    part: number;
    settings: StockSettings;
    /** its own, no other item's */
    batch: string;
    /** a line at the end of its notes */
    remark?: string;
    /** whether an item under that batch is it */
    isIt: (item: StockItem) => boolean;
    resend: Resend;
    /** notes the intent, and sends */
    send: (post: () => Promise<StockItem>) => Promise<StockItem>;
}

/**
 * Creates one more StockItem of a print beside the one of the walk, exactly once: of pieces that came later, or that a build
 * order had no need of. It is looked for by its batch before.
 * @returns null where the batch is another's. @throws as `createItem`; NotYet
 */
export async function createBeside(
    destination: InvenTreeDestination,
    { print, part, settings, batch, remark, isIt, resend, send }: BesideItem,
    signal: AbortSignal,
): Promise<StockItem | null> {
    const there = await stockByBatch(destination.client, batch, signal);
    const own = there.find(isIt);
    if (own !== undefined) return own;
    if (there.length > 0) return null;
    resend.maySend();
    // the mark stays that of the print
    const item = { ...itemOf(destination, print, part, settings), batch };
    const notes = remark === undefined ? item.notes : `${item.notes}\n\n${remark}`;
    return send(() => createStockItem(destination.client, { ...item, notes }, signal));
}
