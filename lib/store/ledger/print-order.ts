import { cellsOf, type PrintCell } from './print-sums';
import type { PrintRecord } from './records';

/** Where a print stands in the order of time. */
export interface Place {
    /** ISO 8601, UTC */
    time: string;
    batch: string;
}

/** A block that grows beyond this is cut in two: an insertion never moves more. */
const BLOCK = 512;

/** Clocks and zones of two machines differ by less; what lies further ahead of a record's last change cannot be its end. */
const AHEAD_MS = 2 * 86_400_000;

/**
 * When a print was: its end, else its start, else when it was first seen. A time that cannot be (a clock that stood in
 * the year 2036) is passed over, so that no such print stands before all others for years.
 */
export function timeOf(record: Readonly<PrintRecord>): string {
    const { completedAt, startedAt, seen, at } = record;
    for (const time of [completedAt, startedAt, seen]) {
        if (time !== undefined && time !== null && (time <= at || Date.parse(time) - Date.parse(at) < AHEAD_MS))
            return time;
    }
    return at;
}

export function placeOf(record: Readonly<PrintRecord>): Place {
    return { time: timeOf(record), batch: record.batch };
}

/** Prints that stand together, oldest first, and what they add up to; null: it is not added up since they changed. */
interface Block {
    records: PrintRecord[];
    cells: readonly PrintCell[] | null;
}

const blockOf = (records: PrintRecord[]): Block => ({ records, cells: null });

/**
 * Prints in the order of their time, kept while they change: sorted blocks, oldest first, so that a new print is added at
 * the end. A change costs two binary searches and at most one block's move, whatever the number of prints. A block is added
 * up when somebody asks for it, and again after one of its prints has changed.
 */
export class PrintOrder {
    private blocks: Block[] = [];

    /** Takes many, at the start; one that stands behind all before it, as most do, costs one look. */
    fill(records: readonly PrintRecord[]): void {
        for (const record of records) {
            const block = this.blocks.at(-1);
            const last = block?.records.at(-1);
            if (last !== undefined && comparePlaces(placeOf(last), placeOf(record)) > 0) this.put(record, undefined);
            else if (block === undefined || block.records.length === BLOCK) this.blocks.push(blockOf([record]));
            else {
                block.records.push(record);
                block.cells = null;
            }
        }
    }

    put(next: PrintRecord, previous: PrintRecord | undefined): void {
        const place = placeOf(next);
        if (previous !== undefined && comparePlaces(placeOf(previous), place) !== 0) this.remove(previous);
        if (this.blocks.length === 0) this.blocks.push(blockOf([]));
        const at = this.blockAt(place);
        const block = this.blocks[at]!;
        const { records } = block;
        const index = firstFrom(records, place);
        const known = records[index]?.batch === next.batch && timeOf(records[index]) === place.time;
        records.splice(index, known ? 1 : 0, next);
        block.cells = null;
        if (records.length > BLOCK) this.blocks.splice(at + 1, 0, blockOf(records.splice(BLOCK / 2)));
    }

    remove(record: PrintRecord): void {
        if (this.blocks.length === 0) return;
        const at = this.blockAt(placeOf(record));
        const block = this.blocks[at]!;
        const index = firstFrom(block.records, placeOf(record));
        if (block.records[index]?.batch !== record.batch) return;
        block.records.splice(index, 1);
        block.cells = null;
        if (block.records.length === 0) this.blocks.splice(at, 1);
    }

    /**
     * Newest first: at most `count` of those before `place`; null: from the newest on.
     * @param mayHold (cells of a block) → whether one looks for any of its prints; missing: for all
     */
    older(place: Place | null, count: number, mayHold?: (cells: readonly PrintCell[]) => boolean): PrintRecord[] {
        const found: PrintRecord[] = [];
        if (this.blocks.length === 0) return found;
        let at = place === null ? this.blocks.length - 1 : this.blockAt(place);
        let index = place === null ? this.blocks[at]!.records.length : firstFrom(this.blocks[at]!.records, place);
        for (; at >= 0; index = this.blocks[--at]?.records.length ?? 0) {
            const block = this.blocks[at]!;
            if (index === 0 || mayHold?.(cellsOfBlock(block)) === false) continue;
            while (index > 0 && found.length < count) found.push(block.records[--index]!);
            if (found.length === count) break;
        }
        return found;
    }

    /**
     * Adds up blocks, so that `cells` and `older` do not have to: all of them at once would hold up the whole process.
     * @param count at most so many. @returns whether all are added up
     */
    addUp(count: number): boolean {
        let left = count;
        for (const block of this.blocks) {
            if (block.cells !== null) continue;
            if (left-- === 0) return false;
            cellsOfBlock(block);
        }
        return true;
    }

    /**
     * The prints from a place up to another, that one left out, added up; the same state, printer and material may come
     * more than once. It costs a look at each block, and at the prints of a block that begins or ends outside.
     * @param from null: from the oldest on. @param to null: up to the newest
     */
    *cells(from: Place | null, to: Place | null): IterableIterator<PrintCell> {
        const first = from === null || this.blocks.length === 0 ? 0 : this.blockAt(from);
        for (let at = first; at < this.blocks.length; at++) {
            const block = this.blocks[at]!;
            const { records } = block;
            const start = from === null || at > first ? 0 : firstFrom(records, from);
            const end = to === null ? records.length : firstFrom(records, to);
            if (start === 0 && end === records.length) yield* cellsOfBlock(block);
            else if (start < end) yield* cellsOf(records.slice(start, end));
            if (end < records.length) return;
        }
    }

    /** The last block that begins at or before a place; else the first. */
    private blockAt(place: Place): number {
        let [low, high] = [0, this.blocks.length - 1];
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (comparePlaces(placeOf(this.blocks[middle]!.records[0]!), place) <= 0) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}

function cellsOfBlock(block: Block): readonly PrintCell[] {
    return (block.cells ??= cellsOf(block.records));
}

/** Index of the first record that does not stand before a place. */
function firstFrom(block: readonly PrintRecord[], place: Place): number {
    let [low, high] = [0, block.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (comparePlaces(placeOf(block[middle]!), place) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** @returns below 0: `a` is older */
export function comparePlaces(a: Place, b: Place): number {
    if (a.time !== b.time) return a.time < b.time ? -1 : 1;
    if (a.batch === b.batch) return 0;
    return a.batch < b.batch ? -1 : 1;
}
