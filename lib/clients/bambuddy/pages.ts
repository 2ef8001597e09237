import type { ListedArchiveRow, LogRow, RunPage } from './answers';
import type { PrintLogQuery } from './client';

export interface RunRange {
    /** only runs of this status */
    status?: string;
    /** inclusive, on the row's `created_at`: by the database's clock, which may be any zone's */
    from?: string;
    to?: string;
}

/**
 * Finished runs, oldest first, page by page. The server lists newest first, so the pages are walked from the far end;
 * rows that arrive meanwhile push the others on, and the walk follows them. A row may come twice; none is left out that was
 * there at the beginning. Within and between pages the order is the server's: nobody may conclude from it what is read.
 * @param fetch gives one page, newest first; null on servers without a print log. It must see to failures itself
 * @returns ends at once on servers without a print log, after yielding null
 */
export async function* runsOldestFirst(
    fetch: (query: PrintLogQuery) => Promise<RunPage | null>,
    range: RunRange,
    pageSize: number,
): AsyncGenerator<{ rows: LogRow[]; total: number } | null> {
    const query = { status: range.status, dateFrom: range.from, dateTo: range.to, limit: pageSize };
    const head = await fetch(query);
    if (head === null) return void (yield null);
    let { total } = head;
    if (total <= head.items.length) return void (yield { rows: head.items.reverse(), total });
    for (let end = total; end > 0;) {
        const offset = Math.max(0, end - pageSize);
        const page = await fetch({ ...query, limit: end - offset, offset });
        if (page === null) return;
        const arrived = Math.max(0, page.total - total);
        total = page.total;
        if (arrived > 0) {
            // what we asked for has moved on by as many rows
            end += arrived;
            continue;
        }
        yield { rows: page.items.reverse(), total };
        end = offset;
    }
}

/** Runs, newest first, page by page. Ends at once, after null, on servers without a print log. */
export async function* runsNewestFirst(
    fetch: (query: PrintLogQuery) => Promise<RunPage | null>,
    range: RunRange,
    pageSize: number,
): AsyncGenerator<LogRow[] | null> {
    for (let offset = 0; ; offset += pageSize) {
        const page = await fetch({
            status: range.status,
            dateFrom: range.from,
            dateTo: range.to,
            limit: pageSize,
            offset,
        });
        if (page === null) return void (yield null);
        if (page.items.length > 0) yield page.items;
        if (page.items.length < pageSize) return;
    }
}

/** Archives, newest start first, page by page. */
export async function* archivesNewestFirst(
    fetch: (query: { limit: number; offset: number; dateFrom?: string }) => Promise<ListedArchiveRow[]>,
    range: { fromDay?: string },
    pageSize: number,
): AsyncGenerator<ListedArchiveRow[]> {
    for (let offset = 0; ; offset += pageSize) {
        const page = await fetch({ limit: pageSize, offset, dateFrom: range.fromDay });
        if (page.length > 0) yield page;
        if (page.length < pageSize) return;
    }
}
