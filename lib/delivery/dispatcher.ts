import { ClosedError } from '../http/errors';
import { abortable } from '../concurrency/abortable';
import { NotWritable } from '../store/engine/not-writable';
import { GONE, type PrintRecord, type Step } from '../store/ledger/records';
import { systemClock, type Clock } from '../concurrency/clock';
import { InFlight, type Settled } from './in-flight';
import type { Pass, Print } from '../print/print';
import { figuresOf, shownOf } from '../print/record-fields';
import type { Acceptor } from './acceptor';
import type { Delivery } from './delivery';
import { withoutHold } from './open-questions';
import { Resumption } from './resumption';
import { runOfPrinter } from '../print/duplicate-report';

/** What is done in a slot, and whether it sent something. */
export interface Sending {
    sent: boolean;
}

export interface DispatcherSettings {
    /** the source node's id */
    id: string;
    /** prints under way at a time */
    window: number;
    /** seconds */
    passAfter: number;
}

/** With so many under way InvenTree has work until the next of them is in stock, and that is written at once. */
const ENOUGH_UNDER_WAY = 2;

/** Sends prints, a bounded number at a time: accepted ones for the first time, and known ones again. */
export class Dispatcher {
    private readonly inFlight: InFlight;
    /** batches of prints whose acceptance is being written */
    private readonly accepting = new Set<string>();
    private readonly resumption: Resumption;
    private pausing: { over: Promise<void>; end: () => void } | null = null;

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly delivery: Delivery,
        private readonly acceptor: Acceptor,
        private readonly settings: DispatcherSettings,
        private readonly reachable: (print: { filamentOnly?: true }) => Step[],
        private readonly send: (print: Print, pass: Pass) => void,
        private readonly signal: AbortSignal,
        clock: Clock = systemClock,
    ) {
        this.inFlight = new InFlight(delivery, settings.window, settings.passAfter * 1000);
        const by = {
            inSlot: (work: () => Promise<Sending>) => this.inSlot('live', work),
            emit: (print: Print, pass: Pass) => void this.emit(print, pass),
            isAccepting: (batch: string) => this.accepting.has(batch),
        };
        this.resumption = new Resumption(delivery, acceptor, settings.id, reachable, by, signal, clock);
    }

    get inFlightCount(): number {
        return this.inFlight.count;
    }

    /** Prints that wait without a slot for their own sake (a right is missing): each is offered again by itself. */
    get waitingCount(): number {
        return this.resumption.waiting;
    }

    get paused(): boolean {
        return this.pausing !== null;
    }

    close(): void {
        this.resumption.close();
        this.inFlight.close();
    }

    /** Nothing is sent until `resume`; what is under way goes on. */
    pause(): void {
        if (this.pausing !== null) return;
        let end: () => void = () => undefined;
        const over = new Promise<void>((resolve) => (end = resolve));
        this.pausing = { over, end };
    }

    resume(): void {
        this.pausing?.end();
        this.pausing = null;
    }

    /**
     * Takes a slot for as long as `work` needs it; where nothing was sent in it, it comes back at once.
     * @param work tells whether it sent something
     * @param signal ends the wait for the slot
     */
    async inSlot<T extends Sending>(
        kind: 'live' | 'history',
        work: () => Promise<T>,
        signal = this.signal,
    ): Promise<T> {
        const { result } = await this.begin(kind, work, signal);
        return result;
    }

    /** As `inSlot`, but it resolves when the work has its slot: the next may wait for another meanwhile. */
    async begin<T extends Sending>(
        kind: 'live' | 'history',
        work: () => Promise<T>,
        signal: AbortSignal,
    ): Promise<{ result: Promise<T> }> {
        await this.slot(kind, signal);
        return { result: this.filled(work) };
    }

    /**
     * A print that is new: from `accept` on it is not lost.
     * @param how `hurry` (default true): it does not wait for what is written of others; `waits`: while the ledger cannot be
     * written it keeps its slot and goes on by itself
     * @throws NotWritable, unless it waits: it is offered again when the ledger can be written
     */
    async acceptAndSend(
        { print, first }: { print: Print; first: boolean },
        pass: Pass,
        { flushSoon = true, waits = false, ...how }: { flushSoon?: boolean; waits?: boolean; imported?: string } = {},
    ): Promise<{ sent: true; settled: Promise<Settled> }> {
        if (pass.mode === 'all') {
            const deferFlush = !flushSoon && this.inFlight.count >= ENOUGH_UNDER_WAY;
            const accept = (): Promise<void> =>
                this.acceptor.accept(print, first, this.reachable(print), { ...how, force: pass.force, deferFlush });
            await (waits ? this.whenWritable(print.batch, accept) : accept());
        }
        return { sent: true, settled: this.emit(print, pass) };
    }

    /**
     * A known print goes round once more and wants all its steps again; what is in stock stays known. A refresh that was
     * forced and did not get through is one still.
     * @param learnt what is known of it by now; written with the acceptance, so that a crash before it changes nothing
     */
    async sendAgain(
        known: Readonly<PrintRecord>,
        asked: boolean,
        learnt: Partial<PrintRecord> = {},
    ): Promise<{ sent: boolean }> {
        const record = { ...known, ...learnt };
        const print = await this.acceptor.again(record, this.signal);
        if (print === null) return { sent: false };
        const force = asked || record.force === true;
        const pendingSteps = this.reachable(print);
        if (pendingSteps.length > 0) {
            // as it is now: where it is on its way already, an intent or a result may have come meanwhile
            const { reason, ...kept } = withoutHold({
                ...(this.delivery.ledger.print(record.batch) ?? record),
                ...learnt,
            });
            await this.delivery.ledger.setPrintDurable({
                ...kept,
                // its item was made and is gone: whatever is asked, no second one is made
                ...(reason === GONE ? { reason } : {}),
                ...runOfPrinter(print),
                ...(kept.stockPk !== undefined || print.quantity === null ? {} : { count: print.quantity }),
                // one from before these were kept learns them here
                ...shownOf({ printerName: print.printer.name, completedAt: print.completedAt }),
                ...figuresOf(print),
                state: 'accepted',
                want: pendingSteps,
                via: this.settings.id,
                ...(force ? { force } : {}),
            });
        }
        // with no node of ours behind the source it is done when it is sent
        else if (record.hold !== undefined) {
            const { print: _print, ...kept } = withoutHold(record);
            await this.delivery.ledger.setPrintDurable({ ...kept, state: 'done' });
        }
        void this.emit(print, { force, mode: 'all' });
        return { sent: true };
    }

    /** Sends again accepted prints of this source that are neither finished nor in the flow, oldest first. */
    resumeUnfinished(): Promise<void> {
        return this.resumption.resumeUnfinished();
    }

    /** Does what writes of a print, once more whenever the disk has room again. @throws ClosedError; what else it throws */
    private async whenWritable(batch: string, write: () => Promise<void>): Promise<void> {
        this.accepting.add(batch);
        try {
            for (;;) {
                try {
                    return void (await write());
                } catch (error) {
                    if (!(error instanceof NotWritable)) throw error;
                    await this.delivery.ledger.writable(this.signal);
                }
            }
        } finally {
            this.accepting.delete(batch);
        }
    }

    private async filled<T extends Sending>(work: () => Promise<T>): Promise<T> {
        let sent = false;
        try {
            const result = await work();
            ({ sent } = result);
            return result;
        } finally {
            if (!sent) this.inFlight.release();
        }
    }

    private async slot(kind: 'live' | 'history', signal: AbortSignal): Promise<void> {
        for (;;) {
            while (this.pausing !== null) await abortable(this.pausing.over, signal);
            await this.inFlight.acquire(kind, signal);
            // paused while it waited
            if (this.pausing === null) return;
            this.inFlight.release();
        }
    }

    private emit(print: Print, pass: Pass): Promise<Settled> {
        if (this.signal.aborted) throw new ClosedError();
        const settled = this.inFlight.track(print);
        this.send(print, pass);
        return settled;
    }
}
