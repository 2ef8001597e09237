import { utc } from '../../clients/bambuddy/times';
import { isReadable } from '../../http/checked';
import { runOfRow } from '../../sources/bambuddy/finished-run';
import type { Candidate } from '../../sources/bambuddy/import/classifier';
import { Intake } from '../../sources/bambuddy/import/intake';
import { DEFAULT_KEY_FIELDS, type IdentityRule } from '../../print/part-identity';
import { isFresh } from '../../concurrency/clock';
import { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import type { Print } from '../../print/print';
import type { Sync } from '../../sync';

const FILTER = { successOnly: true, printers: [], projects: [], tags: [] };
const RULE: IdentityRule = { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: true };
/** Rows that are looked through for one that still has its archive. */
const ROWS = 10;
/** Prints that a table of rules is tested with. */
const LISTED = 5;
/** An answer holds so long, a failure for a moment: every key that is typed asks. */
const KEPT_MS = 60_000;
const FAILURE_KEPT_MS = 5_000;

const kept = new WeakMap<Sync, { print: Promise<Print | null>; at: number; lifeMs: number }>();

/**
 * The newest successful print as its source would send it, or did; `print.archive` is as the server has it now.
 * Writes nothing, anywhere. Read at most once a minute for each store.
 * @returns null where there is none
 * @throws what a request throws
 */
export function newestPrint(sync: Sync, timeoutMs: number, now: () => number = Date.now): Promise<Print | null> {
    const known = kept.get(sync);
    if (known !== undefined && isFresh(known.at, known.lifeMs, now())) return known.print;
    const entry = { print: read(sync, AbortSignal.timeout(timeoutMs)), at: now(), lifeMs: KEPT_MS };
    entry.print.catch(() => Object.assign(entry, { at: now(), lifeMs: FAILURE_KEPT_MS }));
    kept.set(sync, entry);
    return entry.print;
}

const keptLists = new WeakMap<Sync, { prints: Promise<Print[]>; at: number; lifeMs: number }>();

/**
 * The newest successful prints, newest first, at most so many as a table of rules is tested with. As `newestPrint`: writes
 * nothing, read at most once a minute.
 */
export function newestPrints(sync: Sync, timeoutMs: number, now: () => number = Date.now): Promise<Print[]> {
    const known = keptLists.get(sync);
    if (known !== undefined && isFresh(known.at, known.lifeMs, now())) return known.prints;
    const entry = { prints: readSome(sync, LISTED, AbortSignal.timeout(timeoutMs)), at: now(), lifeMs: KEPT_MS };
    entry.prints.catch(() => Object.assign(entry, { at: now(), lifeMs: FAILURE_KEPT_MS }));
    keptLists.set(sync, entry);
    return entry.prints;
}

async function read(sync: Sync, signal: AbortSignal): Promise<Print | null> {
    return (await readSome(sync, 1, signal))[0] ?? null;
}

async function readSome(sync: Sync, most: number, signal: AbortSignal): Promise<Print[]> {
    const { bambuddy } = sync;
    if (bambuddy === null) return [];
    // a circuit breaker of its own: a failure here does not count for the source, and this request does not wait with it
    const breaker = new CircuitBreaker('Bambuddy');
    const intake = new Intake(sync, bambuddy, breaker, { rule: RULE, filter: FILTER, id: '' });
    const prints: Print[] = [];
    try {
        for (const candidate of await newest(sync, signal)) {
            const print = await printOfCandidate(intake, candidate, signal);
            if (print !== null) prints.push(print);
            if (prints.length === most) break;
        }
        return prints;
    } finally {
        breaker.close();
    }
}

/** @returns null for what is no print, or is gone */
async function printOfCandidate(intake: Intake, candidate: Candidate, signal: AbortSignal): Promise<Print | null> {
    const classification = await intake.classifier.classify(candidate, signal);
    if (classification.kind === 'print' || classification.kind === 'noIdentity') return classification.print;
    return classification.kind === 'known' ? intake.acceptance.again(classification.record, signal) : null;
}

/** Asked directly: a server that is off is told at once. */
async function newest({ bambuddy }: Sync, signal: AbortSignal): Promise<Candidate[]> {
    const log = await bambuddy!.printLog({ limit: ROWS, status: 'completed' }, signal);
    if (log !== null && log.items.length > 0) {
        return log.items
            .filter(isReadable)
            .map(runOfRow)
            .filter((run) => run !== null)
            .map((run) => ({ archiveId: run.archiveId, run, archive: null }));
    }
    const archives = (await bambuddy!.archives({ limit: ROWS }, signal)).filter(isReadable);
    // the list goes by the start
    archives.sort((a, b) => (utc(b.completed_at) ?? '').localeCompare(utc(a.completed_at) ?? ''));
    return archives.map((archive) => ({ archiveId: archive.id, run: null, archive }));
}
