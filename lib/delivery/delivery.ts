import type { Failure, ServerName } from '../http/errors';
import type { Picture } from '../http/picture-type';
import type { Print } from '../print/print';
import { NotWritable } from '../store/engine/not-writable';
import type { Ledger } from '../store/ledger/ledger';
import { GONE, type Outcome, type PrintRecord, type Step } from '../store/ledger/records';
import { KeyedMutex } from '../concurrency/keyed-mutex';
import { KeptPictures } from './kept-pictures';
import { RecentErrors } from './recent-errors';
import type { PrintSource } from './print-source';
import type { CircuitBreaker } from './retry/circuit-breaker';

export type StepEvent =
    | { kind: 'taken'; batch: string; step: Step }
    | { kind: 'failed'; batch: string; step: Step }
    /** it gives its slot back, and is offered again later */
    | { kind: 'waits'; batch: string; step: Step }
    | { kind: 'answered'; batch: string; step: Step; created: boolean };

export interface DeliveryParts {
    ledger: Ledger;
    /** first part of this store's batch codes */
    batchPrefix: string;
    /** told what a person should know, once each */
    warn: (text: string) => void;
    now?: () => number;
}

/** The ledger of a store, and what the steps say of its prints. */
export class Delivery {
    readonly ledger: Ledger;
    readonly batchPrefix: string;
    /** by the name that errors have for the server */
    readonly breakers = new Map<ServerName, CircuitBreaker>();
    /** by their kind */
    private readonly printSources = new Map<string, PrintSource>();
    /** pictures that are taken at the end of a print and wait to be uploaded */
    readonly keptPictures: KeptPictures;
    /** one piece of work at a time for each key, over all sources of this ledger */
    readonly mutex = new KeyedMutex();
    /** batches that a source has sent and that are not answered yet */
    readonly inFlight = new Set<string>();
    /** the sources that work with this ledger, by node id */
    readonly sources = new Set<string>();
    readonly errors: RecentErrors;
    readonly now: () => number;
    /** when this process opened the ledger, by its own clock */
    readonly openedAt: number;
    private readonly warned = new Set<string>();
    private readonly listeners = new Set<(event: StepEvent) => void>();

    constructor(private readonly parts: DeliveryParts) {
        this.ledger = parts.ledger;
        this.batchPrefix = parts.batchPrefix;
        this.now = parts.now ?? Date.now;
        this.openedAt = this.now();
        this.errors = new RecentErrors(this.now);
        this.keptPictures = new KeptPictures(`${parts.ledger.file}.pictures`);
    }

    /** @param what is told once, where the text differs from print to print */
    warnOnce(text: string, what = text): void {
        if (this.warned.has(what)) return;
        if (this.warned.size > 1000) this.warned.clear();
        this.warned.add(what);
        this.parts.warn(text);
    }

    /** Listens to what the steps do with prints. @returns a function that stops it */
    onStep(listener: (event: StepEvent) => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /** The picture of a print, of its source or as it was kept; null: there is none. @throws `retryWhileUnavailable`'s */
    async pictureOf(print: Print, signal: AbortSignal): Promise<Picture | null> {
        const picture = this.printSource(print.source)?.picture;
        return picture === undefined ? this.keptPictures.read(print) : picture(print, signal);
    }

    /** Makes a source known whose prints come into this ledger; one that registers again replaces itself. */
    registerSource(source: PrintSource): void {
        this.printSources.set(source.kind, source);
    }

    /** @returns undefined for prints of somebody else's, made by hand */
    printSource(kind: string): PrintSource | undefined {
        return this.printSources.get(kind);
    }

    /** A step has a print in hand. */
    take(print: Print, step: Step): void {
        this.notify({ kind: 'taken', batch: print.batch, step });
    }

    /**
     * A step is through with a print: what it changed is written, and the print is done when nothing is wanted any more.
     * Only stock is waited for: what became of the others shows in the servers themselves.
     */
    async answer(print: Print, step: Step, change: Partial<PrintRecord>, created = false): Promise<void> {
        const record = this.ledger.print(print.batch);
        if (record !== undefined) {
            const next = settled({ ...record, ...change, batch: record.batch }, step);
            if (step === 'stock')
                await this.ledger.setPrintDurable(next).catch((error: unknown) => this.whenWritten(error));
            else this.ledger.setPrintDeferred(next);
        }
        if (step === 'image' && this.printSource(print.source)?.picture === undefined)
            await this.keptPictures.drop(print);
        this.notify({ kind: 'answered', batch: print.batch, step, created });
    }

    /** A permanent failure: parked with the server's words until `retry`. What is in stock is parked for its filament, and for an adjustment. */
    async park(print: Print, step: Step, reason: string, node?: string): Promise<void> {
        const record = this.ledger.print(print.batch);
        if (
            record !== undefined &&
            (record.stockPk === undefined || step === 'consume' || record.apply !== undefined)
        ) {
            await this.ledger.setPrintDurable({
                ...record,
                ...failedAt(node),
                state: 'parked',
                reason,
                print: withoutArchive(print),
            });
        }
        this.notify({ kind: 'failed', batch: print.batch, step });
    }

    /** The ledger did not take what the step wrote: the print stays as it is, and is offered again when it can be written. */
    breakOff(print: Print, step: Step): void {
        this.notify({ kind: 'failed', batch: print.batch, step });
    }

    /**
     * A print that waits for its own sake: its record stays as it is, and its source offers it again.
     * @returns false where no source does that: a message of somebody else's is nobody's to repeat
     */
    async holdBack(print: Print, step: Step, error: Failure): Promise<boolean> {
        const record = this.ledger.print(print.batch);
        if (record?.via === undefined || !this.sources.has(record.via)) return false;
        this.breakers.get(error.server)?.refusals.refused(print.batch, error);
        await this.ledger.setPrintDurable({ ...record, reason: error.message, print: withoutArchive(print) });
        this.warnOnce(
            `${error.message} Prints that need it wait and are retried automatically.`,
            `held back: ${error.request ?? error.message}`,
        );
        this.notify({ kind: 'waits', batch: print.batch, step });
        return true;
    }

    /** Image or link failed for good; the stock stands. */
    async failBeside(print: Print, step: 'image' | 'link', node?: string): Promise<void> {
        await this.answer(print, step, { [step]: 'failed' satisfies Outcome, ...failedAt(node) });
    }

    /** What is in memory goes to the disk when that has room again: the step is through, and not to be done again. */
    private async whenWritten(error: unknown): Promise<void> {
        if (!(error instanceof NotWritable)) throw error;
        await this.ledger.writable(new AbortController().signal);
    }

    private notify(event: StepEvent): void {
        for (const listener of this.listeners) listener(event);
    }
}

/** Takes an answered step from what is wanted; nothing left: done, and the kept print is let go. */
export function settled(record: PrintRecord, step: Step): PrintRecord {
    const pendingSteps = record.want?.filter((each) => each !== step) ?? [];
    if (pendingSteps.length > 0) return { ...record, want: pendingSteps };
    const { want: _want, print: _print, reason, intent: _intent, sentAt: _sentAt, force: _force, ...kept } = record;
    return { ...kept, ...(reason === GONE ? { reason } : {}), state: 'done' };
}

/** What is kept of a print while it is under way: all but the server's own object, which is asked for again. */
export function withoutArchive(print: Print): Print {
    return { ...print, archive: null };
}

/** @param node of the step that failed */
function failedAt(node: string | undefined): Pick<PrintRecord, 'failedNode'> {
    return node === undefined ? {} : { failedNode: node };
}
