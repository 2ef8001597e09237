import type { Ledger } from '../../../store/ledger/ledger';
import type { CursorRecord } from '../../../store/ledger/records';

/** How far the print log was read. The ledger keeps it under names of an earlier version (`CursorRecord`). */
export interface Cursor {
    /** end of the newest run seen, UTC, never later than the present; null: none was there yet */
    position: string | null;
    /** where "from now on" began; null: with the whole history */
    baseline: string | null;
    /** runs from before the baseline that the overlap may show again */
    baselineRows: string[];
    /** `created_at` of the newest row that a look reads again: where it is gone, the log was cleared; none: none was seen yet */
    lastSeenRow?: string;
    /** the newest rows that the last look saw, in the server's order, as texts that tell them apart */
    rows?: string[];
    /** how many rows the log had then */
    total?: number;
    /** the highest id of a row that was read since the log was cleared last */
    highestId?: number;
}

/** @param id of the source node. @returns undefined: it has not begun */
export function readCursor(ledger: Ledger, id: string): Cursor | undefined {
    const record = ledger.cursor(id);
    if (record === undefined) return undefined;
    const { since, start, before, anchor, at: _at, ...rest } = record;
    const lastSeenRow = anchor === undefined ? {} : { lastSeenRow: anchor };
    return { position: since, baseline: start, baselineRows: before, ...lastSeenRow, ...rest };
}

/** Resolves when it is on the disk. */
export function writeCursor(ledger: Ledger, id: string, cursor: Cursor): Promise<void> {
    const { position, baseline, baselineRows, lastSeenRow, ...rest } = cursor;
    const anchor = lastSeenRow === undefined ? {} : { anchor: lastSeenRow };
    const record: Omit<CursorRecord, 'at'> = {
        since: position,
        start: baseline,
        before: baselineRows,
        ...anchor,
        ...rest,
    };
    return ledger.setCursorDurable(id, record);
}
