import type * as v from 'valibot';
import { isReadable, type UnreadableRow } from '../../../http/checked';
import { rowsAsRead } from '../answers';
import type { InvenTreeClient } from '../client';

export interface WholeList<Row> {
    /** each once, by its pk; those that cannot be read too */
    rows: (Row | UnreadableRow)[];
    /** the last walk showed as many rows as there are: what is not among them is not there */
    isComplete: boolean;
}

export type Query = Readonly<Record<string, string | number>>;

/** Walks over a list that changes while it is walked. */
const MOST_WALKS = 3;

/**
 * A whole list, page by page. Pages of a list that changes meanwhile, or whose order is not stable, miss rows and show others
 * twice: then it is walked again, a few times.
 * @param pageSize rows of a page
 * @throws what `read` throws; UnreadableRowError where an answer is no list of InvenTree
 */
export async function wholeList<const T extends v.GenericSchema<unknown, { pk: number }>>(
    inventree: InvenTreeClient,
    { path, query, schema, pageSize }: { path: string; query: Query; schema: T; pageSize: number },
    signal?: AbortSignal,
): Promise<WholeList<v.InferOutput<T>>> {
    let list: WholeList<v.InferOutput<T>> = { rows: [], isComplete: false };
    for (let walk = 0; walk < MOST_WALKS && !list.isComplete; walk++) list = await walkOnce();
    return list;

    async function walkOnce(): Promise<WholeList<v.InferOutput<T>>> {
        const byPk = new Map<unknown, v.InferOutput<T> | UnreadableRow>();
        const counts = new Set<number>();
        for (let offset = 0, more = true; more;) {
            const answer = await inventree.read(path, { ...query, limit: pageSize, offset }, signal);
            const page = rowsAsRead(schema, answer.body, `GET ${path}`);
            // one without a pk is told apart from all others
            for (const row of page.rows) byPk.set(pkOf(row) ?? row, row);
            counts.add(page.count);
            offset += page.rows.length;
            // a server that says there is more and shows nothing would be walked for ever
            more = page.more && page.rows.length > 0;
        }
        return { rows: [...byPk.values()], isComplete: counts.size === 1 && counts.has(byPk.size) };
    }
}

/** @returns null where it cannot be read */
export function pkOf(row: { pk: number } | UnreadableRow): number | null {
    const pk = isReadable<{ pk: number }>(row) ? row.pk : row.field('pk');
    return typeof pk === 'number' && Number.isSafeInteger(pk) && pk > 0 ? pk : null;
}
