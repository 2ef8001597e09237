import type { CircuitBreaker } from './circuit-breaker';

/** A request of a person fails within 10 s while a server is unreachable. */
const PATIENCE_MS = 8000;
const LOOK_MS = 200;

/**
 * The answer to what a person or a program asks for. While a line waits, the work goes on waiting in it; the one who asked
 * gets its error: at once where a person has to act (the key, the address) and the server has just said so, else when it
 * has lasted a while.
 * @param onlyBegin only trouble at the beginning is told: the work may take hours, and comes over outages by itself
 * @throws what the work throws; Failure of the line that waits
 */
export async function inTime<T>(
    breakers: readonly (CircuitBreaker | null)[],
    work: () => Promise<T>,
    { onlyBegin = false } = {},
): Promise<T> {
    const watched = breakers.filter((breaker) => breaker !== null);
    const before = watched.map((breaker) => breaker.waitsFor?.error);
    const began = performance.now();
    const working = work();
    let timer: NodeJS.Timeout | undefined;
    const trouble = new Promise<never>((_resolve, reject) => {
        timer = setInterval(() => {
            const late = performance.now() - began > PATIENCE_MS;
            watched.forEach((breaker, n) => {
                const { waitsFor } = breaker;
                if (waitsFor === null) return;
                const isNew = waitsFor.error !== before[n] && breaker.state.downSince !== null;
                if (late || (isNew && breaker.state.trouble !== 'off')) reject(waitsFor.error);
            });
            if (late && onlyBegin) clearInterval(timer);
        }, LOOK_MS);
    });
    // the rejection of the loser is ignored
    for (const each of [working, trouble]) each.catch(() => undefined);
    try {
        return await Promise.race([working, trouble]);
    } finally {
        clearInterval(timer);
    }
}
