/** When a connection that was lost is made anew. */
export interface ReconnectBackoff {
    /** the pause after the first failure; each next one is up to twice as long */
    firstWaitMs: number;
    longestWaitMs: number;
    /** a connection that stood this long was a good one: the next pause is short again */
    goodMs: number;
    /** how long the server may be silent until it is asked, and how long it then has to answer */
    pingMs: number;
    /** from 0 to 1: pauses are at random, or all clients of a server come back at once */
    random: () => number;
}

export const RECONNECT_BACKOFF: Readonly<ReconnectBackoff> = {
    firstWaitMs: 1000,
    longestWaitMs: 5 * 60_000,
    goodMs: 60_000,
    pingMs: 30_000,
    random: Math.random,
};
/** @param attempts failed ones in a row, before this one */
export function pauseAfter(attempts: number, backoff: ReconnectBackoff): number {
    const bound = Math.min(backoff.longestWaitMs, backoff.firstWaitMs * 2 ** Math.min(attempts, 20));
    return bound * (0.5 + backoff.random() / 2);
}
