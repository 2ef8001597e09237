import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Clock } from '../../lib/concurrency/clock';
import { Sleepers } from '../../test/harness/sleepers';

const STARTED = 'http.client.request.start';
/** What is under way in this process, by the names of `process.getActiveResourcesInfo`: files, and turns of the loop. */
const WORK = /^(FSReq|Immediate)/;
/** Turns of the loop in a row without any work: what an answer sets off has begun by then. */
const QUIET_TURNS = 3;

/**
 * A clock that goes on when nothing is under way but waiting: it jumps to whoever wakes next. Requests, files and
 * computation take no time on it, so that what passes is what somebody waits for.
 */
export class SimulatedClock implements Clock {
    private readonly sleepers = new Sleepers();
    private open = 0;
    /** requests that a simulated server answers later */
    private held = 0;

    /** @param time ms since 1970 */
    constructor(private time: number) {
        subscribe(STARTED, this.started);
    }

    readonly now = (): number => this.time;

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        return this.sleepers.wait(this.time + ms, signal);
    }

    /** The answer time of a simulated server. */
    async hold(ms: number): Promise<void> {
        this.held++;
        await this.sleep(ms);
        this.held--;
    }

    /** Lets time pass until something holds that work brings about. @throws Error where nobody is left who would wake */
    async until(isOver: () => boolean): Promise<void> {
        for (;;) {
            await this.quiet();
            if (isOver()) return;
            if (!this.wakeNext(Infinity)) throw new Error('nothing is under way, and nobody waits for a time');
        }
    }

    /** Lets time pass until work is through. @returns what it brings */
    async through<T>(work: Promise<T>): Promise<T> {
        let isOver = false;
        const mark = (): void => void (isOver = true);
        work.then(mark, mark);
        await this.until(() => isOver);
        return work;
    }

    /** Lets so much time pass. @param end ms since 1970 */
    async to(end: number): Promise<void> {
        do await this.quiet();
        while (this.wakeNext(end));
        this.time = Math.max(this.time, end);
    }

    close(): void {
        unsubscribe(STARTED, this.started);
    }

    private readonly started = (message: unknown): void => {
        const { request } = message as { request: ClientRequest };
        this.open++;
        request.once('close', () => void this.open--);
    };

    private wakeNext(end: number): boolean {
        return this.sleepers.wakeNext(end, (until) => (this.time = Math.max(this.time, until)));
    }

    private async quiet(): Promise<void> {
        for (let turns = 0; turns < QUIET_TURNS; turns++) {
            await new Promise((resolve) => setImmediate(resolve));
            if (this.open > this.held || process.getActiveResourcesInfo().some((name) => WORK.test(name))) turns = -1;
        }
    }
}
