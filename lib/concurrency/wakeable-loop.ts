import type { Clock } from './clock';

/** Work that is done when it is due, and when something wakes it, until it is ended. */
export class WakeableLoop {
    private woken: () => void = () => undefined;

    constructor(
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {}

    /** The work is done again at once; while it is under way, right after it. */
    wake(): void {
        this.woken();
    }

    /**
     * Resolves when `signal` ends it.
     * @param work must not throw
     * @param due when it is to be done next, ms since 1970; not finite: only when it is woken
     */
    async run(work: () => Promise<void>, due: () => number): Promise<void> {
        while (!this.signal.aborted) {
            // before anything is waited for, or what wakes us meanwhile is missed
            const woken = new Promise<void>((resolve) => (this.woken = resolve));
            await work();
            if (this.signal.aborted) return;
            const next = due();
            const stop = new AbortController();
            const ended = AbortSignal.any([this.signal, stop.signal]);
            // with nothing to wait for it sleeps until it is woken
            const sleep = Number.isFinite(next)
                ? this.clock.sleep(Math.max(0, next - this.clock.now()), ended)
                : new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
            await Promise.race([sleep.catch(() => undefined), woken]);
            stop.abort();
        }
    }
}
