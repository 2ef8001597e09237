import { isUnanswered } from '../../delivery/open-questions';
import type { Archive } from '../../clients/bambuddy/answers';
import type { Ledger } from '../../store/ledger/ledger';
import type { PrintRecord, Verdict } from '../../store/ledger/records';
import { isNewestRun, isSuccessful, type FinishedRun } from './finished-run';
import type { Print } from '../../print/print';
import { earlierReport } from '../../print/duplicate-report';

/** What a source does with a print whose outcome Bambuddy asks a person for (1.2.5.7 and later). */
export interface OutcomeRules {
    /** wait for the answer, or take the print at once */
    ask: 'wait' | 'take';
    /** how long it waits, from the end of the print on */
    days: number;
    /** what happens then: a person is asked, or it counts as good */
    unanswered: 'attention' | 'good';
    /** a rejected print: not stocked, or with a status of its own */
    rejected: 'skip' | 'stock';
    /** the StockItem's status of a rejected print that is stocked */
    rejectedStatus: number;
}

/** What a source does with prints that failed and are not left out, and with completed ones that have a failure reason. */
export interface FailedRules {
    /** as with any other print; not stocked; stocked with a status of its own; a person says how many pieces are good */
    take: 'send' | 'skip' | 'stock' | 'ask';
    /** the StockItem's status where it is stocked with one of its own */
    status: number;
}

/** Which of the prints that the filter lets through go into stock. */
export interface AdmissionRules {
    outcome: OutcomeRules;
    /** missing: as with any other print */
    failed?: FailedRules;
    /** one print that is told twice: the second is held for a person, or taken too */
    doubles: 'hold' | 'take';
    /** whether the StockItem's quantity is Bambuddy's count: then 0 pieces are nothing to stock */
    countsPieces: () => boolean;
}

/** 65: rejected. 7 days: a weekend and a holiday. */
export const OUTCOME_DEFAULTS: OutcomeRules = {
    ask: 'wait',
    days: 7,
    unanswered: 'attention',
    rejected: 'skip',
    rejectedStatus: 65,
};

/** 50: attention needed. */
export const FAILED_DEFAULTS: FailedRules = { take: 'send', status: 50 };

export const ADMISSION_DEFAULTS: AdmissionRules = {
    outcome: OUTCOME_DEFAULTS,
    failed: FAILED_DEFAULTS,
    doubles: 'hold',
    countsPieces: () => false,
};

export const NOTHING_PRINTED = '0 items printed';
export const REJECTED = 'rejected in Bambuddy';
export const NOTHING_GOOD = 'no piece is good';
export const OUTCOME_AWAITED = 'waits for the outcome';
export const PIECES_AWAITED = 'waits for the number of good pieces';

const DAY_MS = 86_400_000;

/**
 * The rules for a known print that a person sends: what they answer by naming it is not asked again. One that has an
 * identity was compared with its neighbours when it was taken.
 */
export function rulesByHand(rules: AdmissionRules, record: Readonly<PrintRecord>): AdmissionRules {
    return {
        ...rules,
        doubles: record.identity !== '' || record.doubleOf !== undefined ? 'take' : rules.doubles,
        outcome: isUnanswered(record) ? { ...rules.outcome, ask: 'take' } : rules.outcome,
    };
}

export type Ruling =
    | { kind: 'print'; print: Print }
    | { kind: 'skipped'; print: Print; reason: string }
    /** waits for the verdict until then, UTC; where that is past, nobody answered in time */
    | { kind: 'held'; print: Print; hold: 'verdict'; until: string }
    /** waits until a person says how many pieces are good */
    | { kind: 'held'; print: Print; hold: 'number' }
    | { kind: 'double'; print: Print; of: string };

/** Decides about a print that is new to us. Reads the ledger and changes nothing. @param now ms since 1970 */
export function applyRules(
    ledger: Ledger,
    print: Print,
    archive: Archive,
    run: FinishedRun,
    rules: AdmissionRules,
    now: number,
): Ruling {
    if (print.quantity === 0 && rules.countsPieces()) return { kind: 'skipped', print, reason: NOTHING_PRINTED };
    const { verdict, isAwaited } = outcomeOf(archive, run);
    const withVerdict: Print = verdict === null ? print : { ...print, verdict };
    if (verdict === 'reject' && rules.outcome.rejected === 'skip')
        return { kind: 'skipped', print: withVerdict, reason: REJECTED };
    const { take, status } = rules.failed ?? FAILED_DEFAULTS;
    const failure = take === 'send' ? null : failureOf(archive, run);
    if (failure !== null && take === 'skip')
        return { kind: 'skipped', print: withVerdict, reason: `failed: ${failure}` };
    const before = rules.doubles === 'hold' ? earlierReport(ledger, print) : null;
    if (before !== null) return { kind: 'double', print: withVerdict, of: before.batch };
    if (failure !== null && take === 'ask' && print.pieces === undefined)
        return { kind: 'held', print: withVerdict, hold: 'number' };
    if (isAwaited && rules.outcome.ask === 'wait') {
        const until = waitsUntil(print.completedAt, rules.outcome.days, now);
        if (Date.parse(until) > now || rules.outcome.unanswered === 'attention')
            return { kind: 'held', print, hold: 'verdict', until };
    }
    const ruled = withOutcome(withVerdict, verdict, rules.outcome);
    if (failure === null || take !== 'stock' || ruled.stockStatus !== undefined) return { kind: 'print', print: ruled };
    return { kind: 'print', print: { ...ruled, stockStatus: status } };
}

/**
 * Why a run failed, wholly or, where it completed, in part: a person gave it a failure reason.
 * @returns the reason, or the status where there is none; null: it did not fail
 */
export function failureOf(archive: Archive, run: FinishedRun): string | null {
    const ofArchive = isNewestRun(archive, run.startedAt) ? (archive.failure_reason?.trim() ?? '') : '';
    const reason = run.failure ?? (ofArchive === '' ? null : ofArchive);
    return reason ?? (isSuccessful(run) ? null : run.status);
}

/** A print with what was said of it, and the status that its StockItem gets for that. */
export function withOutcome(print: Print, verdict: Verdict | null, { rejectedStatus }: OutcomeRules): Print {
    if (verdict === null) return print;
    return { ...print, verdict, ...(verdict === 'reject' ? { stockStatus: rejectedStatus } : {}) };
}

/** A verdict on the archive is of its newest run; of an older one its own row alone tells. */
export function outcomeOf(archive: Archive, run: FinishedRun): { verdict: Verdict | null; isAwaited: boolean } {
    const isNewest = isNewestRun(archive, run.startedAt);
    const verdict = run.verdict ?? (isNewest ? archive.user_verdict : null);
    return {
        verdict,
        isAwaited: verdict === null && isNewest && archive.confirm_requested === true && isSuccessful(run),
    };
}

/** From the end of the print on; one that lies ahead is a clock's mistake. */
function waitsUntil(completedAt: string | null, days: number, now: number): string {
    const end = completedAt === null ? now : Math.min(now, Date.parse(completedAt));
    return new Date(end + days * DAY_MS).toISOString();
}
