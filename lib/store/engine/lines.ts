import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import { OtherStore } from './format-errors';
import type { CollectionOf, Collections } from './schema';

/** One change: collection, key, record (null: removed). */
export type Change = [string, string, unknown];

/**
 * A line of the journal and of the snapshot: one change, or several that are applied together or not at all, and a
 * checksum, which also detects a flipped bit inside a value: `["prints","bambuddy-11",{…},2774921358]`.
 */
export function lineOf(...changes: Change[]): string {
    return `${withChecksum(JSON.stringify(changes.length === 1 ? changes[0] : changes))}\n`;
}

/** A list that ends with a number, which no record is. */
const HAS_CHECKSUM = /,\d+\]$/;

/**
 * @param data whose collections can be changed
 * @param file where the line stands
 * @returns null for what is no such line, or is damaged; a line without a checksum, edited by hand, is valid
 * @throws OtherStore for a whole line of a collection that the data does not have
 */
export function readLine(text: string, data: object, file: string): Change[] | null {
    const line = withoutChecksum(text);
    if (!Array.isArray(line) || line.length === 0) return null;
    const changes = (typeof line[0] === 'string' ? [line] : line) as unknown[];
    if (!changes.every(isChange)) return null;
    const foreign = changes.find(([collection]) => !Object.hasOwn(data, collection));
    if (foreign === undefined) return changes;
    if (HAS_CHECKSUM.test(text)) throw new OtherStore(file, foreign[0]);
    return null;
}

/** JSON of a list that is not empty, with its checksum as a last element. */
export function withChecksum(list: string): string {
    const open = list.slice(0, -1);
    return `${open},${crc32(open)}]`;
}

/** @returns the list without its checksum; undefined if it is no JSON or the checksum does not match */
export function withoutChecksum(text: string): unknown {
    try {
        const list: unknown = JSON.parse(text);
        if (!Array.isArray(list) || typeof list.at(-1) !== 'number') return list;
        return crc32(text.slice(0, text.lastIndexOf(','))) === list.pop() ? list : undefined;
    } catch {
        return undefined;
    }
}

export interface TextLine {
    text: string;
    /** where the next line begins */
    next: number;
    /** it has its line break; only the last one may have none */
    ended: boolean;
}

/**
 * The lines of a file, split by bytes. Node's readline counts characters, so damaged bytes would shift the offsets; newer
 * versions also break lines at U+2028, which JSON leaves unescaped.
 */
export async function* linesOf(path: string): AsyncGenerator<TextLine> {
    let rest: Buffer[] = [];
    let next = 0;
    for await (const chunk of createReadStream(path)) {
        const bytes = chunk as Buffer;
        let start = 0;
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
            const line = rest.length === 0 ? bytes : Buffer.concat([...rest, bytes.subarray(0, end)]);
            const text = rest.length === 0 ? line.toString('utf8', start, end) : line.toString('utf8');
            next += end + 1 - start + rest.reduce((sum, part) => sum + part.length, 0);
            rest = [];
            start = end + 1;
            yield { text, next, ended: true };
        }
        if (start < bytes.length) rest.push(bytes.subarray(start));
    }
    const last = Buffer.concat(rest);
    if (last.length > 0) yield { text: last.toString('utf8'), next: next + last.length, ended: false };
}

/** Applies changes to the data, in order. */
export function apply<T extends Collections<T>>(data: T, changes: readonly Change[]): void {
    for (const [collection, key, record] of changes) {
        const records: Record<string, object> = data[collection as CollectionOf<T>];
        if (record === null) delete records[key];
        else records[key] = record as object;
    }
}

/** Lets the rest of the process run between portions of long work. */
export function yieldToEventLoop(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}

function isChange(change: unknown): change is Change {
    if (!Array.isArray(change) || change.length !== 3) return false;
    const [collection, key, record] = change as unknown[];
    return typeof collection === 'string' && typeof key === 'string' && typeof record === 'object';
}
