import type { Ledger } from '../store/ledger/ledger';
import { ARCHIVE_GONE_UNANSWERED, UNANSWERED, type Hold, type PrintRecord } from '../store/ledger/records';
import type { Delivery } from './delivery';
import { isOffered } from './recovery/offered';

/**
 * What a person has to answer before a print goes on: how it came out, how many pieces are good, whether it is told a
 * second time, or whether it is to be imported after the ledger was lost.
 */
export type Question = 'outcome' | 'pieces' | 'double' | 'offered';

/** So many pieces of one print a person may count. */
export const MOST_PIECES = 1_000_000;

/** A print that is held until a person answers. */
export interface HeldPrint {
    batch: string;
    archiveId: number | null;
    name: string;
    startedAt: string | null;
    completedAt: string | null;
    question: Exclude<Question, 'offered'>;
    reason: string;
    /** of how many pieces a person says how many are good, as far as the source told; null: not known, or not asked */
    expected: number | null;
    /** since when it waits for its answer, and until when, UTC; null: it does not wait, or for as long as it takes */
    since: string | null;
    until: string | null;
    /** of a likely double: the batch of the print that it is probably the same as */
    doubleOf: string | null;
}

export type Held = Readonly<PrintRecord> & { archiveId: number };

/** The reasons of those that wait, which have none in the ledger yet. */
const AWAITED: Record<Hold, string> = {
    verdict: 'waits for its outcome',
    number: 'waits for the number of good pieces',
};

/** @returns null: there is no question about it */
export function questionOf(record: Readonly<PrintRecord>): Question | null {
    if (isOffered(record)) return 'offered';
    if (isDouble(record)) return 'double';
    if (isCounted(record)) return 'pieces';
    return isAsked(record) ? 'outcome' : null;
}

/** Waits outside the window for a person to say how it came out. */
export function isHeld(record: Readonly<PrintRecord>): record is Held {
    return record.state === 'accepted' && record.hold === 'verdict' && record.archiveId !== null;
}

/** Waits outside the window for a person to say how many of its pieces are good. */
export function isCounted(record: Readonly<PrintRecord>): record is Held {
    return record.state === 'accepted' && record.hold === 'number' && record.archiveId !== null;
}

/** Whether a print is parked because its outcome is not known: a person decides, it is not retried. */
export function isUnanswered({ reason }: Readonly<PrintRecord>): boolean {
    return reason === UNANSWERED || reason === ARCHIVE_GONE_UNANSWERED;
}

/** Whether a person may say how it came out: it waits for that, or nobody told it in time. */
export function isAsked(record: Readonly<PrintRecord>): boolean {
    return isHeld(record) || (record.state === 'parked' && isUnanswered(record));
}

/** Parked because another print of the same printer and content ran at the same time. */
export function isDouble(record: Readonly<PrintRecord> | undefined): boolean {
    return record?.state === 'parked' && record.doubleOf !== undefined;
}

/** Held prints that a source has to see to: its own, and those of a source that is gone. @param is what they wait for */
export function heldBy(
    { ledger, sources }: Pick<Delivery, 'ledger' | 'sources'>,
    source: string,
    is: (record: Readonly<PrintRecord>) => record is Held,
): Held[] {
    return [...ledger.unfinished()].filter(
        (record): record is Held =>
            is(record) && (record.via === undefined || record.via === source || !sources.has(record.via)),
    );
}

/** The prints that `release` answers for, in the order they were taken in. Its cost grows with unfinished and parked ones. */
export function* held(ledger: Ledger): IterableIterator<Readonly<PrintRecord>> {
    for (const records of [ledger.unfinished(), ledger.parked()])
        for (const record of records) if (questionOf(record) !== null) yield record;
}

export function heldCount(ledger: Ledger): number {
    let count = 0;
    for (const _record of held(ledger)) count++;
    return count;
}

/** As `held`, by their start, oldest first. */
export function heldPrints(ledger: Ledger): HeldPrint[] {
    return [...held(ledger)]
        .sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''))
        .map((record) => ({
            batch: record.batch,
            archiveId: record.archiveId,
            name: record.name,
            startedAt: record.startedAt,
            completedAt: record.completedAt ?? null,
            question: questionOf(record) as HeldPrint['question'],
            reason: record.reason ?? AWAITED[record.hold ?? 'verdict'],
            expected: isCounted(record) ? (record.count ?? null) : null,
            since: record.holdSince ?? null,
            until: record.holdUntil ?? null,
            doubleOf: record.doubleOf ?? null,
        }));
}

/** A person's word, or the verdict, ends what a print was held for. */
export function withoutHold(record: Readonly<PrintRecord>): PrintRecord {
    const { hold: _hold, holdSince: _since, holdUntil: _until, doubleOf: _double, ...kept } = record;
    return kept;
}
