import { createHash } from 'node:crypto';
import type { LogRow, RunPage } from '../bambuddy/answers';
import { earlier, endedBefore, newestPossible, utc, type UtcTime } from '../bambuddy/times';
import { isReadable } from '../http/checked';
import type { CursorRecord } from '../store/records';

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
 * The number of rows tells how many have come: where fewer are found, the look has to go deeper.
 */
export class LogComparison {
    private readonly seen: ReadonlySet<string>;
    private readonly before: ReadonlySet<string>;
    /** keys of the rows found that were not there at the last look */
    private readonly arrived = new Set<string>();
    /** index of the last of the newest rows that was seen before; -1: none */
    private readonly lastSeen: number;
    private readonly highestSeen: number | undefined;
    private highestRead = 0;
    private newestEnd: UtcTime | null = null;

    /**
     * @param head the newest rows, in the server's order
     * @param now by our clock, milliseconds since 1970
     */
    constructor(
        private readonly cursor: Readonly<CursorRecord>,
        private readonly head: RunPage,
        private readonly now: number,
    ) {
        this.seen = new Set(cursor.rows ?? []);
        this.before = new Set(cursor.before);
        this.lastSeen = head.items.findLastIndex((row) => this.seen.has(rowKey(row)));
        // a cleared log counts its rows from 1 again
        const wasCleared = this.seen.size > 0 && this.lastSeen < 0 && head.total < (cursor.total ?? 0);
        this.highestSeen = wasCleared ? 0 : cursor.highestId;
        head.items.forEach((row, index) => {
            this.read(row);
            if (index < this.lastSeen && !this.seen.has(rowKey(row))) this.arrived.add(rowKey(row));
        });
    }

    /** Every new row is among the newest ones: nothing more has to be asked for. */
    get isComplete(): boolean {
        return this.head.items.length >= this.head.total || (this.lastSeen >= 0 && this.isAccounted);
    }

    /** As many rows have been read that are new as the log has more than at the last look. */
    get isAccounted(): boolean {
        return this.missing <= 0;
    }

    /** How many new rows have not been found; an unknown number counts as many. */
    private get missing(): number {
        const { total } = this.cursor;
        return total === undefined ? Infinity : this.head.total - total - this.arrived.size;
    }

    /** Rows are missing that no time tells where to look for. */
    get isShort(): boolean {
        return Number.isFinite(this.missing) && this.missing > 0;
    }

    /** By the database's clock: from where the log is read where the newest rows do not tell all; undefined: all of it. */
    get from(): UtcTime | undefined {
        const { since, anchor } = this.cursor;
        const from = earlier(since, OVERLAP_MS + ZONES_MS);
        const ofAnchor = earlier(anchor ?? null, OVERLAP_MS);
        return from !== undefined && ofAnchor !== undefined && ofAnchor < from ? ofAnchor : from;
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
        this.newestEnd = newestPossible([this.newestEnd, endOf(row)], this.now);
        if (!this.seen.has(rowKey(row)) && (this.sawAll || this.isHigher(row))) this.arrived.add(rowKey(row));
    }

    /** Whether a row is new, wherever in the log it stands. */
    isNew(row: LogRow): boolean {
        if (!this.isUnknown(row)) return false;
        const { since } = this.cursor;
        if (since === null || this.sawAll || this.isHigher(row)) return true;
        return !endedBefore(endOf(row), earlier(since, OVERLAP_MS)!);
    }

    /** Whether a row is new, of those that no time tells of. */
    isNewByNumber(row: LogRow): boolean {
        return this.isUnknown(row) && (this.sawAll || this.isHigher(row));
    }

    /**
     * What the next look compares with.
     * @param isWhole nothing was cleared, or what was is taken: else the next look reaches back to the same row again
     */
    next(isWhole: boolean): Omit<CursorRecord, 'at'> {
        const { cursor, head } = this;
        const since = newestPossible([cursor.since, this.newestEnd], this.now) ?? cursor.since;
        const passed = cursor.start !== null && since !== null && earlier(since, 2 * OVERLAP_MS)! > cursor.start;
        const anchor = isWhole ? anchorOf(head.items) : undefined;
        return {
            ...cursor,
            since,
            before: passed && isWhole ? [] : cursor.before,
            ...(anchor === undefined ? {} : { anchor }),
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
        return !this.seen.has(rowKey(row)) && !this.before.has(runKey(row));
    }
}

/** What is remembered of the newest rows, for the next look to compare with. */
export function snapshotOf(head: RunPage): Required<Pick<CursorRecord, 'rows' | 'total' | 'highestId'>> {
    return {
        rows: head.items.map(rowKey),
        total: head.total,
        highestId: Math.max(0, ...head.items.map(idOf)),
    };
}

/** `created_at` of the newest row: as long as it is there, the log was not cleared. */
export function anchorOf(rows: readonly LogRow[]): UtcTime | undefined {
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
