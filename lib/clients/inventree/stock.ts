import { checked, mayBegin, mayHave, oneStockItem, rows, stockSchema, type Rows, type StockItem } from './answers';
import type { InvenTreeClient } from './client';
import { escaped, askInPacks, pagesOf, same } from './lookup';
import type { Answer } from '../../http/http';

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
    /** pk of a user or group as InvenTree lists owners */
    owner?: number;
    /** of one; InvenTree keeps six decimals */
    purchase_price?: number;
    /** missing: InvenTree's default */
    purchase_price_currency?: string;
}

/** @returns null where the item does not exist (any more) */
export async function stockByPk(
    inventree: InvenTreeClient,
    pk: number,
    signal?: AbortSignal,
): Promise<StockItem | null> {
    const path = `/api/stock/${pk}/`;
    const answer = await inventree.read(path, {}, signal, [404]);
    return answer.status === 404 ? null : checked(stockSchema, answer.body, `GET ${path}`);
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
    await askInPacks(batches, async (pattern, values) => {
        const ask = async (offset: number): Promise<Rows<StockItem>> => {
            const answer = await inventree.read('/api/stock/', { batch_regex: pattern, limit: PAGE, offset }, signal);
            return rows(stockSchema, answer.body, 'GET /api/stock/', mayHave('batch', values));
        };
        for await (const page of pagesOf(ask))
            for (const item of page.rows) found.get(item.batch?.toLowerCase() ?? '')?.push(item);
    });
    for (const items of found.values()) items.sort((a, b) => a.pk - b.pk);
    return found;
}

/**
 * The StockItems of many archives at once, under whatever code a run of theirs has: the archive's own, or one that goes on
 * with `-`. @param codes the archives' own. @returns by lower-case code, lowest pk first
 */
export async function stockByArchives(
    inventree: InvenTreeClient,
    codes: readonly string[],
    signal?: AbortSignal,
): Promise<Map<string, StockItem[]>> {
    const found = new Map<string, Map<number, StockItem>>(codes.map((code) => [code.toLowerCase(), new Map()]));
    await askInPacks(codes, async (pattern, values) => {
        const wanted = values.map((code) => code.toLowerCase());
        const batches = pattern.replace(/\$$/, '(-.*)?$');
        const ask = async (offset: number): Promise<Rows<StockItem>> => {
            const query = { batch_regex: batches, limit: PAGE, offset };
            const answer = await inventree.read('/api/stock/', query, signal);
            return rows(stockSchema, answer.body, 'GET /api/stock/', mayBegin('batch', values));
        };
        for await (const page of pagesOf(ask))
            for (const item of page.rows) {
                const batch = `${item.batch?.toLowerCase()}-`;
                for (const code of wanted) if (batch.startsWith(`${code}-`)) found.get(code)!.set(item.pk, item);
            }
    });
    return new Map([...found].map(([code, items]) => [code, [...items.values()].sort((a, b) => a.pk - b.pk)]));
}

type Fetch = (query: Record<string, string | number>) => Promise<Answer>;

/**
 * Every StockItem whose batch begins so, page by page, each page by pk, none twice. InvenTree's order of stock is not
 * stable: pages may miss some and show others twice. Where they did not show as many as there are, what is left is read
 * in ranges of batches that fit into one page.
 * @returns whether the last word is that all of them were read
 */
export async function* stockByPrefix(fetch: Fetch, prefix: string): AsyncGenerator<StockItem[], boolean> {
    const seen = new Set<number>();
    const isNew = ({ pk }: StockItem): boolean => !seen.has(pk) && seen.add(pk) !== undefined;
    const stem = `${prefix}-`;
    let count = 0;
    for (let offset = 0, more = true; more; offset += PAGE) {
        const page = await stockPage(fetch, `^${escaped(stem)}`, stem, offset);
        yield page.items.filter(isNew);
        ({ more, count } = page);
    }
    if (seen.size >= count) return true;
    return yield* ranges(fetch, stem, isNew);
}

async function* ranges(
    fetch: Fetch,
    stem: string,
    isNew: (item: StockItem) => boolean,
): AsyncGenerator<StockItem[], boolean> {
    let whole = true;
    for (const next of NEXT) {
        const page = await stockPage(fetch, `^${escaped(stem)}${next.pattern}`, stem, 0);
        if (page.items.length < page.count && next.character !== null && stem.length < LONGEST_STEM) {
            whole = (yield* ranges(fetch, `${stem}${next.character}`, isNew)) && whole;
            continue;
        }
        yield page.items.filter(isNew);
        if (page.items.length < page.count) whole = false;
    }
    return whole;
}

/** What may follow the beginning of a batch; `character` null: it cannot be told apart further. */
const NEXT: readonly { pattern: string; character: string | null }[] = [
    { pattern: '$', character: null },
    ...Array.from('0123456789abcdefghijklmnopqrstuvwxyz-', (character) => ({ pattern: character, character })),
    { pattern: '[^0-9a-z-]', character: null },
];
const LONGEST_STEM = 60;

async function stockPage(
    fetch: Fetch,
    pattern: string,
    stem: string,
    offset: number,
): Promise<{ items: StockItem[]; more: boolean; count: number }> {
    const answer = await fetch({ batch_regex: pattern, limit: PAGE, offset });
    const page = rows(stockSchema, answer.body, 'GET /api/stock/');
    const start = stem.toLowerCase();
    const items = page.rows.filter((item) => item.batch?.toLowerCase().startsWith(start)).sort((a, b) => a.pk - b.pk);
    return { items, more: page.more, count: page.count };
}

/**
 * StockItems whose notes hold every word of a text, where the server searches notes (seen on 530); where it does not,
 * none. The caller looks what their notes say.
 */
export async function stockByNotes(
    inventree: InvenTreeClient,
    text: string,
    signal?: AbortSignal,
): Promise<StockItem[]> {
    const query = { search: text, search_notes: 'true', limit: 100 };
    const answer = await inventree.read('/api/stock/', query, signal);
    return rows(stockSchema, answer.body, 'GET /api/stock/').rows;
}

export async function stockExists(inventree: InvenTreeClient, pk: number, signal?: AbortSignal): Promise<boolean> {
    return (await inventree.read(`/api/stock/${pk}/`, {}, signal, [404])).status !== 404;
}

/** Sets the price of an item that has none. @returns false where it has one, or the item is gone */
export async function fillPurchasePrice(
    inventree: InvenTreeClient,
    pk: number,
    price: Pick<NewStockItem, 'purchase_price' | 'purchase_price_currency'>,
    signal?: AbortSignal,
): Promise<boolean> {
    const path = `/api/stock/${pk}/`;
    const answer = await inventree.read(path, {}, signal, [404]);
    if (answer.status === 404 || checked(stockSchema, answer.body, `GET ${path}`)['purchase_price'] !== null)
        return false;
    await inventree.write('PATCH', path, price, signal);
    return true;
}

/** @throws RejectedError with `body.location`, `body.part` … */
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
