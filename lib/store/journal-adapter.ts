import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import { Journal, journalName, journalsOf, removeJournal, replayJournal } from './journal';
import { lineOf, type Change } from './lines';
import { emptyLedger, type LedgerData, type Shelf } from './records';
import { readSnapshot, removeTemp, writeSnapshot, type SnapshotReading } from './snapshot';

export interface JournalAdapterOptions {
    /** told what a person should know: something was dropped, set aside, taken from the backup */
    onWarning: (text: string) => void;
    /** lines in the journal before it is compacted, at least; and at least as many as there are records */
    compactAfter?: number;
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
    private touched = new Map<string, [Shelf, string]>();
    /** who waits for the next write, whoever asks for it */
    private patient: { done: () => void; failed: (error: unknown) => void }[] = [];
    private journal: Journal | null = null;
    private lines = 0;
    /** in the last snapshot */
    private records = 0;
    /** the first journal that is not in the last snapshot: it and those after it lead back to now */
    private base = 1;
    private compacting: Promise<void> | null = null;
    private compactError: unknown = null;
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
    touch(shelf: Shelf, key: string): void {
        this.touched.set(`${shelf}/${key}`, [shelf, key]);
    }

    /** What was touched goes to the disk with the next `write`, and at the latest in a moment: nobody waits for it. */
    writeSoon(data: LedgerData, ms = SOON_MS): void {
        if (this.timer !== null || this.closing) return;
        this.timer = setTimeout(() => {
            this.timer = null;
            // whoever writes next is told; until then it is tried again
            this.write(data).catch(() => this.writeSoon(data, AGAIN_MS));
        }, ms);
    }

    /** Resolves when what was touched is on the disk, by the next `write` or in a moment. */
    writeWithNext(data: LedgerData): Promise<void> {
        return new Promise((done, failed) => {
            this.patient.push({ done, failed });
            if (this.journal === null || this.closing) this.write(data).catch(() => undefined);
            else this.writeSoon(data);
        });
    }

    async read(): Promise<LedgerData> {
        await mkdir(dirname(this.file), { recursive: true });
        await removeTemp(this.file);
        const start = await this.newestSnapshot();
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
        this.journal = await Journal.create(this.file, Math.max(start.journal, ...journals));
        return start.data;
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
        return this.compacting;
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

    handOver(): void {
        this.isHandedOver = true;
        this.closing = true;
    }

    private async append(data: LedgerData): Promise<void> {
        if (this.journal === null || this.closing) throw new Error('the store is not open');
        if (this.touched.size === 0) return;
        if (this.timer !== null) clearTimeout(this.timer);
        this.timer = null;
        const touched = [...this.touched.values()];
        this.touched = new Map();
        this.lines += touched.length;
        const text = lineOf(...touched.map(([shelf, key]): Change => [shelf, key, data[shelf][key]]));
        try {
            await this.journal.append(text);
        } catch (error) {
            // still to be written with the next, or the disk would know less than the memory
            for (const [shelf, key] of touched) this.touch(shelf, key);
            throw error;
        }
        this.compactWhenDue(data);
    }

    private async rewrite(data: LedgerData, old: Journal): Promise<void> {
        const next = await Journal.create(this.file, old.number + 1);
        // from here on changes go into the new journal; those already in the old one are in `data`
        this.journal = next;
        this.lines = 0;
        await old.close();
        this.records = await writeSnapshot(this.file, data, next.number);
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

    private async newestSnapshot(): Promise<{ data: LedgerData; journal: number; count: number }> {
        const current = await readSnapshot(this.file);
        if (current.kind === 'read') return current;
        const backup = await readSnapshot(`${this.file}.bak`);
        if (current.kind === 'unreadable') await this.setAside(this.file, current);
        if (backup.kind === 'read') {
            this.warn(
                `${this.file} was ${current.kind === 'missing' ? 'missing' : 'unreadable'}: its previous state and the journal are used`,
            );
            return backup;
        }
        if (backup.kind === 'unreadable') await this.setAside(`${this.file}.bak`, backup);
        this.lost = current.kind === 'unreadable' || backup.kind === 'unreadable';
        return { data: emptyLedger(), journal: 1, count: 0 };
    }

    private async setAside(path: string, reading: SnapshotReading): Promise<void> {
        const aside = `${path}.unreadable-${new Date().toISOString().replace(/[:.]/g, '-')}`;
        await rename(path, aside);
        const why = reading.kind === 'unreadable' ? reading.why : '';
        this.warn(
            `STORE UNREADABLE: ${path} could not be read (${why}). It was set aside as ${aside}; nothing was overwritten.`,
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
