import { JournalStore } from '../engine/journal-store';
import type { LockTimes } from '../engine/lock/store-lock';
import { LedgerReader } from './ledger-reader';
import { PrintIndex } from './print-index';
import {
    EARLIER_UNTIL,
    isComparisonNote,
    type CodeRecord,
    type CursorRecord,
    type LedgerData,
    type PartRecord,
    type PrintRecord,
} from './records';
import { LEDGER } from './schema';
import type { ConsumptionRecord } from './consumption';

export interface LedgerOptions {
    onWarning: (text: string) => void;
    compactAfter?: number;
    now?: () => Date;
    lock?: Partial<LockTimes>;
    /** between two tries to write, after one that failed; ms */
    againMs?: number;
}

/**
 * What is remembered of prints and Parts, in one file. Records are never changed in place: `put…` replaces one and resolves
 * when it is on the disk, `set…Deferred` does not wait for that.
 */
export class Ledger extends LedgerReader {
    private readonly listeners = new Set<() => void>();
    private readonly reloadListeners = new Set<() => void>();

    private constructor(
        store: JournalStore<LedgerData, PrintIndex>,
        private readonly options: LedgerOptions,
    ) {
        super(store);
        store.onReload = () => this.afterReload();
    }

    /** @throws StoreInUse; NewerFormat; Error where the folder cannot be written */
    static async open(file: string, options: LedgerOptions): Promise<Ledger> {
        const { onWarning, compactAfter, lock, againMs } = options;
        const store = await JournalStore.open<LedgerData, PrintIndex>(file, LEDGER, {
            onWarning,
            compactAfter,
            lock,
            derive: ({ prints }) => PrintIndex.of(prints),
            retries: true,
            retryMs: againMs,
        });
        try {
            const ledger = new Ledger(store, options);
            if (store.incomplete) ledger.forgetComparison();
            for (const key of ['created', EARLIER_UNTIL])
                if (ledger.meta(key) === undefined) store.set('meta', key, { value: ledger.time() });
            await store.flush();
            return ledger;
        } catch (error) {
            await store.close().catch(() => undefined);
            throw error;
        }
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
        return this.store.onRecovery(listener);
    }

    /**
     * Told when the ledger was opened again from the disk, before `onRecovery`: another process had it and wrote to InvenTree,
     * so what was looked up before is of before. @returns ends it
     */
    onReload(listener: () => void): () => void {
        this.reloadListeners.add(listener);
        return () => void this.reloadListeners.delete(listener);
    }

    /** Resolves when the disk takes what it refused; at once where it refused nothing. @throws ClosedError */
    writable(signal: AbortSignal): Promise<void> {
        return this.store.writable(signal);
    }

    /** @param deferFlush it may wait for the next write that somebody else needs, or for a moment */
    async setPrintDurable(record: Omit<PrintRecord, 'at'>, deferFlush = false): Promise<Readonly<PrintRecord>> {
        const next = this.setPrint(record);
        const written = this.store.flush(deferFlush);
        this.tell();
        await written;
        return next;
    }

    /**
     * As `setPrintDurable`, without the wait: for what can be found out again. It is known here at once, and on the disk with the
     * next write or a moment later; what is written afterwards never comes to the disk before it.
     */
    setPrintDeferred(record: Omit<PrintRecord, 'at'>): void {
        this.setPrint(record);
        this.store.flushSoon();
        this.tell();
    }

    /** Changes some fields of a print that is there. */
    async changePrint(batch: string, change: Partial<Omit<PrintRecord, 'batch'>>): Promise<Readonly<PrintRecord>> {
        const record = this.print(batch);
        if (record === undefined) throw new Error(`no print ${batch} in ${this.file}`);
        return this.setPrintDurable({ ...record, ...change, batch: record.batch });
    }

    /**
     * Binds a run to another code, because its own turned out to be somebody else's in InvenTree. Both changes go to the
     * disk together; who still asks for the old code gets the new record.
     */
    async rebind(batch: string, record: Omit<PrintRecord, 'at'>): Promise<Readonly<PrintRecord>> {
        this.store.mustBeOpen();
        const { prints } = this.store.data;
        const old = this.print(batch);
        const next = this.stamped(record, old);
        if (old !== undefined) this.index.remove(old);
        delete prints[batch];
        this.moved.set(batch, next.batch);
        prints[next.batch] = next;
        this.index.put(next, undefined);
        this.store.markDirty('prints', next.batch);
        this.store.markDirty('prints', batch);
        this.tell();
        await this.store.flush();
        return next;
    }

    async setPartDurable(record: Omit<PartRecord, 'at'>): Promise<Readonly<PartRecord>> {
        const next: PartRecord = { ...record, at: this.time() };
        await this.store.setDurable('parts', next.identity, next);
        return next;
    }

    /** As `setPartDurable`, without the wait: see `setPrintDeferred`. */
    setPartDeferred(record: Omit<PartRecord, 'at'>): void {
        this.store.setDeferred('parts', record.identity, { ...record, at: this.time() });
    }

    /** On the disk before anything is sent: what was fixed here is what is subtracted. */
    async setConsumptionDurable(record: Omit<ConsumptionRecord, 'at'>): Promise<Readonly<ConsumptionRecord>> {
        const next: ConsumptionRecord = { ...record, at: this.time() };
        for (const id of next.usageIds) this.usage?.set(id, next.run);
        await this.store.setDurable('consumptions', next.run, next);
        return next;
    }

    async setCursorDurable(source: string, cursor: Omit<CursorRecord, 'at'>): Promise<void> {
        await this.store.setDurable('cursors', source, { ...cursor, at: this.time() });
    }

    async setCodeDurable(batch: string, code: CodeRecord): Promise<void> {
        await this.store.setDurable('codes', batch.toLowerCase(), code);
    }

    async setMetaDurable(key: string, value: string): Promise<void> {
        await this.store.setDurable('meta', key, { value });
    }

    /** As `setMetaDurable`, without the wait: see `setPrintDeferred`. */
    setMetaDeferred(key: string, value: string): void {
        this.store.setDeferred('meta', key, { value });
    }

    async dropMeta(key: string): Promise<void> {
        this.store.mustBeOpen();
        this.store.remove('meta', key);
        await this.store.flush();
    }

    compact(): Promise<void> {
        return this.store.compact();
    }

    /** Ends what is being written and lets go of the file. */
    close(): Promise<void> {
        return this.store.close();
    }

    /** In memory, for the next flush. @throws ClosedError, StoreInUse: nothing was changed */
    private setPrint(record: Omit<PrintRecord, 'at'>): PrintRecord {
        this.store.mustBeOpen();
        // not `print`: that follows a code that was given up to another print
        const previous = this.store.get('prints', record.batch);
        const next = this.stamped(record, previous);
        this.store.set('prints', next.batch, next);
        this.index.put(next, previous);
        return next;
    }

    /** Something is missing here: the next start of a source compares with InvenTree again. Goes with the next write. */
    private forgetComparison(): void {
        for (const key of Object.keys(this.store.data.meta).filter(isComparisonNote)) this.store.remove('meta', key);
    }

    private afterReload(): void {
        this.moved.clear();
        this.usage = null;
        if (this.store.incomplete) this.forgetComparison();
        this.store.flushSoon();
        this.options.onWarning(
            `${this.file} was in use by another process while this one could not refresh its lock. It is opened again from the disk; make sure that only one Node-RED uses it.`,
        );
        for (const listener of this.reloadListeners) listener();
        this.tell();
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
