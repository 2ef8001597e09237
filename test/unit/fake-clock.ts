import { ClosedError } from '../../lib/http/errors';
import type { Clock } from '../../lib/concurrency/clock';
import { Sleepers } from '../harness/sleepers';

/** A clock that stands until it is told to go on; `hurried`, every sleep ends at once and the time has passed. */
export class FakeClock implements Clock {
    time = Date.parse('2026-11-22T12:00:00Z');
    /** every sleep that was asked for, in milliseconds */
    readonly slept: number[] = [];
    private readonly sleepers = new Sleepers();

    constructor(private readonly hurried = false) {}

    /** what somebody set it forward or back by, ms; who sleeps is not woken by that */
    skew = 0;

    readonly now = (): number => this.time + this.skew;

    get sleeping(): number {
        return this.sleepers.count;
    }

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        this.slept.push(ms);
        if (signal?.aborted === true) return Promise.reject(new ClosedError());
        if (this.hurried) {
            this.time += ms;
            return settle();
        }
        return this.sleepers.wait(this.time + ms, signal);
    }

    /** Lets time pass; who is due wakes in order, and what they do at once is done. */
    async advance(ms: number): Promise<void> {
        await settle();
        const end = this.time + ms;
        while (this.sleepers.wakeNext(end, (until) => (this.time = Math.max(this.time, until)))) await settle();
        this.time = Math.max(this.time, end);
        await settle();
    }
}

/** Lets everything run that waits for nothing but its turn. */
export function settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
