import { runsOldestFirst } from '../bambuddy/feed';
import type { Archive, RunRow } from '../bambuddy/answers';
import { earlier, endedBefore, utc } from '../bambuddy/times';
import type { CursorRecord } from '../store/records';
import { ARCHIVE_OVERLAP_MS, finishedArchives, hasFinished, noRowTellsOf } from './archive-walk';
import { runOfRow } from './finished-run';
import type { Candidate, Intake } from './intake';
import type { Sync } from './sync';

export interface PollSettings {
    /** the cursor's key: the source node's id */
    id: string;
    startWith: 'now' | 'all';
    successOnly: boolean;
    pageSize: number;
}

/** Rows are written at the end of a print, with the server's clock; this much is read again for those that came late. */
const OVERLAP_MS = 15 * 60_000;
/** Rows looked at to know what was there before the start. */
const FIRST_LOOK = 500;
/** The row follows the end of its print: an archive without one is left alone for so long, by the two servers' clocks. */
const ROW_COMES_MS = 90_000;

type Consider = (candidate: Candidate) => Promise<void>;

/**
 * Reads what finished since the last time, oldest first, and hands each to `consider`. The cursor is the end of the
 * newest row seen, by the server's clock, never an id (ids come back); it moves on only when a page is considered.
 * An idle poll is one request. Where the newest row seen is gone, the log was cleared, and maybe of rows that nobody has
 * seen: until a new row comes, archives without a row are looked at too.
 */
export class Poll {
    constructor(
        private readonly sync: Sync,
        private readonly intake: Intake,
        private readonly settings: PollSettings,
    ) {}

    /** @param consider takes one candidate to the end of its acceptance; candidates may come again */
    async run(consider: Consider, signal: AbortSignal): Promise<void> {
        const cursor = await this.start(signal);
        const { anchor } = cursor;
        const from = earlier(older(cursor.since, anchor), OVERLAP_MS);
        const range = { from, ...(this.settings.successOnly ? { status: 'completed' } : {}) };
        const pages = runsOldestFirst((query) => this.intake.logPage(query, signal), range, this.settings.pageSize);
        /** all is told by the log: nothing was cleared, or what was is taken */
        let whole = anchor === undefined;
        let cleared = false;
        let newest: string | null = null;
        for await (const page of pages) {
            if (page === null) return this.walkArchives(cursor, consider, signal);
            const ends = endsOf(page.rows);
            newest = ends.reduce(later, newest);
            if (!whole && !cleared && anchor !== undefined) {
                whole = ends.includes(anchor);
                cleared = !whole && newest !== null && newest > anchor;
                if (cleared) whole = await this.takeRowless(cursor, from, consider, signal);
            }
            const current = this.sync.ledger.cursor(this.settings.id) ?? cursor;
            for (const row of page.rows) {
                const run = runOfRow(row);
                if (run === null || current.before.includes(startKey(run.archiveId, run.startedAt))) continue;
                await consider({ archiveId: run.archiveId, run, archive: null });
            }
            await this.advance(current, ends, { overlap: OVERLAP_MS, anchor: whole ? newest : null });
        }
        if (!whole && !cleared) whole = await this.takeRowless(cursor, from, consider, signal);
        if (whole) await this.tieTo(newest);
    }

    /** Where it reads from. Called at the deploy, so that "from now on" is then and not at the first look. */
    async start(signal: AbortSignal): Promise<Readonly<CursorRecord>> {
        return this.sync.ledger.cursor(this.settings.id) ?? (await this.begin(signal));
    }

    /** Where a lost ledger goes on: at the start of the newest print that is in stock. */
    async beginAt(newest: string): Promise<void> {
        const { id } = this.settings;
        if (this.sync.ledger.cursor(id) === undefined) {
            await this.sync.ledger.putCursor(id, { since: newest, start: null, before: [] });
        }
    }

    /** "From now on" begins with the newest row there is, remembered before anything is looked at. */
    private async begin(signal: AbortSignal): Promise<Readonly<CursorRecord>> {
        const { id, startWith } = this.settings;
        let since: string | null = null;
        let before: string[] = [];
        let anchor: string | undefined;
        if (startWith === 'now') {
            const page = await this.intake.logPage({ limit: FIRST_LOOK }, signal);
            if (page !== null) {
                since = utc(page.items[0]?.created_at);
                before = page.items.map((row) => startKey(row.archive_id ?? 0, utc(row.started_at)));
                anchor = endsOf(page.items.filter((row) => this.isRead(row)))[0];
            } else {
                const archives = await this.intake.archivePage({ limit: FIRST_LOOK }, signal);
                since = utc(archives[0]?.created_at);
                // one that is still printing is not of before
                before = archives.filter(hasFinished).map((archive) => startKey(archive.id, utc(archive.started_at)));
            }
        }
        await this.sync.ledger.putCursor(id, {
            since,
            start: since,
            before,
            ...(anchor === undefined ? {} : { anchor }),
        });
        return this.sync.ledger.cursor(id)!;
    }

    /**
     * @param overlap how far back the next look reaches: until that is past the start, what was there before may show again
     * @param anchor null: the next look reaches back to the one there is
     */
    private async advance(
        cursor: Readonly<CursorRecord>,
        ends: string[],
        { overlap, anchor }: { overlap: number; anchor: string | null },
    ): Promise<void> {
        const newest = ends.reduce(later, cursor.since);
        if (newest === cursor.since) return;
        const stays = anchor === null && cursor.anchor !== undefined;
        const passed = cursor.start !== null && newest !== null && earlier(newest, 2 * overlap)! > cursor.start;
        await this.sync.ledger.putCursor(this.settings.id, {
            ...cursor,
            since: newest,
            before: passed && !stays ? [] : cursor.before,
            ...(anchor === null ? {} : { anchor }),
        });
    }

    /** The newest row that a look reads: as long as it is there, the log was not cleared. */
    private async tieTo(newest: string | null): Promise<void> {
        const { id } = this.settings;
        const cursor = this.sync.ledger.cursor(id);
        if (cursor === undefined || newest === null || cursor.anchor === newest) return;
        await this.sync.ledger.putCursor(id, { ...cursor, anchor: newest });
    }

    /**
     * After the log was cleared: archives that no row tells of, by their own start.
     * @param from what ended before was looked at when its row was there
     * @returns false where one ended so lately that its row may still come: it is left to the next look
     */
    private async takeRowless(
        cursor: Readonly<CursorRecord>,
        from: string | undefined,
        consider: Consider,
        signal: AbortSignal,
    ): Promise<boolean> {
        const now = this.sync.now();
        let whole = true;
        for (const archive of await finishedArchives(this.intake, cursor.since, this.settings.pageSize, signal)) {
            const ended = utc(archive.completed_at);
            if (!noRowTellsOf(archive) || ended === null || (from !== undefined && endedBefore(ended, from))) continue;
            if (!this.isNew(archive, cursor)) continue;
            if (Math.abs(now - Date.parse(ended)) < ROW_COMES_MS) whole = false;
            else await consider({ archiveId: archive.id, run: null, archive });
        }
        return whole;
    }

    /** Servers without `/print-log/`: by the day of the start, with room for long prints. */
    private async walkArchives(cursor: Readonly<CursorRecord>, consider: Consider, signal: AbortSignal): Promise<void> {
        const archives = await finishedArchives(this.intake, cursor.since, this.settings.pageSize, signal);
        const found = archives.filter((archive) => this.isNew(archive, cursor));
        for (const archive of found) await consider({ archiveId: archive.id, run: null, archive });
        await this.advance(
            cursor,
            found.map((archive) => utc(archive.created_at)).filter((start) => start !== null),
            { overlap: ARCHIVE_OVERLAP_MS, anchor: null },
        );
    }

    private isRead({ status }: RunRow): boolean {
        return !this.settings.successOnly || status === 'completed';
    }

    private isNew(archive: Archive, cursor: Readonly<CursorRecord>): boolean {
        const startedAt = utc(archive.started_at);
        if (cursor.before.includes(startKey(archive.id, startedAt))) return false;
        const ended = utc(archive.completed_at) ?? utc(archive.created_at);
        if (cursor.start !== null && endedBefore(ended, cursor.start)) return false;
        return this.sync.ledger.printOfRun(archive.id, startedAt) === undefined;
    }
}

function startKey(archiveId: number, startedAt: string | null): string {
    return `${archiveId}@${startedAt?.slice(0, 19) ?? ''}`;
}

function endsOf(rows: readonly RunRow[]): string[] {
    return rows.map((row) => utc(row.created_at)).filter((end) => end !== null);
}

function later(a: string | null, b: string): string {
    return a !== null && a > b ? a : b;
}

function older(since: string | null, anchor: string | undefined): string | null {
    return since === null || anchor === undefined || since < anchor ? since : anchor;
}
