import { ClosedError } from '../http/errors';

/** Time, so that tests can let three days pass in a moment. */
export interface Clock {
    /** milliseconds since 1970 */
    now(): number;
    /** @throws ClosedError when `signal` ends the wait */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
    now: Date.now,
    sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
            if (signal?.aborted === true) return reject(new ClosedError());
            const stop = (): void => {
                clearTimeout(timer);
                reject(new ClosedError());
            };
            const timer = setTimeout(() => {
                signal?.removeEventListener('abort', stop);
                resolve();
            }, ms);
            signal?.addEventListener('abort', stop, { once: true });
        }),
};

/**
 * Does work after each pause, until it is ended.
 * @param pauseMs 0: never
 * @throws ClosedError when `signal` ends it; what `work` throws
 */
export async function repeat(
    clock: Clock,
    pauseMs: number,
    work: () => Promise<void>,
    signal: AbortSignal,
): Promise<void> {
    while (pauseMs > 0) {
        await clock.sleep(pauseMs, signal);
        await work();
    }
}

/**
 * What is left of a pause, in milliseconds: never more than the pause, whatever the clock was set to since it began.
 * @param began by `Clock.now()`
 */
export function pauseLeft(began: number, pauseMs: number, now: number): number {
    const gone = now - began;
    return gone < 0 ? pauseMs : Math.max(0, pauseMs - gone);
}

/** Whether something of `at` may still be used; after the clock was set back, nothing of before may. */
export function isFresh(at: number, lifeMs: number, now: number): boolean {
    return now >= at && now - at < lifeMs;
}
