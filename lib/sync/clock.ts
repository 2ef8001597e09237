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
