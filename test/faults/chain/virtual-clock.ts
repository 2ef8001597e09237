import type { Clock } from '../../../lib/concurrency/clock';
import { Sleepers } from '../../harness/sleepers';
import { Activity } from './activity';

/**
 * A clock that goes on only when nothing else does: then it jumps to whoever sleeps the shortest. `automatic` it does so
 * by itself; else it waits for `advance`.
 */
export class VirtualClock implements Clock {
    private time = Date.parse('2026-11-22T12:00:00Z');
    private readonly sleepers = new Sleepers();
    private driving: Promise<void> | null = null;
    private limit: number;

    constructor(
        readonly automatic = true,
        readonly activity = new Activity(),
    ) {
        this.limit = automatic ? Infinity : this.time;
    }

    /** what somebody set it forward or back by, ms */
    skew = 0;

    readonly now = (): number => this.time + this.skew;

    readonly date = (): Date => new Date(this.now());

    /** Milliseconds by a clock that nobody sets. */
    readonly elapsed = (): number => this.time;

    get sleeping(): number {
        return this.sleepers.count;
    }

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        const over = this.sleepers.wait(this.time + Math.max(0, ms), signal);
        if (signal?.aborted !== true) void this.drive();
        return over;
    }

    /** Lets this much time pass; who is due wakes in order, and what follows from it is over before the next wakes. */
    async advance(ms: number): Promise<void> {
        const end = this.time + ms;
        if (!this.automatic) this.limit = end;
        await this.drive();
        this.time = Math.max(this.time, end);
    }

    /** Resolves when nothing goes on and, where the clock is automatic, nobody sleeps. */
    still(): Promise<void> {
        return this.drive();
    }

    /** Wakes the next who sleeps, when nothing else goes on. @returns false where nobody sleeps */
    async step(): Promise<boolean> {
        await this.activity.quiet();
        if (!this.wakeNext(Infinity)) return false;
        await this.activity.quiet();
        return true;
    }

    private drive(): Promise<void> {
        this.driving ??= this.run().finally(() => (this.driving = null));
        return this.driving;
    }

    private async run(): Promise<void> {
        do await this.activity.quiet();
        while (this.wakeNext(this.limit));
    }

    private wakeNext(end: number): boolean {
        return this.sleepers.wakeNext(end, (until) => (this.time = Math.max(this.time, until)));
    }
}
