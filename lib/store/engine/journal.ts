import { constants } from 'node:fs';
import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { yieldToEventLoop } from './lines';
import { syncFolder, writeWhole } from './snapshot';

/**
 * Asked before bytes go to the disk. @returns null: the lock is certainly ours; else resolves when it is ours again
 * @throws (the promise) what lost it
 */
export type Guard = () => Promise<void> | null;

/** Codes of a handle that is no longer valid, e.g. after a network share was disconnected. The file is opened again. */
const HANDLE_GONE: ReadonlySet<unknown> = new Set(['ESTALE', 'EBADF', 'EIO', 'ENOTCONN', 'ENXIO', 'EHOSTDOWN']);

/**
 * The append-only file of changes since the last snapshot, `<file>.journal.<n>`: a line per changed record, flushed with
 * fdatasync before `append` resolves. Appends that wait together share one flush.
 */
export class Journal {
    private waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
    private flushing: Promise<void> | null = null;
    /** bytes acknowledged; what a failed write left behind them is truncated before the next write */
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

    /** @param guard asked before every flush; if it rejects, the flush fails with that error */
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

    /** Nothing was acknowledged in this journal, and nothing is being written. */
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
     * Whether only this process wrote to the file, told by its length. A write in progress, and half a line of a failed
     * write, are allowed for.
     */
    async isAsLeft(): Promise<boolean> {
        const [least, mayBeMore] = [this.size, this.torn];
        const { size } = await stat(this.path);
        return size >= least && (size <= this.size || mayBeMore || this.torn);
    }

    /** Writes nothing more: waiting and later appends fail with the error. */
    abandon(error: Error): void {
        this.abandoned = error;
    }

    async close(): Promise<void> {
        while (this.flushing !== null) await this.flushing;
        await this.handle.close();
    }

    private async flush(): Promise<void> {
        // appends of the same turn of the event loop share this flush
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
                await this.mayAcknowledge();
                for (const entry of group) entry.done();
            } catch (error) {
                this.reopens = HANDLE_GONE.has((error as NodeJS.ErrnoException).code);
                this.refuse(group, error);
            }
        }
        // in the same turn: a caller whose append has just resolved may append again at once
        this.flushing = null;
    }

    /**
     * A process that was stopped in the middle of a write goes on with it later: another may have had the store meanwhile,
     * and read it without this write. @throws what lost the store, or had it read again
     */
    private async mayAcknowledge(): Promise<void> {
        await passed(this.guard);
        if (this.abandoned !== null) throw this.abandoned;
    }

    /** @throws Error if the file is shorter than what was acknowledged: it is another file */
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

/** Resolves when the guard has no doubt any more. @throws as the guard */
export async function passed(guard: Guard): Promise<void> {
    for (let doubt = guard(); doubt !== null; doubt = guard()) await doubt;
}

/** Numbers of the journals beside a store file, oldest first. */
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
