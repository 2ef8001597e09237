import { appendFile, open, readdir, rm, truncate, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { apply, breath, linesOf, readLine } from './lines';
import type { LedgerData } from './records';
import { syncFolder, writeWhole } from './snapshot';

/**
 * The append-only file of changes since the last snapshot, `<file>.journal.<n>`: a line per changed record, flushed with
 * fdatasync before `append` resolves. Appends that wait together share one flush.
 */
export class Journal {
    private waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
    private flushing: Promise<void> | null = null;
    /** bytes known to be whole; what a failed write left behind is cut off before the next */
    private size = 0;
    private torn = false;

    private constructor(
        readonly number: number,
        private readonly handle: FileHandle,
    ) {}

    static async create(file: string, number: number): Promise<Journal> {
        const journal = new Journal(number, await open(journalName(file, number), 'a'));
        try {
            journal.size = (await journal.handle.stat()).size;
            await syncFolder(dirname(file));
            return journal;
        } catch (error) {
            await journal.handle.close();
            throw error;
        }
    }

    /** Resolves when the lines are on the disk. */
    append(text: string): Promise<void> {
        return new Promise((done, failed) => {
            this.waiting.push({ text, done, failed });
            this.flushing ??= this.flush();
        });
    }

    async close(): Promise<void> {
        while (this.flushing !== null) await this.flushing;
        await this.handle.close();
    }

    private async flush(): Promise<void> {
        // one turn of the loop, so that those who write at the same time share this flush
        await breath();
        while (this.waiting.length > 0) {
            const group = this.waiting;
            this.waiting = [];
            try {
                if (this.torn) await this.handle.truncate(this.size);
                this.torn = true;
                const bytes = Buffer.from(group.map((entry) => entry.text).join(''));
                await writeWhole(this.handle, bytes);
                await this.handle.datasync();
                this.size += bytes.length;
                this.torn = false;
                for (const entry of group) entry.done();
            } catch (error) {
                for (const entry of group) entry.failed(error);
            }
        }
        // at once, not a turn later: who was just told that his lines are written may append the next before that
        this.flushing = null;
    }
}

export interface Replay {
    lines: number;
    /** a last line that was cut off by a crash: never acknowledged */
    torn: boolean;
    /** damaged lines: these are lost */
    damaged: number;
    /** bytes up to the torn line */
    whole: number;
    /** the last line is whole but for its line break */
    unended: boolean;
}

/** Lays a journal onto the data. The file is only read. */
export async function readJournal(file: string, number: number, data: LedgerData): Promise<Replay> {
    const replay: Replay = { lines: 0, torn: false, damaged: 0, whole: 0, unended: false };
    for await (const { text, next, ended } of linesOf(journalName(file, number))) {
        const changes = readLine(text);
        if (changes === null && !ended) {
            replay.torn = true;
            break;
        }
        replay.whole = next;
        if (changes === null) {
            replay.damaged++;
            continue;
        }
        apply(data, changes);
        replay.unended = !ended;
        if (++replay.lines % 250 === 0) await breath();
    }
    return replay;
}

/** Lays a journal onto the data and mends its end, so that the next append starts on a line of its own. */
export async function replayJournal(file: string, number: number, data: LedgerData): Promise<Replay> {
    const replay = await readJournal(file, number, data);
    if (replay.torn) await truncate(journalName(file, number), replay.whole);
    else if (replay.unended) await appendFile(journalName(file, number), '\n');
    return replay;
}

/** The journals that lie beside a store file, oldest first. */
export async function journalsOf(file: string): Promise<number[]> {
    const prefix = `${basename(file)}.journal.`;
    const names = await readdir(dirname(file));
    return names
        .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
        .map((name) => Number(name.slice(prefix.length)))
        .sort((a, b) => a - b);
}

export async function removeJournal(file: string, number: number): Promise<void> {
    await rm(journalName(file, number), { force: true });
}

export function journalName(file: string, number: number): string {
    return join(dirname(file), `${basename(file)}.journal.${number}`);
}
