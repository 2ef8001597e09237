import { ConfigError, Failure, UnavailableError } from '../../http/errors';
import type { CircuitBreaker } from './circuit-breaker';
import { NotYet } from './unknown-outcome';

/** How often a piece of work may fail while the server serves others, before it is held for poisoned. */
const POISON_ATTEMPTS = 8;
/** The same where the server did not say so itself, and only after so long: a proxy that restarts is no filter. */
const FOREIGN_MS = 10 * 60_000;

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
 * Does a piece of work that needs one server, for as long as it takes: a failure for which the line waits is tried again.
 * The work must be safe to repeat (look up before creating).
 *
 * @param work gets the number of the attempt, from 0
 * @param isWell asks the server something else, where there may be no other work to tell poison from an outage by
 * @throws what the line does not wait for; PoisonedError; ClosedError when `signal` ends it
 */
export async function retryWhileUnavailable<T>(
    breaker: CircuitBreaker,
    work: (attempt: number) => Promise<T>,
    signal: AbortSignal,
    isWell?: () => Promise<unknown>,
): Promise<T> {
    const poison = new Poison(breaker, isWell);
    for (let attempt = 0; ; attempt++) {
        const probe = await breaker.waitForTurn(signal);
        let pause = 0;
        try {
            const result = await work(attempt);
            breaker.recordSuccess();
            return result;
        } catch (error) {
            if (error instanceof NotYet) pause = error.ms;
            else {
                if (!(error instanceof Failure) || error.waits !== 'line') {
                    // who refuses is at work
                    if (error instanceof Failure) breaker.recordSuccess();
                    throw error;
                }
                if (error instanceof UnavailableError) await poison.countFailure(error, attempt);
                breaker.recordFailure(error, probe);
            }
        } finally {
            if (probe) breaker.probeFinished();
        }
        if (pause > 0) await breaker.clock.sleep(pause, signal);
    }
}

/** Tells an outage from a piece of work that only its own content keeps from going through. */
class Poison {
    private count = 0;
    /** foreign answers: they tell nothing of who else went through */
    private foreign = 0;
    private served: number;
    /** the foreign answers began, by the line's clock */
    private began: number;

    constructor(
        private readonly breaker: CircuitBreaker,
        private readonly isWell: (() => Promise<unknown>) | undefined,
    ) {
        this.served = breaker.served;
        this.began = breaker.clock.now();
    }

    /** @throws PoisonedError */
    async countFailure(error: UnavailableError, attempt: number): Promise<void> {
        if (error.foreign) return this.countForeign(error, attempt);
        if (this.breaker.served > this.served || (attempt > 0 && (await answers(this.isWell)))) this.count++;
        this.served = this.breaker.served;
        if (this.count >= POISON_ATTEMPTS) throw new PoisonedError(attempt + 1, error);
    }

    /** A filter in between may reject a title: the print is not parked before that has lasted. */
    private async countForeign(error: UnavailableError, attempt: number): Promise<void> {
        this.foreign++;
        const now = this.breaker.clock.now();
        // the clock was set back: the time begins anew
        this.began = Math.min(this.began, now);
        if (this.foreign < POISON_ATTEMPTS || now - this.began < FOREIGN_MS) return;
        const { harmless } = this.breaker;
        const method = error.request?.split(' ')[0] ?? 'GET';
        if (await answers(harmless === null ? undefined : () => harmless(method)))
            throw new PoisonedError(attempt + 1, error);
        // everything is away, not this work alone: with each attempt it would be asked twice
        [this.foreign, this.began] = [0, now];
    }
}

async function answers(ask?: () => Promise<unknown>): Promise<boolean> {
    try {
        await ask?.();
        return ask !== undefined;
    } catch (error) {
        // one that refuses is at work
        return (
            ask !== undefined && error instanceof Failure && error.waits !== 'line' && !(error instanceof ConfigError)
        );
    }
}
