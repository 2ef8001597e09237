import type { PrintRecord } from './records';

interface Entry {
    startedAt: string;
    batch: string;
}

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
    private readonly printers = new Map<number, Entry[]>();

    /** @param previous of the same batch */
    put(next: PrintRecord, previous: PrintRecord | undefined): void {
        const [was, is] = [previous !== undefined && counts(previous), counts(next)];
        const moved = previous?.printerId !== next.printerId || previous?.startedAt !== next.startedAt;
        if (was && (!is || moved)) this.remove(previous!);
        if (is && (!was || moved)) this.add(next);
    }

    remove(record: PrintRecord): void {
        if (!counts(record)) return;
        const entries = this.printers.get(record.printerId!);
        if (entries === undefined) return;
        for (let i = placeOf(entries, record.startedAt!); entries[i]?.startedAt === record.startedAt; i++) {
            if (entries[i]!.batch === record.batch) return void entries.splice(i, 1);
        }
    }

    /** Batches of the prints of a printer that began next before and next after a moment (UTC), in no order. */
    around(printerId: number, moment: string): string[] {
        const entries = this.printers.get(printerId) ?? [];
        const place = placeOf(entries, moment);
        return entries.slice(Math.max(0, place - NEIGHBOURS), place + NEIGHBOURS).map(({ batch }) => batch);
    }

    private add({ printerId, startedAt, batch }: PrintRecord): void {
        const entry = { startedAt: startedAt!, batch };
        const entries = this.printers.get(printerId!);
        if (entries === undefined) this.printers.set(printerId!, [entry]);
        else if ((entries.at(-1)?.startedAt ?? '') <= entry.startedAt) entries.push(entry);
        else entries.splice(placeOf(entries, entry.startedAt), 0, entry);
    }
}

function counts({ printerId, content, startedAt, completedAt, state, doubleOf }: PrintRecord): boolean {
    const isComparable =
        printerId !== undefined && content !== undefined && startedAt !== null && completedAt !== undefined;
    return isComparable && state !== 'skipped' && doubleOf === undefined;
}

/** Index of the first entry that began no earlier. Times of fractions and of whole seconds differ by less than one. */
function placeOf(entries: readonly Entry[], moment: string): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (entries[middle]!.startedAt < moment) low = middle + 1;
        else high = middle;
    }
    return low;
}
