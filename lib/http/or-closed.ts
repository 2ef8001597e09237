import { ClosedError } from './errors';

/** @throws ClosedError when the node is closed before the work is over */
export function orClosed<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
        const leave = (): void => reject(new ClosedError());
        if (signal.aborted) return leave();
        signal.addEventListener('abort', leave, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
}
