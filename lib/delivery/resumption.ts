import { ClosedError, Failure } from '../http/errors';
import type { Clock } from '../concurrency/clock';
import type { Pass, Print } from '../print/print';
import { ARCHIVE_GONE, UNFINISHED, type PrintRecord, type Step } from '../store/ledger/records';
import { settled, type Delivery, type StepEvent } from './delivery';
import type { Acceptor } from './acceptor';
import type { Sending } from './dispatcher';
import { WaitingPrints } from './retry/waiting-prints';

/** Sends a print again. */
export interface Resending {
    inSlot: (work: () => Promise<Sending>) => Promise<Sending>;
    emit: (print: Print, pass: Pass) => void;
    /** its acceptance is being written */
    isAccepting: (batch: string) => boolean;
}

/** Offers again what was accepted from a source and is not finished: after a restart, and what waits for its own sake. */
export class Resumption {
    private readonly waitingPrints: WaitingPrints;
    private readonly unlisten: (() => void)[];

    /**
     * @param id the source node's
     * @param reachable the steps that a print sent from here will meet
     */
    constructor(
        private readonly delivery: Delivery,
        private readonly acceptor: Acceptor,
        private readonly id: string,
        private readonly reachable: (print: { filamentOnly?: true }) => Step[],
        private readonly by: Resending,
        private readonly signal: AbortSignal,
        clock: Clock,
    ) {
        this.waitingPrints = new WaitingPrints(clock, (batch) => void this.offerAgain(batch));
        this.unlisten = [
            delivery.onStep((event) => this.onStep(event)),
            ...[...delivery.breakers.values()].map((breaker) =>
                breaker.refusals.watch(() => this.waitingPrints.wake()),
            ),
        ];
    }

    /** prints that wait for their own sake */
    get waiting(): number {
        return this.waitingPrints.size;
    }

    close(): void {
        for (const end of this.unlisten) end();
        this.waitingPrints.close();
    }

    /** Sends again accepted prints of this source that are neither finished nor in the flow, oldest first. */
    async resumeUnfinished(): Promise<void> {
        const own = [...this.delivery.ledger.unfinished()].filter((record) => this.isMine(record));
        own.sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''));
        for (const { batch } of own)
            await this.offerAgain(batch, (error) => {
                throw error;
            });
    }

    private onStep({ kind, batch, step }: StepEvent): void {
        if (kind === 'waits') {
            if (this.delivery.ledger.print(batch)?.via === this.id) this.waitingPrints.add(batch);
        } else if (kind === 'failed' || (kind === 'answered' && step === 'stock')) this.waitingPrints.drop(batch);
    }

    /** @param failed called for a failure that does not concern this print only; default: the print keeps waiting */
    private async offerAgain(batch: string, failed?: (error: unknown) => void): Promise<void> {
        try {
            await this.by.inSlot(() => this.finish(batch));
            if (!this.delivery.inFlight.has(batch)) this.waitingPrints.drop(batch);
        } catch (error) {
            if (error instanceof ClosedError) return failed?.(error);
            const isOwn = error instanceof Failure && error.waits === 'print';
            if (!isOwn && failed !== undefined) failed(error);
            else this.waitingPrints.add(batch);
        }
    }

    /** The prints of a removed source are sent by other sources. */
    private isMine(record: Readonly<PrintRecord>): boolean {
        if (record.source !== this.acceptor.source || this.delivery.inFlight.has(record.batch)) return false;
        // it waits elsewhere: without a slot, or for the disk
        if (record.hold !== undefined || this.by.isAccepting(record.batch)) return false;
        return record.via === undefined || record.via === this.id || !this.delivery.sources.has(record.via);
    }

    private async finish(batch: string): Promise<{ sent: boolean }> {
        const { ledger } = this.delivery;
        const record = ledger.print(batch);
        // while it waited for a slot it may have been asked for by hand
        if (record === undefined || !UNFINISHED.has(record.state) || !this.isMine(record)) return { sent: false };
        const reachable = this.reachable(record);
        const pendingSteps = (record.want ?? reachable).filter((step) => reachable.includes(step));
        // with no node of ours behind the source (a disabled tab) the print waits for better days
        if (reachable.length === 0) return { sent: false };
        if (pendingSteps.length === 0) {
            await ledger.setPrintDurable(settled({ ...record, want: [] }, 'part'));
            return { sent: false };
        }
        const print = await this.acceptor.again(record, this.signal);
        if (this.delivery.inFlight.has(batch)) return { sent: false };
        if (print === null) {
            // one that is in stock stays in stock: what was still wanted of it is past
            const inStock = record.stockPk !== undefined;
            await ledger.setPrintDurable(
                inStock
                    ? settled({ ...record, want: [] }, 'link')
                    : { ...record, state: 'skipped', reason: ARCHIVE_GONE },
            );
            return { sent: false };
        }
        // the nodes before an unfinished one are passed again: each knows what it did
        await ledger.setPrintDurable({ ...record, want: pendingSteps, via: this.id });
        this.by.emit(print, { force: record.force === true, mode: 'all' });
        return { sent: true };
    }
}
