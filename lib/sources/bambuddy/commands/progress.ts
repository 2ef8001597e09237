import { SUSPECTED_DOUBLE, UNFINISHED, type PrintRecord } from '../../../store/ledger/records';
import { OUTCOME_AWAITED, PIECES_AWAITED } from '../admission-rules';
import type { Classification, Remembered } from '../import/classifier';
import type { Print } from '../../../print/print';
import type { BackfillMode, BackfillReport, PrintOutcome } from './reports';

/** Why a print is neither made nor there. */
export const ON_ITS_WAY = 'not in stock yet';
/** What is known of a print: it may be a run or a record, too, which have the name of the printer apart. */
type Listed = Pick<Print, 'archiveId' | 'runId' | 'name' | 'startedAt' | 'completedAt' | 'batch' | 'quantity'> & {
    printer: Pick<Print['printer'], 'name'>;
    printerName: string | null;
};

const MAX_LISTED = 2000;
/** Outcomes by which something would be changed. */
const CHANGES: ReadonlySet<PrintOutcome['outcome']> = new Set(['create', 'adopt']);
const PROGRESS_MS = 250;

/** Counts what becomes of each print in one pass through the history, and tells of it. */
export class BackfillProgress {
    readonly report: BackfillReport;
    private readonly started = performance.now();
    private reportedAt = -Infinity;

    constructor(
        mode: BackfillMode,
        private readonly progress: (report: BackfillReport) => void,
    ) {
        this.report = emptyReport(mode);
    }

    /** The pass came to its end. */
    end(): BackfillReport {
        const { report } = this;
        report.phase = 'done';
        report.secondsLeft = 0;
        report.total = report.done;
        this.progress(report);
        return report;
    }

    /** What needed no sending. */
    countClassified(classification: Classification): void {
        if (classification.kind === 'known' && classification.record.state === 'parked')
            this.count('skipped', 'parked');
        else if (classification.kind === 'known' && isOnItsWay(classification.record))
            this.count('skipped', ON_ITS_WAY);
        else if (classification.kind === 'known') this.count('existing');
        else if (classification.kind === 'noIdentity') this.count('failed', whyNotSent(classification));
        else if (classification.kind !== 'print') this.count('skipped', whyNotSent(classification));
    }

    /** `preview` and `adopt`: one print, and what becomes of it. @param what of the print is known */
    list(what: Partial<Listed> | null, result: Pick<PrintOutcome, 'outcome' | 'reason' | 'part' | 'stock'>): void {
        const { prints } = this.report;
        if (prints !== undefined && this.hasRoom(prints, result.outcome)) {
            prints.push({
                archiveId: what?.archiveId ?? null,
                runId: what?.runId ?? null,
                name: what?.name ?? null,
                startedAt: what?.startedAt ?? null,
                completedAt: what?.completedAt ?? null,
                batch: what?.batch ?? null,
                printer: what?.printer?.name ?? what?.printerName ?? null,
                quantity: what?.quantity ?? null,
                ...result,
            });
        }
        if (result.outcome === 'adopt') this.report.adopted++;
        this.count(
            ({ create: 'created', exists: 'existing', adopt: 'existing', skip: 'skipped' } as const)[result.outcome],
            result.reason,
        );
    }

    /** What would change something takes the place of what would not. */
    private hasRoom(prints: PrintOutcome[], outcome: PrintOutcome['outcome']): boolean {
        if (prints.length < MAX_LISTED) return true;
        if (!CHANGES.has(outcome)) return false;
        const last = prints.findLastIndex((each) => !CHANGES.has(each.outcome));
        if (last >= 0) prints.splice(last, 1);
        return last >= 0;
    }

    /** One more is done, with progress now and then. */
    count(what: 'created' | 'existing' | 'skipped' | 'failed', reason?: string): void {
        const { report } = this;
        report.done++;
        report[what]++;
        if (reason !== undefined) report.reasons[reason] = (report.reasons[reason] ?? 0) + 1;
        const now = performance.now();
        if (now - this.reportedAt < PROGRESS_MS) return;
        this.reportedAt = now;
        const perPrint = (now - this.started) / report.done;
        report.secondsLeft =
            report.done < 5 ? null : Math.round((perPrint * Math.max(0, report.total - report.done)) / 1000);
        this.progress(report);
    }
}

/** Accepted, and not in stock yet: it is offered by itself, and nothing can be said of it. */
export function isOnItsWay({ state, stockPk }: Readonly<PrintRecord>): boolean {
    return UNFINISHED.has(state) && stockPk === undefined;
}

/** In few words, for a count of each: why a print of the history is not sent. */
export function whyNotSent(classification: Remembered): string {
    if (classification.kind === 'skipped') return classification.reason;
    if (classification.kind === 'held') return classification.hold === 'number' ? PIECES_AWAITED : OUTCOME_AWAITED;
    return { noIdentity: 'no key', double: SUSPECTED_DOUBLE }[classification.kind];
}

function emptyReport(mode: BackfillMode): BackfillReport {
    return {
        mode,
        phase: 'reading',
        done: 0,
        total: 0,
        created: 0,
        existing: 0,
        adopted: 0,
        skipped: 0,
        failed: 0,
        secondsLeft: null,
        reasons: {},
    };
}
