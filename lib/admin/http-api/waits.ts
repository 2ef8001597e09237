import { setMaxListeners } from 'node:events';
import { ClosedError } from '../../http/errors';
import { ServiceError } from './service-error';

/** A look at a server, for an answer, takes no longer. */
export const LOOK_MS = 10_000;
/** What takes longer goes on, and is answered as begun. */
const PATIENCE_MS = 3_000;

/** How long a request waits for work, until its service is closed. */
export class Waits {
    private readonly closed = new AbortController();

    /** @param failed called with the error of work that failed after its answer */
    constructor(private readonly failed: (error: Error) => void) {
        setMaxListeners(0, this.closed.signal);
    }

    /** Requests under way are answered as interrupted. */
    close(): void {
        this.closed.abort();
    }

    /** @throws ServiceError 503 where a source does not work, or is not ready in time */
    async whenReady<T>(work: Promise<T>): Promise<T> {
        const ready = await this.race(
            work.catch((error: unknown) => {
                throw new ServiceError(503, error instanceof Error ? error.message : String(error));
            }),
            LOOK_MS,
        );
        if (ready === undefined) throw new ServiceError(503, 'The source is not ready yet');
        return ready;
    }

    /** @throws ServiceError 503 where a server does not answer in time */
    async inTime<T>(server: string, look: (signal: AbortSignal) => Promise<T>): Promise<T> {
        try {
            return await look(this.within(LOOK_MS));
        } catch (error) {
            if (!(error instanceof ClosedError) || this.closed.signal.aborted) throw error;
            throw new ServiceError(503, `${server} did not answer within ${LOOK_MS / 1000} s`);
        }
    }

    /** @returns undefined where it takes longer: it goes on */
    async patiently<T>(work: Promise<T>): Promise<T | undefined> {
        const answer = await this.race(work, PATIENCE_MS);
        if (answer === undefined) work.catch((error: unknown) => this.failedLater(error));
        return answer;
    }

    within(ms: number): AbortSignal {
        const signal = AbortSignal.any([this.closed.signal, AbortSignal.timeout(ms)]);
        setMaxListeners(0, signal);
        return signal;
    }

    /** Ends with `signal`, and when the service is closed. */
    untilClosed(signal: AbortSignal): AbortSignal {
        return AbortSignal.any([this.closed.signal, signal]);
    }

    failedLater(error: unknown): void {
        if (error instanceof ClosedError) return;
        this.failed(error instanceof Error ? error : new Error(String(error)));
    }

    private race<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
        const { signal } = this.closed;
        if (signal.aborted) return Promise.reject(new ClosedError());
        let end: () => void = () => undefined;
        const over = new Promise<undefined>((resolve, reject) => {
            const timer = setTimeout(() => resolve(undefined), ms);
            const leave = (): void => reject(new ClosedError());
            signal.addEventListener('abort', leave, { once: true });
            end = () => {
                clearTimeout(timer);
                signal.removeEventListener('abort', leave);
            };
        });
        return Promise.race([work, over]).finally(end);
    }
}
