import { constants } from 'node:fs';
import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { yieldToEventLoop } from './lines';
import { syncFolder, writeWhole } from './snapshot';

/** What makes sure, before bytes go to the disk, that the store is still ours: null where there is no doubt. */
export type Guard = () => Promise<void> | null;

/** A file that was open is not any more: the share was away, and does not know the handle it gave out before. */
const HANDLE_GONE: ReadonlySet<unknown> = new Set(['ESTALE', 'EBADF', 'EIO', 'ENOTCONN', 'ENXIO', 'EHOSTDOWN']);

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
    private reopens = false;
    private abandoned: Error | null = null;

    private constructor(
        readonly number: number,
        private readonly path: string,
        private readonly guard: Guard,
        private handle: FileHandle,
    ) {}

    /** @param guard asked before every flush; where it rejects, what was to be flushed is refused with that error */
    static async create(file: string, number: number, guard: Guard = () => null): Promise<Journal> {
        const path = journalName(file, number);
        const journal = new Journal(number, path, guard, await open(path, 'a'));
        try {
            journal.size = (await journal.handle.stat()).size;
            await syncFolder(dirname(file));
            return journal;
        } catch (error) {
            await journal.handle.close();
            throw error;
        }
    }

    /** Nothing was ever acknowledged here. */
    get isEmpty(): boolean {
        return this.size === 0 && !this.torn && this.waiting.length === 0 && this.flushing === null;
    }

    /** Resolves when the lines are on the disk. */
    append(text: string): Promise<void> {
        return new Promise((done, failed) => {
            this.waiting.push({ text, done, failed });
            this.flushing ??= this.flush();
        });
    }

    /**
     * Whether the file is as long as this process made it. What is being written at this moment, and half a line of a write
     * that failed, do not count.
     */
    async isAsLeft(): Promise<boolean> {
        const [least, mayBeMore] = [this.size, this.torn];
        const { size } = await stat(this.path);
        return size >= least && (size <= this.size || mayBeMore || this.torn);
    }

    /** Writes nothing more: what waits is refused with the error. */
    abandon(error: Error): void {
        this.abandoned = error;
    }

    async close(): Promise<void> {
        while (this.flushing !== null) await this.flushing;
        await this.handle.close();
    }

    private async flush(): Promise<void> {
        // one turn of the loop, so that those who write at the same time share this flush
        await yieldToEventLoop();
        while (this.waiting.length > 0) {
            try {
                await passed(this.guard);
            } catch (error) {
                this.refuse(this.waiting.splice(0), error);
                continue;
            }
            const group = this.waiting.splice(0);
            try {
                if (this.abandoned !== null) throw this.abandoned;
                if (this.reopens) await this.reopen();
                if (this.torn) await this.handle.truncate(this.size);
                this.torn = true;
                const bytes = Buffer.from(group.map((entry) => entry.text).join(''));
                await writeWhole(this.handle, bytes);
                await this.handle.datasync();
                this.size += bytes.length;
                this.torn = false;
                for (const entry of group) entry.done();
            } catch (error) {
                this.reopens = HANDLE_GONE.has((error as NodeJS.ErrnoException).code);
                this.refuse(group, error);
            }
        }
        // at once, not a turn later: who was just told that his lines are written may append the next before that
        this.flushing = null;
    }

    /** @throws where the file is shorter than what was acknowledged: that is another file */
    private async reopen(): Promise<void> {
        const handle = await open(this.path, constants.O_WRONLY | constants.O_APPEND);
        const { size } = await handle.stat();
        if (size < this.size) {
            await handle.close();
            throw new Error(`${this.path} is shorter than what was written to it`);
        }
        await this.handle.close().catch(() => undefined);
        this.handle = handle;
        this.reopens = false;
    }

    private refuse(group: readonly { failed: (error: unknown) => void }[], error: unknown): void {
        for (const entry of group) entry.failed(error);
    }
}

/** Resolves when there is no doubt any more. @throws as the guard */
export async function passed(guard: Guard): Promise<void> {
    for (let doubt = guard(); doubt !== null; doubt = guard()) await doubt;
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
