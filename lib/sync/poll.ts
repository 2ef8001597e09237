import { archivesNewestFirst, runsOldestFirst } from '../bambuddy/feed';
import type { Archive } from '../bambuddy/answers';
import { endedBefore, utc } from '../bambuddy/times';
import type { CursorRecord } from '../store/records';
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
/** Archives carry their start: on servers without a print log a print of this length is still found. */
const ARCHIVE_OVERLAP_MS = 7 * 24 * 3600_000;

/**
 * Reads what finished since the last time, oldest first, and hands each to `consider`. The cursor is the end of the
 * newest row seen, by the server's clock, never an id (ids come back); it moves on only when a page is considered.
 * An idle poll is one request.
 */
export class Poll {
    constructor(
        private readonly sync: Sync,
        private readonly intake: Intake,
        private readonly settings: PollSettings,
    ) {}

    /** @param consider takes one candidate to the end of its acceptance; candidates may come again */
    async run(consider: (candidate: Candidate) => Promise<void>, signal: AbortSignal): Promise<void> {
        const cursor = await this.start(signal);
        const from = earlier(cursor.since, OVERLAP_MS);
        const range = { from, ...(this.settings.successOnly ? { status: 'completed' } : {}) };
        const pages = runsOldestFirst((query) => this.intake.logPage(query, signal), range, this.settings.pageSize);
        for await (const page of pages) {
            if (page === null) return this.walkArchives(cursor, consider, signal);
            const current = this.sync.ledger.cursor(this.settings.id) ?? cursor;
            for (const row of page.rows) {
                const run = runOfRow(row);
                if (run === null || current.before.includes(startKey(run.archiveId, run.startedAt))) continue;
                await consider({ archiveId: run.archiveId, run, archive: null });
            }
            const ends = page.rows.map((row) => utc(row.created_at)).filter((end) => end !== null);
            await this.advance(current, ends);
        }
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
        if (startWith === 'now') {
            const page = await this.intake.logPage({ limit: FIRST_LOOK }, signal);
            if (page !== null) {
                since = utc(page.items[0]?.created_at);
                before = page.items.map((row) => startKey(row.archive_id ?? 0, utc(row.started_at)));
            } else {
                const archives = await this.intake.archivePage({ limit: FIRST_LOOK }, signal);
                since = utc(archives[0]?.created_at);
                // one that is still printing is not of before
                before = archives.filter(isFinished).map((archive) => startKey(archive.id, utc(archive.started_at)));
            }
        }
        await this.sync.ledger.putCursor(id, { since, start: since, before });
        return this.sync.ledger.cursor(id)!;
    }

    /** @param overlap how far back the next look reaches: until that is past the start, what was there before may show again */
    private async advance(cursor: Readonly<CursorRecord>, ends: string[], overlap = OVERLAP_MS): Promise<void> {
        const newest = ends.reduce<string | null>((max, end) => (max === null || end > max ? end : max), cursor.since);
        if (newest === cursor.since) return;
        const passed = cursor.start !== null && newest !== null && earlier(newest, 2 * overlap)! > cursor.start;
        await this.sync.ledger.putCursor(this.settings.id, {
            ...cursor,
            since: newest,
            before: passed ? [] : cursor.before,
        });
    }

    /** Servers without `/print-log/`: by the day of the start, with room for long prints. */
    private async walkArchives(
        cursor: Readonly<CursorRecord>,
        consider: (candidate: Candidate) => Promise<void>,
        signal: AbortSignal,
    ): Promise<void> {
        const fromDay = earlier(cursor.since, ARCHIVE_OVERLAP_MS)?.slice(0, 10);
        const pages = archivesNewestFirst(
            (query) => this.intake.archivePage(query, signal),
            { fromDay },
            this.settings.pageSize,
        );
        const found: Archive[] = [];
        for await (const page of pages) found.push(...page.filter((archive) => this.isNew(archive, cursor)));
        for (const archive of found.reverse()) await consider({ archiveId: archive.id, run: null, archive });
        await this.advance(
            cursor,
            found.map((archive) => utc(archive.created_at)).filter((start) => start !== null),
            ARCHIVE_OVERLAP_MS,
        );
    }

    private isNew(archive: Archive, cursor: Readonly<CursorRecord>): boolean {
        if (!isFinished(archive)) return false;
        const startedAt = utc(archive.started_at);
        if (cursor.before.includes(startKey(archive.id, startedAt))) return false;
        const ended = utc(archive.completed_at) ?? utc(archive.created_at);
        if (cursor.start !== null && endedBefore(ended, cursor.start)) return false;
        return this.sync.ledger.printOfRun(archive.id, startedAt) === undefined;
    }
}

function isFinished(archive: Archive): boolean {
    return archive.completed_at !== null && archive.status !== 'printing' && archive.status !== 'archived';
}

function startKey(archiveId: number, startedAt: string | null): string {
    return `${archiveId}@${startedAt?.slice(0, 19) ?? ''}`;
}

/** @returns undefined for no time */
function earlier(time: string | null, ms: number): string | undefined {
    return time === null ? undefined : new Date(Date.parse(time) - ms).toISOString();
}
