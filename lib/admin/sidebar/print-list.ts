import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { ClosedError } from '../../http/errors';
import type { Ledger } from '../../store/ledger/ledger';
import { comparePlaces, placeOf, type Place } from '../../store/ledger/print-order';
import { PRINT_STATES, type PrintRecord, type PrintState } from '../../store/ledger/records';
import { held } from '../../delivery/open-questions';

/** Prints that a person is asked about: those that are held, those that are offered after a lost ledger. */
export const ASKED_ABOUT = ['held', 'offered'] as const;

export interface ListQuery {
    /** empty: all */
    states: readonly PrintState[];
    /** of these alone; null: of all */
    only: (typeof ASKED_ABOUT)[number] | null;
    /** words; each must be in the print's name, batch, printer or reason. Empty: all */
    search: string;
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
    const { after, limit } = query;
    if (query.only !== null) return pageOf(ledger, query.only, query);
    const counted = query.search.trim() === '' ? countOf(ledger, query.states) : null;
    const found: Readonly<PrintRecord>[] = [];
    // the first of the next page tells that there is one
    const enough = counted === null ? limit + MOST_COUNTED : limit + 1;
    const fits = filterOf(query);
    if (counted !== 0) await walk(ledger, after, fits, enough, found, signal);
    const prints = found.slice(0, limit);
    return {
        prints,
        total: counted ?? found.length,
        more: counted === null && found.length >= enough,
        next: found.length > limit ? placeOf(prints.at(-1)!) : null,
    };
}

/** Of the prints that a person is asked about: the ledger knows them, so that no others are looked at. */
function pageOf(ledger: Ledger, only: (typeof ASKED_ABOUT)[number], query: ListQuery): ListPage {
    const { after, limit } = query;
    const all = [...(only === 'held' ? held(ledger) : ledger.offered())].filter(filterOf(query));
    const places = all.map((record) => ({ record, place: placeOf(record) }));
    places.sort((a, b) => comparePlaces(b.place, a.place));
    const behind = after === null ? places : places.filter(({ place }) => comparePlaces(place, after) < 0);
    const prints = behind.slice(0, limit).map(({ record }) => record);
    return {
        prints,
        total: query.search.trim() === '' ? all.length : behind.length,
        more: false,
        next: behind.length > limit ? placeOf(prints.at(-1)!) : null,
    };
}

async function walk(
    ledger: Ledger,
    after: Place | null,
    fits: (record: Readonly<PrintRecord>) => boolean,
    enough: number,
    found: Readonly<PrintRecord>[],
    signal: AbortSignal,
): Promise<void> {
    for (let place = after; ;) {
        if (signal.aborted) throw new ClosedError();
        const slice = ledger.older(place, SLICE);
        for (const record of slice) {
            if (fits(record)) found.push(record);
            if (found.length >= enough) return;
        }
        if (slice.length < SLICE) return;
        place = placeOf(slice.at(-1)!);
        await yieldToEventLoop();
    }
}

function countOf(ledger: Ledger, states: readonly PrintState[]): number {
    const counts = ledger.counts();
    const wanted = states.length === 0 ? PRINT_STATES : states;
    return wanted.reduce((sum, state) => sum + counts[state], 0);
}

function filterOf({ states, search }: ListQuery): (record: Readonly<PrintRecord>) => boolean {
    const wanted = states.length === 0 ? null : new Set(states);
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return (record) => {
        if (wanted !== null && !wanted.has(record.state)) return false;
        if (words.length === 0) return true;
        const { name, batch, printerName = '', reason = '' } = record;
        const text = `${name}\n${batch}\n${printerName}\n${reason}`.toLowerCase();
        return words.every((word) => text.includes(word));
    };
}
