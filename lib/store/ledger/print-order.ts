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

/**
 * Prints in the order of their time, kept while they change: sorted blocks, oldest first, so that a new print is added at
 * the end. A change costs two binary searches and at most one block's move, whatever the number of prints.
 */
export class PrintOrder {
    private blocks: PrintRecord[][] = [];

    /** Takes many, at the start; one that stands behind all before it, as most do, costs one look. */
    fill(records: readonly PrintRecord[]): void {
        for (const record of records) {
            const block = this.blocks.at(-1);
            const last = block?.at(-1);
            if (last !== undefined && comparePlaces(placeOf(last), placeOf(record)) > 0) this.put(record, undefined);
            else if (block === undefined || block.length === BLOCK) this.blocks.push([record]);
            else block.push(record);
        }
    }

    put(next: PrintRecord, previous: PrintRecord | undefined): void {
        const place = placeOf(next);
        if (previous !== undefined && comparePlaces(placeOf(previous), place) !== 0) this.remove(previous);
        if (this.blocks.length === 0) this.blocks.push([]);
        const at = this.blockOf(place);
        const block = this.blocks[at]!;
        const index = firstFrom(block, place);
        const known = block[index]?.batch === next.batch && timeOf(block[index]) === place.time;
        block.splice(index, known ? 1 : 0, next);
        if (block.length > BLOCK) this.blocks.splice(at + 1, 0, block.splice(BLOCK / 2));
    }

    remove(record: PrintRecord): void {
        if (this.blocks.length === 0) return;
        const at = this.blockOf(placeOf(record));
        const block = this.blocks[at]!;
        const index = firstFrom(block, placeOf(record));
        if (block[index]?.batch !== record.batch) return;
        block.splice(index, 1);
        if (block.length === 0) this.blocks.splice(at, 1);
    }

    /** Newest first: at most `count` of those before `place`; null: from the newest on. */
    older(place: Place | null, count: number): PrintRecord[] {
        const found: PrintRecord[] = [];
        if (this.blocks.length === 0) return found;
        let at = place === null ? this.blocks.length - 1 : this.blockOf(place);
        let index = place === null ? this.blocks[at]!.length : firstFrom(this.blocks[at]!, place);
        while (found.length < count) {
            if (--index >= 0) found.push(this.blocks[at]![index]!);
            else if (--at < 0) break;
            else index = this.blocks[at]!.length;
        }
        return found;
    }

    /** The last block that begins at or before a place; else the first. */
    private blockOf(place: Place): number {
        let [low, high] = [0, this.blocks.length - 1];
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (comparePlaces(placeOf(this.blocks[middle]![0]!), place) <= 0) low = middle;
            else high = middle - 1;
        }
        return low;
    }
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
