import { Journal, journalsOf, passed, removeJournal, type Guard } from './journal';
import { NeedsLaterFormat } from './format-errors';
import { load } from './load';
import { StoreReloaded } from './not-writable';
import type { Collections, StoreSchema } from './schema';
import { writeSnapshot } from './snapshot';

export interface StoreFilesOptions {
    /** told what a person should know: something was dropped, set aside, taken from the backup */
    onWarning: (text: string) => void;
    /** asked before anything goes to the disk; default: there is never a doubt */
    guard?: Guard;
}

/**
 * The files of a store: `<file>` and `<file>.bak` (snapshots), and `<file>.journal.<n>`, the changes since. The format of
 * the snapshot rises with the first record that needs a later one, never before.
 */
export class StoreFiles<T extends Collections<T>> {
    format = 1;
    /** records in the last snapshot */
    records = 0;
    /** lines in the journals behind it */
    lines = 0;
    /** what was there could not be read: the data is empty though there was some */
    lost = false;
    /** some of what was there could not be read: damaged lines, a journal that is missing */
    incomplete = false;
    /** counts the readings from the disk: what began before the last one is not written */
    reading = 0;
    private journal: Journal | null = null;
    /** number of the newest journal that this process made or opened */
    private newest = 0;
    /** the first journal that is not in the last snapshot: it and those after it lead back to now */
    private base = 1;
    private compacting: Promise<void> | null = null;
    private raising: Promise<void> | null = null;
    /** the files are read again: between the beginning and `startOver` */
    private stale = false;

    constructor(
        private readonly file: string,
        private readonly schema: StoreSchema<T>,
        private readonly options: StoreFilesOptions,
    ) {}

    /** They were read, or are read again. */
    get isOpen(): boolean {
        return this.journal !== null || this.stale;
    }

    /** Lines can be appended now. */
    get isWritable(): boolean {
        return this.journal !== null;
    }

    get isCompacting(): boolean {
        return this.compacting !== null;
    }

    /** The format rises: lines wait for it, so that what is written afterwards never comes to the disk before it. */
    get isRaisingFormat(): boolean {
        return this.raising !== null;
    }

    /** @throws NewerFormat, OtherStore; what the disk says */
    async read(): Promise<T> {
        const loaded = await load(this.file, this.schema, this.options.onWarning);
        this.format = loaded.format;
        this.records = loaded.records;
        this.lines = loaded.lines;
        this.base = loaded.base;
        this.newest = loaded.newest;
        this.lost = loaded.lost;
        this.incomplete = loaded.incomplete;
        this.journal = await Journal.create(this.file, this.newest, this.options.guard);
        return loaded.data;
    }

    /**
     * Whether nobody but this process wrote to the store since it was opened: the newest journal is the one that is written
     * to, and as long as it was left. @throws what the disk says
     */
    async isAsLeft(): Promise<boolean> {
        if (this.stale) return false;
        const { journal } = this;
        if (journal === null) return true;
        const newest = (await journalsOf(this.file)).at(-1) ?? 0;
        return newest >= journal.number && newest <= this.newest && (await journal.isAsLeft());
    }

    /**
     * Reads all from the disk once more, after another process had it. From the call on nothing of the memory is written
     * any more; what waits is refused with `StoreReloaded`. @returns what lies on the disk, for `startOver`
     */
    async reread(): Promise<T> {
        const { journal } = this;
        this.stale = true;
        this.journal = null;
        journal?.abandon(new StoreReloaded(this.file));
        void journal?.close().catch(() => undefined);
        return this.read();
    }

    /** From here on the data is what `reread` gave. */
    startOver(): void {
        this.reading++;
        this.stale = false;
    }

    /**
     * @param reading the `reading` in which the change was made
     * @throws StoreReloaded where the files were read again since then; what the disk says
     */
    async append(text: string, lines: number, reading: number): Promise<void> {
        if (this.journal === null || this.stale || this.reading !== reading) throw new StoreReloaded(this.file);
        this.lines += lines;
        await this.journal.append(text);
    }

    /** Writes a snapshot and starts a new journal; the previous snapshot and its journal stay as a way back. */
    compact(data: T): Promise<void> {
        if (this.journal === null) return Promise.reject(new Error('the store is not open'));
        this.compacting ??= this.rewrite(data, this.journal).finally(() => (this.compacting = null));
        return this.compacting.catch((error: unknown) => {
            if (!(error instanceof NeedsLaterFormat)) throw error;
            return this.raiseFormat(data, error.format);
        });
    }

    /** Writes a snapshot of a later format; one at a time. Afterwards the format may still be lower than wanted. */
    raiseFormat(data: T, format: number): Promise<void> {
        this.raising ??= this.writeInFormat(data, format).finally(() => (this.raising = null));
        return this.raising;
    }

    /** Ends a compaction that was begun, then the journal. */
    async close(): Promise<void> {
        await this.compacting?.catch(() => undefined);
        const { journal } = this;
        this.journal = null;
        await journal?.close();
    }

    /** The store as it was is kept beside it, and the snapshot says what is to come: an earlier version then refuses it. */
    private async writeInFormat(data: T, format: number): Promise<void> {
        // the next one may have begun before this goes on
        while (this.compacting !== null) await this.compacting.catch(() => undefined);
        if (this.journal === null) throw new StoreReloaded(this.file);
        const before = this.format;
        const first = this.base;
        let copy: string | undefined;
        const keep = async (next: Journal): Promise<void> => {
            // the snapshot names the first: it is copied even where nothing is in it yet, or the copy would seem to lack it
            const isOfCopy = (number: number): boolean => number === first || (number > first && number < next.number);
            const journals = (await journalsOf(this.file)).filter(isOfCopy);
            copy = await this.schema.keepEarlier?.(this.file, journals);
            this.format = format;
        };
        this.compacting = this.rewrite(data, this.journal, keep).finally(() => (this.compacting = null));
        try {
            await this.compacting;
        } catch (error) {
            this.format = before;
            if (error instanceof NeedsLaterFormat) return this.writeInFormat(data, error.format);
            throw error;
        }
        const kept = copy === undefined ? '' : ` The previous version is kept as ${copy}.`;
        this.options.onWarning(
            `${this.file} has format ${format} from now on. Earlier versions of this package cannot read it.${kept}`,
        );
    }

    private async rewrite(data: T, old: Journal, before?: (next: Journal) => Promise<void>): Promise<void> {
        const { reading } = this;
        const { guard } = this.options;
        const sure = async (): Promise<void> => {
            if (guard !== undefined) await passed(guard);
            if (this.reading !== reading) throw new StoreReloaded(this.file);
        };
        // after a failure the new one is still empty
        this.newest = old.isEmpty ? old.number : old.number + 1;
        const next = old.isEmpty ? old : await Journal.create(this.file, this.newest, guard);
        // from here on changes go into the new journal; those already in the old one are in `data`
        this.journal = next;
        this.lines = 0;
        if (old !== next) await old.close();
        await before?.(next);
        this.records = await writeSnapshot(this.file, this.schema, data, next.number, this.format, sure);
        const kept = this.base;
        this.base = next.number;
        for (const number of await journalsOf(this.file)) {
            if (number < kept) await removeJournal(this.file, number);
        }
    }
}
