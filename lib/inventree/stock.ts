import { mayHave, oneStockItem, rows, stockSchema, type StockItem } from './answers';
import type { InvenTreeClient } from './client';
import { escaped, lookupPatterns, same } from './lookup';
import type { Answer } from '../http/http';

const PAGE = 500;

export interface NewStockItem {
    part: number;
    location: number;
    quantity: number;
    batch: string;
    status: number;
    notes: string;
    link: string | null;
    delete_on_deplete: boolean;
}

/** Every StockItem with this batch, lowest pk first. */
export async function stockByBatch(
    inventree: InvenTreeClient,
    batch: string,
    signal?: AbortSignal,
): Promise<StockItem[]> {
    if (batch === '') return [];
    const answer = await inventree.read('/api/stock/', { batch, limit: 100 }, signal);
    const page = rows(stockSchema, answer.body, 'GET /api/stock/', mayHave('batch', [batch]));
    return page.rows.filter((item) => same(item.batch, batch)).sort((a, b) => a.pk - b.pk);
}

/** The StockItems of many batches at once. @returns by lower-case batch */
export async function stockByBatches(
    inventree: InvenTreeClient,
    batches: readonly string[],
    signal?: AbortSignal,
): Promise<Map<string, StockItem[]>> {
    const found = new Map<string, StockItem[]>(batches.map((batch) => [batch.toLowerCase(), []]));
    for (const { pattern, values } of lookupPatterns(batches)) {
        for (let offset = 0, more = true; more; offset += 500) {
            const answer = await inventree.read('/api/stock/', { batch_regex: pattern, limit: 500, offset }, signal);
            const page = rows(stockSchema, answer.body, 'GET /api/stock/', mayHave('batch', values));
            for (const item of page.rows) found.get(item.batch?.toLowerCase() ?? '')?.push(item);
            more = page.more;
        }
    }
    for (const items of found.values()) items.sort((a, b) => a.pk - b.pk);
    return found;
}

/** Every StockItem whose batch begins so, page by page, each page by pk. */
export async function* stockByPrefix(
    fetch: (query: Record<string, string | number>) => Promise<Answer>,
    prefix: string,
): AsyncGenerator<StockItem[]> {
    for (let offset = 0, more = true; more; offset += PAGE) {
        const answer = await fetch({ batch_regex: `^${escaped(prefix)}-`, limit: PAGE, offset });
        const page = rows(stockSchema, answer.body, 'GET /api/stock/');
        const start = `${prefix}-`.toLowerCase();
        yield page.rows.filter((item) => item.batch?.toLowerCase().startsWith(start)).sort((a, b) => a.pk - b.pk);
        more = page.more;
    }
}

export async function stockExists(inventree: InvenTreeClient, pk: number, signal?: AbortSignal): Promise<boolean> {
    return (await inventree.read(`/api/stock/${pk}/`, {}, signal, [404])).status !== 404;
}

/** @throws RejectedError with `body.location`, `body.part` … (recordings 209, 211) */
export async function createStockItem(
    inventree: InvenTreeClient,
    item: NewStockItem,
    signal?: AbortSignal,
): Promise<StockItem> {
    const { link, ...fields } = item;
    const answer = await inventree.write(
        'POST',
        '/api/stock/',
        { ...fields, ...(link === null ? {} : { link }) },
        signal,
    );
    const made = oneStockItem(answer.body);
    inventree.learnZone(made['updated'], answer);
    return made;
}
