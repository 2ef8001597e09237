import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { apply, breath, lineOf, linesOf, readLine } from './lines';
import { FORMAT, SHELVES, emptyLedger, type LedgerData } from './records';

const BATCH = 250;

/** First line of a snapshot. */
interface Header {
    format: number;
    /** the first journal that is not in this snapshot */
    journal: number;
}

export type SnapshotReading =
    | { kind: 'missing' }
    | { kind: 'unreadable'; why: string }
    | { kind: 'read'; data: LedgerData; journal: number; count: number };

/**
 * Reads a snapshot: a header, a line per record, a last line with their number. Without that last line it was cut short.
 * @throws Error for a format of a later version of this package (the file is not touched)
 */
export async function readSnapshot(file: string): Promise<SnapshotReading> {
    const data = emptyLedger();
    let header: Header | null = null;
    let count = 0;
    let ended = false;
    try {
        for await (const { text } of linesOf(file)) {
            if (header === null) {
                header = readHeader(text);
                if (header === null) return { kind: 'unreadable', why: 'its first line is not a header' };
                if (header.format > FORMAT) throw new NewerFormat(file, header.format);
                continue;
            }
            const line = readLine(text);
            if (line === null) {
                ended = text === endLine(count).trim();
                if (!ended) return { kind: 'unreadable', why: `line ${count + 2} is damaged` };
                break;
            }
            apply(data, line);
            if (++count % BATCH === 0) await breath();
        }
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' };
        throw error;
    }
    if (header === null) return { kind: 'unreadable', why: 'it is empty' };
    if (!ended) return { kind: 'unreadable', why: 'its end is missing' };
    return { kind: 'read', data, journal: header.journal, count };
}

/** The file was written by a later version of this package. */
export class NewerFormat extends Error {
    constructor(file: string, format: number) {
        super(
            `${file} has format ${format}, written by a newer version of this package (this one knows ${FORMAT}). Update the package.`,
        );
        this.name = 'NewerFormat';
    }
}

/**
 * Writes a snapshot so that at every moment a whole one is there: temp file, fsync, previous kept as `.bak`, rename, fsync.
 * @returns the number of records
 */
export async function writeSnapshot(file: string, data: LedgerData, journal: number): Promise<number> {
    const temp = `${file}.tmp`;
    const handle = await open(temp, 'w');
    let count: number;
    try {
        await handle.write(`${JSON.stringify({ format: FORMAT, journal })}\n`);
        count = await writeRecords(handle, data);
        await handle.write(endLine(count));
        await handle.sync();
    } finally {
        await handle.close();
    }
    await rename(file, `${file}.bak`).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    await rename(temp, file);
    await syncFolder(dirname(file));
    return count;
}

/** Makes new names in a folder last; systems without such a call (Windows) do it by themselves. */
export async function syncFolder(folder: string): Promise<void> {
    let handle: FileHandle | undefined;
    try {
        handle = await open(folder, 'r');
        await handle.sync();
    } catch (error) {
        if (!['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? ''))
            throw error;
    } finally {
        await handle?.close();
    }
}

export async function removeTemp(file: string): Promise<void> {
    await rm(`${file}.tmp`, { force: true });
}

async function writeRecords(handle: FileHandle, data: LedgerData): Promise<number> {
    let count = 0;
    let text = '';
    for (const shelf of SHELVES) {
        for (const key in data[shelf]) {
            text += lineOf(shelf, key, data[shelf][key]);
            if (++count % BATCH !== 0) continue;
            await handle.write(text);
            text = '';
        }
    }
    await handle.write(text);
    return count;
}

function readHeader(text: string): Header | null {
    try {
        const header = JSON.parse(text) as Partial<Header> | null;
        return typeof header?.format === 'number' && typeof header.journal === 'number' ? (header as Header) : null;
    } catch {
        return null;
    }
}

function endLine(count: number): string {
    return `${JSON.stringify({ end: count })}\n`;
}
