import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../concurrency/clock';

/** However long the server says. */
const LONGEST_MS = 600_000;

/**
 * The requests that Evotor allows, which it counts by token and address (release notes 12). Each 200 says how many are
 * left (`X-RateLimit-Remaining`) and when the count begins anew (`X-RateLimit-Reset`, seconds).
 */
export class RateLimits {
    /** by path, ms since 1970 */
    private readonly closedUntil = new Map<string, number>();

    constructor(private readonly clock: Clock) {}

    /** Waits until the next request to this path is allowed. @throws ClosedError when `signal` ends the wait */
    async waitForTurn(path: string, signal?: AbortSignal): Promise<void> {
        const left = (this.closedUntil.get(path) ?? 0) - this.clock.now();
        // a clock that was set back must not hold us for hours
        if (left > 0) await this.clock.sleep(Math.min(left, LONGEST_MS), signal);
        this.closedUntil.delete(path);
    }

    /** Reads what an answer says of the requests that are left. Headers that are missing or no numbers say nothing. */
    learn(path: string, headers: IncomingHttpHeaders): void {
        const remaining = wholeNumber(headers['x-ratelimit-remaining']);
        const reset = wholeNumber(headers['x-ratelimit-reset']);
        if (remaining === 0 && reset !== null) this.close(path, reset * 1000);
    }

    /** No request to this path is sent for so long. */
    close(path: string, ms: number): void {
        this.closedUntil.set(path, this.clock.now() + Math.min(ms, LONGEST_MS));
    }
}

function wholeNumber(header: string | string[] | undefined): number | null {
    return typeof header === 'string' && /^\d{1,9}$/.test(header.trim()) ? Number(header) : null;
}
