import { ClosedError, Failure, RejectedError, UnavailableError, type RequestOutcome } from '../../http/errors';
import { remedyOf } from '../../http/policy';

/** What may have been done is not sent again sooner than this after the first send, in milliseconds. */
export const SEND_AGAIN = {
    /** no answer, or a failure of server or proxy (5xx): a proxy may still hold the request */
    unanswered: 90_000,
    /**
     * a foreign answer (200 to 499): then the request is held nowhere any more, and what was done is
     * there to be found; the server gets this long to finish it
     */
    answered: 15_000,
};

/** Thrown by work that has to wait although the server is well. `retryWhileUnavailable` waits, and does it anew. */
export class NotYet extends Error {
    constructor(readonly ms: number) {
        super(`retried in ${Math.ceil(ms / 1000)} s`);
        this.name = 'NotYet';
    }
}

/**
 * What is known of a write that failed: `refused` where the server itself said no, or where it never got there; anything
 * else may have been done.
 */
export function outcomeOf(error: unknown): RequestOutcome {
    if (error instanceof UnavailableError) return error.outcome;
    if (error instanceof Failure) return error.code === 'UNREADABLE' ? 'unknown' : 'refused';
    return 'unknown';
}

/**
 * Whether a write that failed left nothing behind for certain: it never got there, or the server said no for good. Its own
 * 5xx may come when the work is done.
 */
export function madeNothing(error: unknown): boolean {
    if (error instanceof UnavailableError) return error.outcome === 'refused' && error.status === undefined;
    return error instanceof RejectedError;
}

/**
 * One thing that is to be created, over all attempts at it: keeps that it is not sent a second time too soon. Made once
 * for each piece of work, outside of `retryWhileUnavailable`; what an attempt does is look up, `maySend`, note the intent, `send`.
 */
export class Resend {
    private firstSent: number | null;
    private unknown: boolean;
    private pauseMs = SEND_AGAIN.unanswered;

    /**
     * @param intent when it was sent by an earlier attempt or process, as the ledger noted it (ISO 8601)
     * @param now ms since 1970
     */
    constructor(
        intent: string | undefined,
        private readonly now: () => number,
    ) {
        const noted = intent === undefined ? NaN : Date.parse(intent);
        this.firstSent = Number.isNaN(noted) ? null : noted;
        this.unknown = this.firstSent !== null;
    }

    /** One of the attempts may have been done: no answer came, or not the server's own. */
    get isUnknown(): boolean {
        return this.unknown;
    }

    /** Of something that a look-up has just not found. @throws NotYet where it was sent and may still come */
    maySend(): void {
        if (this.firstSent === null) return;
        // a clock that was set back prolongs no wait
        const left = Math.min(this.pauseMs, this.firstSent + this.pauseMs - this.now());
        // waited for once, by the clock of the circuit breaker: a message that comes again has waited
        this.firstSent = null;
        if (left > 0) throw new NotYet(left);
    }

    /** @throws what `post` throws */
    async send<T>(post: () => Promise<T>): Promise<T> {
        const began = this.now();
        try {
            return await post();
        } catch (error) {
            if (outcomeOf(error) === 'unknown' && !(error instanceof ClosedError)) {
                this.firstSent ??= began;
                this.unknown = true;
                this.pauseMs = pauseAfter(error);
            }
            throw error;
        }
    }
}

function pauseAfter(error: unknown): number {
    if (!(error instanceof UnavailableError) || !error.foreign) return SEND_AGAIN.unanswered;
    const { status = 500 } = error;
    return status < 400 || remedyOf(status) !== 'wait' ? SEND_AGAIN.answered : SEND_AGAIN.unanswered;
}
