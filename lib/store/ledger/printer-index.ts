import type { PrintRecord } from './records';

/**
 * So many prints before and after a moment are looked at. What a printer prints comes one after the other, and of two that
 * overlap one is parked and not kept here: what overlaps a print is next to it.
 */
const NEIGHBOURS = 8;

/**
 * The successful prints of each printer by their start, to find those that overlap another one: what counts as made or
 * still may be, so neither what was skipped nor what is parked as a likely double. A look-up costs the same, whatever the
 * number of prints.
 */
export class PrinterIndex {
    /** numbers of prints */
    private readonly printers = new Map<number, number[]>();

    /** @param print by its number; undefined: it is gone */
    constructor(private readonly print: (id: number) => Readonly<PrintRecord> | undefined) {}

    /** @param id number of the print. @param previous of the same batch */
    put(id: number, next: PrintRecord, previous: PrintRecord | undefined): void {
        const [was, is] = [previous !== undefined && counts(previous), counts(next)];
        const moved = previous?.printerId !== next.printerId || previous?.startedAt !== next.startedAt;
        if (was && (!is || moved)) this.remove(id, previous!);
        if (is && (!was || moved)) this.add(id, next);
    }

    /** @param record as it was put */
    remove(id: number, record: PrintRecord): void {
        if (!counts(record)) return;
        const ids = this.printers.get(record.printerId!) ?? [];
        let at = this.placeOf(ids, record.startedAt!);
        while (ids[at] !== id && at < ids.length && this.startOf(ids[at]!) === record.startedAt) at++;
        // it has another start by now
        if (ids[at] !== id) at = ids.indexOf(id);
        if (at >= 0) ids.splice(at, 1);
    }

    /** Batches of the prints of a printer that began next before and next after a moment (UTC), in no order. */
    around(printerId: number, moment: string): string[] {
        const ids = this.printers.get(printerId) ?? [];
        const place = this.placeOf(ids, moment);
        return ids.slice(Math.max(0, place - NEIGHBOURS), place + NEIGHBOURS).map((id) => this.print(id)!.batch);
    }

    private add(id: number, { printerId, startedAt }: PrintRecord): void {
        const ids = this.printers.get(printerId!);
        if (ids === undefined) this.printers.set(printerId!, [id]);
        else if (ids.length === 0 || this.startOf(ids.at(-1)!) <= startedAt!) ids.push(id);
        else ids.splice(this.placeOf(ids, startedAt!), 0, id);
    }

    /** Index of the first that began no earlier. Times of fractions and of whole seconds differ by less than one. */
    private placeOf(ids: readonly number[], moment: string): number {
        let low = 0;
        let high = ids.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.startOf(ids[middle]!) < moment) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private startOf(id: number): string {
        return this.print(id)?.startedAt ?? '';
    }
}

function counts({ printerId, content, startedAt, completedAt, state, doubleOf }: PrintRecord): boolean {
    const isComparable =
        printerId !== undefined && content !== undefined && startedAt !== null && completedAt !== undefined;
    return isComparable && state !== 'skipped' && doubleOf === undefined;
}
