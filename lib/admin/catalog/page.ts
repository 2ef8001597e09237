import { ClosedError } from '../../http/errors';
import { yieldToEventLoop } from '../../store/engine/lines';
import { placeBehind, type Entry } from './sorted-keys';
import type { Page } from './wire';

/** Which page of a list. */
export interface PageQuery {
    /** `next` of the page before; null: the first page */
    after: string | null;
    limit: number;
}

/** One part of a list after the other, e.g. the products of one store after those of another. */
export interface Part {
    id: string;
    entries: () => Promise<readonly Entry[]>;
}

/** Rows of one page at most, and where nothing is asked for. */
export const PAGE_ROWS = { most: 500, usual: 100 } as const;
/** Records looked at between two yields to the event loop. */
const SLICE = 500;
/** Of a filtered list so many are counted. */
const MOST_COUNTED = 1000;

/** `after` names no place in a list. */
export class BadPlace extends Error {
    readonly code = 'PLACE';
    constructor() {
        super('"after" must be "next" of the page before');
        this.name = 'BadPlace';
    }
}

interface Place extends Entry {
    part: string;
}

/**
 * A page of a list. Its cost does not grow with the list unless there is a filter: then all may be looked at, in slices
 * between which everybody else goes on.
 * @param total of the list where there is no filter; null: there is one
 * @param fits whether the record of a key belongs to the list
 * @throws ClosedError when `signal` ends it; BadPlace
 */
export async function pageOf<T>(
    parts: readonly Part[],
    { after, limit }: PageQuery,
    total: number | null,
    fits: (key: string) => boolean,
    rowOf: (key: string) => T | null,
    signal?: AbortSignal,
): Promise<Page<T>> {
    const place = after === null ? null : placeOf(after);
    const first = place === null ? 0 : parts.findIndex(({ id }) => id === place.part);
    const enough = total === null ? limit + MOST_COUNTED : limit + 1;
    const found: Place[] = [];
    for (const { id, entries } of first < 0 ? [] : parts.slice(first)) {
        if (found.length >= enough) break;
        const list = await entries();
        for (let at = place?.part === id ? placeBehind(list, place) : 0; at < list.length; at++) {
            if (fits(list[at]!.key)) found.push({ ...list[at]!, part: id });
            if (found.length >= enough) break;
            if (at % SLICE !== SLICE - 1) continue;
            if (signal?.aborted === true) throw new ClosedError();
            await yieldToEventLoop();
        }
    }
    const shown = found.slice(0, limit);
    return {
        rows: shown.map(({ key }) => rowOf(key)).filter((row) => row !== null),
        total: total ?? found.length,
        more: total === null && found.length >= enough,
        next: found.length > limit ? textOf(shown.at(-1)!) : null,
    };
}

/** A page of a list that is at hand. @throws BadPlace */
export function slicedPage<T extends { id: string }>(all: readonly T[], { after, limit }: PageQuery): Page<T> {
    const before = after === null ? -1 : all.findIndex(({ id }) => id === placeOf(after).key);
    // the one that the page before ended with may be gone
    if (after !== null && before < 0) throw new BadPlace();
    const rows = all.slice(before + 1, before + 1 + limit);
    const isLast = before + 1 + limit >= all.length;
    const next = isLast ? null : textOf({ part: '', sort: '', key: rows.at(-1)!.id });
    return { rows, total: all.length, more: false, next };
}

/** A filter by words: each must be in one of the texts, whatever its case. */
export function wordsIn(search: string): ((texts: readonly (string | null | undefined)[]) => boolean) | null {
    const words = search.toLocaleLowerCase('ru').split(/\s+/).filter(Boolean);
    if (words.length === 0) return null;
    return (texts) => {
        const text = texts.filter(Boolean).join('\n').toLocaleLowerCase('ru');
        return words.every((word) => text.includes(word));
    };
}

function textOf({ part, sort, key }: Place): string {
    return Buffer.from(JSON.stringify([part, sort, key])).toString('base64url');
}

function placeOf(after: string): Place {
    try {
        const read: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
        if (Array.isArray(read) && read.length === 3 && read.every((each) => typeof each === 'string')) {
            const [part, sort, key] = read as [string, string, string];
            return { part, sort, key };
        }
    } catch {
        // told below
    }
    throw new BadPlace();
}
