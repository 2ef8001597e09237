import { createReadStream } from 'node:fs';
import { SHELVES, type LedgerData, type Shelf } from './records';

/** A line of the journal and of the snapshot: shelf, key, record (null: removed). */
export type Line = [Shelf, string, unknown];

export function lineOf(shelf: Shelf, key: string, record: unknown): string {
    return `${JSON.stringify([shelf, key, record ?? null])}\n`;
}

/** @returns null for what is no such line */
export function readLine(text: string): Line | null {
    try {
        const line: unknown = JSON.parse(text);
        if (!Array.isArray(line) || line.length !== 3) return null;
        const [shelf, key, record] = line as unknown[];
        if (!SHELVES.includes(shelf as Shelf) || typeof key !== 'string') return null;
        return [shelf as Shelf, key, record];
    } catch {
        return null;
    }
}

/**
 * The lines of a file, each with where the next one begins. By bytes: readline counts characters (damaged ones become
 * others), and from some version of Node on it also breaks lines at U+2028, which JSON leaves as it is.
 */
export async function* linesOf(path: string): AsyncGenerator<{ text: string; next: number }> {
    let rest = Buffer.alloc(0);
    let next = 0;
    for await (const chunk of createReadStream(path)) {
        const bytes = Buffer.concat([rest, chunk as Buffer]);
        let start = 0;
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
            next += end + 1 - start;
            yield { text: bytes.toString('utf8', start, end), next };
            start = end + 1;
        }
        rest = bytes.subarray(start);
    }
    // without its line break: as if it had one
    if (rest.length > 0) yield { text: rest.toString('utf8'), next: next + rest.length + 1 };
}

/** Lays one line onto the data; the last one of a key holds. */
export function apply(data: LedgerData, [shelf, key, record]: Line): void {
    const records = data[shelf] as Record<string, unknown>;
    if (record === null) delete records[key];
    else records[key] = record;
}

/** So that thousands of lines never hold up the rest of the process. */
export function breath(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
