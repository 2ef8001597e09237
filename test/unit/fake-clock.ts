import { ClosedError } from '../../lib/http/errors';
import type { Clock } from '../../lib/concurrency/clock';

interface Sleeper {
    until: number;
    wake: () => void;
}

/** A clock that stands until it is told to go on; `hurried`, every sleep ends at once and the time has passed. */
export class FakeClock implements Clock {
    time = Date.parse('2026-11-22T12:00:00Z');
    /** every sleep that was asked for, in milliseconds */
    readonly slept: number[] = [];
    private sleepers: Sleeper[] = [];

    constructor(private readonly hurried = false) {}

    readonly now = (): number => this.time;

    get sleeping(): number {
        return this.sleepers.length;
    }

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        this.slept.push(ms);
        if (signal?.aborted === true) return Promise.reject(new ClosedError());
        if (this.hurried) {
            this.time += ms;
            return settle();
        }
        return new Promise((resolve, reject) => {
            const leave = (): void => {
                this.sleepers = this.sleepers.filter((each) => each !== sleeper);
                reject(new ClosedError());
            };
            const sleeper: Sleeper = {
                until: this.time + ms,
                wake: () => {
                    signal?.removeEventListener('abort', leave);
                    resolve();
                },
            };
            signal?.addEventListener('abort', leave, { once: true });
            this.sleepers.push(sleeper);
        });
    }

    /** Lets time pass; who is due wakes in order, and what they do at once is done. */
    async advance(ms: number): Promise<void> {
        await settle();
        const end = this.time + ms;
        for (;;) {
            const next = this.sleepers.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0];
            if (next === undefined) break;
            this.time = Math.max(this.time, next.until);
            this.sleepers = this.sleepers.filter((each) => each !== next);
            next.wake();
            await settle();
        }
        this.time = Math.max(this.time, end);
        await settle();
    }
}

/** Lets everything run that waits for nothing but its turn. */
export function settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
