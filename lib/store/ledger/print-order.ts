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

/** So many blocks are not packed: those that were changed or looked into last. */
const UNPACKED = 32;

/** Prints that stand together, oldest first. */
interface Block {
    /** where it begins */
    first: Place;
    count: number;
    /** null: they are packed */
    places: Place[] | null;
    /** the places as one text, which takes a third of the memory */
    packed: string;
    /** what they add up to; null: it is not added up since they changed */
    cells: readonly PrintCell[] | null;
}

/**
 * Prints in the order of their time, kept while they change: sorted blocks, oldest first, so that a new print is added at
 * the end. A change costs two binary searches and at most one block's move, whatever the number of prints. A block is added
 * up when somebody asks for it, and again after one of its prints has changed. Records are not kept here.
 */
export class PrintOrder {
    private blocks: Block[] = [];
    private readonly unpacked = new Set<Block>();

    /** @param recordOf the record of a print that stands here */
    constructor(private readonly recordOf: (batch: string) => PrintRecord) {}

    /** Takes many, at the start; one that stands behind all before it, as most do, costs one look. */
    fill(records: readonly PrintRecord[]): void {
        for (const record of records) {
            const place = placeOf(record);
            const block = this.blocks.at(-1);
            const last = block === undefined ? undefined : this.placesOf(block).at(-1);
            if (last !== undefined && comparePlaces(last, place) > 0) this.put(record, undefined);
            else if (block === undefined || block.count === BLOCK) this.blocks.push(this.blockOf([place]));
            else this.change(block, (places) => places.push(place));
        }
    }

    put(next: PrintRecord, previous: PrintRecord | undefined): void {
        const place = placeOf(next);
        if (previous !== undefined && comparePlaces(placeOf(previous), place) !== 0) this.remove(previous);
        if (this.blocks.length === 0) return void this.blocks.push(this.blockOf([place]));
        const at = this.blockAt(place);
        const block = this.blocks[at]!;
        const index = firstFrom(this.placesOf(block), place);
        this.change(block, (places) => {
            const known = places[index] !== undefined && comparePlaces(places[index], place) === 0;
            places.splice(index, known ? 1 : 0, place);
            if (places.length > BLOCK) this.blocks.splice(at + 1, 0, this.blockOf(places.splice(BLOCK / 2)));
        });
    }

    remove(record: PrintRecord): void {
        if (this.blocks.length === 0) return;
        const place = placeOf(record);
        const at = this.blockAt(place);
        const block = this.blocks[at]!;
        const index = firstFrom(this.placesOf(block), place);
        if (this.placesOf(block)[index]?.batch !== record.batch) return;
        if (block.count > 1) return this.change(block, (places) => places.splice(index, 1));
        this.blocks.splice(at, 1);
        this.unpacked.delete(block);
    }

    /**
     * Newest first: at most `count` of those before `place`; null: from the newest on.
     * @param mayHold (cells of a block) → whether one looks for any of its prints; missing: for all
     */
    older(place: Place | null, count: number, mayHold?: (cells: readonly PrintCell[]) => boolean): PrintRecord[] {
        const found: PrintRecord[] = [];
        if (this.blocks.length === 0) return found;
        let at = place === null ? this.blocks.length - 1 : this.blockAt(place);
        let index = place === null ? this.blocks[at]!.count : firstFrom(this.placesOf(this.blocks[at]!), place);
        for (; at >= 0; index = this.blocks[--at]?.count ?? 0) {
            const block = this.blocks[at]!;
            if (index === 0 || mayHold?.(this.cellsOfBlock(block)) === false) continue;
            const places = this.placesOf(block);
            while (index > 0 && found.length < count) found.push(this.recordOf(places[--index]!.batch));
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
            this.cellsOfBlock(block);
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
        const last = to === null || this.blocks.length === 0 ? this.blocks.length - 1 : this.blockAt(to);
        for (let at = first; at <= last; at++) {
            const block = this.blocks[at]!;
            const start = from === null || at > first ? 0 : firstFrom(this.placesOf(block), from);
            const end = to === null || at < last ? block.count : firstFrom(this.placesOf(block), to);
            if (start === 0 && end === block.count) yield* this.cellsOfBlock(block);
            else if (start < end) yield* cellsOf(this.recordsOf(this.placesOf(block).slice(start, end)));
        }
    }

    /** The last block that begins at or before a place; else the first. */
    private blockAt(place: Place): number {
        let [low, high] = [0, this.blocks.length - 1];
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (comparePlaces(this.blocks[middle]!.first, place) <= 0) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    private change(block: Block, how: (places: Place[]) => void): void {
        const places = this.placesOf(block);
        how(places);
        block.first = places[0]!;
        block.count = places.length;
        block.cells = null;
    }

    private blockOf(places: Place[]): Block {
        const block: Block = { first: places[0]!, count: places.length, places, packed: '', cells: null };
        this.keepUnpacked(block);
        return block;
    }

    /** The places of a block, to be read and changed. */
    private placesOf(block: Block): Place[] {
        block.places ??= unpack(block.packed);
        this.keepUnpacked(block);
        return block.places;
    }

    private keepUnpacked(block: Block): void {
        this.unpacked.delete(block);
        this.unpacked.add(block);
        if (this.unpacked.size <= UNPACKED) return;
        const [oldest] = this.unpacked;
        oldest!.packed = pack(oldest!.places!);
        oldest!.places = null;
        this.unpacked.delete(oldest!);
    }

    private cellsOfBlock(block: Block): readonly PrintCell[] {
        return (block.cells ??= cellsOf(this.recordsOf(this.placesOf(block))));
    }

    private recordsOf(places: readonly Place[]): PrintRecord[] {
        return places.map(({ batch }) => this.recordOf(batch));
    }
}

/** As bytes and back, or the engine would keep the pieces of which the text was made. */
function pack(places: readonly Place[]): string {
    return Buffer.from(JSON.stringify(places.flatMap(({ time, batch }) => [time, batch]))).toString();
}

function unpack(packed: string): Place[] {
    const texts = JSON.parse(packed) as string[];
    return Array.from({ length: texts.length / 2 }, (_, n) => ({ time: texts[2 * n]!, batch: texts[2 * n + 1]! }));
}

/** Index of the first place that does not stand before another. */
function firstFrom(places: readonly Place[], place: Place): number {
    let [low, high] = [0, places.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (comparePlaces(places[middle]!, place) < 0) low = middle + 1;
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
