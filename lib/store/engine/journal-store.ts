import { resolve } from 'node:path';
import type { Low } from 'lowdb';
import { ClosedError } from '../../concurrency/closed-error';
import { JournalAdapter } from './journal-adapter';
import { lockLostText, StoreInUse, StoreLock, type LockTimes } from './lock/store-lock';
import { explainDiskError, NotWritable } from './not-writable';
import { storeData } from './packed/store-data';
import type { CollectionOf, Collections, StoreSchema } from './schema';
import { WriteRecovery } from './write-recovery';

/** After a write that failed the next attempt comes so much later, at first; ms. */
const RETRY_MS = 1000;

export interface JournalStoreOptions<T, D> {
    /** told what a person should know */
    onWarning: (text: string) => void;
    /** lines in the journal before it is compacted, at least; and at least as many as there are records */
    compactAfter?: number;
    lock?: Partial<LockTimes>;
    /** makes what is derived from the data (an index): at the opening, and whenever all is read from the disk again */
    derive?: (data: T) => Promise<D>;
    /** after a write that the disk refused, whether it is tried again until it succeeds; else whoever writes next is told */
    retries?: boolean;
    /** between two attempts, at first; ms */
    retryMs?: number;
}

/**
 * Records of any kind in one file, for one process at a time: lowdb over a journal. What it consists of is said by a
 * `StoreSchema`. Reading is from memory. Records are not changed in place: `set…` replaces one.
 * @template D what is derived from the data
 */
export class JournalStore<T extends Collections<T>, D = undefined> {
    /** Called when the store was read again from the disk, because another process had it, before anybody else is told. */
    onReload: () => void = () => undefined;
    private readonly recovery: WriteRecovery;
    private readonly recoveryListeners = new Set<() => void>();
    private closed = false;

    private constructor(
        /** absolute path */
        readonly file: string,
        private readonly db: Low<T>,
        private readonly adapter: JournalAdapter<T>,
        private readonly lock: StoreLock,
        private readonly options: JournalStoreOptions<T, D>,
        private view: D,
    ) {
        this.recovery = new WriteRecovery({
            file,
            retryMs: options.retryMs ?? RETRY_MS,
            write: () => db.write(),
            mayContinue: () => this.mustBeOurs(),
            recovered: () => this.notifyRecovered(),
            warn: options.onWarning,
        });
    }

    /** @throws StoreInUse; NewerFormat; OtherStore; NotWritable where the folder cannot be written */
    static async open<T extends Collections<T>, D = undefined>(
        file: string,
        schema: StoreSchema<T>,
        options: JournalStoreOptions<T, D>,
    ): Promise<JournalStore<T, D>> {
        // ESM only: an import at the top would fail where require(esm) does (facts of Node 20)
        const { Low } = await import('lowdb');
        const path = resolve(file);
        let store: JournalStore<T, D> | null = null;
        const adapter: JournalAdapter<T> = new JournalAdapter(path, schema, { ...options, guard: () => lock.doubt() });
        const lock = await StoreLock.take(
            path,
            {
                isAsLeft: () => adapter.files.isAsLeft(),
                reload: () => store?.reload() ?? Promise.reject(new StoreInUse(path, null)),
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
            const db = new Low<T>(adapter, storeData<T>(schema));
            await db.read();
            const view = await derived(options, db.data);
            store = new JournalStore(path, db, adapter, lock, options, view);
            return store;
        } catch (error) {
            await adapter.close(storeData<T>(schema)).catch(() => undefined);
            await lock.release();
            throw explainDiskError(path, error);
        }
    }

    /** By collection and key. Another object after the store was read again. */
    get data(): T {
        return this.db.data;
    }

    /** What `derive` made of the data. */
    get derived(): D {
        return this.view;
    }

    /** The file was there and could not be read: it was set aside, and what it knew is not here. */
    get lost(): boolean {
        return this.adapter.files.lost;
    }

    /** Some of what was there could not be read. */
    get incomplete(): boolean {
        return this.adapter.files.incomplete;
    }

    get<C extends CollectionOf<T>>(collection: C, key: string): Readonly<T[C][string]> | undefined {
        const records = this.records(collection);
        return Object.hasOwn(records, key) ? records[key] : undefined;
    }

    /** Replaces a record in memory, and marks it dirty. */
    set<C extends CollectionOf<T>>(collection: C, key: string, record: T[C][string]): void {
        this.records(collection)[key] = record;
        this.adapter.markDirty(collection, key);
    }

    /** Removes a record from memory, and marks it dirty. */
    remove(collection: CollectionOf<T>, key: string): void {
        delete this.db.data[collection][key];
        this.adapter.markDirty(collection, key);
    }

    /** Marks a record that was set or removed in `data`. What is dirty together goes to the disk together. */
    markDirty(collection: CollectionOf<T>, key: string): void {
        this.adapter.markDirty(collection, key);
    }

    /**
     * Replaces a record, and resolves when it is on the disk.
     * @param deferFlush it may wait for the next write that somebody else needs, or for a moment
     * @throws ClosedError, StoreInUse: nothing was changed; as `flush`: it was changed in memory
     */
    async setDurable<C extends CollectionOf<T>>(
        collection: C,
        key: string,
        record: T[C][string],
        deferFlush = false,
    ): Promise<void> {
        this.mustBeOpen();
        this.set(collection, key, record);
        await this.flush(deferFlush);
    }

    /**
     * Replaces a record, without the wait: for what can be found out again. It is on the disk with the next write or a
     * moment later; what is written afterwards never comes to the disk before it. @throws ClosedError, StoreInUse
     */
    setDeferred<C extends CollectionOf<T>>(collection: C, key: string, record: T[C][string]): void {
        this.mustBeOpen();
        this.set(collection, key, record);
        this.flushSoon();
    }

    /**
     * Resolves when what is dirty is on the disk.
     * @throws NotWritable, StoreReloaded, StoreInUse; ClosedError
     */
    async flush(deferFlush = false): Promise<void> {
        try {
            await (deferFlush ? this.adapter.flushWithNext(this.db.data) : this.db.write());
        } catch (error) {
            const diskError = explainDiskError(this.file, error);
            if (this.options.retries === true && diskError instanceof NotWritable) this.recovery.begin(diskError);
            throw diskError;
        }
    }

    /** What is dirty goes to the disk with the next write or a moment later. */
    flushSoon(): void {
        this.adapter.flushSoon(this.db.data);
    }

    /** Writes all as one snapshot. @throws as `flush` */
    async compact(): Promise<void> {
        try {
            await this.adapter.compact(this.db.data);
        } catch (error) {
            throw explainDiskError(this.file, error);
        }
    }

    /** Resolves when the disk takes what it refused; at once where it refused nothing. @throws ClosedError */
    writable(signal: AbortSignal): Promise<void> {
        return this.recovery.writable(signal);
    }

    /**
     * Told when the store can be written again, after it could not be, and when it was read again from the disk, because
     * another process had it. @returns ends it
     */
    onRecovery(listener: () => void): () => void {
        this.recoveryListeners.add(listener);
        return () => void this.recoveryListeners.delete(listener);
    }

    /** To be asked before anything is changed in memory: what is refused must not be there afterwards. */
    mustBeOpen(): void {
        if (this.closed) throw new ClosedError();
        this.mustBeOurs();
    }

    /** Ends what is being written and lets go of the file. */
    async close(): Promise<void> {
        this.closed = true;
        this.recovery.end();
        try {
            await this.adapter.close(this.db.data);
        } finally {
            await this.lock.release();
        }
    }

    /** Reads all from the disk again. What was to be written is refused with `StoreReloaded`. */
    private async reload(): Promise<void> {
        const data = await this.adapter.files.reread();
        const view = await derived(this.options, data);
        this.adapter.startOver();
        this.db.data = data;
        this.view = view;
        this.onReload();
        this.notifyRecovered();
    }

    private records<C extends CollectionOf<T>>(collection: C): Record<string, T[C][string]> {
        return this.db.data[collection] as unknown as Record<string, T[C][string]>;
    }

    private mustBeOurs(): void {
        if (this.adapter.isHandedOver) throw new StoreInUse(this.file, null);
    }

    private notifyRecovered(): void {
        for (const listener of this.recoveryListeners) listener();
    }
}

/** @returns undefined where nothing is derived, which `D` is then */
async function derived<T, D>({ derive }: JournalStoreOptions<T, D>, data: T): Promise<D> {
    return (await derive?.(data)) as D;
}
