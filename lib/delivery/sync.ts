import type { BambuddyClient } from '../clients/bambuddy/client';
import type { Failure } from '../http/errors';
import type { ParameterTemplate, Part, StockItem } from '../clients/inventree/answers';
import type { InvenTreeClient } from '../clients/inventree/client';
import type { Dialect } from '../clients/inventree/api-version';
import { templates } from '../clients/inventree/parameters';
import { partsByIpn, partsByIpns } from '../clients/inventree/parts';
import { stockByBatch, stockByBatches, stockByPrefix } from '../clients/inventree/stock';
import type { Ledger } from '../store/ledger/ledger';
import { NotWritable } from '../store/engine/not-writable';
import { GONE, type Outcome, type PrintRecord, type Step } from '../store/ledger/records';
import { bambuddyPicture } from '../sources/bambuddy/picture';
import { bareBatch } from '../print/batch-code';
import { codesOfRun } from '../print/batch-codes-of-run';
import { isFresh } from '../concurrency/clock';
import { KeyedMutex } from '../concurrency/keyed-mutex';
import { LookForDoubles, secondWriter } from '../destinations/inventree/second-writer';
import { KeptPictures } from './kept-pictures';
import type { CircuitBreaker } from './retry/circuit-breaker';
import type { PictureOf } from '../print/picture';
import type { Print } from '../print/print';
import { TtlCache } from '../concurrency/ttl-cache';

export interface SyncParts {
    ledger: Ledger;
    inventree: InvenTreeClient;
    inventreeBreaker: CircuitBreaker;
    bambuddy: BambuddyClient | null;
    bambuddyBreaker: CircuitBreaker | null;
    /** told what a person should know, once each */
    warn: (text: string) => void;
    now?: () => number;
}

export type StepEvent =
    | { kind: 'taken'; batch: string; step: Step }
    | { kind: 'failed'; batch: string; step: Step }
    /** it gives its slot back, and is offered again later */
    | { kind: 'waits'; batch: string; step: Step }
    | { kind: 'answered'; batch: string; step: Step; created: boolean };

/** note: minutes that InvenTree's written times are ahead of UTC */
const ZONE = 'inventree-zone';
const TEMPLATES_MS = 5 * 60_000;

/** One ledger joined with its servers: what every step works with. */
export class Sync {
    readonly ledger: Ledger;
    readonly inventree: InvenTreeClient;
    readonly inventreeBreaker: CircuitBreaker;
    readonly bambuddy: BambuddyClient | null;
    readonly bambuddyBreaker: CircuitBreaker | null;
    /** one worker per Part and per batch, over all stores that lead to this InvenTree */
    readonly mutex: KeyedMutex;
    /** where the pictures of a source's prints come from; of other sources: what was kept of them */
    readonly pictures = new Map<string, PictureOf>();
    /** pictures that are taken at the end of a print and wait to be uploaded */
    readonly keptPictures: KeptPictures;
    private readonly remakes = new Map<string, (signal: AbortSignal) => Promise<number>>();
    private readonly warned = new Set<string>();
    private readonly listeners = new Set<(event: StepEvent) => void>();
    /** batches that a source has sent and that are not answered yet */
    readonly inFlight = new Set<string>();
    /** the sources that work with this ledger, by node id */
    readonly sources = new Set<string>();
    /** look-ups of StockItems under way, by batch */
    private readonly stockComing = new Map<string, Promise<void>>();
    private readonly stockCache: TtlCache<StockItem>;
    private readonly partsCache: TtlCache<Part>;
    private templatesSeen: { list: ParameterTemplate[]; dialect: Dialect; at: number } | null = null;
    readonly now: () => number;
    /** when this process opened the ledger, by its own clock */
    readonly openedAt: number;
    /** batches that were sent by this process and are not answered yet */
    readonly sentFromHere = new Set<string>();
    private readonly doubles: LookForDoubles;

    constructor(private readonly parts: SyncParts) {
        this.ledger = parts.ledger;
        this.inventree = parts.inventree;
        this.inventreeBreaker = parts.inventreeBreaker;
        this.bambuddy = parts.bambuddy;
        this.bambuddyBreaker = parts.bambuddyBreaker;
        parts.inventree.guard(parts.inventreeBreaker.refusals);
        parts.inventreeBreaker.harmless = (method) => parts.inventree.harmless(method);
        const { bambuddy, bambuddyBreaker } = parts;
        if (bambuddy !== null && bambuddyBreaker !== null)
            bambuddyBreaker.harmless = (method) => bambuddy.harmless(method);
        this.mutex = KeyedMutex.for(parts.inventree.address);
        this.now = parts.now ?? Date.now;
        this.openedAt = this.now();
        this.doubles = new LookForDoubles(this);
        this.stockCache = new TtlCache(this.now);
        this.partsCache = new TtlCache(this.now);
        this.keptPictures = new KeptPictures(`${parts.ledger.file}.pictures`);
        if (this.bambuddy !== null && this.bambuddyBreaker !== null)
            this.pictures.set('bambuddy', bambuddyPicture(this.bambuddy, this.bambuddyBreaker));
    }

    /** First part of this store's batch codes. */
    get prefix(): string {
        return this.bambuddy?.prefix ?? 'print';
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

    /** A step has a print in hand. */
    take(print: Print, step: Step): void {
        this.tell({ kind: 'taken', batch: print.batch, step });
    }

    /**
     * A step is through with a print: what it changed is written, and the print is done when nothing is wanted any more.
     * Only stock is waited for: what became of the others shows in the servers themselves.
     */
    async answer(print: Print, step: Step, change: Partial<PrintRecord>, created = false): Promise<void> {
        const record = this.ledger.print(print.batch);
        if (record !== undefined) {
            const next = settled({ ...record, ...change, batch: record.batch }, step);
            if (step === 'stock') await this.ledger.putPrint(next).catch((error: unknown) => this.whenWritten(error));
            else this.ledger.setPrintDeferred(next);
        }
        if (step === 'stock') this.sentFromHere.delete(print.batch);
        if (step === 'image') await this.keptPictures.drop(print);
        this.tell({ kind: 'answered', batch: print.batch, step, created });
    }

    /** A permanent failure: the print is parked with the server's words, and waits for `retry`. */
    async park(print: Print, step: Step, reason: string): Promise<void> {
        const record = this.ledger.print(print.batch);
        if (record !== undefined && record.stockPk === undefined) {
            await this.ledger.putPrint({ ...record, state: 'parked', reason, print: withoutArchive(print) });
        }
        this.tell({ kind: 'failed', batch: print.batch, step });
    }

    /** The ledger did not take what the step wrote: the print stays as it is, and is offered again when it can be written. */
    breakOff(print: Print, step: Step): void {
        this.tell({ kind: 'failed', batch: print.batch, step });
    }

    /**
     * A print that waits for its own sake: its record stays as it is, and its source offers it again.
     * @returns false where no source does that: a message of somebody else's is nobody's to repeat
     */
    async holdBack(print: Print, step: Step, error: Failure): Promise<boolean> {
        const record = this.ledger.print(print.batch);
        if (record?.via === undefined || !this.sources.has(record.via)) return false;
        const breaker = error.server === 'InvenTree' ? this.inventreeBreaker : this.bambuddyBreaker;
        breaker?.refusals.refused(print.batch, error);
        await this.ledger.putPrint({ ...record, reason: error.message, print: withoutArchive(print) });
        this.warnOnce(
            `${error.message} Prints that need this wait, and are tried again by themselves.`,
            `held back: ${error.request ?? error.message}`,
        );
        this.tell({ kind: 'waits', batch: print.batch, step });
        return true;
    }

    /** Image or link failed for good; the stock stands. */
    async failBeside(print: Print, step: 'image' | 'link'): Promise<void> {
        await this.answer(print, step, { [step]: 'failed' satisfies Outcome });
    }

    /** InvenTree's time zone in minutes, as this process or one before it learned it. @returns null where none did */
    get inventreeZone(): number | null {
        const noted = this.ledger.meta(ZONE);
        return this.inventree.zone ?? (noted === undefined ? null : Number(noted));
    }

    /** An item was made here: its batch is looked at once more when others have been made too. */
    async made(batch: string): Promise<void> {
        this.doubles.add(batch);
        const { zone } = this.inventree;
        if (zone !== null && this.ledger.meta(ZONE) !== String(zone)) await this.ledger.putMeta(ZONE, String(zone));
    }

    /** Looks now for items that were made twice. */
    lookForDoubles(): Promise<void> {
        return this.doubles.look();
    }

    /**
     * An item of this print was there although nobody here has made it. Of a print that ended while we were looking it can
     * only be another writer's: told once.
     */
    foundUnmade(print: Print, pk: number): void {
        if (print.completedAt === null || Date.parse(print.completedAt) <= this.openedAt) return;
        this.warnOnce(secondWriter(`StockItem #${pk} of ${print.batch} was not made from here`), 'second writer');
    }

    /**
     * Asks for the StockItems of a batch beside the work on its Part; `stockOf` waits for this answer. An error is told by
     * the one who needs the answer and asks again.
     */
    askStockAhead(batch: string, signal: AbortSignal): void {
        // who tries while the others wait asks no more than it must
        if (this.inventreeBreaker.waitsFor !== null) return;
        const sent = this.ledger.print(batch)?.intent !== undefined;
        if (sent || this.stockCache.get(batch) !== undefined || this.stockComing.has(batch)) return;
        const coming = this.askStock(batch, signal).then(
            (items) => void this.rememberStock(batch, items),
            () => undefined,
        );
        this.stockComing.set(batch, coming);
        void coming.finally(() => this.stockComing.delete(batch));
    }

    /**
     * The StockItems of a batch, and of the other codes that its run may have (one request), from a look-up of a moment ago
     * where there was one. After an intent that look-up is of
     * before: what was sent may have been done, however the answer came out.
     */
    async stockOf(batch: string, fresh: boolean, signal: AbortSignal): Promise<StockItem[]> {
        await this.stockComing.get(batch);
        const sent = this.ledger.print(batch)?.intent !== undefined;
        if (fresh || sent) this.stockCache.drop(batch);
        return this.stockCache.get(batch) ?? this.askStock(batch, signal);
    }

    private async askStock(batch: string, signal: AbortSignal): Promise<StockItem[]> {
        const record = this.ledger.print(batch);
        const codes = record === undefined ? [batch] : codesOfRun(this.prefix, record);
        if (codes.length === 1) return stockByBatch(this.inventree, batch, signal);
        const found = await stockByBatches(this.inventree, codes, signal);
        const items = codes.flatMap((code) => found.get(code.toLowerCase()) ?? []);
        if (record?.runId !== null || record.archiveId === null) return items;
        // the log was cleared: who made it while its row was there gave it the code of that row
        const read = (query: Record<string, string | number>) => this.inventree.read('/api/stock/', query, signal);
        for await (const page of stockByPrefix(read, bareBatch(this.prefix, record.archiveId)))
            items.push(...page.filter((item) => items.every(({ pk }) => pk !== item.pk)));
        return items;
    }

    /** Keeps a look-up for the steps that follow. */
    rememberStock(batch: string, items: StockItem[]): void {
        this.stockCache.keep(batch, items);
    }

    /**
     * The Parts of some IPNs, in their order, from a look-up of a moment ago where there was one and nothing was sent
     * since. One request.
     */
    async partsOf(identity: string, ipns: readonly string[], fresh: boolean, signal: AbortSignal): Promise<Part[][]> {
        const keys = ipns.map((ipn) => ipn.toLowerCase());
        if (fresh || this.ledger.part(identity)?.intent !== undefined)
            for (const key of keys) this.partsCache.drop(key);
        const seen = keys.map((key) => this.partsCache.get(key));
        if (seen.every((parts) => parts !== undefined)) return seen;
        if (ipns.length === 1) return [await partsByIpn(this.inventree, ipns[0]!, signal)];
        const found = await partsByIpns(this.inventree, ipns, signal);
        return keys.map((key) => found.get(key) ?? []);
    }

    /** A Part that a look-up of a moment ago showed. */
    partSeen(pk: number, ipn: string): Part | undefined {
        return this.partsCache.get(ipn.toLowerCase())?.find((part) => part.pk === pk);
    }

    rememberParts(ipn: string, parts: Part[]): void {
        this.partsCache.keep(ipn.toLowerCase(), parts);
    }

    /** Keeps how the Part of an identity is found or made, for the step that finds the one we remembered deleted. */
    rememberHowToRemake(identity: string, remake: (signal: AbortSignal) => Promise<number>): void {
        if (this.remakes.size >= 200) this.remakes.delete(this.remakes.keys().next().value!);
        this.remakes.set(identity, remake);
    }

    /** @returns the pk of the Part found or made anew; null where no step before this one made a Part for it */
    async remakePart(identity: string, signal: AbortSignal): Promise<number | null> {
        return (await this.remakes.get(identity)?.(signal)) ?? null;
    }

    async template(name: string, signal: AbortSignal): Promise<ParameterTemplate | undefined> {
        // after an update of the server they may have other numbers
        const { dialect } = await this.inventree.handshake(signal);
        if (this.templatesSeen?.dialect !== dialect || !isFresh(this.templatesSeen.at, TEMPLATES_MS, this.now())) {
            const list = await templates(this.inventree, signal);
            this.templatesSeen = { list, dialect, at: this.now() };
        }
        const list = this.templatesSeen.list;
        return (
            list.find((each) => each.name === name) ??
            list.find((each) => each.name.toLowerCase() === name.toLowerCase())
        );
    }

    forgetTemplates(): void {
        this.templatesSeen = null;
    }

    /** What is in memory goes to the disk when that has room again: the step is through, and not to be done again. */
    private async whenWritten(error: unknown): Promise<void> {
        if (!(error instanceof NotWritable)) throw error;
        await this.ledger.writable(new AbortController().signal);
    }

    private tell(event: StepEvent): void {
        for (const listener of this.listeners) listener(event);
    }
}

/** Takes an answered step from what is wanted; nothing left: done, and the kept print is let go. */
export function settled(record: PrintRecord, step: Step): PrintRecord {
    const want = record.want?.filter((each) => each !== step) ?? [];
    if (want.length > 0) return { ...record, want };
    const { want: _want, print: _print, reason, intent: _intent, sentAt: _sentAt, force: _force, ...kept } = record;
    return { ...kept, ...(reason === GONE ? { reason } : {}), state: 'done' };
}

/** What is kept of a print while it is under way: all but the server's own object, which is asked for again. */
export function withoutArchive(print: Print): Print {
    return { ...print, archive: null };
}
