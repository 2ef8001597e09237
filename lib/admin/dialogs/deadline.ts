import { ClosedError } from '../../http/errors';
import { problem, ProblemError, type Problem } from './problem';

/**
 * Gives a look its time, whatever the work does meanwhile.
 * @param gone aborted when the answer is no longer waited for
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
        // a later result is ignored
        work.catch(() => undefined);
        end();
    }
}
