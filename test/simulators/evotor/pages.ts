import type { Request } from 'express';
import { invalidFormat } from './answers';

export interface ListPage {
    items: unknown[];
    paging: { next_cursor?: string };
}

interface Cursor {
    list: string;
    since: number | null;
    offset: number;
}

/**
 * One page of a list. A cursor names a place by counting: what is taken out of the list while somebody walks it moves the
 * rows behind it, and one of them is never seen. How Evotor's cursors behave is not documented, so it is the worst.
 * @param rows with the time of their last change; `since` picks by it, on the first page alone
 */
export function pageOf<T extends { updated: number }>(
    req: Request,
    rows: readonly T[],
    view: (row: T) => unknown,
    { pageSize, takesSince }: { pageSize: number; takesSince: boolean },
): ListPage {
    const cursor = textOf(req, 'cursor');
    const since = textOf(req, 'since');
    if (cursor !== null && since !== null) throw invalidFormat('since', since);
    const at =
        cursor === null ? { list: req.path, since: sinceOf(since, takesSince), offset: 0 } : decoded(cursor, req.path);
    const wanted = at.since === null ? rows : rows.filter(({ updated }) => updated >= at.since!);
    const end = at.offset + pageSize;
    const paging = end < wanted.length ? { next_cursor: encoded({ ...at, offset: end }) } : {};
    return { items: wanted.slice(at.offset, end).map(view), paging };
}

function sinceOf(text: string | null, isTaken: boolean): number | null {
    if (text === null || !isTaken) return null;
    if (!/^\d{1,15}$/.test(text)) throw invalidFormat('since', text);
    return Number(text);
}

function encoded(cursor: Cursor): string {
    return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

/** Of another list, or made up: refused. */
function decoded(text: string, list: string): Cursor {
    try {
        const cursor = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as Cursor;
        if (cursor.list === list) return cursor;
    } catch {
        // told below
    }
    throw invalidFormat('cursor', text);
}

/** @returns null where it is missing; an empty cursor is one that nobody gave out */
function textOf(req: Request, name: string): string | null {
    const value = req.query[name];
    if (value === undefined) return null;
    if (typeof value !== 'string') throw invalidFormat(name, JSON.stringify(value));
    return value;
}
