import type { Clock } from '../../concurrency/clock';
import { WakeableLoop } from '../../concurrency/wakeable-loop';

export interface Queued {
    /** what it is a state of: a newer one replaces it while it waits */
    key: string;
    /** of one batch no two have the same */
    sku: string;
}

interface Waiting<T> {
    entry: T;
    /** ms since 1970 */
    since: number;
    notBefore: number;
}

/**
 * A batch leaves when there are enough for an `execute`, or so long after the first of them came. It takes with it what else
 * is ready, so that the last save of pictures and the last `execute` of a batch are seldom half empty.
 */
export const BATCH = { enough: 25, most: 100, afterMs: 300 } as const;

/** Products that wait for a batch. One batch is under way at a time. */
export class ProductQueue<T extends Queued> {
    private readonly waiting = new Map<string, Waiting<T>>();
    private readonly closing = new AbortController();
    private readonly loop: WakeableLoop;
    /** resolves when the last batch is through */
    readonly ended: Promise<void>;

    /**
     * @param work must not throw
     * @param replaced a newer state came while it waited
     */
    constructor(
        private readonly clock: Clock,
        private readonly work: (batch: T[]) => Promise<void>,
        private readonly replaced: (entry: T) => void,
    ) {
        this.loop = new WakeableLoop(clock, this.closing.signal);
        this.ended = this.loop.run(
            () => this.runDue(),
            () => this.due(),
        );
    }

    /** Of those that wait, how many may leave now. */
    get ready(): number {
        return this.readyOnes().length;
    }

    /** @param delayMs it does not leave before */
    add(entry: T, delayMs = 0): void {
        const before = this.waiting.get(entry.key);
        if (before !== undefined) this.replaced(before.entry);
        const now = this.clock.now();
        this.waiting.set(entry.key, { entry, since: before?.since ?? now, notBefore: now + delayMs });
        this.loop.wake();
    }

    /** One that was tried in vain; a newer state that came meanwhile takes its place. */
    again(entry: T, delayMs: number): void {
        if (this.waiting.has(entry.key)) this.replaced(entry);
        else this.add(entry, delayMs);
    }

    /** Ends; what waits is handed back. */
    close(): T[] {
        this.closing.abort();
        const left = [...this.waiting.values()].map(({ entry }) => entry);
        this.waiting.clear();
        return left;
    }

    private async runDue(): Promise<void> {
        while (!this.closing.signal.aborted && this.due() <= this.clock.now()) {
            const batch = this.next();
            if (batch.length === 0) return;
            await this.work(batch);
        }
    }

    private due(): number {
        const ready = this.readyOnes();
        if (ready.length >= BATCH.enough) return this.clock.now();
        let next = Infinity;
        for (const { since, notBefore } of this.waiting.values())
            next = Math.min(next, Math.max(since + BATCH.afterMs, notBefore));
        return next;
    }

    private readyOnes(): Waiting<T>[] {
        const now = this.clock.now();
        return [...this.waiting.values()].filter(({ notBefore }) => notBefore <= now);
    }

    private next(): T[] {
        const skus = new Set<string>();
        const batch: T[] = [];
        for (const { entry } of this.readyOnes()) {
            if (batch.length === BATCH.most) break;
            if (skus.has(entry.sku)) continue;
            skus.add(entry.sku);
            this.waiting.delete(entry.key);
            batch.push(entry);
        }
        return batch;
    }
}
