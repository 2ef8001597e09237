import { ClosedError } from '../../http/errors';
import type { BackfillOptions, BackfillReport } from '../../sources/bambuddy/commands/backfill';
import { BackfillRunning } from '../../sources/bambuddy/commands/backfills';
import type { Reconciliation } from '../../sources/bambuddy/commands/reports';
import { ServiceError } from '../http-api/service-error';
import { Preview } from './preview';
import type { SourceAdapter } from './source-adapter';
import type { LongJobReport } from './wire';

/** Actions that take minutes: they are begun, and their result is kept for who asks later. */
export type LongAction = ({ action: 'backfill' } & BackfillOptions) | { action: 'reconcile' };

interface LongJob {
    asked: LongAction;
    startedAt: string;
    /** null: it is under way */
    endedAt: string | null;
    /** why it came to nothing */
    error: string | null;
    result: BackfillReport | Reconciliation | null;
    /** of a backfill, what it listed */
    preview: Preview | null;
}

/** Of each list of a comparison only so many are sent to a browser; the numbers tell how many there are. */
const MOST_LISTED = 100;

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
            asked: action,
            startedAt: this.now().toISOString(),
            endedAt: null,
            error: null,
            result: null,
            preview: null,
        };
        this.last.set(action.action, job);
        this.changed();
        void this.adapter
            .perform(action)
            .then(
                (result) => take(job, result as BackfillReport | Reconciliation),
                (error: unknown) => (job.error = wordsOf(error)),
            )
            .finally(() => {
                job.endedAt = this.now().toISOString();
                this.changed();
            });
    }

    /** As browsers get them: with the first of their lists. */
    reports(): LongJobReport[] {
        return [...this.last.values()].map(({ asked, startedAt, endedAt, error, result, preview }) => ({
            ...whatOf(asked),
            startedAt,
            endedAt,
            error,
            result: shortened(result),
            listed: preview?.listed ?? 0,
            tickable: preview?.tickable ?? 0,
        }));
    }

    /** What the last pass through the history listed. @throws ServiceError 404 */
    preview(): Preview {
        const preview = this.last.get('backfill')?.preview ?? null;
        if (preview === null) throw new ServiceError(404, 'There is no preview any more: preview once more');
        return preview;
    }
}

function take(job: LongJob, result: BackfillReport | Reconciliation): void {
    job.result = result;
    if (job.asked.action === 'backfill' && !('lists' in result))
        job.preview = new Preview(job.startedAt, job.asked, result);
}

function whatOf(asked: LongAction): Pick<LongJobReport, 'action' | 'mode' | 'max' | 'since' | 'until' | 'chosen'> {
    if (asked.action === 'reconcile') return { action: 'reconcile' };
    const { action, mode, max, since, until, prints } = asked;
    return { action, mode, max, since, until, chosen: prints?.length };
}

function shortened(result: LongJob['result']): LongJobReport['result'] {
    if (result === null) return null;
    if ('lists' in result) {
        const { missing, gone, extra, differing } = result.lists;
        const first = <T>(list: T[]): T[] => list.slice(0, MOST_LISTED);
        const lists = { missing: first(missing), gone: first(gone), extra: first(extra), differing: first(differing) };
        return { ...result, lists };
    }
    const { prints: _prints, ...counts } = result;
    return counts;
}

function wordsOf(error: unknown): string {
    if (error instanceof ClosedError) return 'Interrupted by a deploy or a stop';
    return error instanceof Error ? error.message : String(error);
}
