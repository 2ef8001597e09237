import type { AfterWrites } from './after-writes';
import type { BatchEnd } from './batch-write';
import type { Entry, Written } from './entry';

/** What is written waits for its albums and baseline until one look takes it all, or nothing else is to be done. */
const MOST = 100;

/** Products that are written, and whose albums and baselines are still to be seen to. */
export class Unfinished {
    private written: Written[] = [];

    constructor(
        private readonly after: AfterWrites,
        private readonly end: Pick<BatchEnd, 'settle' | 'fail'>,
    ) {}

    add(written: Written): void {
        this.written.push(written);
    }

    has(entry: Entry): boolean {
        return this.written.some((each) => each.entry === entry);
    }

    get isFull(): boolean {
        return this.written.length >= MOST;
    }

    /** Sees to them. Every product is settled or failed when it resolves. */
    async finish(signal: AbortSignal): Promise<void> {
        const all = this.written.splice(0);
        // calls that the others need may be refused: what is through does not fail with them
        const due = new Set(all.filter((each) => this.after.isDue(each)));
        await this.finishSome(
            all.filter((each) => !due.has(each)),
            signal,
        );
        await this.finishSome([...due], signal);
    }

    private async finishSome(written: readonly Written[], signal: AbortSignal): Promise<void> {
        if (written.length === 0) return;
        try {
            await this.after.finish(written, signal);
            for (const { entry, action, itemId } of written) this.end.settle(entry, action, itemId);
        } catch (error) {
            // they are in the shop: the rest is done when they are offered again
            for (const { entry } of written) this.end.fail(entry, error as Error);
        }
    }
}
