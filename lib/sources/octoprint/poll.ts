import type { OctoPrintClient } from '../../clients/octoprint/client';
import type { Clock } from '../../concurrency/clock';
import { CoalescedRun } from '../../concurrency/coalesced-run';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { SourceActivity } from '../../delivery/source-activity';
import type { OctoPrintIntake } from './intake';

/** Looks at all files of an OctoPrint: prints that ended without a connection are found by its counts. */
export class OctoPrintPoll {
    /** when the last one was through, ISO 8601 */
    last: string | null = null;
    private readonly runs = new CoalescedRun(() => this.once());
    private recalled = false;
    private etag: string | null = null;

    /**
     * @param prepared resolves when the ledger knows where each file stands
     * @param run takes work that outlives a poll: only the close waits for it
     */
    constructor(
        private readonly octoprint: OctoPrintClient,
        private readonly breaker: CircuitBreaker,
        private readonly intake: OctoPrintIntake,
        private readonly prepared: () => Promise<void>,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
        private readonly activity: SourceActivity,
        private readonly run: (work: Promise<unknown>) => void,
    ) {}

    /** While a look is under way the next one follows it. @throws as `retryWhileUnavailable` */
    poll(): Promise<void> {
        return this.runs.run();
    }

    /** Resolves or fails with the looks that are under way; null: there is none. */
    get inFlight(): Promise<void> | null {
        return this.runs.inFlight;
    }

    private async once(): Promise<void> {
        try {
            await this.prepared();
            await this.recall();
            await this.lookAtAll();
        } catch (error) {
            this.activity.keepError(error);
            throw error;
        }
        this.last = new Date(this.clock.now()).toISOString();
        this.activity.succeeded();
    }

    /** Ends reported to an earlier process go first: the comparison would take them for unreported prints. */
    private async recall(): Promise<void> {
        if (this.recalled) return;
        for (const work of await this.intake.recall()) this.run(work());
        this.recalled = true;
    }

    private async lookAtAll(): Promise<void> {
        const list = await retryWhileUnavailable(
            this.breaker,
            () => this.octoprint.files(this.etag, this.signal),
            this.signal,
        );
        if (list === null) return;
        const news = list.files.filter((file) => file.hash !== null && this.intake.hasNews(file));
        // one that nothing is known of may be another that was moved, as long as that one is remembered
        const unknown = news.filter(({ path }) => !this.intake.knows(path));
        const known = news.filter(({ path }) => this.intake.knows(path));
        for (const { path } of [...unknown, ...known]) await this.intake.look(path, null);
        await this.intake.forgetAllBut(new Set(list.files.map(({ path }) => path)));
        this.etag = list.etag;
    }
}
