import { UnavailableError } from '../../http/errors';
import { isFresh } from '../../concurrency/clock';
import { Semaphore } from '../../concurrency/semaphore';

/** So many 500s within this time mean that writes get in one another's way. */
const CLUSTER = 2;
const CLUSTER_MS = 10_000;
/** After this long without one, one more write at a time is tried. */
const QUIET_MS = 60_000;

/**
 * The semaphore of writes. Where more than one at a time was allowed and 500s come in clusters ("database is locked"), it
 * goes down to one, and comes back a step for every quiet minute.
 */
export class WriteSemaphore {
    private readonly semaphore: Semaphore;
    private troubles: number[] = [];
    private lastTrouble = 0;

    constructor(
        private readonly allowed: number,
        private readonly now: () => number = Date.now,
    ) {
        this.semaphore = new Semaphore(allowed);
    }

    get limit(): number {
        return this.semaphore.limit;
    }

    async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
        try {
            const result = await this.semaphore.run(work, signal);
            this.widen();
            return result;
        } catch (error) {
            if (error instanceof UnavailableError && error.status === 500) this.narrow();
            throw error;
        }
    }

    private narrow(): void {
        const now = this.now();
        this.lastTrouble = now;
        this.troubles = [...this.troubles.filter((at) => isFresh(at, CLUSTER_MS, now)), now];
        if (this.troubles.length >= CLUSTER) this.semaphore.limit = 1;
    }

    private widen(): void {
        if (this.semaphore.limit >= this.allowed || isFresh(this.lastTrouble, QUIET_MS, this.now())) return;
        this.semaphore.limit++;
        // the next step wants a quiet minute of its own
        this.lastTrouble = this.now();
    }
}
