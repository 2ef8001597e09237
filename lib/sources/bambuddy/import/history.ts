import { archivesNewestFirst, runsNewestFirst, runsOldestFirst } from '../../../clients/bambuddy/pages';
import type { Archive, ListedArchiveRow, LogRow } from '../../../clients/bambuddy/answers';
import { earlier, utc } from '../../../clients/bambuddy/times';
import { isReadable, type UnreadableRow } from '../../../http/checked';
import { hasNoRow } from './archive-walk';
import { runOfRow, type FinishedRun } from '../finished-run';
import type { Candidate, ListedArchive } from './classifier';
import type { Intake } from './intake';
import { endOf, ZONES_MS } from './log-comparison';
import { StartOrder } from './start-order';

export interface HistoryRange {
    /** UTC; on the end of a run */
    since?: string;
    until?: string;
    successOnly: boolean;
    pageSize: number;
}

/** A row that leads nowhere: its archive is gone, or it cannot be read. */
export interface Orphan {
    orphan: true;
    /** where it cannot be read */
    unreadable?: { row: UnreadableRow; kind: 'row' | 'archive' };
}

export type HistoryItem = Candidate | Orphan;

const ARCHIVE_PAGE = 200;

/** Every archive there is, by id: where nearly all are needed, pages are far cheaper than one by one. */
export async function archiveIndex(intake: Intake, signal: AbortSignal): Promise<ArchiveIndex> {
    const index = new ArchiveIndex();
    for await (const page of allArchives(intake, signal)) {
        for (const archive of page) {
            if (isReadable(archive)) index.set(archive.id, { ...archive, extra_data: null });
            else index.unreadable.push(archive);
        }
    }
    return index;
}

/** Archives by their id. */
export class ArchiveIndex extends Map<number, Archive> {
    /** those that are there and cannot be read */
    readonly unreadable: UnreadableRow[] = [];

    /** Whether an archive is there, readable or not; one of which not even the id can be read may be any. */
    mayHave(archiveId: number): boolean {
        return this.has(archiveId) || this.unreadable.some((row) => [archiveId, undefined].includes(idIn(row)));
    }
}

/** Runs oldest first (of those that overlap the earlier start), then archives without runs, oldest first. */
export async function* oldestFirst(
    intake: Intake,
    range: HistoryRange,
    index: ArchiveIndex | null,
    signal: AbortSignal,
): AsyncGenerator<{ item: HistoryItem; total: number }> {
    const log = runsOldestFirst((query) => intake.reader.logPage(query, signal), runRange(range), range.pageSize);
    let total = 0;
    /** rows that were read and are not of the range */
    let outside = 0;
    let logged = true;
    const order = new StartOrder(runOfItem);
    for await (const page of log) {
        logged = page !== null;
        if (page === null) break;
        total = page.total - outside;
        for (const row of page.rows) {
            if (!isWithin(row, range)) outside++;
            else for (const item of order.push([itemOfRow(row, index)])) yield { item, total };
        }
    }
    for (const item of order.rest()) yield { item, total };
    const without = await archivesWithoutRuns(intake, { ...range, logged }, index, signal);
    total += without.length - outside;
    for (const listed of without.reverse()) yield { item: itemOfArchive(listed, index), total };
}

/** @returns null where no row of the log tells of it */
export function runOfItem(item: HistoryItem): FinishedRun | null {
    return 'orphan' in item ? null : item.run;
}

/** The same, newest first: for those who want only the newest few. */
export async function* newestFirst(
    intake: Intake,
    range: HistoryRange,
    signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
    const log = runsNewestFirst((query) => intake.reader.logPage(query, signal), runRange(range), range.pageSize);
    let logged = true;
    for await (const rows of log) {
        logged = rows !== null;
        if (rows === null) break;
        for (const row of rows) if (isWithin(row, range)) yield itemOfRow(row, null);
    }
    for (const listed of await archivesWithoutRuns(intake, { ...range, logged }, null, signal))
        yield itemOfArchive(listed, null);
}

type Rowless = ListedArchive | UnreadableRow;

/** The little that is needed of each, newest first: of a hundred thousand that is nothing, as many archives are a lot. */
async function archivesWithoutRuns(
    intake: Intake,
    range: HistoryRange & { logged: boolean },
    index: ArchiveIndex | null,
    signal: AbortSignal,
): Promise<Rowless[]> {
    const listed: Rowless[] = [];
    const take = (archive: ListedArchiveRow): void => {
        if (!isReadable(archive)) {
            if (!range.logged || runsIn(archive) === 0) listed.push(archive);
        } else if (isHistory(archive, range, intake)) {
            const { id: archiveId, created_at: created, started_at: started } = archive;
            listed.push({ archiveId, day: created?.slice(0, 10) ?? null, startedAt: utc(started) });
        }
    };
    if (index !== null) for (const archive of [...index.values(), ...index.unreadable]) take(archive);
    else for await (const page of allArchives(intake, signal)) page.forEach(take);
    return listed;
}

function allArchives(intake: Intake, signal: AbortSignal): AsyncGenerator<ListedArchiveRow[]> {
    return archivesNewestFirst((query) => intake.reader.archivePage(query, signal), {}, ARCHIVE_PAGE);
}

/** Ended, and no row tells of it: on servers without a print log that is every archive. */
function isHistory(archive: Archive, range: HistoryRange & { logged: boolean }, intake: Intake): boolean {
    if ((range.logged && !hasNoRow(archive)) || archive.status === 'printing') return false;
    const { databaseClock } = intake.reader.bambuddy;
    const ended = utc(archive.completed_at) ?? databaseClock.utc(utc(archive.created_at)) ?? '';
    return (range.since === undefined || ended >= range.since) && (range.until === undefined || ended <= range.until);
}

function itemOfArchive(listed: Rowless, index: ArchiveIndex | null): HistoryItem {
    if (!isReadable(listed)) return { orphan: true, unreadable: { row: listed, kind: 'archive' } };
    return { archiveId: listed.archiveId, run: null, archive: index?.get(listed.archiveId) ?? null, listed };
}

function itemOfRow(row: LogRow, index: ArchiveIndex | null): HistoryItem {
    if (!isReadable(row)) return { orphan: true, unreadable: { row, kind: 'row' } };
    const run = runOfRow(row);
    if (run === null) return { orphan: true };
    return { archiveId: run.archiveId, run, archive: index?.get(run.archiveId) ?? null };
}

/**
 * Failed runs are asked for too: a preview says how many are left out, and why. The server filters by `created_at`, in
 * whatever zone the database has it: what it gives beyond the range is left out here.
 */
function runRange({ since, until }: HistoryRange): { from?: string; to?: string } {
    return { from: earlier(since ?? null, ZONES_MS), to: earlier(until ?? null, -ZONES_MS) };
}

/** By the end of its print; a row that does not tell is within every range. */
function isWithin(row: LogRow, { since, until }: HistoryRange): boolean {
    const end = endOf(row);
    return end === null || ((since === undefined || end >= since) && (until === undefined || end <= until));
}

function idIn(row: UnreadableRow): number | undefined {
    const id = row.field('id');
    return typeof id === 'number' ? id : undefined;
}

function runsIn(row: UnreadableRow): number {
    const runs = row.field('run_count');
    return typeof runs === 'number' ? runs : 0;
}
