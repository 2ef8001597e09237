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
