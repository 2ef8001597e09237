import { ClosedError, Failure, UnavailableError, type ServerName } from '../http/errors';
import { systemClock, type Clock } from './clock';

/** Full jitter: a random time up to a bound that doubles (`facts/peers`: AWS). */
const BASE_MS = 500;
const CAP_MS = 60_000;
/** After this long without an answer the server is only probed now and then. */
const LONG_OUTAGE_MS = 30 * 60_000;
const PROBE_MS = 5 * 60_000;
/** How often a piece of work may fail while the server serves others, before it is held for poisoned. */
const POISON_ATTEMPTS = 8;
/** Below this many failures in a row an outage is not worth a word. */
const QUIET_FAILURES = 2;

export interface LineState {
    server: ServerName;
    /** since when the server does not answer, ms since 1970; null: it does */
    downSince: number | null;
    error: string | null;
}

/** A piece of work that fails again and again while the server serves others. Permanent: the print is parked. */
export class PoisonedError extends Error {
    readonly code = 'POISONED';
    constructor(
        readonly attempts: number,
        override readonly cause: UnavailableError,
    ) {
        super(`given up after ${attempts} attempts, while others went through: ${cause.message}`);
        this.name = 'PoisonedError';
    }
}

/**
 * The line to one server. While the server does not answer, everybody who needs it waits here; one at a time tries,
 * after growing pauses; the first answer lets all go on. However long it takes.
 */
export class Line {
    private downSince: number | null = null;
    private failures = 0;
    private works = 0;
    private lastError: string | null = null;
    private told = false;
    private waiting: (() => void)[] = [];
    /** the pause before the next attempt is running */
    private pausing = false;
    /** somebody is trying just now */
    private probing = false;
    /** counts outages: a pause of one that is over is nobody's */
    private outage = 0;
    private notBefore = 0;
    private readonly closed = new AbortController();
    private readonly listeners = new Set<(state: LineState) => void>();

    constructor(
        readonly server: ServerName,
        private readonly clock: Clock = systemClock,
        private readonly random: () => number = Math.random,
    ) {}

    get state(): LineState {
        return { server: this.server, downSince: this.told ? this.downSince : null, error: this.lastError };
    }

    /** Tells of an outage and its end, once each. @returns a function that stops listening */
    watch(listener: (state: LineState) => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /** A piece of work went through (a look-up alone proves nothing: writes may fail while reads work). */
    answered(): void {
        this.works++;
        if (this.downSince === null) return;
        [this.downSince, this.failures, this.lastError, this.notBefore, this.probing] = [null, 0, null, 0, false];
        this.pausing = false;
        this.outage++;
        const waiting = this.waiting;
        this.waiting = [];
        for (const go of waiting) go();
        if (!this.told) return;
        this.told = false;
        this.tell();
    }

    /**
     * The server did not answer, or as one that is not well.
     * @param probe false: it was under way when the outage began, and is no further failure of the one who tries
     */
    failed(error: UnavailableError, probe = true): void {
        const now = this.clock.now();
        const known = this.downSince !== null;
        this.downSince ??= now;
        this.lastError = error.message;
        if (known && !probe) return;
        this.failures++;
        this.probing = false;
        const jitter = this.random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(this.failures - 1, 20));
        const long = now - this.downSince > LONG_OUTAGE_MS;
        this.notBefore = now + Math.max(long ? PROBE_MS * (0.5 + this.random() / 2) : jitter, error.retryAfterMs ?? 0);
        this.schedule();
        if (this.told || this.failures < QUIET_FAILURES) return;
        this.told = true;
        this.tell();
    }

    /**
     * Waits until the server may be asked.
     * @returns whether the caller is the one who tries while the others wait: it then owes a call of `tried`
     * @throws ClosedError when `signal` ends it
     */
    turn(signal: AbortSignal): Promise<boolean> {
        if (signal.aborted) return Promise.reject(new ClosedError());
        if (this.downSince === null) return Promise.resolve(false);
        return new Promise((resolve, reject) => {
            const go = (): void => {
                signal.removeEventListener('abort', leave);
                resolve(this.downSince !== null);
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
    tried(): void {
        this.probing = false;
        this.schedule();
    }

    /** Ends the pause; nobody waits here any more. */
    close(): void {
        this.closed.abort();
    }

    private schedule(): void {
        if (this.pausing || this.probing || this.waiting.length === 0 || this.downSince === null) return;
        this.pausing = true;
        const { outage } = this;
        this.clock.sleep(Math.max(0, this.notBefore - this.clock.now()), this.closed.signal).then(
            () => {
                if (outage !== this.outage) return;
                this.pausing = false;
                const probe = this.waiting.shift();
                this.probing = probe !== undefined && this.downSince !== null;
                probe?.();
            },
            () => undefined,
        );
    }

    private tell(): void {
        for (const listener of this.listeners) listener(this.state);
    }

    /** How many pieces of work went through: tells an outage from a piece of work that is poison. */
    get served(): number {
        return this.works;
    }
}

/**
 * Does a piece of work that needs one server, for as long as it takes: a failure that time heals waits in the server's
 * line and tries again. The work must be safe to repeat (look up before creating).
 *
 * @param work gets the number of the attempt, from 0
 * @param isWell asks the server something else, where there may be no other work to tell poison from an outage by
 * @throws what time does not heal; PoisonedError; ClosedError when `signal` ends it
 */
export async function persist<T>(
    line: Line,
    work: (attempt: number) => Promise<T>,
    signal: AbortSignal,
    isWell?: () => Promise<unknown>,
): Promise<T> {
    let poison = 0;
    let served = line.served;
    for (let attempt = 0; ; attempt++) {
        const probe = await line.turn(signal);
        try {
            const result = await work(attempt);
            line.answered();
            return result;
        } catch (error) {
            if (!(error instanceof UnavailableError)) {
                // who refuses is at work
                if (error instanceof Failure) line.answered();
                throw error;
            }
            if (line.served > served || (attempt > 0 && (await answers(isWell)))) poison++;
            served = line.served;
            if (poison >= POISON_ATTEMPTS) throw new PoisonedError(attempt + 1, error);
            line.failed(error, probe);
        } finally {
            if (probe) line.tried();
        }
    }
}

async function answers(ask?: () => Promise<unknown>): Promise<boolean> {
    try {
        await ask?.();
        return ask !== undefined;
    } catch {
        return false;
    }
}
