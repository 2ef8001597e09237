import { ClosedError } from './closed-error';

/** @throws ClosedError when the node is closed before the work is over */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
        const leave = (): void => reject(new ClosedError());
        // always handled: a later failure of abandoned work must not end the process
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
        if (signal.aborted) leave();
        else signal.addEventListener('abort', leave, { once: true });
    });
}
