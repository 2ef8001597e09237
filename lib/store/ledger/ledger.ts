import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClosedError } from '../../http/errors';
import { abortable } from '../../concurrency/abortable';
import type { Low } from 'lowdb';
import { JournalAdapter } from '../engine/journal-adapter';
import { yieldToEventLoop } from '../engine/lines';
import { lockLostText, StoreInUse, StoreLock, type LockTimes } from '../engine/lock';
import { explainDiskError, NotWritable } from '../engine/not-writable';
import { PrintIndex } from './print-index';
import type { Place } from './print-order';
import {
    EARLIER_UNTIL,
    emptyLedger,
    isComparisonNote,
    type CodeRecord,
    type CursorRecord,
    type LedgerData,
    type PartRecord,
    type PrintRecord,
    type PrintState,
    type Collection,
} from './records';

/** After a write that failed the next try comes so much later, at first; ms. */
const AGAIN_MS = 1000;
/** Records indexed between two breaths. */
const PORTION = 1000;

export interface LedgerOptions {
    onWarning: (text: string) => void;
    compactAfter?: number;
    now?: () => Date;
    lock?: Partial<LockTimes>;
    /** between two tries to write, after one that failed; ms */
    againMs?: number;
}

/**
 * What is remembered of prints and Parts: lowdb in one file. Records are never changed in place: `put…` replaces one and
 * resolves when it is on the disk. Reading is from memory and costs nothing.
 */
export class Ledger {
    private index = new PrintIndex();
    private readonly listeners = new Set<() => void>();
    private readonly recoveryListeners = new Set<() => void>();
    /** under way since a write failed; resolves when the disk takes what waited */
    private recovering: Promise<void> | null = null;
    private readonly ending = new AbortController();
    /** codes given up in this process, for messages that still carry them */
    private readonly moved = new Map<string, string>();
    private closed = false;

    private constructor(
        readonly file: string,
        private readonly db: Low<LedgerData>,
        private readonly adapter: JournalAdapter,
        private readonly lock: StoreLock,
        private readonly options: LedgerOptions,
    ) {}

    /** @throws StoreInUse; NewerFormat; Error where the folder cannot be written */
    static async open(file: string, options: LedgerOptions): Promise<Ledger> {
        // ESM only: an import at the top would fail where require(esm) does (facts of Node 20)
        const { Low } = await import('lowdb');
        const path = resolve(file);
        let ledger: Ledger | null = null;
        const adapter: JournalAdapter = new JournalAdapter(path, { ...options, guard: () => lock.doubt() });
        const lock = await StoreLock.take(
            path,
            {
                isAsLeft: () => adapter.isAsLeft(),
                reload: () => ledger?.reload() ?? Promise.reject(new StoreInUse(path, null)),
                lost: (why) => {
                    adapter.lockLost();
                    options.onWarning(lockLostText(path, why));
                },
                warn: options.onWarning,
            },
            options.lock,
        ).catch((error: unknown) => {
            throw explainDiskError(path, error);
        });
        try {
            const db = new Low<LedgerData>(adapter, emptyLedger());
            await db.read();
            const opened = new Ledger(path, db, adapter, lock, options);
            opened.index = await indexOf(db.data);
            if (adapter.incomplete) opened.forgetComparison();
            if (opened.meta('created') === undefined) opened.setMeta('created', opened.time());
            if (opened.meta(EARLIER_UNTIL) === undefined) opened.setMeta(EARLIER_UNTIL, opened.time());
            await opened.write();
            ledger = opened;
            return opened;
        } catch (error) {
            await adapter.close(emptyLedger()).catch(() => undefined);
            await lock.release();
            throw explainDiskError(path, error);
        }
    }

    /** The file was there and could not be read: it was set aside, and what it knew is not here. */
    get lost(): boolean {
        return this.adapter.lost;
    }

    print(batch: string): Readonly<PrintRecord> | undefined {
        for (let code: string | undefined = batch; code !== undefined; code = this.moved.get(code)) {
            const record = own(this.db.data.prints, code);
            if (record !== undefined) return record;
        }
        return undefined;
    }

    /** The print of a run: an archive and its start. */
    printOfRun(archiveId: number, startedAt: string | null): Readonly<PrintRecord> | undefined {
        const batch = this.index.batchOfRun(archiveId, startedAt);
        return batch === undefined ? undefined : this.print(batch);
    }

    /** A print of that archive, of whichever run, that has an identity. Ids of archives come back: hold its start against the archive. */
    printOfArchive(archiveId: number): Readonly<PrintRecord> | undefined {
        const batch = this.index.batchOfArchive(archiveId);
        return batch === undefined ? undefined : this.print(batch);
    }

    /** Batches of prints of a printer that began next before and next after a moment, see `PrinterIndex`. */
    printsAround(printerId: number, moment: string): string[] {
        return this.index.printers.around(printerId, moment);
    }

    /** The print of a source without archives, by its own key of the run. */
    printByRun(run: string): Readonly<PrintRecord> | undefined {
        const batch = this.index.batchByKey(run);
        return batch === undefined ? undefined : this.print(batch);
    }

    part(identity: string): Readonly<PartRecord> | undefined {
        return own(this.db.data.parts, identity);
    }

    /** Whether a Part of InvenTree was tied to stock from before us. */
    isAdoptedPart(pk: number): boolean {
        for (const identity in this.db.data.parts) {
            const part = this.db.data.parts[identity]!;
            if (part.pk === pk && part.adopted === true) return true;
        }
        return false;
    }

    cursor(source: string): Readonly<CursorRecord> | undefined {
        return own(this.db.data.cursors, source);
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
        return own(this.db.data.codes, batch.toLowerCase());
    }

    async putCode(batch: string, code: CodeRecord): Promise<void> {
        await this.put('codes', batch.toLowerCase(), code);
    }

    meta(key: string): string | undefined {
        return own(this.db.data.meta, key)?.value;
    }

    async putMeta(key: string, value: string): Promise<void> {
        await this.put('meta', key, { value });
    }

    /** As `putMeta`, without the wait: see `notePrint`. */
    setMetaDeferred(key: string, value: string): void {
        this.mustBeOpen();
        this.note('meta', key, { value });
    }

    /** Notes whose key begins so, in no order. */
    *metaFrom(start: string): IterableIterator<{ key: string; value: string }> {
        for (const key in this.db.data.meta) {
            if (key.startsWith(start)) yield { key, value: this.db.data.meta[key]!.value };
        }
    }

    async dropMeta(key: string): Promise<void> {
        this.mustBeOpen();
        delete this.db.data.meta[key];
        this.adapter.markDirty('meta', key);
        await this.write();
    }

    counts(): Readonly<Record<PrintState, number>> {
        return { ...this.index.states };
    }

    /** Prints, for lists; not sorted. */
    *prints(): IterableIterator<Readonly<PrintRecord>> {
        for (const batch in this.db.data.prints) yield this.db.data.prints[batch]!;
    }

    /** Prints by their time, newest first: at most `count` of those behind a place (null: from the newest on). */
    older(place: Place | null, count: number): Readonly<PrintRecord>[] {
        return this.index.order.older(place, count);
    }

    /** Told of every change of a print, at once and with nothing; who needs more asks later. @returns ends it */
    onPrint(listener: () => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /**
     * Told when the ledger can be written again, after it could not be, and when it was opened again from the disk, because
     * another process had it: prints that were caught in between are to be offered again. @returns ends it
     */
    onRecovery(listener: () => void): () => void {
        this.recoveryListeners.add(listener);
        return () => void this.recoveryListeners.delete(listener);
    }

    /** Resolves when the disk takes what it refused; at once where it refused nothing. @throws ClosedError */
    async writable(signal: AbortSignal): Promise<void> {
        if (this.recovering !== null) await abortable(this.recovering, signal);
        if (this.closed) throw new ClosedError();
    }

    /** @param patient it may wait for the next write that somebody else needs, or for a moment */
    async putPrint(record: Omit<PrintRecord, 'at'>, patient = false): Promise<Readonly<PrintRecord>> {
        this.mustBeOpen();
        // not `print`: that follows a code that was given up to another print
        const previous = own(this.db.data.prints, record.batch);
        const next = this.stamped(record, previous);
        this.index.put(next, previous);
        const written = this.put('prints', next.batch, next, patient);
        this.tell();
        await written;
        return next;
    }

    /**
     * As `putPrint`, without the wait: for what can be found out again. It is known here at once, and on the disk with the
     * next write or a moment later; what is written afterwards never comes to the disk before it.
     */
    setPrintDeferred(record: Omit<PrintRecord, 'at'>): void {
        this.mustBeOpen();
        const previous = own(this.db.data.prints, record.batch);
        const next = this.stamped(record, previous);
        this.index.put(next, previous);
        this.note('prints', next.batch, next);
        this.tell();
    }

    /** Changes some fields of a print that is there. */
    async changePrint(batch: string, change: Partial<Omit<PrintRecord, 'batch'>>): Promise<Readonly<PrintRecord>> {
        const record = this.print(batch);
        if (record === undefined) throw new Error(`no print ${batch} in ${this.file}`);
        return this.putPrint({ ...record, ...change, batch: record.batch });
    }

    /**
     * Binds a run to another code, because its own turned out to be somebody else's in InvenTree. Both changes go to the
     * disk together; who still asks for the old code gets the new record.
     */
    async rebind(batch: string, record: Omit<PrintRecord, 'at'>): Promise<Readonly<PrintRecord>> {
        this.mustBeOpen();
        const old = this.print(batch);
        const next = this.stamped(record, old);
        if (old !== undefined) this.index.remove(old);
        delete this.db.data.prints[batch];
        this.moved.set(batch, next.batch);
        this.index.put(next, undefined);
        this.db.data.prints[next.batch] = next;
        this.adapter.markDirty('prints', next.batch);
        this.adapter.markDirty('prints', batch);
        this.tell();
        await this.write();
        return next;
    }

    async putPart(record: Omit<PartRecord, 'at'>): Promise<Readonly<PartRecord>> {
        const next: PartRecord = { ...record, at: this.time() };
        await this.put('parts', next.identity, next);
        return next;
    }

    /** As `putPart`, without the wait: see `notePrint`. */
    setPartDeferred(record: Omit<PartRecord, 'at'>): void {
        this.mustBeOpen();
        this.note('parts', record.identity, { ...record, at: this.time() });
    }

    async putCursor(source: string, cursor: Omit<CursorRecord, 'at'>): Promise<void> {
        await this.put('cursors', source, { ...cursor, at: this.time() });
    }

    async compact(): Promise<void> {
        try {
            await this.adapter.compact(this.db.data);
        } catch (error) {
            throw explainDiskError(this.file, error);
        }
    }

    /** Ends what is being written and lets go of the file. */
    async close(): Promise<void> {
        this.closed = true;
        this.ending.abort();
        try {
            await this.adapter.close(this.db.data);
        } finally {
            await this.lock.release();
        }
    }

    private note<S extends Collection>(shelf: S, key: string, record: LedgerData[S][string]): void {
        (this.db.data[shelf] as Record<string, unknown>)[key] = record;
        this.adapter.markDirty(shelf, key);
        this.adapter.flushSoon(this.db.data);
    }

    private async put<S extends Collection>(
        shelf: S,
        key: string,
        record: LedgerData[S][string],
        patient = false,
    ): Promise<void> {
        this.mustBeOpen();
        (this.db.data[shelf] as Record<string, unknown>)[key] = record;
        this.adapter.markDirty(shelf, key);
        await this.write(patient);
    }

    private async write(patient = false): Promise<void> {
        try {
            await (patient ? this.adapter.flushWithNext(this.db.data) : this.db.write());
        } catch (error) {
            const said = explainDiskError(this.file, error);
            if (said instanceof NotWritable) this.recover(said);
            throw said;
        }
    }

    /** Tries until the disk takes what it refused; a person is told of the beginning and of the end. */
    private recover(why: NotWritable): void {
        if (this.recovering !== null || this.closed) return;
        this.options.onWarning(`${why.message}. What waits goes on by itself then.`);
        this.recovering = this.tryUntilWritten().finally(() => (this.recovering = null));
        this.recovering.then(
            () => {
                this.options.onWarning(`${this.file} is written again.`);
                this.tellRecovered();
            },
            () => undefined,
        );
    }

    private async tryUntilWritten(): Promise<void> {
        const { againMs = AGAIN_MS } = this.options;
        for (let wait = againMs; ; wait = Math.min(wait * 2, 10 * againMs)) {
            await sleep(wait, undefined, { signal: this.ending.signal, ref: false }).catch(() => {
                throw new ClosedError();
            });
            const isWritten = await this.db.write().then(
                () => true,
                () => false,
            );
            if (isWritten) return;
            if (this.adapter.isHandedOver) throw new StoreInUse(this.file, null);
        }
    }

    private tellRecovered(): void {
        for (const listener of this.recoveryListeners) listener();
    }

    /** Before anything is changed in memory: what is refused must not be there afterwards. */
    private mustBeOpen(): void {
        if (this.closed) throw new ClosedError();
        if (this.adapter.isHandedOver) throw new StoreInUse(this.file, null);
    }

    /** Something is missing here: the next start of a source compares with InvenTree again. Goes with the next write. */
    private forgetComparison(): void {
        for (const key of Object.keys(this.db.data.meta).filter(isComparisonNote)) {
            delete this.db.data.meta[key];
            this.adapter.markDirty('meta', key);
        }
    }

    private setMeta(key: string, value: string): void {
        this.db.data.meta[key] = { value };
        this.adapter.markDirty('meta', key);
    }

    /** Opens all anew from the disk. What was to be written is refused with `StoreReloaded`. */
    private async reload(): Promise<void> {
        const data = await this.adapter.reread();
        const index = await indexOf(data);
        this.adapter.startOver();
        this.db.data = data;
        this.index = index;
        this.moved.clear();
        if (this.adapter.incomplete) this.forgetComparison();
        this.adapter.flushSoon(data);
        this.options.onWarning(
            `${this.file} was in use by another process while this one could not refresh its lock. It is opened again from the disk; make sure that only one Node-RED uses it.`,
        );
        this.tell();
        this.tellRecovered();
    }

    /** A print without a start keeps the time it was first seen: its place in lists does not change. */
    private stamped(record: Omit<PrintRecord, 'at'>, previous: PrintRecord | undefined): PrintRecord {
        const at = this.time();
        return record.startedAt === null ? { seen: previous?.seen ?? at, ...record, at } : { ...record, at };
    }

    private tell(): void {
        for (const listener of this.listeners) listener();
    }

    private time(): string {
        return (this.options.now?.() ?? new Date()).toISOString();
    }
}

/** A record, and never something of `Object.prototype`. */
function own<T>(records: Record<string, T>, key: string): T | undefined {
    return Object.hasOwn(records, key) ? records[key] : undefined;
}

/** In portions: a hundred thousand at once would hold up the whole process. */
async function indexOf(data: LedgerData): Promise<PrintIndex> {
    const index = new PrintIndex();
    let portion: PrintRecord[] = [];
    for (const batch in data.prints) {
        portion.push(data.prints[batch]!);
        if (portion.length < PORTION) continue;
        index.fill(portion);
        portion = [];
        await yieldToEventLoop();
    }
    index.fill(portion);
    return index;
}
