import type { OctoFile } from '../../../clients/octoprint/answers';
import { isRecord } from '../../../clients/octoprint/events';
import { gramsOf, type Filament } from '../../../clients/octoprint/weight';

/**
 * What of a file was taken already. OctoPrint keeps for each path how often it was printed and when it ended last; the
 * count goes on when the same content is uploaded over it, and begins anew when the content changes or the file is deleted
 * (storage.py of 1.11.8).
 */
export interface FileState {
    /** null: on an SD card */
    hash: string | null;
    display: string | null;
    /** tells a file from an earlier one under its path: the upload that began it, seconds since 1970 */
    life: number;
    /** the upload as last seen */
    date: number;
    /** successes that were taken, of OctoPrint's count */
    success: number;
    /** sum of the print times of these, as far as OctoPrint told it */
    sum: number | null;
    /** prints taken because an event told of their end, that the count does not have (yet): their `time` */
    events: number[];
    /** `time` of the last that was taken: an event comes by several ways */
    lastTime: number | null;
    /** the slicer's, of the whole file */
    seconds: number | null;
    grams: number | null;
    /** it was gone when last looked for */
    gone?: true;
}

/** An event that told of a print's end. */
export interface Ended {
    /** how long the print took: no two are equal, so it is the print's name in all that is told of it */
    time: number;
    /** ms since 1970, by our clock */
    at: number;
    /** OctoPrint had all the time it needs to write its history: it will not have this one */
    sure: boolean;
}

/** The next print of a file that was not taken. */
export interface Next {
    /** the print's own name, for all time */
    key: string;
    n: number;
    endedAt: number | null;
    notAfter: number | null;
    seconds: number | null;
    /** the state when it is taken */
    after: FileState;
}

export interface Comparison {
    /** as it is now, to be written before anything is taken; null: nothing is known of the file */
    state: FileState | null;
    next: Next | null;
    /** the print of the event is taken, or is the next */
    found: boolean;
}

/**
 * Compares a file with what was taken of it.
 * @param file null: it is gone
 * @param carried what was taken of the file that this one was made of, by moving or copying it in OctoPrint
 */
export function compareWithHistory(
    before: FileState | null,
    file: OctoFile | null,
    ended: Ended | null,
    filament: Filament,
    inheritedState: (file: OctoFile, ended: Ended | null) => FileState | null = () => null,
): Comparison {
    if (file === null) return ofGone(before, ended);
    let state = stateNow(before, file, filament, (each) => inheritedState(each, ended));
    const last = file.prints?.last ?? null;
    const count = file.prints?.success ?? 0;
    while (state.success < count) {
        const n = state.success + 1;
        // of the others OctoPrint tells no time: they were before the last one
        const time = n === count && last?.success === true ? last.printTime : null;
        const byEvent = time === null ? state.events[0] : state.events.find((each) => each === time);
        if (byEvent === undefined) {
            // told before others ended, and not taken since: one of those without a time is it
            const endedByEvent =
                time === null && ended?.time !== last?.printTime && !knows(state, ended) ? ended : null;
            const next =
                endedByEvent === null
                    ? nextOf(state, n, last, time, sumOf(file, count))
                    : nextByEvent(state, n, endedByEvent);
            return { state, next, found: knows(state, ended) || time === ended?.time || endedByEvent !== null };
        }
        state = {
            ...state,
            success: n,
            sum: n === count ? sumOf(file, count) : null,
            events: without(state.events, byEvent),
        };
    }
    if (ended !== null && ended.sure && !knows(state, ended))
        return { state, next: byEvent(state, ended), found: true };
    return { state, next: null, found: knows(state, ended) };
}

/** A file that is no product: what it counts is as good as taken, so that nothing of before is when the setting changes. */
export function passedOver(before: FileState | null, file: OctoFile | null, filament: Filament): Comparison {
    if (file !== null) return { state: baselineOf(file, file.prints?.success ?? 0, filament), next: null, found: true };
    return { state: before === null ? null : { ...before, gone: true }, next: null, found: true };
}

/** A success that OctoPrint has counted, and whose end was told. */
function nextByEvent(state: FileState, n: number, { time, at }: Ended): Next {
    const after = { ...state, success: n, sum: null, lastTime: time };
    return { key: String(n), n, endedAt: at, notAfter: null, seconds: time, after };
}

function nextOf(
    state: FileState,
    n: number,
    last: { date: number; success: boolean } | null,
    time: number | null,
    sum: number | null,
): Next {
    const isLast = time !== null;
    const date = last === null ? null : Math.round(last.date * 1000);
    return {
        key: String(n),
        n,
        endedAt: isLast ? date : null,
        notAfter: isLast ? null : date,
        seconds: time,
        after: {
            ...state,
            success: n,
            sum: isLast ? sum : null,
            lastTime: time ?? state.lastTime,
            // the count has a later print and not those: it never will
            events: isLast ? [] : state.events,
        },
    };
}

/** A file that deletes itself when it is printed takes its history with it: the event is all there is. */
function ofGone(before: FileState | null, ended: Ended | null): Comparison {
    if (before === null) return { state: null, next: null, found: false };
    const state: FileState = { ...before, gone: true };
    if (ended === null) return { state, next: null, found: true };
    return knows(state, ended)
        ? { state, next: null, found: true }
        : { state, next: byEvent(state, ended), found: true };
}

function byEvent(state: FileState, { time, at }: Ended): Next {
    return {
        key: `t${time}`,
        n: state.success + state.events.length + 1,
        endedAt: at,
        notAfter: null,
        seconds: time,
        after: { ...state, events: [...state.events, time], lastTime: time },
    };
}

function knows(state: FileState, ended: Ended | null): boolean {
    return ended === null || state.lastTime === ended.time || state.events.includes(ended.time);
}

function stateNow(
    before: FileState | null,
    file: OctoFile,
    filament: Filament,
    inheritedState: (file: OctoFile) => FileState | null,
): FileState {
    const known = before !== null && isSameLife(before, file) ? before : inheritedState(file);
    const { gone: _gone, ...kept } = known ?? baselineOf(file, 0, filament);
    return {
        ...kept,
        date: file.date ?? kept.date,
        display: file.display,
        seconds: file.gcodeAnalysis?.estimatedPrintTime ?? kept.seconds,
        grams: gramsOf(file, filament) ?? kept.grams,
    };
}

/** A file as one begins with it. @param success prints of it that are not wanted, or are in stock */
export function baselineOf(file: OctoFile, success: number, filament: Filament): FileState {
    const date = file.date ?? 0;
    return {
        hash: file.hash,
        display: file.display,
        life: date,
        date,
        success,
        sum: success === file.prints?.success ? sumOf(file, success) : null,
        events: [],
        lastTime: success > 0 && success === file.prints?.success ? (file.prints.last?.printTime ?? null) : null,
        seconds: file.gcodeAnalysis?.estimatedPrintTime ?? null,
        grams: gramsOf(file, filament),
    };
}

/** Whether the file's count goes on from where it was. After an upload its times tell whether it can. */
function isSameLife(before: FileState, file: OctoFile): boolean {
    const count = file.prints?.success ?? 0;
    if (before.hash !== file.hash || count < before.success) return false;
    // moved away and back again, or deleted and uploaded anew
    if (before.gone === true) return before.date === file.date;
    if (before.date === (file.date ?? before.date) || before.sum === null) return true;
    const sum = sumOf(file, count);
    if (sum === null) return count === before.success;
    const more = count - before.success;
    const { last } = file.prints ?? {};
    if (more === 0) return near(sum, before.sum);
    if (more === 1 && last?.printTime != null) return near(sum - last.printTime, before.sum);
    return sum > before.sum;
}

/** Of all successes together. @returns null where several printer profiles took part: how many prints each, nobody tells */
export function sumOf(file: OctoFile, count: number): number | null {
    const { statistics } = file as { statistics?: unknown };
    const averages = isRecord(statistics) ? statistics['averagePrintTime'] : undefined;
    const values = isRecord(averages) ? Object.values(averages) : [];
    return values.length === 1 && typeof values[0] === 'number' ? values[0] * count : null;
}

function near(a: number, b: number): boolean {
    return Math.abs(a - b) < 0.01;
}

function without(list: readonly number[], one: number): number[] {
    const at = list.indexOf(one);
    return list.filter((_, index) => index !== at);
}

/** A file of which nothing is known but that it was printed: one on a card, or one that was gone before it was looked at. */
export function unseen(path: string): FileState {
    const display = path.split('/').at(-1)!;
    const nothing = { hash: null, sum: null, lastTime: null, seconds: null, grams: null };
    return { ...nothing, display, life: 0, date: 0, success: 0, events: [] };
}
