import type { Clock } from '../../../concurrency/clock';
import { CoalescedRun } from '../../../concurrency/coalesced-run';
import type { SourceActivity } from '../../../delivery/source-activity';
import { WaitingPrints } from '../../../delivery/retry/waiting-prints';
import { Failure } from '../../../http/errors';

/** Key of the polls among the waiting prints, whose keys are batches. */
const FEED = 'feed';

export interface PollTools {
    /** one poll */
    poll: () => Promise<void>;
    /** called after each completed poll */
    afterwards: () => Promise<void>;
}

/** Runs polls one at a time. After a 403 it waits 1, 5, 15 and then every 60 minutes before the next. */
export class PollRunner {
    /** end of the last poll, ISO 8601 */
    last: string | null = null;
    private readonly refused: WaitingPrints;
    private readonly runs = new CoalescedRun(() => this.once());

    constructor(
        private readonly tools: PollTools,
        private readonly activity: SourceActivity,
        private readonly clock: Clock,
    ) {
        this.refused = new WaitingPrints(clock, () => void this.poll().catch((error: unknown) => activity.fail(error)));
    }

    /** Settles with the running polls; null: none is running. */
    get inFlight(): Promise<void> | null {
        return this.runs.inFlight;
    }

    /** Polls, unless a poll was refused (403) and its retry is pending. @throws as `poll` */
    async look(): Promise<void> {
        if (this.refused.size === 0) await this.poll();
    }

    /** Polls now, even after a refusal; during a running poll, right after it. @throws as `retryWhileUnavailable` */
    poll(): Promise<void> {
        return this.runs.run();
    }

    /** Retries a refused poll now. */
    wake(): void {
        this.refused.wake();
    }

    close(): void {
        this.refused.close();
    }

    /** Missing permission (403): no request before the next attempt. @throws the given error */
    hold(error: unknown): never {
        if (error instanceof Failure && error.waits === 'print') this.refused.add(FEED);
        throw error;
    }

    private async once(): Promise<void> {
        try {
            await this.tools.poll();
        } catch (error) {
            this.activity.keepError(error);
            this.hold(error);
        }
        this.refused.drop(FEED);
        await this.tools.afterwards();
        this.last = new Date(this.clock.now()).toISOString();
        this.activity.succeeded();
    }
}
