import type { Archive } from '../../clients/bambuddy/answers';
import { isSuccessful, type FinishedRun } from './finished-run';

/** Which prints a source takes; an empty list takes all. Names without case, or ids. */
export interface PrintFilter {
    successOnly: boolean;
    printers: readonly string[];
    projects: readonly string[];
    tags: readonly string[];
    /** whether failed prints are taken for their filament although only successful ones are stocked; missing: no */
    failedForFilament?: () => boolean;
}

/** Statuses of a run that used filament and made nothing. */
const FAILED: ReadonlySet<string> = new Set(['failed', 'stopped', 'cancelled', 'aborted']);

/** Whether a run is taken for its filament alone. @param isSkipped failed ones are not stocked, though they are not left out */
export function isForFilament(
    { status }: FinishedRun,
    { successOnly, failedForFilament }: PrintFilter,
    isSkipped = false,
): boolean {
    return (successOnly || isSkipped) && FAILED.has(status) && failedForFilament?.() === true;
}

/** @returns why a run is not wanted, as far as its row tells; null: it may be */
export function refusedRun(run: FinishedRun, filter: PrintFilter): string | null {
    if (run.status === 'archived') return 'never printed';
    if (filter.successOnly && !isSuccessful(run) && !isForFilament(run, filter)) return `status ${run.status}`;
    if (
        filter.printers.length > 0 &&
        run.printerName !== null &&
        !named(filter.printers, run.printerId, run.printerName)
    ) {
        return 'other printer';
    }
    return null;
}

/** @returns why an archive's print is not wanted; null: it is */
export function refusedArchive(archive: Archive, filter: PrintFilter, printerName: string | null): string | null {
    if (filter.printers.length > 0 && !named(filter.printers, archive.printer_id, printerName)) return 'other printer';
    if (filter.projects.length > 0 && !named(filter.projects, archive.project_id, archive.project_name))
        return 'other project';
    const tags = (archive.tags ?? '').split(',').map((tag) => tag.trim().toLowerCase());
    if (filter.tags.length > 0 && !filter.tags.some((tag) => tags.includes(tag.trim().toLowerCase())))
        return 'other tags';
    return null;
}

/** `a, b ,,c` as a list */
export function listOf(text: string): string[] {
    return text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);
}

function named(wanted: readonly string[], id: number | null, name: string | null): boolean {
    return wanted.some((item) => item === String(id) || item.toLowerCase() === name?.trim().toLowerCase());
}
