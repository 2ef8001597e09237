import { ClosedError } from '../../lib/http/errors';

interface Sleeper {
    until: number;
    wake: () => void;
}

/** Who waits for a time of a clock that only a test or a measure moves. */
export class Sleepers {
    private waiting: Sleeper[] = [];

    get count(): number {
        return this.waiting.length;
    }

    /** @param until ms since 1970. @throws ClosedError (the promise) when `signal` ends the wait */
    wait(until: number, signal?: AbortSignal): Promise<void> {
        if (signal?.aborted === true) return Promise.reject(new ClosedError());
        return new Promise((resolve, reject) => {
            const leave = (): void => {
                this.waiting = this.waiting.filter((each) => each !== sleeper);
                reject(new ClosedError());
            };
            const sleeper: Sleeper = {
                until,
                wake: () => {
                    signal?.removeEventListener('abort', leave);
                    resolve();
                },
            };
            signal?.addEventListener('abort', leave, { once: true });
            this.waiting.push(sleeper);
        });
    }

    /**
     * Wakes who waits for the earliest time, if that is not after the end.
     * @param reached told of that time, before anybody wakes
     * @returns whether anybody woke
     */
    wakeNext(end: number, reached: (until: number) => void): boolean {
        let next: Sleeper | undefined;
        for (const each of this.waiting)
            if (each.until <= end && (next === undefined || each.until < next.until)) next = each;
        if (next === undefined) return false;
        this.waiting = this.waiting.filter((each) => each !== next);
        reached(next.until);
        next.wake();
        return true;
    }
}
