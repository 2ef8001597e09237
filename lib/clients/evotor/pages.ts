import type * as v from 'valibot';
import { UnavailableError } from '../../http/errors';
import { checked, pageSchema, readRows, type Row } from './answers';

export interface Page<T> {
    /** as many as there are, in their order; one that cannot be read keeps its place */
    rows: Row<T>[];
    /**
     * - `more`: another page follows
     * - `complete`: the list ends here
     * - `unsaid`: no page follows, but the answer does not say that the list ends: nothing is gone because it is not there
     */
    end: 'more' | 'complete' | 'unsaid';
}

/** A list of more pages than this (a million rows, at 1,000 a page) does not end. */
const MOST_PAGES = 1000;

export interface ListQuery {
    /** milliseconds since 1970, on the first page only; later pages are asked by their cursor alone */
    since?: number;
}

/**
 * Reads a list page by page. What breaks off in the middle throws, so that nobody concludes anything from what was read.
 * @param ask gives the body of one page
 * @param what e.g. `GET /stores`
 * @throws what `ask` throws; UnreadableRowError for a page of an unknown form; UnavailableError where a cursor comes again
 */
export async function* pagesOf<const T extends v.GenericSchema>(
    ask: (query: Record<string, string | number>) => Promise<unknown>,
    schema: T,
    { since }: ListQuery,
    what: string,
): AsyncGenerator<Page<v.InferOutput<T>>> {
    const seen = new Set<string>();
    let query: Record<string, string | number> = since === undefined ? {} : { since };
    for (;;) {
        const { items, paging } = checked(pageSchema, await ask(query), what);
        const rows = readRows(schema, items, what);
        const cursor = paging?.next_cursor ?? '';
        if (cursor === '') return void (yield { rows, end: paging === null ? 'unsaid' : 'complete' });
        if (seen.has(cursor) || seen.size >= MOST_PAGES)
            throw new UnavailableError(
                `Evotor answered ${what} with ${seen.has(cursor) ? 'a cursor for the second time' : `more than ${MOST_PAGES} pages`}: the list does not end, so nothing is concluded from it`,
                { server: 'Evotor', failureKind: 'unreadable' },
            );
        seen.add(cursor);
        yield { rows, end: 'more' };
        query = { cursor };
    }
}

/** The whole of a list. @throws as `pagesOf` */
export async function wholeList<T>(pages: AsyncIterable<Page<T>>): Promise<{ rows: Row<T>[]; isComplete: boolean }> {
    const rows: Row<T>[] = [];
    let isComplete = false;
    for await (const page of pages) {
        rows.push(...page.rows);
        isComplete = page.end === 'complete';
    }
    return { rows, isComplete };
}
