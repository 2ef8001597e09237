import { ClosedError } from '../../http/errors';
import type { BackfillOptions, BackfillReport, PrintOutcome } from '../../sources/bambuddy/commands/backfill';
import { BackfillRunning } from '../../sources/bambuddy/commands/backfills';
import type { Reconciliation } from '../../sources/bambuddy/commands/reports';
import { ServiceError } from '../http-api/service-error';
import type { SourceAdapter } from './source-adapter';

/** Actions that take minutes: they are begun, and their result is kept for who asks later. */
export type LongAction = ({ action: 'backfill' } & BackfillOptions) | { action: 'reconcile' };

export interface LongJob {
    action: LongAction['action'];
    /** of a backfill, what was asked for */
    mode?: BackfillReport['mode'];
    max?: number;
    startedAt: string;
    /** null: it is under way */
    endedAt: string | null;
    /** why it came to nothing */
    error: string | null;
    result: BackfillReport | Reconciliation | null;
}

/** Of a result's list only so many are sent to a browser; the numbers tell how many there are. */
const MOST_LISTED = 100;
/** What is shown first of a preview: what would change something. */
const RANK: Record<PrintOutcome['outcome'], number> = { create: 0, adopt: 1, skip: 2, exists: 3 };

/** The long work that was begun for a person, the last of each kind. */
export class LongJobs {
    private readonly last = new Map<LongAction['action'], LongJob>();

    constructor(
        private readonly adapter: SourceAdapter,
        private readonly changed: () => void,
        private readonly now: () => Date = () => new Date(),
    ) {}

    /** @throws BackfillRunning; ServiceError 409 while the same is under way */
    begin(action: LongAction): void {
        if (action.action === 'backfill' && this.adapter.status().backfill !== null) throw new BackfillRunning();
        if (this.last.get(action.action)?.endedAt === null)
            throw new ServiceError(409, 'A comparison is already running');
        const job: LongJob = {
            action: action.action,
            ...(action.action === 'backfill' ? { mode: action.mode, max: action.max } : {}),
            startedAt: this.now().toISOString(),
            endedAt: null,
            error: null,
            result: null,
        };
        this.last.set(action.action, job);
        this.changed();
        void this.adapter
            .perform(action)
            .then(
                (result) => (job.result = result as BackfillReport | Reconciliation),
                (error: unknown) => (job.error = wordsOf(error)),
            )
            .finally(() => {
                job.endedAt = this.now().toISOString();
                this.changed();
            });
    }

    /** As browsers get them: with the first of their lists. */
    reports(): LongJob[] {
        return [...this.last.values()].map((job) => ({ ...job, result: shortened(job.result) }));
    }
}

function shortened(result: LongJob['result']): LongJob['result'] {
    if (result === null) return null;
    if ('lists' in result) {
        const { missing, gone, extra, differing } = result.lists;
        const first = <T>(list: T[]): T[] => list.slice(0, MOST_LISTED);
        const lists = { missing: first(missing), gone: first(gone), extra: first(extra), differing: first(differing) };
        return { ...result, lists };
    }
    const prints = result.prints && [...result.prints].sort((a, b) => RANK[a.outcome] - RANK[b.outcome] || byEnd(a, b));
    return { ...result, prints: prints?.slice(0, MOST_LISTED) };
}

/** The print that ended last first. */
function byEnd(a: PrintOutcome, b: PrintOutcome): number {
    return (b.completedAt ?? b.startedAt ?? '').localeCompare(a.completedAt ?? a.startedAt ?? '');
}

function wordsOf(error: unknown): string {
    if (error instanceof ClosedError) return 'Interrupted by a deploy or a stop';
    return error instanceof Error ? error.message : String(error);
}
