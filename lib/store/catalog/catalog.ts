import { JournalStore } from '../engine/journal-store';
import type { LockTimes } from '../engine/lock/store-lock';
import { CatalogIndex, type IndexOf } from './catalog-index';
import { KEY_OF, keyOf } from './keys';
import type { CatalogCollection, CatalogData, CatalogRecord, LinkRecord, ProductRecord } from './records';
import { CATALOG } from './schema';
import { shareTexts } from './shared-texts';

export interface CatalogOptions {
    /** told what a person should know */
    onWarning: (text: string) => void;
    compactAfter?: number;
    now?: () => Date;
    lock?: Partial<LockTimes>;
    /** between two attempts to write, after one that failed; ms */
    retryMs?: number;
}

/** A record as it is handed in: the time of the change is the catalog's own. */
export type Given<C extends CatalogCollection> = Omit<CatalogRecord<C>, 'at'>;

/**
 * What is known of catalogs and shops, in one file. Reading is from memory. Records are never changed in place: `put`
 * replaces one and resolves when it is on the disk, `setDeferred` does not wait for that.
 */
export class Catalog {
    private readonly listeners = new Set<(collection: CatalogCollection, key: string) => void>();

    private holds = 0;

    private constructor(
        private readonly journal: JournalStore<CatalogData, CatalogIndex>,
        private readonly options: CatalogOptions,
    ) {
        journal.onReload = () => this.afterReload();
    }

    /** @throws StoreInUse; NewerFormat; OtherStore; NotWritable where the folder cannot be written */
    static async open(file: string, options: CatalogOptions): Promise<Catalog> {
        const { onWarning, compactAfter, lock, retryMs } = options;
        const journal = await JournalStore.open<CatalogData, CatalogIndex>(file, CATALOG, {
            onWarning,
            compactAfter,
            lock,
            derive: (data) => CatalogIndex.of(data),
            retries: true,
            retryMs,
        });
        return new Catalog(journal, options);
    }

    /** absolute path */
    get file(): string {
        return this.journal.file;
    }

    /** The file was there and could not be read: it was set aside, and what it knew is not here. */
    get lost(): boolean {
        return this.journal.lost;
    }

    /** Some of what was there could not be read. */
    get incomplete(): boolean {
        return this.journal.incomplete;
    }

    get<C extends CatalogCollection>(collection: C, key: string): Readonly<CatalogRecord<C>> | undefined {
        return this.journal.get(collection, key);
    }

    /** Records of a collection, in no order. Records that change meanwhile may be told as they were or are. */
    *all<C extends CatalogCollection>(collection: C): IterableIterator<Readonly<CatalogRecord<C>>> {
        for (const key in this.journal.data[collection]) yield this.journal.get(collection, key)!;
    }

    /** Records by an index, e.g. `find('products', 'group', keyOf(store, group))`, in the order in which they came. */
    *find<C extends CatalogCollection>(
        collection: C,
        index: IndexOf<C>,
        entry: string,
    ): IterableIterator<Readonly<CatalogRecord<C>>> {
        for (const key of [...this.journal.derived.find(collection, index, entry)]) {
            const record = this.journal.get(collection, key);
            if (record !== undefined) yield record;
        }
    }

    /** How many records an index has under an entry. */
    count<C extends CatalogCollection>(collection: C, index: IndexOf<C>, entry: string): number {
        return this.journal.derived.find(collection, index, entry).size;
    }

    /** The entries of an index that have records, e.g. the communities that have links. */
    entries<C extends CatalogCollection>(collection: C, index: IndexOf<C>): string[] {
        return [...this.journal.derived.entries(collection, index)];
    }

    /** What of a product is in a community. @param community its group id, without a sign */
    link(community: string, sku: string): Readonly<LinkRecord> | undefined {
        return this.get('links', keyOf(community, sku));
    }

    /** The link of an item of VK. */
    linkOfItem(community: string, item: number): Readonly<LinkRecord> | undefined {
        for (const link of this.find('links', 'item', keyOf(community, item))) return link;
        return undefined;
    }

    product(store: string, id: string): Readonly<ProductRecord> | undefined {
        return this.get('products', keyOf(store, id));
    }

    meta(id: string): string | undefined {
        return this.get('meta', id)?.value;
    }

    /**
     * Replaces a record, and resolves with it when it is on the disk.
     * @param deferFlush it may wait for the next write that somebody else needs, or for a moment
     * @throws ClosedError, StoreInUse: nothing was changed; NotWritable, StoreReloaded
     */
    async put<C extends CatalogCollection>(
        collection: C,
        record: Given<C>,
        deferFlush = false,
    ): Promise<Readonly<CatalogRecord<C>>> {
        const next = this.set(collection, record);
        await this.journal.flush(deferFlush);
        return next;
    }

    /**
     * As `put`, without the wait: for what can be found out again. It is known here at once, and on the disk with the next
     * write or a moment later; what is written afterwards never comes to the disk before it. @throws ClosedError, StoreInUse
     */
    setDeferred<C extends CatalogCollection>(collection: C, record: Given<C>): Readonly<CatalogRecord<C>> {
        const next = this.set(collection, record);
        this.journal.flushSoon();
        return next;
    }

    /** Changes some fields of a record that is there, as `put`. @throws Error where it is not */
    async change<C extends CatalogCollection>(
        collection: C,
        key: string,
        fields: Partial<Given<C>>,
    ): Promise<Readonly<CatalogRecord<C>>> {
        const record = this.get(collection, key);
        if (record === undefined) throw new Error(`no record ${key} among the ${collection} of ${this.file}`);
        return this.put(collection, { ...record, ...fields });
    }

    /** Removes a record, as `setDeferred`. */
    removeDeferred(collection: CatalogCollection, key: string): void {
        this.drop(collection, key);
        this.journal.flushSoon();
    }

    /** Removes records, and resolves when they are gone from the disk's next reading. */
    async remove(collection: CatalogCollection, ...keys: readonly string[]): Promise<void> {
        for (const key of keys) this.drop(collection, key);
        await this.journal.flush();
    }

    /** Resolves when all that was set is on the disk. @throws as `put` */
    flush(): Promise<void> {
        return this.journal.flush();
    }

    /** Resolves when the disk takes what it refused; at once where it refused nothing. @throws ClosedError */
    writable(signal: AbortSignal): Promise<void> {
        return this.journal.writable(signal);
    }

    /** Records are being written that belong together: who acts on one of them waits until all are there. */
    get isHeld(): boolean {
        return this.holds > 0;
    }

    /** Begins such records. @returns ends them */
    hold(): () => void {
        this.holds++;
        let isOver = false;
        return () => {
            if (!isOver) this.holds--;
            isOver = true;
        };
    }

    /** Told of every change of a record, at once. @returns ends it */
    onChange(listener: (collection: CatalogCollection, key: string) => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /**
     * Told when the catalog can be written again, after it could not be, and when it was read again from the disk, because
     * another process had it. @returns ends it
     */
    onRecovery(listener: () => void): () => void {
        return this.journal.onRecovery(listener);
    }

    /** Writes all as one snapshot: what was removed is in no file any more. */
    compact(): Promise<void> {
        return this.journal.compact();
    }

    /** Ends what is being written and lets go of the file. */
    close(): Promise<void> {
        return this.journal.close();
    }

    private set<C extends CatalogCollection>(collection: C, record: Given<C>): CatalogRecord<C> {
        this.journal.mustBeOpen();
        const key = KEY_OF[collection](record);
        const next = { ...record, at: this.now().toISOString() } as CatalogRecord<C>;
        const previous = this.get(collection, key) as CatalogRecord<C> | undefined;
        shareTexts(collection, next, { data: this.journal.data, index: this.journal.derived }, previous);
        this.journal.derived.put(collection, key, next, previous);
        this.journal.set(collection, key, next);
        this.notify(collection, key);
        return next;
    }

    private drop(collection: CatalogCollection, key: string): void {
        this.journal.mustBeOpen();
        const previous = this.get(collection, key);
        if (previous === undefined) return;
        this.journal.derived.put(collection, key, undefined, previous);
        this.journal.remove(collection, key);
        this.notify(collection, key);
    }

    private notify(collection: CatalogCollection, key: string): void {
        for (const listener of this.listeners) listener(collection, key);
    }

    private now(): Date {
        return this.options.now?.() ?? new Date();
    }

    private afterReload(): void {
        this.options.onWarning(
            `${this.file} was in use by another process while this one could not refresh its lock. It is opened again from the disk; make sure that only one Node-RED uses it.`,
        );
    }
}
