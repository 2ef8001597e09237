import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { ClosedError } from '../../http/errors';
import type { Ledger } from '../../store/ledger/ledger';
import { comparePlaces, placeOf, type Place } from '../../store/ledger/print-order';
import type { PrintCell } from '../../store/ledger/print-sums';
import { PRINT_STATES, type PrintRecord } from '../../store/ledger/records';
import { held } from '../../delivery/open-questions';
import {
    cellFilter,
    choosesCells,
    isInSums,
    isNarrowed,
    placeOfMoment,
    recordFilter,
    type PrintFilter,
} from './print-filter';

export interface ListQuery extends PrintFilter {
    /** where the page before ended; null: the newest */
    after: Place | null;
    limit: number;
}

export interface ListPage {
    /** newest first */
    prints: Readonly<PrintRecord>[];
    /** the prints that fit; of a search those of this page and behind it, at most `MOST_COUNTED` of these */
    total: number;
    /** there are more than `total` */
    more: boolean;
    /** where the next page begins; null: this was the last */
    next: Place | null;
}

/** Records looked at in one go: well below a millisecond. */
const SLICE = 500;
const MOST_COUNTED = 1000;

/**
 * A page of a ledger's prints. Its cost does not grow with the ledger, unless one searches: then all may be looked at, in
 * slices between which everybody else goes on.
 * @throws ClosedError when `signal` ends it: a newer search has come
 */
export async function listPage(ledger: Ledger, query: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const { limit } = query;
    if (query.only !== null) return pageOf(ledger, query);
    const counted = isInSums(query) ? await countOf(ledger, query) : null;
    const found: Readonly<PrintRecord>[] = [];
    // the first of the next page tells that there is one
    const enough = counted === null ? limit + MOST_COUNTED : limit + 1;
    if (counted !== 0) {
        for await (const some of walk(ledger, query, query.after, signal)) {
            found.push(...some.slice(0, enough - found.length));
            if (found.length === enough) break;
        }
    }
    const prints = found.slice(0, limit);
    return {
        prints,
        total: counted ?? found.length,
        more: counted === null && found.length === enough,
        next: found.length > limit ? placeOf(prints.at(-1)!) : null,
    };
}

/** Of the prints that a person is asked about: the ledger knows them, so that no others are looked at. */
function pageOf(ledger: Ledger, query: ListQuery): ListPage {
    const { after, limit } = query;
    const all = askedAbout(ledger, query);
    const behind = all.filter((record) => isBehind(record, after));
    const prints = behind.slice(0, limit);
    return {
        prints,
        total: query.search.trim() === '' ? all.length : behind.length,
        more: false,
        next: behind.length > limit ? placeOf(prints.at(-1)!) : null,
    };
}

function isBehind(record: Readonly<PrintRecord>, place: Place | null): boolean {
    return place === null || comparePlaces(placeOf(record), place) < 0;
}

/** Prints that a person is asked about and that are meant, newest first. */
function askedAbout(ledger: Ledger, filter: PrintFilter): Readonly<PrintRecord>[] {
    const all = [...(filter.only === 'held' ? held(ledger) : ledger.offered())].filter(recordFilter(filter));
    const places = all.map((record) => ({ record, place: placeOf(record) }));
    return places.sort((a, b) => comparePlaces(b.place, a.place)).map(({ record }) => record);
}

/**
 * The prints that are meant, newest first, also while they change: some at a time, between which everybody else goes on.
 * Prints that stand together and of which none is meant are not looked at.
 * @param after those behind it; null: from the newest on
 * @throws ClosedError when `signal` ends it
 */
export async function* walk(
    ledger: Ledger,
    filter: PrintFilter,
    after: Place | null,
    signal: AbortSignal,
): AsyncGenerator<Readonly<PrintRecord>[]> {
    if (filter.only !== null)
        return void (yield askedAbout(ledger, filter).filter((record) => isBehind(record, after)));
    const isMeant = recordFilter(filter);
    const isInCell = cellFilter(filter);
    // a search alone needs no sums: it looks at every print
    const mayHold = choosesCells(filter) ? (cells: readonly PrintCell[]) => cells.some(isInCell) : undefined;
    if (mayHold !== undefined) await ledger.addUp();
    const end = placeOfMoment(filter.to);
    for (let place = older(after, end); ;) {
        if (signal.aborted) throw new ClosedError();
        const slice = ledger.older(place, SLICE, mayHold);
        yield slice.filter(isMeant);
        const last = slice.length < SLICE ? undefined : placeOf(slice.at(-1)!);
        if (last === undefined || (filter.from !== null && last.time < filter.from)) return;
        place = last;
        await yieldToEventLoop();
    }
}

/** The older of two places; null: the newest. */
function older(a: Place | null, b: Place | null): Place | null {
    if (a === null || b === null) return a ?? b;
    return comparePlaces(a, b) < 0 ? a : b;
}

async function countOf(ledger: Ledger, query: ListQuery): Promise<number> {
    if (!isNarrowed(query)) {
        const counts = ledger.counts();
        const wanted = query.states.length === 0 ? PRINT_STATES : query.states;
        return wanted.reduce((sum, state) => sum + counts[state], 0);
    }
    const isInCell = cellFilter(query);
    await ledger.addUp();
    let count = 0;
    for (const cell of ledger.cells(placeOfMoment(query.from), placeOfMoment(query.to)))
        if (isInCell(cell)) count += cell.sums.prints;
    return count;
}
