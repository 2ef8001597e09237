import { createHash } from 'node:crypto';
import type { LogRow, RunPage } from '../../../clients/bambuddy/answers';
import { earlier, endedBefore, newestPossible, utc, type UtcTime } from '../../../clients/bambuddy/times';
import { isReadable } from '../../../http/checked';
import type { Cursor } from './cursor';

/** Rows are written at the end of a print; this much is read again for those that came late. */
export const OVERLAP_MS = 15 * 60_000;
/** `date_from` filters `created_at`, which may be any zone's local time: so much more is asked for than is meant. */
export const ZONES_MS = 14 * 3600_000;

/**
 * Compares the newest rows of the print log with what the last look saw, and tells which rows are new. No clock is
 * trusted alone. A row that the last look did not see is new where
 * - the last look saw every row of the log, or
 * - it stands before one that was seen, in the server's order, or
 * - its id is higher than any that was seen, or
 * - it ended after the newest print that was seen, or at most a quarter of an hour before.
 * The number of rows tells how many have come: where fewer are found, the look has to go deeper. Deleted rows
 * lower it: of the newest ones it shows which are gone. Where one further down was deleted in the same gap, the number tells
 * nothing; then ids tell, with the next row that comes: one between it and the highest that was seen is missing.
 */
export class LogComparison {
    private readonly seen: ReadonlySet<string>;
    private readonly baselineRows: ReadonlySet<string>;
    /** keys of the rows found that were not there at the last look */
    private readonly arrived = new Set<string>();
    /** index of the last of the newest rows that was seen before; -1: none */
    private readonly lastSeen: number;
    /** ids of rows that the last look saw among the newest, and that are gone */
    private readonly deleted: ReadonlySet<number>;
    private readonly highestSeen: number | undefined;
    /** ids above the highest that was seen */
    private readonly higher = new Set<number>();
    private highestRead = 0;
    private newestEnd: UtcTime | null = null;

    /**
     * @param head the newest rows, in the server's order
     * @param now by our clock, milliseconds since 1970
     */
    constructor(
        private readonly cursor: Readonly<Cursor>,
        private readonly head: RunPage,
        private readonly now: number,
    ) {
        this.seen = new Set(cursor.rows ?? []);
        this.baselineRows = new Set(cursor.baselineRows);
        this.lastSeen = head.items.findLastIndex((row) => this.seen.has(rowKey(row)));
        // a cleared log counts its rows from 1 again
        const wasCleared = this.seen.size > 0 && this.lastSeen < 0 && head.total < (cursor.total ?? 0);
        this.deleted = deletedIds(cursor.rows ?? [], head.items);
        this.highestSeen = wasCleared ? 0 : highestLeft(cursor.highestId, this.deleted);
        head.items.forEach((row, index) => {
            this.read(row);
            if (index < this.lastSeen && !this.seen.has(rowKey(row))) this.arrived.add(rowKey(row));
        });
    }

    /** Every new row is among the newest ones: nothing more has to be asked for. */
    get isComplete(): boolean {
        return this.head.items.length >= this.head.total || (this.lastSeen >= 0 && this.isAccounted);
    }

    /** Rows have to be looked for where no time leads to. */
    get isShort(): boolean {
        return this.cursor.total !== undefined && !this.isAccounted;
    }

    /** As many rows have been read that are new as the log has more than at the last look, and no id is left out. */
    get isAccounted(): boolean {
        return this.missing <= 0 && !this.hasGap;
    }

    /** How many new rows have not been found; an unknown number counts as many. */
    private get missing(): number {
        const { total } = this.cursor;
        if (total === undefined) return Infinity;
        return this.head.total - (total - this.deleted.size) - this.arrived.size;
    }

    /** An id was given since the last look whose row was not read: it was deleted, or stands where no time leads to. */
    private get hasGap(): boolean {
        return this.highestSeen !== undefined && this.highestRead - this.highestSeen > this.higher.size;
    }

    /** By the database's clock: from where the log is read where the newest rows do not tell all; undefined: all of it. */
    get from(): UtcTime | undefined {
        const { position, lastSeenRow } = this.cursor;
        const from = earlier(position, OVERLAP_MS + ZONES_MS);
        const fromRow = earlier(lastSeenRow ?? null, OVERLAP_MS);
        return from !== undefined && fromRow !== undefined && fromRow < from ? fromRow : from;
    }

    /** Those of the newest rows that are new, oldest first. */
    newest(): LogRow[] {
        return this.head.items
            .filter((row, index) => (index < this.lastSeen ? this.isUnknown(row) : this.isNew(row)))
            .reverse();
    }

    /** Takes note of a row, from wherever in the log it was read. */
    read(row: LogRow): void {
        this.highestRead = Math.max(this.highestRead, idOf(row));
        if (this.isHigher(row)) this.higher.add(idOf(row));
        this.newestEnd = newestPossible([this.newestEnd, endOf(row)], this.now);
        if (!this.seen.has(rowKey(row)) && (this.sawAll || this.isHigher(row))) this.arrived.add(rowKey(row));
    }

    /** Whether a row is new, wherever in the log it stands. */
    isNew(row: LogRow): boolean {
        if (!this.isUnknown(row)) return false;
        const { position } = this.cursor;
        if (position === null || this.sawAll || this.isHigher(row)) return true;
        return !endedBefore(endOf(row), earlier(position, OVERLAP_MS)!);
    }

    /** Whether a row is new, of those that no time tells of. */
    isNewByNumber(row: LogRow): boolean {
        return this.isUnknown(row) && (this.sawAll || this.isHigher(row));
    }

    /**
     * What the next look compares with.
     * @param isWhole nothing was cleared, or what was is taken: else the next look reaches back to the same row again
     */
    next(isWhole: boolean): Cursor {
        const { cursor, head } = this;
        const position = newestPossible([cursor.position, this.newestEnd], this.now) ?? cursor.position;
        const { baseline } = cursor;
        const passed = baseline !== null && position !== null && earlier(position, 2 * OVERLAP_MS)! > baseline;
        const lastSeenRow = isWhole ? lastRowToSee(head.items) : undefined;
        return {
            ...cursor,
            position,
            baselineRows: passed && isWhole ? [] : cursor.baselineRows,
            ...(lastSeenRow === undefined ? {} : { lastSeenRow }),
            ...snapshotOf(head),
            highestId: Math.max(this.highestSeen ?? 0, this.highestRead),
        };
    }

    /** The last look saw every row there was. */
    private get sawAll(): boolean {
        return this.cursor.total !== undefined && this.cursor.total <= this.seen.size;
    }

    private isHigher(row: LogRow): boolean {
        return this.highestSeen !== undefined && idOf(row) > this.highestSeen;
    }

    private isUnknown(row: LogRow): boolean {
        return !this.seen.has(rowKey(row)) && !this.baselineRows.has(runKey(row));
    }
}

/** Id, and start of the run, of a row's key. */
const KEY = /^(\d+):\d+@([\dT:-]{19})?/;

/**
 * Ids of rows that are gone. What was pushed off the page by newer ones is not: in the server's order that is what stood
 * behind the last one that is still there.
 * @param before keys of the newest rows at the last look, in the server's order
 */
function deletedIds(before: readonly string[], rows: readonly LogRow[]): Set<number> {
    /** an id that was given again has another start; what a person edits of a row, and an archive that goes, do not count */
    const present = new Set(rows.map((row) => idAndStart(rowKey(row))));
    const known = before.map((key) => ({ id: Number(KEY.exec(key)?.[1]), isThere: present.has(idAndStart(key)) }));
    const end = known.findLastIndex(({ isThere }) => isThere);
    return new Set(known.slice(0, Math.max(0, end)).flatMap(({ id, isThere }) => (isThere || isNaN(id) ? [] : [id])));
}

function idAndStart(key: string): string {
    const match = KEY.exec(key);
    return match === null ? key : `${match[1]}@${match[2] ?? ''}`;
}

/** The highest id that no row can have got since: SQLite gives those of the newest rows again when they are deleted. */
function highestLeft(highest: number | undefined, deleted: ReadonlySet<number>): number | undefined {
    if (highest === undefined) return undefined;
    let left = highest;
    while (deleted.has(left)) left--;
    return left;
}

/** What is remembered of the newest rows, for the next look to compare with. */
export function snapshotOf(head: RunPage): Required<Pick<Cursor, 'rows' | 'total' | 'highestId'>> {
    return {
        rows: head.items.map(rowKey),
        total: head.total,
        highestId: Math.max(0, ...head.items.map(idOf)),
    };
}

/** `created_at` of the newest row: as long as it is there, the log was not cleared. */
export function lastRowToSee(rows: readonly LogRow[]): UtcTime | undefined {
    for (const row of rows) {
        const created = createdOf(row);
        if (created !== null) return created;
    }
    return undefined;
}

/** When its print ended, by Bambuddy's clock; only where the row does not say, by the database's. */
export function endOf(row: LogRow): UtcTime | null {
    return utc(text(row, 'completed_at')) ?? createdOf(row);
}

export function createdOf(row: LogRow): UtcTime | null {
    return utc(text(row, 'created_at'));
}

/** Archive and start of a row: `11@2026-11-22T04:33:35`. */
export function runKey(row: LogRow): string {
    return isReadable(row) ? startKey(row.archive_id ?? 0, utc(row.started_at)) : '';
}

export function startKey(archiveId: number, startedAt: string | null): string {
    return `${archiveId}@${startedAt?.slice(0, 19) ?? ''}`;
}

/** Tells rows apart: an id that was given again is another archive's or has another start. A status edited later is new. */
function rowKey(row: LogRow): string {
    if (!isReadable(row)) return `!${contentKey(row.row)}`;
    return `${row.id}:${runKey(row)}${row.status === 'completed' ? '' : `:${row.status}`}`;
}

/** A short text that stands for a row which cannot be read. */
export function contentKey(row: unknown): string {
    return createHash('sha1')
        .update(JSON.stringify(row) ?? '')
        .digest('hex')
        .slice(0, 12);
}

function idOf(row: LogRow): number {
    const id = isReadable(row) ? row.id : row.field('id');
    return typeof id === 'number' && Number.isSafeInteger(id) ? id : 0;
}

function text(row: LogRow, field: 'completed_at' | 'created_at'): string | null {
    const value = isReadable(row) ? row[field] : row.field(field);
    return typeof value === 'string' ? value : null;
}

/** Whether a row is there, by its `created_at`. */
export function showsRow(rows: readonly LogRow[], created: string): boolean {
    return rows.some((row) => createdOf(row) === created);
}

/** Where "from now on" begins: with the newest end; where that cannot be (a clock in the year 2036), with the present. */
export function startOf(ends: readonly (string | null)[], now: number): string | null {
    if (ends.length === 0) return null;
    return newestPossible(ends, now) ?? new Date(now).toISOString();
}

/** The earlier of two times; null where one is not known. */
export function older(a: string | null, b: string | null): string | null {
    return a === null || b === null || a < b ? a : b;
}
