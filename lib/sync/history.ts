import { archivesNewestFirst, runsNewestFirst, runsOldestFirst } from '../bambuddy/feed';
import type { Archive } from '../bambuddy/answers';
import { utc } from '../bambuddy/times';
import { noRowTellsOf } from './archive-walk';
import { runOfRow } from './finished-run';
import type { Candidate, Intake, ListedArchive } from './intake';

export interface HistoryRange {
    /** UTC; on the end of a run */
    since?: string;
    until?: string;
    successOnly: boolean;
    pageSize: number;
}

/** A row of the print log that leads nowhere. */
export interface Orphan {
    orphan: true;
}

export type HistoryItem = Candidate | Orphan;

const ARCHIVE_PAGE = 200;

/** Every archive there is, by id: where nearly all are needed, pages are far cheaper than one by one. */
export async function archiveIndex(intake: Intake, signal: AbortSignal): Promise<Map<number, Archive>> {
    const index = new Map<number, Archive>();
    for await (const page of allArchives(intake, signal)) {
        for (const archive of page) index.set(archive.id, { ...archive, extra_data: null });
    }
    return index;
}

/** Runs oldest first, then archives without runs, oldest first. */
export async function* oldestFirst(
    intake: Intake,
    range: HistoryRange,
    index: Map<number, Archive> | null,
    signal: AbortSignal,
): AsyncGenerator<{ item: HistoryItem; total: number }> {
    const log = runsOldestFirst((query) => intake.logPage(query, signal), runRange(range), range.pageSize);
    let total = 0;
    let logged = true;
    for await (const page of log) {
        logged = page !== null;
        if (page === null) break;
        total = page.total;
        for (const row of page.rows) yield { item: itemOfRun(runOfRow(row), index), total };
    }
    const without = await archivesWithoutRuns(intake, { ...range, logged }, index, signal);
    total += without.length;
    for (const listed of without.reverse()) yield { item: itemOfArchive(listed, index), total };
}

/** The same, newest first: for those who want only the newest few. */
export async function* newestFirst(
    intake: Intake,
    range: HistoryRange,
    signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
    const log = runsNewestFirst((query) => intake.logPage(query, signal), runRange(range), range.pageSize);
    let logged = true;
    for await (const rows of log) {
        logged = rows !== null;
        if (rows === null) break;
        for (const row of rows) yield itemOfRun(runOfRow(row), null);
    }
    for (const listed of await archivesWithoutRuns(intake, { ...range, logged }, null, signal))
        yield itemOfArchive(listed, null);
}

/** The little that is needed of each, newest first: of a hundred thousand that is nothing, as many archives are a lot. */
async function archivesWithoutRuns(
    intake: Intake,
    range: HistoryRange & { logged: boolean },
    index: Map<number, Archive> | null,
    signal: AbortSignal,
): Promise<ListedArchive[]> {
    const listed: ListedArchive[] = [];
    const take = (archive: Archive): void => {
        if (!isHistory(archive, range)) return;
        const { id: archiveId, created_at: created, started_at: started } = archive;
        listed.push({ archiveId, day: created.slice(0, 10), startedAt: utc(started) });
    };
    if (index !== null) for (const archive of index.values()) take(archive);
    else for await (const page of allArchives(intake, signal)) page.forEach(take);
    return listed;
}

function allArchives(intake: Intake, signal: AbortSignal): AsyncGenerator<Archive[]> {
    return archivesNewestFirst((query) => intake.archivePage(query, signal), {}, ARCHIVE_PAGE);
}

/** Ended, and no row tells of it: on servers without a print log that is every archive. */
function isHistory(archive: Archive, range: HistoryRange & { logged: boolean }): boolean {
    if ((range.logged && !noRowTellsOf(archive)) || archive.status === 'printing') return false;
    const ended = utc(archive.completed_at) ?? utc(archive.created_at) ?? '';
    return (range.since === undefined || ended >= range.since) && (range.until === undefined || ended <= range.until);
}

function itemOfArchive(listed: ListedArchive, index: Map<number, Archive> | null): Candidate {
    return { archiveId: listed.archiveId, run: null, archive: index?.get(listed.archiveId) ?? null, listed };
}

function itemOfRun(run: ReturnType<typeof runOfRow>, index: Map<number, Archive> | null): HistoryItem {
    if (run === null) return { orphan: true };
    return { archiveId: run.archiveId, run, archive: index?.get(run.archiveId) ?? null };
}

/** Failed runs are asked for too: a preview says how many are left out, and why. */
function runRange(range: HistoryRange): { from?: string; to?: string } {
    return { from: range.since, to: range.until };
}
