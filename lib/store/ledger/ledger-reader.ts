import type { JournalStore } from '../engine/journal-store';
import { yieldToEventLoop } from '../engine/lines';
import { entriesOf, warmOf } from '../engine/packed/records-view';
import type { PrintIndex } from './print-index';
import type { ConsumptionRecord } from './consumption';
import type { Place } from './print-order';
import type { PrintCell } from './print-sums';
import type { CodeRecord, CursorRecord, LedgerData, PartRecord, PrintRecord, PrintState } from './records';

/** Blocks of the order that are added up between two yields to the event loop: some thousand prints. */
const ADDED_UP = 4;

/** Prints looked at between two yields. */
const PORTION = 1000;

/** What the ledger knows. Reading is from memory and costs nothing. */
export class LedgerReader {
    /** codes given up in this process, and the next code of each, for messages that still carry them */
    protected readonly moved = new Map<string, string>();

    /** run by row of the source's list of used filament; null: nobody asked yet */
    protected usage: Map<number, string> | null = null;

    constructor(protected readonly store: JournalStore<LedgerData, PrintIndex>) {}

    /** absolute path */
    get file(): string {
        return this.store.file;
    }

    /** The file was there and could not be read: it was set aside, and what it knew is not here. */
    get lost(): boolean {
        return this.store.lost;
    }

    print(batch: string): Readonly<PrintRecord> | undefined {
        for (let code: string | undefined = batch; code !== undefined; code = this.moved.get(code)) {
            const record = this.store.get('prints', code);
            if (record !== undefined) return record;
        }
        return undefined;
    }

    /** The print of a source's run: an archive and its start. */
    printOfRun(source: string, archiveId: number, startedAt: string | null): Readonly<PrintRecord> | undefined {
        const batch = this.index.runs.batchOfRun(source, archiveId, startedAt);
        return batch === undefined ? undefined : this.print(batch);
    }

    /** A print of that archive of a source, of whichever run, that has an identity. Ids of archives come back: hold its start against the archive. */
    printOfArchive(source: string, archiveId: number): Readonly<PrintRecord> | undefined {
        const batch = this.index.runs.batchOfArchive(source, archiveId);
        return batch === undefined ? undefined : this.print(batch);
    }

    /** Batches of prints of a printer that began next before and next after a moment, see `PrinterIndex`. */
    printsAround(printerId: number, moment: string): string[] {
        return this.index.printers.around(printerId, moment);
    }

    /** The print of a source without archives, by its own key of the run. */
    printByRun(run: string): Readonly<PrintRecord> | undefined {
        const batch = this.index.runs.batchByKey(run);
        return batch === undefined ? undefined : this.print(batch);
    }

    part(identity: string): Readonly<PartRecord> | undefined {
        return this.store.get('parts', identity);
    }

    /** Whether a Part of InvenTree was tied to stock from before us. */
    isAdoptedPart(pk: number): boolean {
        // adopted ones are not cold
        for (const part of warmOf(this.store.data.parts)) if (part.pk === pk && part.adopted === true) return true;
        return false;
    }

    /** What a run used of its spools. @param run see `runKeyOf` */
    consumption(run: string): Readonly<ConsumptionRecord> | undefined {
        return this.store.get('consumptions', run);
    }

    /** The run that a row of the source's list of used filament was fixed for. @param usageId of the row */
    runOfUsage(usageId: number): string | undefined {
        // made when somebody asks: most ledgers have no spools
        this.usage ??= new Map(
            [...this.consumptions()].flatMap(({ run, usageIds }) => usageIds.map((id) => [id, run])),
        );
        return this.usage.get(usageId);
    }

    /** What runs used of their spools; in no order. */
    *consumptions(): IterableIterator<Readonly<ConsumptionRecord>> {
        for (const run in this.store.data.consumptions) yield this.store.data.consumptions[run]!;
    }

    cursor(source: string): Readonly<CursorRecord> | undefined {
        return this.store.get('cursors', source);
    }

    /** Prints that were accepted and are not finished, in no order. */
    *unfinished(): IterableIterator<Readonly<PrintRecord>> {
        for (const batch of this.index.unfinished) yield this.print(batch)!;
    }

    get offeredCount(): number {
        return this.index.offered.size;
    }

    /** Prints that are offered after a lost ledger. */
    *offered(): IterableIterator<Readonly<PrintRecord>> {
        for (const batch of this.index.offered) yield this.print(batch)!;
    }

    /** Prints that wait for a person, in no order. */
    *parked(): IterableIterator<Readonly<PrintRecord>> {
        for (const batch of this.index.parked) yield this.print(batch)!;
    }

    /** A StockItem from before this ledger, under a batch of our form, that no print was tied to. */
    code(batch: string): Readonly<CodeRecord> | undefined {
        return this.store.get('codes', batch.toLowerCase());
    }

    meta(key: string): string | undefined {
        return this.store.get('meta', key)?.value;
    }

    /** Notes whose key begins so, in no order. */
    *metaFrom(start: string): IterableIterator<{ key: string; value: string }> {
        for (const key in this.store.data.meta) {
            if (key.startsWith(start)) yield { key, value: this.store.data.meta[key]!.value };
        }
    }

    counts(): Readonly<Record<PrintState, number>> {
        return { ...this.index.states };
    }

    /** Prints, for lists; not sorted. */
    *prints(): IterableIterator<Readonly<PrintRecord>> {
        for (const [, record] of entriesOf(this.store.data.prints)) yield record;
    }

    /** As `prints`, for a look at all of them: some at a time, between which everybody else goes on. */
    async *printsByPortions(): AsyncIterableIterator<Readonly<PrintRecord>> {
        let left = PORTION;
        for (const record of this.prints()) {
            yield record;
            if (--left > 0) continue;
            left = PORTION;
            await yieldToEventLoop();
        }
    }

    /** Prints that are not over: unfinished, parked, or something of them is awaited. In no order. */
    pending(): IterableIterator<Readonly<PrintRecord>> {
        return warmOf(this.store.data.prints);
    }

    /**
     * Prints by their time, newest first: at most `count` of those behind a place (null: from the newest on).
     * @param mayHold (prints that stand together, added up) → whether one looks for any of them; call `addUp` before
     */
    older(
        place: Place | null,
        count: number,
        mayHold?: (cells: readonly PrintCell[]) => boolean,
    ): Readonly<PrintRecord>[] {
        return this.index.order.older(place, count, mayHold);
    }

    /** Prints by their time, from a place up to another, that one left out, added up: see `PrintOrder.cells`; call `addUp` before. */
    cells(from: Place | null, to: Place | null): IterableIterator<Readonly<PrintCell>> {
        return this.index.order.cells(from, to);
    }

    /** Adds prints up after a start, in portions between which everybody else goes on; afterwards it costs next to nothing. */
    async addUp(): Promise<void> {
        while (!this.index.order.addUp(ADDED_UP)) await yieldToEventLoop();
    }

    protected get index(): PrintIndex {
        return this.store.derived;
    }
}
