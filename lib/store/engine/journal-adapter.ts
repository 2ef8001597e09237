import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import { formatOf, needsFormat2, type Format } from '../ledger/format';
import { copyBeforeFormat2, formatCopyOf } from '../maintenance/format-copy';
import { Journal, journalName, journalsOf, passed, removeJournal, replayJournal, type Guard } from './journal';
import { lineOf, type Change } from './lines';
import { newestSnapshot } from './newest-snapshot';
import { StoreReloaded } from './not-writable';
import type { LedgerData, Collection } from '../ledger/records';
import { NeedsFormat2, removeTemp, writeSnapshot } from './snapshot';

export interface JournalAdapterOptions {
    /** told what a person should know: something was dropped, set aside, taken from the backup */
    onWarning: (text: string) => void;
    /** lines in the journal before it is compacted, at least; and at least as many as there are records */
    compactAfter?: number;
    /** asked before anything goes to the disk; default: there is never a doubt */
    guard?: Guard;
}

/** So long what nobody is in a hurry for may be collected, for one flush. */
const SOON_MS = 200;
const AGAIN_MS = 1000;

/**
 * lowdb's `Adapter`, kept to 'read and write': the data lives in memory, `write` appends the records that were touched
 * to a journal (whole-file writes cost 473 ms at 100,000 records, this 0.2 ms), and now and then the whole is written as
 * a snapshot. On disk: `<file>` and `<file>.bak` (snapshots), `<file>.journal.<n>`.
 */
export class JournalAdapter implements Adapter<LedgerData> {
    private touched = new Map<string, [Collection, string]>();
    /** who waits for the next write, whoever asks for it */
    private patient: { done: () => void; failed: (error: unknown) => void }[] = [];
    private journal: Journal | null = null;
    /** number of the newest journal that this process made or opened */
    private newest = 0;
    private lines = 0;
    /** in the last snapshot */
    private records = 0;
    /** the first journal that is not in the last snapshot: it and those after it lead back to now */
    private base = 1;
    private compacting: Promise<void> | null = null;
    private compactError: unknown = null;
    private format: Format = 1;
    private upgrading: Promise<void> | null = null;
    /** counts what was opened from the disk: what began before the last time is not written */
    private reading = 0;
    private stale = false;
    private closing = false;
    private timer: NodeJS.Timeout | null = null;
    /** the file is another's: from then on nothing is written */
    isHandedOver = false;
    /** what was there could not be read: the data is empty though there was some */
    lost = false;
    /** some of what was there could not be read: damaged lines, a journal that is missing */
    incomplete = false;

    constructor(
        private readonly file: string,
        private readonly options: JournalAdapterOptions,
    ) {}

    /** Marks a record to be written with the next `write`. */
    markDirty(shelf: Collection, key: string): void {
        this.touched.set(`${shelf}/${key}`, [shelf, key]);
    }

    /** What was touched goes to the disk with the next `write`, and at the latest in a moment: nobody waits for it. */
    flushSoon(data: LedgerData, ms = SOON_MS): void {
        if (this.timer !== null || this.closing) return;
        this.timer = setTimeout(() => {
            this.timer = null;
            // whoever writes next is told; until then it is tried again
            this.write(data).catch(() => this.flushSoon(data, AGAIN_MS));
        }, ms);
    }

    /** Resolves when what was touched is on the disk, by the next `write` or in a moment. */
    flushWithNext(data: LedgerData): Promise<void> {
        return new Promise((done, failed) => {
            this.patient.push({ done, failed });
            if (this.journal === null || this.closing) this.write(data).catch(() => undefined);
            else this.flushSoon(data);
        });
    }

    async read(): Promise<LedgerData> {
        await mkdir(dirname(this.file), { recursive: true });
        await removeTemp(this.file);
        const start = await newestSnapshot(this.file, (text) => this.warn(text));
        this.lost = start.lost;
        this.incomplete = false;
        this.lines = 0;
        this.records = start.count;
        this.base = start.journal;
        const journals = await journalsOf(this.file);
        for (const number of journals.filter((n) => n >= start.journal)) {
            const replay = await replayJournal(this.file, number, start.data);
            this.lines += replay.lines;
            if (replay.torn)
                this.warn(`${journalName(this.file, number)}: the last line was cut short by a crash and is dropped`);
            if (replay.damaged === 0) continue;
            this.incomplete = true;
            this.warn(`${journalName(this.file, number)}: ${replay.damaged} damaged lines were passed over`);
        }
        const missing = missingJournal(journals, start);
        if (missing !== null) {
            this.incomplete = true;
            this.warn(
                `${journalName(this.file, missing)} is missing: the store knows only what was written before and after it.`,
            );
        }
        // soon a whole snapshot again; until then every start would read the damaged one
        if (this.incomplete) this.lines = Infinity;
        this.format = start.isBackup ? formatOf(start.data) : start.format;
        this.newest = Math.max(start.journal, ...journals);
        this.journal = await Journal.create(this.file, this.newest, this.options.guard);
        return start.data;
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
    async reread(): Promise<LedgerData> {
        const { journal } = this;
        this.stale = true;
        this.journal = null;
        journal?.abandon(new StoreReloaded(this.file));
        void journal?.close().catch(() => undefined);
        return this.read();
    }

    /** From here on the data is what `reread` gave: what was touched before is forgotten. */
    startOver(): void {
        this.reading++;
        this.stale = false;
        this.touched = new Map();
        for (const { failed } of this.patient.splice(0)) failed(new StoreReloaded(this.file));
    }

    async write(data: LedgerData): Promise<void> {
        const { patient } = this;
        this.patient = [];
        try {
            await this.append(data);
        } catch (error) {
            for (const { failed } of patient) failed(error);
            throw error;
        }
        for (const { done } of patient) done();
    }

    /** Writes a snapshot and starts a new journal; the previous snapshot and its journal stay as a way back. */
    compact(data: LedgerData): Promise<void> {
        if (this.journal === null || this.closing) return Promise.reject(new Error('the store is not open'));
        this.compacting ??= this.rewrite(data, this.journal).finally(() => (this.compacting = null));
        return this.compacting.catch((error: unknown) => {
            if (!(error instanceof NeedsFormat2)) throw error;
            return this.upgrade(data);
        });
    }

    /** Ends what was begun: the writes, then the compaction. From the call on nothing new begins. */
    async close(data: LedgerData): Promise<void> {
        if (!this.closing && this.journal !== null) await this.write(data).catch(() => undefined);
        this.closing = true;
        if (this.timer !== null) clearTimeout(this.timer);
        await this.compacting?.catch(() => undefined);
        const { journal } = this;
        this.journal = null;
        await journal?.close();
    }

    lockLost(): void {
        this.isHandedOver = true;
        this.closing = true;
    }

    private async append(data: LedgerData): Promise<void> {
        if (this.closing || (this.journal === null && !this.stale)) throw new Error('the store is not open');
        if (this.touched.size === 0) return;
        if (this.timer !== null) clearTimeout(this.timer);
        this.timer = null;
        const { reading } = this;
        const touched = [...this.touched.values()];
        this.touched = new Map();
        try {
            // whoever comes meanwhile waits as well: what is written afterwards never comes to the disk before it
            while (this.upgrading !== null || this.needsUpgrade(data, touched)) {
                await this.upgrade(data);
            }
            if (this.journal === null || this.reading !== reading) throw new StoreReloaded(this.file);
            this.lines += touched.length;
            await this.journal.append(lineOf(...touched.map(([shelf, key]): Change => [shelf, key, data[shelf][key]])));
        } catch (error) {
            // still to be written with the next, or the disk would know less than the memory
            if (this.reading === reading) for (const [shelf, key] of touched) this.markDirty(shelf, key);
            throw error;
        }
        this.compactWhenDue(data);
    }

    private needsUpgrade(data: LedgerData, touched: readonly [Collection, string][]): boolean {
        if (this.format === 2) return false;
        return touched.some(([shelf, key]) => {
            const record = shelf === 'prints' ? data.prints[key] : undefined;
            return record !== undefined && needsFormat2(record);
        });
    }

    private upgrade(data: LedgerData): Promise<void> {
        this.upgrading ??= this.toFormat2(data).finally(() => (this.upgrading = null));
        return this.upgrading;
    }

    /** The file as it was is kept beside it, and its snapshot says what is to come: an earlier version then refuses it. */
    private async toFormat2(data: LedgerData): Promise<void> {
        // the next one may have begun before this goes on
        while (this.compacting !== null) await this.compacting.catch(() => undefined);
        if (this.journal === null) throw new StoreReloaded(this.file);
        const kept = this.base;
        const before = async (next: Journal): Promise<void> => {
            // the snapshot names the first: it is copied even where nothing is in it yet, or the copy would seem to lack it
            const isOfCopy = (number: number): boolean => number === kept || (number > kept && number < next.number);
            const journals = (await journalsOf(this.file)).filter(isOfCopy);
            await copyBeforeFormat2(this.file, journals);
            this.format = 2;
        };
        this.compacting = this.rewrite(data, this.journal, before).finally(() => (this.compacting = null));
        try {
            await this.compacting;
        } catch (error) {
            this.format = 1;
            throw error;
        }
        this.warn(
            `${this.file} has format 2 from now on, which earlier versions of this package do not read. As it was until now it is kept as ${formatCopyOf(this.file)}.`,
        );
    }

    private async rewrite(data: LedgerData, old: Journal, before?: (next: Journal) => Promise<void>): Promise<void> {
        const { reading } = this;
        const sure = async (): Promise<void> => {
            if (this.options.guard !== undefined) await passed(this.options.guard);
            if (this.reading !== reading) throw new StoreReloaded(this.file);
        };
        // after a failure the new one is still empty
        this.newest = old.isEmpty ? old.number : old.number + 1;
        const next = old.isEmpty ? old : await Journal.create(this.file, this.newest, this.options.guard);
        // from here on changes go into the new journal; those already in the old one are in `data`
        this.journal = next;
        this.lines = 0;
        if (old !== next) await old.close();
        await before?.(next);
        this.records = await writeSnapshot(this.file, data, next.number, this.format, sure);
        const kept = this.base;
        this.base = next.number;
        for (const number of await journalsOf(this.file)) {
            if (number < kept) await removeJournal(this.file, number);
        }
    }

    private compactWhenDue(data: LedgerData): void {
        const due = Math.max(this.options.compactAfter ?? 5000, this.records);
        if (this.compacting !== null || this.closing || this.lines < due) return;
        this.compact(data).then(
            () => (this.compactError = null),
            (error: unknown) => {
                if (this.compactError === null)
                    this.warn(
                        `${this.file} could not be compacted: ${String(error)}. Nothing is lost: the journal goes on.`,
                    );
                this.compactError = error;
            },
        );
    }

    private warn(text: string): void {
        this.options.onWarning(text);
    }
}

/** @returns the first journal that should be there, from the snapshot's on to the newest, and is not */
export function missingJournal(journals: readonly number[], start: { journal: number; count: number }): number | null {
    const newest = Math.max(start.journal, ...journals);
    // nothing there at all: a new store
    if (journals.length === 0 && start.journal === 1 && start.count === 0) return null;
    for (let number = start.journal; number <= newest; number++) if (!journals.includes(number)) return number;
    return null;
}
