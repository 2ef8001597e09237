import { ClosedError } from '../../http/errors';
import type { Clock } from '../../concurrency/clock';
import { AGAIN_MS } from './refusals';

interface WaitingPrint {
    /** how often it was refused */
    times: number;
    /** null: it is being offered */
    pause: AbortController | null;
}

/** Prints that wait for their own sake, without a slot: each is offered again after 1, 5, 15 and then every 60 minutes. */
export class WaitingPrints {
    private readonly prints = new Map<string, WaitingPrint>();

    /** @param offer sends one again; it is added anew where it is refused once more */
    constructor(
        private readonly clock: Clock,
        private readonly offer: (batch: string) => void,
    ) {}

    /** How many there are, those that are being offered too. */
    get size(): number {
        return this.prints.size;
    }

    /** Whether it waits, and is not being offered. */
    isPausing(batch: string): boolean {
        return (this.prints.get(batch)?.pause ?? null) !== null;
    }

    add(batch: string): void {
        const print = this.prints.get(batch) ?? { times: 0, pause: null };
        this.prints.set(batch, print);
        print.pause?.abort();
        const pause = (print.pause = new AbortController());
        const ms = AGAIN_MS[Math.min(print.times++, AGAIN_MS.length - 1)]!;
        this.clock.sleep(ms, pause.signal).then(
            () => this.go(batch, print, pause),
            (error: unknown) => {
                if (!(error instanceof ClosedError)) throw error;
            },
        );
    }

    /** It goes on by itself, or does not wait any more. */
    drop(batch: string): void {
        this.prints.get(batch)?.pause?.abort();
        this.prints.delete(batch);
    }

    /** All are offered now: what they waited for may be over. */
    wake(): void {
        for (const [batch, print] of [...this.prints]) {
            if (print.pause === null) continue;
            print.pause.abort();
            this.go(batch, print, print.pause);
        }
    }

    close(): void {
        for (const batch of [...this.prints.keys()]) this.drop(batch);
    }

    private go(batch: string, print: WaitingPrint, pause: AbortController): void {
        if (print.pause !== pause) return;
        print.pause = null;
        this.offer(batch);
    }
}
