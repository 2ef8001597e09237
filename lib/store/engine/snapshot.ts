import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { apply, yieldToEventLoop, lineOf, linesOf, readLine } from './lines';
import { NeedsLaterFormat, NewerFormat } from './format-errors';
import { recordsOf, storeData } from './packed/store-data';
import type { Collections, StoreSchema } from './schema';

const BATCH = 250;

/** First line of a snapshot. */
interface Header {
    format: number;
    /** the first journal that is not in this snapshot */
    journal: number;
    /** of the two above */
    check?: number;
}

export type SnapshotReading<T> =
    | { kind: 'missing' }
    | { kind: 'unreadable'; why: string }
    | { kind: 'read'; data: T; journal: number; count: number; format: number };

/**
 * Reads a snapshot: a header, a line per record, a last line with their number. Without that last line it is truncated.
 * @throws NewerFormat, OtherStore: the file is not touched; what the disk says
 */
export async function readSnapshot<T extends Collections<T>>(
    file: string,
    schema: StoreSchema<T>,
): Promise<SnapshotReading<T>> {
    const data = storeData<T>(schema);
    let header: Header | null = null;
    let count = 0;
    let ended = false;
    try {
        for await (const { text } of linesOf(file)) {
            if (header === null) {
                header = readHeader(text);
                if (header === null) return { kind: 'unreadable', why: 'its first line is not a header' };
                if (header.format > schema.format) throw new NewerFormat(file, header.format, schema.format);
                continue;
            }
            const changes = readLine(text, data, file);
            if (changes === null) {
                ended = text === endLine(count).trim();
                if (!ended) return { kind: 'unreadable', why: `line ${count + 2} is damaged` };
                break;
            }
            apply(data, changes);
            if (++count % BATCH === 0) await yieldToEventLoop();
        }
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' };
        throw error;
    }
    if (header === null) return { kind: 'unreadable', why: 'it is empty' };
    if (!ended) return { kind: 'unreadable', why: 'its end is missing' };
    return { kind: 'read', data, journal: header.journal, count, format: Math.max(1, Math.floor(header.format)) };
}

/**
 * Writes a snapshot so that at every moment a whole one is there: temp file, fsync, previous kept as `.bak`, rename, fsync.
 * @param format of the records: never lower than they need, or an earlier version would misread them
 * @param sure asked before the new snapshot replaces the present one; if it rejects, the present one stays
 * @returns the number of records
 * @throws NeedsLaterFormat; what the disk says
 */
export async function writeSnapshot<T extends Collections<T>>(
    file: string,
    schema: StoreSchema<T>,
    data: T,
    journal: number,
    format: number,
    sure: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
    const temp = `${file}.tmp`;
    let count: number;
    try {
        count = await writeTemp(temp, schema, data, journal, format);
        await sure();
    } catch (error) {
        // on a full disk an unfinished snapshot takes the space that the journal needs
        await removeTemp(file).catch(() => undefined);
        throw error;
    }
    await rename(file, `${file}.bak`).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    await rename(temp, file);
    await syncFolder(dirname(file));
    return count;
}

/** Flushes the names in a folder to the disk. Systems that do not flush a folder (Windows) need no such call. */
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

/** Writes all bytes. On an almost full disk one write may take only some of them, without an error. */
export async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
}

async function writeTemp<T extends Collections<T>>(
    temp: string,
    schema: StoreSchema<T>,
    data: T,
    journal: number,
    format: number,
): Promise<number> {
    const handle = await open(temp, 'w');
    try {
        const header: Header = { format, journal, check: checkOf(format, journal) };
        await writeText(handle, `${JSON.stringify(header)}\n`);
        const count = await writeRecords(handle, schema, data, format);
        await writeText(handle, endLine(count));
        await handle.sync();
        return count;
    } finally {
        await handle.close();
    }
}

function writeText(handle: FileHandle, text: string): Promise<void> {
    return writeWhole(handle, Buffer.from(text));
}

async function writeRecords<T extends Collections<T>>(
    handle: FileHandle,
    { collections, formatOf = () => 1 }: StoreSchema<T>,
    data: T,
    format: number,
): Promise<number> {
    let count = 0;
    let text = '';
    for (const [collection, key, record] of recordsOf(collections, data)) {
        const needed = formatOf(collection, record);
        if (needed > format) throw new NeedsLaterFormat(needed, format);
        text += lineOf([collection, key, record]);
        if (++count % BATCH !== 0) continue;
        await writeText(handle, text);
        text = '';
    }
    await writeText(handle, text);
    return count;
}

function readHeader(text: string): Header | null {
    try {
        const header = JSON.parse(text) as Partial<Header> | null;
        if (typeof header?.format !== 'number' || typeof header.journal !== 'number') return null;
        const { format, journal, check } = header;
        return check === undefined || check === checkOf(format, journal) ? { format, journal } : null;
    } catch {
        return null;
    }
}

/** Without it a flipped bit in the header could skip a journal. */
function checkOf(format: number, journal: number): number {
    return crc32(`${format},${journal}`);
}

function endLine(count: number): string {
    return `${JSON.stringify({ end: count })}\n`;
}
