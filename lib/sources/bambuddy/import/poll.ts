import { isDeepStrictEqual } from 'node:util';
import { runsNewestFirst, runsOldestFirst } from '../../../clients/bambuddy/pages';
import type { Archive, LogRow, RunPage } from '../../../clients/bambuddy/answers';
import type { PrintLogQuery } from '../../../clients/bambuddy/client';
import { earlier, endedBefore, newestPossible, utc } from '../../../clients/bambuddy/times';
import { isReadable, type UnreadableRow } from '../../../http/checked';
import { readCursor, writeCursor, type Cursor } from './cursor';
import { ARCHIVE_OVERLAP_MS, archiveEnd, finishedArchives, hasFinished, hasNoRow, numberIn } from './archive-walk';
import { runOfArchive, runOfLogRow, runOfRow } from '../finished-run';
import type { Candidate } from './classifier';
import type { Intake } from './intake';
import {
    lastRowToSee,
    endOf,
    LogComparison,
    older,
    OVERLAP_MS,
    runKey,
    showsRow,
    snapshotOf,
    startKey,
    startOf,
} from './log-comparison';
import type { SourceContext } from '../../source';
import { inStartOrder, StartOrder } from './start-order';
import { UnreadableRows } from '../follow-up/unreadable-rows';
import { BAMBUDDY_PRINTS } from '../print-kind';

export interface PollSettings {
    /** the cursor's key: the source node's id */
    id: string;
    startWith: 'now' | 'all';
    successOnly: boolean;
    pageSize: number;
}

/** Rows that are read to find the prints before the start. */
const FIRST_LOOK = 500;
/** Page size of a search through the whole log. */
const DEEP_PAGE = 500;
/** A row is written after the end of its print: an archive without a row is ignored for this time. */
const ROW_COMES_MS = 90_000;

type Consider = (candidate: Candidate) => Promise<void>;

/**
 * Reads what finished since the last time, oldest first, and hands each to `consider`. A look asks for the newest rows and
 * compares them with what the last one saw (`LogComparison`); where that does not account for every row that has come, it
 * reads from the newest end that was seen on, and where a clock was wrong, the whole log. Neither the order of rows nor an
 * id nor a clock is trusted alone. The cursor moves when the last page of a look is considered, and only then: what a
 * look did not come to is new for the next one.
 * An idle look is one request. Where the newest row seen is gone, the log was cleared, and maybe of rows that nobody has
 * seen: until a new row comes, archives without a row are looked at too.
 */
export class Poll {
    /** a candidate of this look waits for its own sake: it is to be found again, so the cursor stays before it */
    private hasWaiting = false;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly settings: PollSettings,
        private readonly unreadable: UnreadableRows = new UnreadableRows(sync, intake),
    ) {}

    /** @param admit takes a candidate to the end of its acceptance, or (false) leaves it waiting; candidates may come again */
    async run(admit: (candidate: Candidate) => Promise<boolean>, signal: AbortSignal): Promise<void> {
        this.hasWaiting = false;
        const consider = async (candidate: Candidate): Promise<void> => {
            if (!(await admit(candidate))) this.hasWaiting = true;
        };
        const cursor = await this.start(signal);
        const head = await this.intake.reader.logPage({ limit: this.settings.pageSize }, signal);
        if (head === null) return this.walkArchives(cursor, consider, signal);
        const look = new LogComparison(cursor, head, this.sync.delivery.now());
        const { lastSeenRow } = cursor;
        /** all is told by the log: nothing was cleared, or what was is taken */
        let whole = lastSeenRow === undefined || showsRow(head.items, lastSeenRow);
        if (look.isComplete) {
            if (!whole) whole = await this.takeRowless(cursor, consider, signal);
            await this.offer(inStartOrder(look.newest(), runOfLogRow), consider);
        } else {
            const order = new StartOrder(runOfLogRow);
            for await (const page of this.pagesFrom(look.from, signal)) {
                page.forEach((row) => look.read(row));
                whole ||= showsRow(page, lastSeenRow!);
                await this.offer(order.push(page.filter((row) => look.isNew(row))), consider);
            }
            await this.offer(order.rest(), consider);
            // in the order of the server, one before a row that was seen is new whatever its time
            await this.offer(inStartOrder(look.newest(), runOfLogRow), consider);
            if (look.isShort) await this.offer(inStartOrder(await this.hidden(look, signal), runOfLogRow), consider);
            if (!whole) whole = await this.takeRowless(cursor, consider, signal);
        }
        await this.move(cursor, look.next(whole));
    }

    /** Sets the position. Called at the deploy, so that "from now on" starts there and not at the first poll. */
    async start(signal: AbortSignal): Promise<Readonly<Cursor>> {
        return readCursor(this.sync.delivery.ledger, this.settings.id) ?? (await this.begin(signal));
    }

    /** Position after a lost ledger: the start of the newest print in stock, by Bambuddy's clock. */
    async beginAt(newest: string): Promise<void> {
        const { ledger } = this.sync.delivery;
        if (readCursor(ledger, this.settings.id) !== undefined) return;
        await writeCursor(ledger, this.settings.id, { ...FROM_THE_BEGINNING, position: newest });
    }

    /** "From now on" begins with the print that ended last, remembered before anything is looked at. */
    private async begin(signal: AbortSignal): Promise<Readonly<Cursor>> {
        const { id, startWith } = this.settings;
        const cursor = startWith === 'now' ? await this.now(signal) : FROM_THE_BEGINNING;
        await writeCursor(this.sync.delivery.ledger, id, cursor);
        return cursor;
    }

    private async now(signal: AbortSignal): Promise<Cursor> {
        const present = this.sync.delivery.now();
        const page = await this.intake.reader.logPage({ limit: FIRST_LOOK }, signal);
        if (page !== null) {
            const lastSeenRow = lastRowToSee(page.items);
            const position = startOf(page.items.map(endOf), present);
            return {
                position,
                baseline: position,
                baselineRows: page.items.filter(isReadable).map(runKey),
                ...(lastSeenRow === undefined ? {} : { lastSeenRow }),
                ...snapshotOf(page),
            };
        }
        const archives = await this.intake.reader.archivePage({ limit: FIRST_LOOK }, signal);
        // one that is still printing is not of before
        const finished = archives.filter(isReadable).filter(hasFinished);
        const position = startOf([...finished, ...archives.filter((row) => !isReadable(row))].map(archiveEnd), present);
        const baselineRows = finished.map((archive) => startKey(archive.id, utc(archive.started_at)));
        return { position, baseline: position, baselineRows };
    }

    /** Reads from a time on (undefined: from the beginning), oldest page and oldest row first. */
    private async *pagesFrom(from: string | undefined, signal: AbortSignal): AsyncGenerator<LogRow[]> {
        const fetch = (query: PrintLogQuery): Promise<RunPage | null> => this.intake.reader.logPage(query, signal);
        for await (const page of runsOldestFirst(fetch, { from }, this.settings.pageSize)) {
            if (page !== null) yield page.rows;
        }
    }

    /** New rows with a wrong time (wrong clock), which no time range contains. Oldest first by that time. */
    private async hidden(look: LogComparison, signal: AbortSignal): Promise<LogRow[]> {
        const found: LogRow[] = [];
        for await (const page of runsNewestFirst((query) => this.intake.reader.logPage(query, signal), {}, DEEP_PAGE)) {
            for (const row of page ?? []) {
                look.read(row);
                if (look.isNewByNumber(row)) found.push(row);
            }
            if (look.isAccounted) break;
        }
        return found.reverse();
    }

    private async offer(rows: readonly LogRow[], consider: Consider): Promise<void> {
        for (const row of rows) {
            if (!isReadable(row)) {
                await this.unreadable.park(row, 'row');
                continue;
            }
            const run = runOfRow(row);
            if (run !== null) await consider({ archiveId: run.archiveId, run, archive: null });
            await this.unreadable.wasRead(row);
        }
    }

    /** Written only after a change: an idle poll writes nothing. */
    private async move(from: Readonly<Cursor>, to: Cursor): Promise<void> {
        if (this.hasWaiting || isDeepStrictEqual(from, to)) return;
        await writeCursor(this.sync.delivery.ledger, this.settings.id, to);
    }

    /**
     * After the log was cleared: archives that no row tells of, by their own start. What ended before the last look was
     * looked at when its row was there.
     * @returns false where one ended so lately that its row may still come: it is left to the next look
     */
    private async takeRowless(cursor: Readonly<Cursor>, consider: Consider, signal: AbortSignal): Promise<boolean> {
        const now = this.sync.delivery.now();
        const lastSeenRow = this.intake.reader.bambuddy.databaseClock.utc(cursor.lastSeenRow ?? null);
        const from = earlier(older(cursor.position, lastSeenRow), OVERLAP_MS);
        let whole = true;
        const archives = await finishedArchives(this.intake, cursor.position, this.settings.pageSize, signal);
        for (const archive of inStartOrder(archives, (row) => (isReadable(row) ? runOfArchive(row) : null))) {
            if (!isReadable(archive)) {
                if (hasNoRow({ run_count: numberIn(archive, 'run_count') })) await this.parkArchive(archive, from);
                continue;
            }
            const ended = utc(archive.completed_at);
            if (!hasNoRow(archive) || ended === null || (from !== undefined && endedBefore(ended, from))) continue;
            if (!this.isNew(archive, cursor)) continue;
            if (Math.abs(now - Date.parse(ended)) < ROW_COMES_MS) whole = false;
            else await consider({ archiveId: archive.id, run: null, archive });
        }
        return whole;
    }

    /** An archive that cannot be read and is not of before. @param from what ended earlier is of before */
    private async parkArchive(row: UnreadableRow, from: string | undefined): Promise<void> {
        const end = archiveEnd(row);
        if (from === undefined || end === null || end.slice(0, 19) > from.slice(0, 19))
            await this.unreadable.park(row, 'archive');
    }

    /** Servers without `/print-log/`: by the day of the start, with room for long prints. */
    private async walkArchives(cursor: Readonly<Cursor>, consider: Consider, signal: AbortSignal): Promise<void> {
        const archives = await finishedArchives(this.intake, cursor.position, this.settings.pageSize, signal);
        for (const row of archives) if (!isReadable(row)) await this.parkArchive(row, cursor.baseline ?? undefined);
        const readable = archives.filter(isReadable);
        const found = readable.filter((archive) => this.isNew(archive, cursor));
        for (const archive of inStartOrder(found, runOfArchive))
            await consider({ archiveId: archive.id, run: null, archive });
        const { databaseClock } = this.intake.reader.bambuddy;
        const starts = found.map((archive) => utc(archive.started_at) ?? databaseClock.utc(utc(archive.created_at)));
        const position = newestPossible([cursor.position, ...starts], this.sync.delivery.now()) ?? cursor.position;
        const { baseline } = cursor;
        const passed = baseline !== null && position !== null && earlier(position, 2 * ARCHIVE_OVERLAP_MS)! > baseline;
        await this.move(cursor, { ...cursor, position, baselineRows: passed ? [] : cursor.baselineRows });
    }

    private isNew(archive: Archive, cursor: Readonly<Cursor>): boolean {
        const startedAt = utc(archive.started_at);
        if (cursor.baselineRows.includes(startKey(archive.id, startedAt))) return false;
        const ended =
            utc(archive.completed_at) ?? this.intake.reader.bambuddy.databaseClock.utc(utc(archive.created_at));
        if (cursor.baseline !== null && endedBefore(ended, cursor.baseline)) return false;
        return this.sync.delivery.ledger.printOfRun(BAMBUDDY_PRINTS.kind, archive.id, startedAt) === undefined;
    }
}

const FROM_THE_BEGINNING: Cursor = { position: null, baseline: null, baselineRows: [] };
