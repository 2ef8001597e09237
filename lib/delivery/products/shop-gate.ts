import type { Clock } from '../../concurrency/clock';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** After a failure nothing is sent for so long; each failure in a row takes the next. */
const PAUSES: readonly number[] = [5 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE];

/**
 * Whether a shop may be sent products: after a failure that is no product's own it is left alone for a while, longer each
 * time, so that a source offers nothing in vain.
 */
export class ShopGate {
    private failures = 0;
    private closedUntil: number | null = null;
    private readonly closed = new AbortController();

    /** @param opened called when the gate has opened again */
    constructor(
        private readonly clock: Clock,
        private readonly opened: () => void,
    ) {}

    get isOpen(): boolean {
        return this.closedUntil === null;
    }

    /** When it opens, ms since 1970; null: it is open. */
    get until(): number | null {
        return this.closedUntil;
    }

    /**
     * @param until when the server says that it may be asked again, ms since 1970; null: it did not say
     * @returns whether it was open: an outage that is told once
     */
    failed(until: number | null): boolean {
        const wasWell = this.failures === 0;
        const pause = PAUSES[Math.min(this.failures++, PAUSES.length - 1)]!;
        const next = until ?? this.clock.now() + pause;
        // what fails while the gate is closed was under way before
        if (this.closedUntil !== null && next <= this.closedUntil) return wasWell;
        const isWaiting = this.closedUntil !== null;
        this.closedUntil = next;
        if (!isWaiting) void this.wait();
        return wasWell;
    }

    /** The shop took something. */
    worked(): void {
        this.failures = 0;
    }

    close(): void {
        this.closed.abort();
    }

    private async wait(): Promise<void> {
        try {
            while (this.closedUntil !== null && this.closedUntil > this.clock.now())
                await this.clock.sleep(Math.min(this.closedUntil - this.clock.now(), 60 * MINUTE), this.closed.signal);
        } catch {
            return;
        }
        this.closedUntil = null;
        this.opened();
    }
}
