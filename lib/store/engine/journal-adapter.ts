import type { Adapter } from 'lowdb';
import { lineOf, type Change } from './lines';
import { StoreReloaded } from './not-writable';
import { lowestFormat, type CollectionOf, type Collections, type StoreSchema } from './schema';
import { StoreFiles, type StoreFilesOptions } from './store-files';

export interface JournalAdapterOptions extends StoreFilesOptions {
    /** lines in the journal before it is compacted, at least; and at least as many as there are records */
    compactAfter?: number;
}

const COMPACT_AFTER = 5000;
/** So long writes that nobody waits for are collected, for one flush. */
const SOON_MS = 200;
const AGAIN_MS = 1000;

/**
 * lowdb's `Adapter`, kept to 'read and write': the data lives in memory, `write` appends the records that were changed to
 * a journal (whole-file writes cost 473 ms at 100,000 records, this 0.2 ms), and now and then the whole is written as a
 * snapshot.
 */
export class JournalAdapter<T extends Collections<T>> implements Adapter<T> {
    readonly files: StoreFiles<T>;
    /** the file is another's: from then on nothing is written */
    isHandedOver = false;
    /** changed in memory, not on the disk: collection and key by their common name */
    private dirty = new Map<string, [CollectionOf<T>, string]>();
    /** who waits for the next write, whoever asks for it */
    private deferred: { done: () => void; failed: (error: unknown) => void }[] = [];
    private timer: NodeJS.Timeout | null = null;
    private closing = false;
    private compactError: unknown = null;

    constructor(
        private readonly file: string,
        private readonly schema: StoreSchema<T>,
        private readonly options: JournalAdapterOptions,
    ) {
        this.files = new StoreFiles(file, schema, options);
    }

    /** Marks a record to be written with the next `write`. */
    markDirty(collection: CollectionOf<T>, key: string): void {
        this.dirty.set(`${collection}/${key}`, [collection, key]);
    }

    /** What is dirty goes to the disk with the next `write`, and at the latest in a moment: nobody waits for it. */
    flushSoon(data: T, ms = SOON_MS): void {
        if (this.timer !== null || this.closing) return;
        this.timer = setTimeout(() => {
            this.timer = null;
            // whoever writes next is told; until then it is tried again
            this.write(data).catch(() => this.flushSoon(data, AGAIN_MS));
        }, ms);
    }

    /** Resolves when what is dirty is on the disk, by the next `write` or in a moment. */
    flushWithNext(data: T): Promise<void> {
        return new Promise((done, failed) => {
            this.deferred.push({ done, failed });
            if (!this.files.isWritable || this.closing) this.write(data).catch(() => undefined);
            else this.flushSoon(data);
        });
    }

    /** @throws NewerFormat, OtherStore; what the disk says */
    read(): Promise<T> {
        return this.files.read();
    }

    /** What was read again is the data from here on: earlier changes are forgotten. */
    startOver(): void {
        this.files.startOver();
        this.dirty = new Map();
        for (const { failed } of this.deferred.splice(0)) failed(new StoreReloaded(this.file));
    }

    /** Resolves when what is dirty is on the disk. @throws StoreReloaded; what the disk says */
    async write(data: T): Promise<void> {
        const { deferred } = this;
        this.deferred = [];
        try {
            await this.append(data);
        } catch (error) {
            for (const { failed } of deferred) failed(error);
            throw error;
        }
        for (const { done } of deferred) done();
    }

    /** Writes a snapshot and starts a new journal. */
    compact(data: T): Promise<void> {
        if (this.closing) return Promise.reject(new Error('the store is not open'));
        return this.files.compact(data);
    }

    /** Ends what was begun: the writes, then the compaction. From the call on nothing new begins. */
    async close(data: T): Promise<void> {
        if (!this.closing && this.files.isWritable) await this.write(data).catch(() => undefined);
        this.closing = true;
        if (this.timer !== null) clearTimeout(this.timer);
        await this.files.close();
    }

    lockLost(): void {
        this.isHandedOver = true;
        this.closing = true;
    }

    private async append(data: T): Promise<void> {
        if (this.closing || !this.files.isOpen) throw new Error('the store is not open');
        if (this.dirty.size === 0) return;
        if (this.timer !== null) clearTimeout(this.timer);
        this.timer = null;
        const { reading } = this.files;
        const dirty = [...this.dirty.values()];
        this.dirty = new Map();
        try {
            // whoever comes meanwhile waits as well: what is written afterwards never comes to the disk before it
            while (this.files.isRaisingFormat || this.needsUpgrade(data, dirty)) {
                await this.files.raiseFormat(data, this.formatOf(data, dirty));
            }
            const changes = dirty.map(([collection, key]): Change => [collection, key, data[collection][key]]);
            await this.files.append(lineOf(...changes), dirty.length, reading);
        } catch (error) {
            // still to be written with the next, or the disk would know less than the memory
            if (this.files.reading === reading) for (const [collection, key] of dirty) this.markDirty(collection, key);
            throw error;
        }
        this.compactWhenDue(data);
    }

    private needsUpgrade(data: T, dirty: readonly [CollectionOf<T>, string][]): boolean {
        return this.files.format < this.schema.format && this.formatOf(data, dirty) > this.files.format;
    }

    private formatOf(data: T, dirty: readonly [CollectionOf<T>, string][]): number {
        return lowestFormat(
            this.schema,
            dirty.map(([collection, key]) => [collection, key, data[collection][key]]),
        );
    }

    private compactWhenDue(data: T): void {
        const due = Math.max(this.options.compactAfter ?? COMPACT_AFTER, this.files.records);
        if (this.files.isCompacting || this.closing || this.files.lines < due) return;
        this.compact(data).then(
            () => (this.compactError = null),
            (error: unknown) => {
                // the store that is read from the disk anew is compacted when it is due
                if (error instanceof StoreReloaded) return;
                if (this.compactError === null)
                    this.options.onWarning(
                        `${this.file} could not be compacted: ${String(error)}. Nothing is lost: the journal is still used.`,
                    );
                this.compactError = error;
            },
        );
    }
}
