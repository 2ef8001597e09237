import * as v from 'valibot';
import { maybe } from '../../../http/checked';
import { rows } from '../answers';
import type { InvenTreeClient } from '../client';

/** Both are not repeatable: the history of the item tells whether they were done. */
const CHANGES = {
    add: { path: '/api/stock/add/', code: 11, delta: 'added' },
    remove: { path: '/api/stock/remove/', code: 12, delta: 'removed' },
} as const;
export type QuantityChange = keyof typeof CHANGES;

const PAGE = 250;
/** A StockItem with more entries since one day is looked at by a person. */
const MOST_PAGES = 8;
/** More decimal places are refused. */
const DECIMALS = 5;

const entrySchema = v.looseObject({
    pk: v.number(),
    item: maybe(v.number()),
    tracking_type: v.number(),
    notes: maybe(v.string()),
    deltas: v.fallback(v.looseObject({ added: maybe(v.number()), removed: maybe(v.number()) }), {
        added: null,
        removed: null,
    }),
});

/**
 * What was added to a StockItem, or removed of it, under a note that begins so.
 * @param since a day in UTC, `2026-11-22`; entries of the day before are asked for too, the server's day may be another
 * @returns 0: nothing; null where there are more entries than are read
 * @throws AuthError where the token may not read them; RejectedError where the item is gone; as `read`
 */
export async function changedUnder(
    inventree: InvenTreeClient,
    change: QuantityChange,
    { item, mark, since }: { item: number; mark: string; since: string },
    signal?: AbortSignal,
): Promise<number | null> {
    const from = new Date(Date.parse(`${since}T00:00:00Z`) - 24 * 3600_000).toISOString().slice(0, 10);
    const { code, delta } = CHANGES[change];
    let sum = 0;
    for (let page = 0; page < MOST_PAGES; page++) {
        const query = { item, min_date: from, ordering: '-date', limit: PAGE, offset: page * PAGE };
        const answer = await inventree.read('/api/stock/track/', query, signal);
        // one that cannot be read may be the one
        const { rows: entries, more } = rows(entrySchema, answer.body, 'GET /api/stock/track/', () => true);
        for (const entry of entries) {
            // an unknown filter returns everything: what came back is held against what was asked
            if (entry.item !== item || entry.tracking_type !== code) continue;
            if (entry.notes?.startsWith(mark)) sum += entry.deltas[delta] ?? 0;
        }
        if (!more) return sum;
    }
    return null;
}

/** As the server takes a quantity: rounded to its decimal places. */
export function stockQuantity(quantity: number): number {
    return Number(quantity.toFixed(DECIMALS));
}

/**
 * Raises or lowers the quantity of a StockItem: not repeatable. The server never goes below 0, and its history then tells more
 * than was there; an item that is to be deleted when it is empty is deleted.
 * @param quantity above 0, as `stockQuantity` makes it
 */
export async function changeStock(
    inventree: InvenTreeClient,
    change: QuantityChange,
    { item, quantity, notes }: { item: number; quantity: number; notes: string },
    signal?: AbortSignal,
): Promise<void> {
    const items = [{ pk: item, quantity: quantity.toFixed(DECIMALS) }];
    await inventree.write('POST', CHANGES[change].path, { items, notes }, signal);
}
