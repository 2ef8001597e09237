import { ClosedError } from '../../../lib/http/errors';
import type { Clock } from '../../../lib/concurrency/clock';
import { Activity } from './activity';

interface Sleeper {
    until: number;
    wake: () => void;
}

/**
 * A clock that goes on only when nothing else does: then it jumps to whoever sleeps the shortest. `automatic` it does so
 * by itself; else it waits for `advance`.
 */
export class VirtualClock implements Clock {
    private time = Date.parse('2026-11-22T12:00:00Z');
    private sleepers: Sleeper[] = [];
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
        return this.sleepers.length;
    }

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        if (signal?.aborted === true) return Promise.reject(new ClosedError());
        return new Promise((resolve, reject) => {
            const leave = (): void => {
                this.sleepers = this.sleepers.filter((each) => each !== sleeper);
                reject(new ClosedError());
            };
            const sleeper: Sleeper = {
                until: this.time + Math.max(0, ms),
                wake: () => {
                    signal?.removeEventListener('abort', leave);
                    resolve();
                },
            };
            signal?.addEventListener('abort', leave, { once: true });
            this.sleepers.push(sleeper);
            void this.drive();
        });
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
        const next = this.next();
        if (next === undefined) return false;
        this.wake(next);
        await this.activity.quiet();
        return true;
    }

    private drive(): Promise<void> {
        this.driving ??= this.run().finally(() => (this.driving = null));
        return this.driving;
    }

    private async run(): Promise<void> {
        for (;;) {
            await this.activity.quiet();
            const next = this.next();
            if (next === undefined || next.until > this.limit) return;
            this.wake(next);
        }
    }

    private next(): Sleeper | undefined {
        let first: Sleeper | undefined;
        for (const sleeper of this.sleepers) if (first === undefined || sleeper.until < first.until) first = sleeper;
        return first;
    }

    private wake(sleeper: Sleeper): void {
        this.time = Math.max(this.time, sleeper.until);
        this.sleepers = this.sleepers.filter((each) => each !== sleeper);
        sleeper.wake();
    }
}
