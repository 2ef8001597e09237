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

/** Which of the prints that the filter lets through go into stock. */
export interface AdmissionRules {
    outcome: OutcomeRules;
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

export const ADMISSION_DEFAULTS: AdmissionRules = {
    outcome: OUTCOME_DEFAULTS,
    doubles: 'hold',
    countsPieces: () => false,
};

export const NOTHING_PRINTED = '0 items printed';
export const REJECTED = 'rejected in Bambuddy';
export const OUTCOME_AWAITED = 'waits for the outcome';

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
    | { kind: 'held'; print: Print; until: string }
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
    const before = rules.doubles === 'hold' ? earlierReport(ledger, print) : null;
    if (before !== null) return { kind: 'double', print: withVerdict, of: before.batch };
    if (isAwaited && rules.outcome.ask === 'wait') {
        const until = waitsUntil(print.completedAt, rules.outcome.days, now);
        if (Date.parse(until) > now || rules.outcome.unanswered === 'attention') return { kind: 'held', print, until };
    }
    return { kind: 'print', print: withOutcome(withVerdict, verdict, rules.outcome) };
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
