import type { Archive, ListedArchiveRow } from '../../../clients/bambuddy/answers';
import { archivesNewestFirst } from '../../../clients/bambuddy/pages';
import { earlier, utc } from '../../../clients/bambuddy/times';
import { isReadable, type UnreadableRow } from '../../../http/checked';
import type { Intake } from './intake';

/** The list of archives goes by their start: a print of this length is still found. */
export const ARCHIVE_OVERLAP_MS = 7 * 24 * 3600_000;

/** Finished archives, and those that cannot be read, from a week before `since` on, oldest start first: as many pages as that time has, whatever the history. */
export async function finishedArchives(
    intake: Intake,
    since: string | null,
    pageSize: number,
    signal: AbortSignal,
): Promise<ListedArchiveRow[]> {
    const fromDay = earlier(since, ARCHIVE_OVERLAP_MS)?.slice(0, 10);
    const finished: ListedArchiveRow[] = [];
    for await (const page of archivesNewestFirst(
        (query) => intake.reader.archivePage(query, signal),
        { fromDay },
        pageSize,
    ))
        finished.push(...page.filter((archive) => !isReadable(archive) || hasFinished(archive)));
    return finished.reverse();
}

/** Its last print has ended. `archived` was never printed. */
export function hasFinished({ completed_at, status }: Archive): boolean {
    return completed_at !== null && status !== 'printing' && status !== 'archived';
}

/** It is from before the print log, or its rows were cleared. */
export function hasNoRow({ run_count }: Pick<Archive, 'run_count'>): boolean {
    return (run_count ?? 0) === 0;
}

/** When the last print of an archive ended, whether the archive can be read or not. */
export function archiveEnd(row: ListedArchiveRow): string | null {
    const end = isReadable(row) ? row.completed_at : row.field('completed_at');
    return typeof end === 'string' ? utc(end) : null;
}

/** A field of an archive that cannot be read, where it is a number. */
export function numberIn(row: UnreadableRow, field: string): number | null {
    const value = row.field(field);
    return typeof value === 'number' ? value : null;
}
