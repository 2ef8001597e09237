import { AuthError, ClosedError, UnavailableError, type Failure, type ServerName } from '../../http/errors';
import { pauseLeft, systemClock, type Clock } from '../../concurrency/clock';
import { Refusals } from './refusals';

/** Full jitter: a random time up to a bound that doubles (`facts/peers`: AWS). */
const BASE_MS = 500;
const CAP_MS = 60_000;
/** After this long without an answer the server is only probed now and then. */
const LONG_OUTAGE_MS = 30 * 60_000;
const PROBE_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** A refused key or token is tried again so seldom: some servers ban who is refused a few times. */
export const REFUSED_MS: readonly number[] = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS);
/** Below this many failures in a row an outage is not worth a word. */
const QUIET_FAILURES = 2;

/**
 * Why a line waits.
 * - `off`: the server does not answer, or not as one that is well
 * - `foreign`: something else answers in its place, and it never answered itself since the deploy
 * - `refused`: it refuses the key or token
 */
export type BreakerCause = 'off' | 'foreign' | 'refused';

export interface BreakerState {
    server: ServerName;
    /** since when the server does not answer, ms since 1970; null: it does */
    downSince: number | null;
    error: string | null;
    trouble: BreakerCause;
}

/**
 * The line to one server. While the server does not answer, everybody who needs it waits here; one at a time tries,
 * after growing pauses; the first answer lets all go on. However long it takes.
 */
export class CircuitBreaker {
    /** kinds of request that the server refuses, of which no print asks it each time */
    readonly refusals: Refusals;
    /** sends a harmless request with this method; null: none is known */
    harmless: ((method: string) => Promise<unknown>) | null = null;
    private since: number | null = null;
    private failures = 0;
    private refused = 0;
    private successCount = 0;
    private lastError: Failure | null = null;
    private trouble: BreakerCause = 'off';
    private isReported = false;
    private waiting: (() => void)[] = [];
    /** the pause before the next attempt is running */
    private pause: AbortController | null = null;
    /** a probe is in flight */
    private probing = false;
    /** the pause after the last failure: since when by the clock, and how long */
    private rest = { began: 0, ms: 0 };
    private isClosed = false;
    private readonly listeners = new Set<(state: BreakerState) => void>();

    constructor(
        readonly server: ServerName,
        readonly clock: Clock = systemClock,
        private readonly random: () => number = Math.random,
    ) {
        this.refusals = new Refusals(clock);
    }

    get state(): BreakerState {
        const { server, trouble } = this;
        return {
            server,
            downSince: this.isReported ? this.since : null,
            error: this.lastError?.message ?? null,
            trouble,
        };
    }

    /** When the server is asked again, ms since 1970; null: it answers, or it is asked just now. */
    get nextTryAt(): number | null {
        return this.since === null || this.probing || this.rest.ms === 0 ? null : this.rest.began + this.rest.ms;
    }

    /** What it waits for, and since when by this line's clock, from the first failure on; null: it does not wait. */
    get waitsFor(): { since: number; error: Failure } | null {
        return this.since === null || this.lastError === null ? null : { since: this.since, error: this.lastError };
    }

    /** Reports an outage and its end, once each. @returns a function that stops listening */
    watch(listener: (state: BreakerState) => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /** Work was completed. A look-up alone is no proof, because writes may fail while reads work. */
    recordSuccess(): void {
        this.successCount++;
        if (this.since === null) return;
        [this.since, this.failures, this.refused, this.lastError] = [null, 0, 0, null];
        this.rest = { began: 0, ms: 0 };
        this.probing = false;
        this.endPause();
        const waiting = this.waiting;
        this.waiting = [];
        for (const go of waiting) go();
        if (!this.isReported) return;
        this.isReported = false;
        this.notifyWatchers();
    }

    /**
     * The server did not answer, or as one that is not well, or refuses us.
     * @param probe false: it was under way when the outage began, and is no further failure of the one who tries
     */
    recordFailure(error: Failure, probe = true): void {
        const now = this.clock.now();
        const known = this.since !== null;
        this.since ??= now;
        this.lastError = error;
        if (known && !probe) return;
        this.failures++;
        this.probing = false;
        const before = this.trouble;
        this.trouble = troubleOf(error);
        this.rest = { began: now, ms: Math.max(this.pauseAfter(error, now), retryAfterOf(error)) };
        this.endPause();
        this.schedule();
        const isPassing = error instanceof UnavailableError && !error.stranger && this.failures < QUIET_FAILURES;
        if (this.isReported ? this.trouble === before : isPassing) return;
        this.isReported = true;
        this.notifyWatchers();
    }

    /**
     * Waits until the server may be asked.
     * @returns whether the caller is the one who tries while the others wait: it then owes a call of `tried`
     * @throws ClosedError when `signal` ends it
     */
    waitForTurn(signal: AbortSignal): Promise<boolean> {
        if (signal.aborted) return Promise.reject(new ClosedError());
        if (this.since === null) return Promise.resolve(false);
        return new Promise((resolve, reject) => {
            const go = (): void => {
                signal.removeEventListener('abort', leave);
                resolve(this.since !== null);
            };
            const leave = (): void => {
                this.waiting = this.waiting.filter((other) => other !== go);
                reject(new ClosedError());
            };
            signal.addEventListener('abort', leave, { once: true });
            this.waiting.push(go);
            this.schedule();
        });
    }

    /** The attempt is over. Where it showed nothing about the server, the next in line tries. */
    probeFinished(): void {
        this.probing = false;
        this.schedule();
    }

    /** Somebody has seen to it, or so they say: the next in line tries at once, and what was refused is asked once more. */
    wake(): void {
        this.refusals.wake();
        if (this.since === null) return;
        this.refused = 0;
        this.rest = { began: 0, ms: 0 };
        this.endPause();
        this.schedule();
    }

    /** Ends the pause and releases its waiters. */
    close(): void {
        this.isClosed = true;
        this.endPause();
    }

    /** How many pieces of work went through: tells an outage from a piece of work that is poison. */
    get served(): number {
        return this.successCount;
    }

    private pauseAfter(error: Failure, now: number): number {
        if (troubleOf(error) === 'refused') return REFUSED_MS[Math.min(this.refused++, REFUSED_MS.length - 1)]!;
        this.refused = 0;
        if (now - this.since! > LONG_OUTAGE_MS) return PROBE_MS * (0.5 + this.random() / 2);
        return this.random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(this.failures - 1, 20));
    }

    private schedule(): void {
        const idle = this.pause !== null || this.probing || this.waiting.length === 0;
        if (idle || this.since === null || this.isClosed) return;
        const pause = (this.pause = new AbortController());
        this.clock.sleep(pauseLeft(this.rest.began, this.rest.ms, this.clock.now()), pause.signal).then(
            () => {
                // timers of an earlier pause are ignored
                if (this.pause !== pause) return;
                this.pause = null;
                const probe = this.waiting.shift();
                this.probing = probe !== undefined && this.since !== null;
                probe?.();
            },
            () => undefined,
        );
    }

    private endPause(): void {
        this.pause?.abort();
        this.pause = null;
    }

    private notifyWatchers(): void {
        for (const listener of this.listeners) listener(this.state);
    }
}

function troubleOf(error: Failure): BreakerCause {
    if (error instanceof AuthError) return 'refused';
    return error instanceof UnavailableError && error.stranger ? 'foreign' : 'off';
}

function retryAfterOf(error: Failure): number {
    return error instanceof UnavailableError ? (error.retryAfterMs ?? 0) : 0;
}
