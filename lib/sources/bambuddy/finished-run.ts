import type { Archive, LogRow, RunRow } from '../../clients/bambuddy/answers';
import { utc, type DatabaseClock } from '../../clients/bambuddy/times';
import { isReadable } from '../../http/checked';
import type { PrintRecord, Verdict } from '../../store/ledger/records';

/** A finished run of an archive, from the print log or, where there is none, from the archive itself. */
export interface FinishedRun {
    archiveId: number;
    /** id of the row; null: told by the archive */
    runId: number | null;
    status: string;
    startedAt: string | null;
    completedAt: string | null;
    seconds: number | null;
    grams: number | null;
    cost: number | null;
    energyCost: number | null;
    printerId: number | null;
    printerName: string | null;
    name: string | null;
    /** what a person said of it in Bambuddy; null: nothing (yet) */
    verdict: Verdict | null;
    /** why it failed, wholly or in part; null: nothing is said */
    failure: string | null;
}

/** @returns null for a row whose archive is unknown */
export function runOfRow(row: RunRow): FinishedRun | null {
    if (row.archive_id === null) return null;
    return {
        archiveId: row.archive_id,
        runId: row.id,
        status: row.status,
        startedAt: utc(row.started_at),
        completedAt: utc(row.completed_at) ?? utc(row.created_at),
        seconds: row.duration_seconds,
        grams: row.filament_used_grams,
        cost: row.cost,
        energyCost: row.energy_cost,
        printerId: row.printer_id,
        printerName: row.printer_name,
        name: row.print_name,
        verdict: row.user_verdict,
        failure: said(row.failure_reason),
    };
}

/** @returns null for a row that cannot be read, too */
export function runOfLogRow(row: LogRow): FinishedRun | null {
    return isReadable(row) ? runOfRow(row) : null;
}

function said(text: string | null): string | null {
    return text === null || text.trim() === '' ? null : text.trim();
}

/** An archive that has no rows in the print log, as its own only run. */
export function runOfArchive(archive: Archive): FinishedRun {
    return {
        archiveId: archive.id,
        runId: null,
        status: archive.status,
        startedAt: utc(archive.started_at),
        completedAt: utc(archive.completed_at),
        seconds: archive.actual_time_seconds,
        grams: archive.status === 'completed' ? archive.filament_used_grams : null,
        cost: archive.cost,
        energyCost: archive.energy_cost,
        printerId: archive.printer_id,
        printerName: null,
        name: archive.print_name,
        verdict: archive.user_verdict,
        failure: said(archive.failure_reason),
    };
}

/**
 * A run whose row is gone and that is not its archive's newest: what the ledger kept of it. The archive's own figures are
 * those of the newest run, and are left out.
 */
export function runOfRecord(archive: Archive, record: Readonly<PrintRecord>): FinishedRun {
    const isDone = record.first === true || record.stockPk !== undefined;
    return {
        archiveId: archive.id,
        runId: record.runId,
        status: isDone ? 'completed' : archive.status,
        startedAt: record.startedAt,
        completedAt: record.completedAt ?? null,
        seconds: record.seconds ?? null,
        grams: record.grams ?? null,
        cost: record.cost ?? null,
        energyCost: null,
        printerId: record.printerId ?? null,
        printerName: record.printerName ?? null,
        name: record.name,
        verdict: record.verdict ?? null,
        failure: null,
    };
}

/** The times of one start, as archive and run have them, differ by less. */
const SAME_START_MS = 5000;

/**
 * Whether a run can be of this archive. After a purge its id may be another's (SQLite gives ids again), which was not
 * there yet when the run began.
 * @param clock of the server's database: `created_at` is never compared with a start as it is
 */
export function mayBeOf(
    archive: Pick<Archive, 'created_at' | 'started_at'>,
    startedAt: string | null,
    clock: Pick<DatabaseClock, 'utc' | 'uncertainty'>,
): boolean {
    if (startedAt === null) return true;
    const latest = Date.parse(startedAt) + SAME_START_MS;
    const newest = utc(archive.started_at);
    // its last start is this run's: both by Bambuddy's own clock
    if (newest !== null && Math.abs(Date.parse(newest) - Date.parse(startedAt)) <= SAME_START_MS) return true;
    const created = clock.utc(utc(archive.created_at));
    return created === null || Date.parse(created) <= latest + clock.uncertainty;
}

/** Whether a run is the archive's newest: what the archive says of outcome and pieces is of that one alone. */
export function isNewestRun(archive: Pick<Archive, 'started_at' | 'run_count'>, startedAt: string | null): boolean {
    const newest = utc(archive.started_at);
    if (newest === null || startedAt === null) return (archive.run_count ?? 0) <= 1;
    return Math.abs(Date.parse(newest) - Date.parse(startedAt)) < SAME_START_MS;
}

export function isSuccessful(run: { status: string }): boolean {
    return run.status === 'completed';
}

/** Whether two runs of an archive are one, as far as their start to the second tells. */
export function sameStart(a: FinishedRun | undefined, b: FinishedRun): boolean {
    return startsTogether(a?.startedAt, b.startedAt);
}

/** The same of their starts, UTC. */
export function startsTogether(a: string | null | undefined, b: string | null | undefined): boolean {
    return a?.slice(0, 19) === b?.slice(0, 19);
}
