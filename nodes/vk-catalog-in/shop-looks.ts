import { GateClosedError } from '../../lib/clients/vk/rates';
import type { Clock } from '../../lib/concurrency/clock';
import { WakeableLoop } from '../../lib/concurrency/wakeable-loop';
import type { VkMarket } from '../../lib/destinations/vk-market/market';
import { ClosedError } from '../../lib/http/errors';

export interface LooksParts {
    market: VkMarket;
    clock: Clock;
    /** between two looks, ms; 0: never by itself */
    intervalMs: number;
    /** whether a look is under way */
    looking: (is: boolean) => void;
    /** told of a look that did not come to its end, and when the next one is made; null: not by itself */
    failed: (error: unknown, until: number | null) => void;
}

/** After a look that failed the next one comes so much later, unless VK says when. */
const AGAIN_MS = 15 * 60_000;

/** Looks at the albums and items of a community: at an interval that restarts do not begin anew, and when somebody asks. */
export class ShopLooks {
    private readonly closed = new AbortController();
    private readonly loop: WakeableLoop;
    private notBefore = 0;
    private asked: { whole: boolean; answer: (look: Promise<void>) => void }[] = [];
    private running: Promise<void> = Promise.resolve();

    constructor(private readonly parts: LooksParts) {
        this.loop = new WakeableLoop(parts.clock, this.closed.signal);
    }

    start(): void {
        this.running = this.loop.run(
            () => this.work(),
            () => this.dueAt,
        );
    }

    /** @param whole every item, so that what is gone is known. @throws what `VkMarket.look` throws; ClosedError */
    refresh(whole: boolean): Promise<void> {
        if (this.closed.signal.aborted) return Promise.reject(new ClosedError());
        const look = new Promise<void>((resolve) => void this.asked.push({ whole, answer: resolve }));
        this.loop.wake();
        return look;
    }

    async close(): Promise<void> {
        this.closed.abort();
        await this.running;
        for (const { answer } of this.asked.splice(0)) answer(rejected(new ClosedError()));
    }

    /** When the next one is made by itself. */
    private get dueAt(): number {
        const { intervalMs, market } = this.parts;
        if (intervalMs === 0) return Infinity;
        const last = market.index.lookedAt;
        return Math.max(this.notBefore, last === null ? 0 : last + intervalMs);
    }

    private async work(): Promise<void> {
        const { market, clock, intervalMs, looking, failed } = this.parts;
        const asked = this.asked.splice(0);
        if (asked.length === 0 && clock.now() < this.dueAt) return;
        looking(true);
        const look = market.look(
            asked.some(({ whole }) => whole),
            this.closed.signal,
        );
        for (const { answer } of asked) answer(look);
        try {
            await look;
        } catch (error) {
            if (error instanceof ClosedError) return;
            this.notBefore = error instanceof GateClosedError ? error.until : clock.now() + AGAIN_MS;
            failed(error, intervalMs === 0 ? null : this.notBefore);
        } finally {
            looking(false);
        }
        if (this.asked.length > 0) this.loop.wake();
    }
}

function rejected(error: Error): Promise<never> {
    const promise = Promise.reject(error);
    // whoever asked hears of it; nobody else has to
    promise.catch(() => undefined);
    return promise;
}
