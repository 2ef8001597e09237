import { open, readdir, rm, truncate, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { apply, breath, linesOf, readLine } from './lines';
import type { LedgerData } from './records';
import { syncFolder } from './snapshot';

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
        journal.size = (await journal.handle.stat()).size;
        await syncFolder(dirname(file));
        return journal;
    }

    /** Resolves when the lines are on the disk. */
    append(text: string): Promise<void> {
        return new Promise((done, failed) => {
            this.waiting.push({ text, done, failed });
            this.flushing ??= this.flush().finally(() => (this.flushing = null));
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
    }
}

export interface Replay {
    lines: number;
    /** a last line that was cut off by a crash: never acknowledged, dropped */
    torn: boolean;
    /** damaged lines before the end: these are lost */
    damaged: number;
}

/** Lays a journal onto the data and cuts off a torn last line, so that the next append starts on a line of its own. */
export async function replayJournal(file: string, number: number, data: LedgerData): Promise<Replay> {
    const path = journalName(file, number);
    const replay: Replay = { lines: 0, torn: false, damaged: 0 };
    let whole = 0;
    let bad = 0;
    for await (const { text, next } of linesOf(path)) {
        const line = readLine(text);
        if (line === null) {
            bad++;
            continue;
        }
        apply(data, line);
        replay.damaged += bad;
        bad = 0;
        whole = next;
        if (++replay.lines % 250 === 0) await breath();
    }
    const length = await sizeOf(path);
    if (whole > length) {
        // the last line is whole but for its line break
        const handle = await open(path, 'a');
        await handle.write('\n');
        await handle.close();
    } else if (whole < length) {
        replay.torn = true;
        replay.damaged += Math.max(0, bad - 1);
        await truncate(path, whole);
    }
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

async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
}

async function sizeOf(path: string): Promise<number> {
    const handle = await open(path, 'r');
    try {
        return (await handle.stat()).size;
    } finally {
        await handle.close();
    }
}
