import type { Archive } from '../../clients/bambuddy/answers';
import type { BambuddyClient } from '../../clients/bambuddy/client';
import { isReadable } from '../../http/checked';
import { mayBeOf, runOfRow, startsTogether } from './finished-run';

/**
 * Whether an archive is still that of a print: after a purge its id may be another's. Where the times deny it, for a clock
 * was set or the database has another time zone since, the archive's runs decide, for one request more.
 * @param startedAt of the print, UTC; null: unknown, and then it is
 * @throws as `runs` of the client
 */
export async function isArchiveOf(
    bambuddy: BambuddyClient,
    archive: Archive,
    startedAt: string | null,
    signal?: AbortSignal,
): Promise<boolean> {
    if (startedAt === null || mayBeOf(archive, startedAt, bambuddy.databaseClock)) return true;
    const { items } = await bambuddy.runs(archive.id, signal);
    return items.filter(isReadable).some((row) => startsTogether(runOfRow(row)?.startedAt ?? null, startedAt));
}
