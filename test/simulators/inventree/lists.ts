import type { Call } from './endpoint';
import { crash } from './errors';

/** Last value of a query parameter (Django's choice), null where it is absent or empty: those filter nothing. */
export function filterOf({ query }: Call, name: string): string | null {
    return query.getAll(name).at(-1) || null;
}

/** true, false, or null where there is nothing to filter by; what is no boolean filters nothing either */
export function booleanFilter(call: Call, name: string): boolean | null {
    const value = filterOf(call, name)?.toLowerCase() ?? '';
    if (['true', '1', 'yes', 'on', 'y', 't'].includes(value)) return true;
    if (['false', '0', 'no', 'off', 'n', 'f'].includes(value)) return false;
    return null;
}

/** a number, or null where there is nothing to filter by */
export function numberFilter(call: Call, name: string): number | null {
    const value = filterOf(call, name);
    return value !== null && /^-?\d+$/.test(value) ? Number(value) : null;
}

/** A database regex ignores case; a broken one is the database's crash (recordings 113, 244). */
export function regexFilter(call: Call, name: string): RegExp | null {
    const pattern = filterOf(call, name);
    if (pattern === null) return null;
    try {
        return new RegExp(pattern, 'i');
    } catch {
        throw crash('OperationalError', call.path);
    }
}

/**
 * The members of `^(a|b|c)$` where each is a plain text (special characters escaped), null for any other
 * pattern: such a question is answered from the index, whatever the number of rows.
 */
export function alternatives(pattern: string | null): string[] | null {
    const inner = /^\^\((?:\?:)?(.*)\)\$$/s.exec(pattern ?? '')?.[1];
    if (inner === undefined) return null;
    const members = inner.split('|');
    if (!members.every((member) => /^(?:[^\\.*+?^${}()|[\]]|\\[^\w\s])*$/.test(member))) return null;
    return members.map((member) => member.replace(/\\(.)/g, '$1'));
}

/** Every word of the search must stand in one of the texts. */
export function searchMatches(search: string, texts: (string | null | undefined)[]): boolean {
    const haystack = texts.map((text) => text?.toLowerCase() ?? '');
    const words = search.toLowerCase().split(/\s+/);
    return words.every((word) => haystack.some((text) => text.includes(word)));
}

type Key = string | number | null;

/** Sorts by the `ordering` asked for, where the list knows it, else by its own order; pk decides the rest. */
export function ordered<Row extends { pk: number }>(
    call: Call,
    rows: Row[],
    orderings: Record<string, (row: Row) => Key>,
    byDefault: string[],
): Row[] {
    const asked = filterOf(call, 'ordering');
    const names = asked !== null && asked.replace(/^-/, '') in orderings ? [asked] : byDefault;
    const keys = names.map((name) => ({
        keyOf: orderings[name.replace(/^-/, '')]!,
        sign: name.startsWith('-') ? -1 : 1,
    }));
    const sortable = rows.map((row) => ({ row, keys: keys.map(({ keyOf }) => keyOf(row)) }));
    sortable.sort((a, b) => {
        for (let i = 0; i < keys.length; i++) {
            const order = compare(a.keys[i]!, b.keys[i]!) * keys[i]!.sign;
            if (order !== 0) return order;
        }
        return (a.row.pk - b.row.pk) * (keys[0]?.sign ?? 1);
    });
    return sortable.map(({ row }) => row);
}

/** nulls come first, texts in the order of their code points, as SQLite has them */
function compare(a: Key, b: Key): number {
    if (a === b) return 0;
    if (a === null) return -1;
    if (b === null) return 1;
    return a < b ? -1 : 1;
}

/** A bare array, or with a `limit` a page with its neighbours; `show` is only asked for what is on it. */
export function paged<Row>(call: Call, rows: Row[], show: (row: Row) => unknown): unknown {
    const limit = numberFilter(call, 'limit') ?? 0;
    if (limit <= 0) return rows.map(show);
    const offset = Math.max(0, numberFilter(call, 'offset') ?? 0);
    return {
        count: rows.length,
        next: offset + limit < rows.length ? pageUrl(call, offset + limit) : null,
        previous: offset > 0 ? pageUrl(call, offset - limit) : null,
        results: rows.slice(offset, offset + limit).map(show),
    };
}

function pageUrl({ origin, path, query }: Call, offset: number): string {
    const neighbour = new URLSearchParams(query);
    if (offset > 0) neighbour.set('offset', String(offset));
    else neighbour.delete('offset');
    neighbour.sort();
    return `${origin}${path}?${neighbour.toString()}`;
}

/** Remembers the rows of the last question, so that walking the pages of 100,000 rows sorts them once. */
export class ListMemory<Row> {
    private key = '';
    private rows: Row[] = [];

    rowsFor(call: Call, find: () => Row[]): Row[] {
        const question = new URLSearchParams(call.query);
        question.delete('limit');
        question.delete('offset');
        const key = `${call.state.revision} ${question.toString()}`;
        if (key !== this.key) [this.rows, this.key] = [find(), key];
        return this.rows;
    }
}
