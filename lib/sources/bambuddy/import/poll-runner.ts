import type { Clock } from '../../../concurrency/clock';
import { CoalescedRun } from '../../../concurrency/coalesced-run';
import type { SourceActivity } from '../../../delivery/source-activity';
import { WaitingPrints } from '../../../delivery/retry/waiting-prints';
import { Failure } from '../../../http/errors';

/** What all polls wait under, beside the prints that wait each under its batch. */
const FEED = 'feed';

export interface PollTools {
    /** one poll */
    poll: () => Promise<void>;
    /** what follows a poll that came to its end */
    afterwards: () => Promise<void>;
}

/** Runs polls one at a time. After a 403 it waits 1, 5, 15 and then every 60 minutes before the next. */
export class PollRunner {
    /** when the last one came to its end, ISO 8601 */
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

    /** Resolves or fails with the polls that are under way; null: there is none. */
    get inFlight(): Promise<void> | null {
        return this.runs.inFlight;
    }

    /** Polls, unless a poll was refused and waits for its next attempt. @throws as `poll` */
    async look(): Promise<void> {
        if (this.refused.size === 0) await this.poll();
    }

    /** Polls now, whatever was refused. While a poll is under way the next one follows it. @throws as `retryWhileUnavailable` */
    poll(): Promise<void> {
        return this.runs.run();
    }

    /** What was refused is asked for again now. */
    wake(): void {
        this.refused.wake();
    }

    close(): void {
        this.refused.close();
    }

    /** A right is missing (403): nothing is asked before the next attempt. @throws what it is given */
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
