import type { Clock } from '../../../concurrency/clock';
import type { Delivery } from '../../../delivery/delivery';
import { WaitingPrints } from '../../../delivery/retry/waiting-prints';
import { Failure } from '../../../http/errors';

/**
 * What the feed found and a server refused something for its own sake (403): it waits without a slot, and those behind it go
 * on. A look asks for it again after 1, 5, 15 and then every 60 minutes, and after a deploy.
 */
export class RefusedCandidates {
    private readonly waiting: WaitingPrints;
    private readonly unlisten: (() => void)[];

    /** @param look has the feed looked at: the cursor stays before what waits */
    constructor(
        private readonly delivery: Delivery,
        clock: Clock,
        look: () => void,
    ) {
        this.waiting = new WaitingPrints(clock, look);
        this.unlisten = [...delivery.breakers.values()].map((breaker) =>
            breaker.refusals.watch(() => this.waiting.wake()),
        );
    }

    get size(): number {
        return this.waiting.size;
    }

    /** A person has seen to it: all are asked for at the next look, which follows at once. */
    wake(): void {
        this.waiting.wake();
    }

    close(): void {
        for (const end of this.unlisten) end();
        this.waiting.close();
    }

    /**
     * Does the work of a candidate, unless it waits.
     * @returns null: it waits, from before or from now on
     * @throws what is no affair of this candidate alone
     */
    async unlessRefused<T>(key: string, work: () => Promise<T>): Promise<T | null> {
        if (this.waiting.isPausing(key)) return null;
        try {
            const result = await work();
            this.waiting.drop(key);
            return result;
        } catch (error) {
            if (!(error instanceof Failure) || error.waits !== 'print') throw error;
            this.delivery.breakers.get(error.server)?.refusals.refused(key, error);
            this.delivery.warnOnce(
                `${error.message} Prints that need this wait, and are tried again by themselves.`,
                `held back: ${error.request ?? error.message}`,
            );
            this.waiting.add(key);
            return null;
        }
    }
}
