import { ClosedError } from '../../http/errors';
import { problem, ProblemError, type Problem } from './problem';

/**
 * Gives a look its time, whatever the work does meanwhile.
 * @param gone ends when nobody waits for the answer any more
 * @throws ProblemError `timeout`; ClosedError; what the work throws
 */
export async function inTime<T>(
    work: Promise<T>,
    timeoutMs: number,
    about: Problem['values'],
    gone: AbortSignal,
): Promise<T> {
    let end = (): void => undefined;
    const over = new Promise<never>((_, reject) => {
        const timer = setTimeout(
            () => reject(new ProblemError(problem('timeout', { ...about, seconds: timeoutMs / 1000 }))),
            timeoutMs,
        );
        const leave = (): void => reject(new ClosedError());
        gone.addEventListener('abort', leave, { once: true });
        end = () => {
            clearTimeout(timer);
            gone.removeEventListener('abort', leave);
        };
    });
    try {
        if (gone.aborted) throw new ClosedError();
        return await Promise.race([work, over]);
    } finally {
        // what comes of it later is nobody's any more
        work.catch(() => undefined);
        end();
    }
}
