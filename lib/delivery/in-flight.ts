import { UNFINISHED, type PrintRecord } from '../store/ledger/records';
import type { Print } from '../print/print';
import type { Delivery, StepEvent } from './delivery';
import { PrioritySemaphore } from '../concurrency/priority-semaphore';

export interface Settled {
    batch: string;
    /** a StockItem was created for it, just now */
    created: boolean;
    failed: boolean;
}

interface Flight {
    timer: NodeJS.Timeout | null;
    resolve: (settled: Settled) => void;
}

/**
 * The prints that a source has sent and that are not in stock yet: a bounded number. A slot comes back when stock-create
 * has answered, when the print failed, when it is done, or when none of our nodes has had it in hand for a while.
 */
export class InFlight {
    private readonly semaphore: PrioritySemaphore;
    private readonly tracked = new Map<string, Flight>();
    private readonly unlisten: () => void;

    /** @param passAfterMs a print that no node of this package holds for this long counts as not handled */
    constructor(
        private readonly delivery: Delivery,
        size: number,
        private readonly passAfterMs: number,
    ) {
        this.semaphore = new PrioritySemaphore(size);
        this.unlisten = delivery.onStep((event) => this.onStep(event));
    }

    get count(): number {
        return this.tracked.size;
    }

    acquire(kind: 'live' | 'history', signal: AbortSignal): Promise<void> {
        return this.semaphore.acquire(kind, signal);
    }

    /** Gives back a slot that nothing was sent in. */
    release(): void {
        this.semaphore.release();
    }

    /** Follows a print that is about to be sent, in a slot taken before. @returns what became of it */
    track(print: Print): Promise<Settled> {
        // one that is sent again while it is under way (by hand): its first flight ends here, or its slot never came back
        this.settle(print.batch, { created: false, failed: false });
        return new Promise((resolve) => {
            this.delivery.inFlight.add(print.batch);
            this.tracked.set(print.batch, { timer: this.timeout(print.batch), resolve });
            const record = this.delivery.ledger.print(print.batch);
            if (record !== undefined && isOver(record)) this.settle(print.batch, { created: false, failed: false });
        });
    }

    /** Lets all go: what is not finished is offered again after the restart. */
    close(): void {
        this.unlisten();
        for (const [batch, flight] of this.tracked) {
            if (flight.timer !== null) clearTimeout(flight.timer);
            this.delivery.inFlight.delete(batch);
        }
        this.tracked.clear();
    }

    private onStep(event: StepEvent): void {
        const flight = this.tracked.get(event.batch);
        if (flight === undefined) return;
        if (flight.timer !== null) clearTimeout(flight.timer);
        flight.timer = null;
        if (event.kind === 'taken') return;
        if (event.kind === 'failed' || event.kind === 'waits')
            return this.settle(event.batch, { created: false, failed: true });
        const record = this.delivery.ledger.print(event.batch);
        if (event.step === 'stock' || record === undefined || isOver(record)) {
            return this.settle(event.batch, {
                created: event.kind === 'answered' && event.created,
                failed: false,
            });
        }
        flight.timer = this.timeout(event.batch);
    }

    private timeout(batch: string): NodeJS.Timeout {
        return setTimeout(() => void this.pass(batch), this.passAfterMs);
    }

    private async pass(batch: string): Promise<void> {
        const record = this.delivery.ledger.print(batch);
        this.settle(batch, { created: false, failed: false });
        if (record === undefined || isOver(record) || record.state === 'stock') return;
        const reason = `none of the nodes took it within ${this.passAfterMs / 1000} s`;
        await this.delivery.ledger.changePrint(batch, { state: 'passed', reason }).catch(() => undefined);
    }

    private settle(batch: string, settled: Omit<Settled, 'batch'>): void {
        const flight = this.tracked.get(batch);
        if (flight === undefined) return;
        if (flight.timer !== null) clearTimeout(flight.timer);
        this.tracked.delete(batch);
        this.delivery.inFlight.delete(batch);
        this.semaphore.release();
        flight.resolve({ batch, ...settled });
    }
}

function isOver(record: Readonly<PrintRecord>): boolean {
    return !UNFINISHED.has(record.state);
}
