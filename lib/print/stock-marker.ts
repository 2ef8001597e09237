import { sanitize } from '../text/inventree-text';

/** What a mark is made of. */
export interface Marked {
    source: string;
    archiveId: number | null;
    batch: string;
    startedAt: string | null;
    filename?: string | null;
    completedAt?: string | null;
    notAfter?: string;
}

/**
 * The mark: the one readable line in a StockItem's notes by which it is known again without a ledger. It names the
 * archive (or the batch, for other sources) and the run's start: `Bambuddy archive 11, printed 2026-11-22 04:33:35 UTC`.
 * OctoPrint knows files and when a print ended: `OctoPrint file box/lid.gcode, finished 2026-11-22 04:33:35 UTC`.
 */
export function markOf(print: Marked): string {
    if (print.source === 'octoprint' && print.filename != null) return fileMark(print, print.filename);
    const what =
        print.archiveId === null
            ? `${sourceName(print.source)} print ${print.batch}`
            : `${sourceName(print.source)} archive ${print.archiveId}`;
    return `${what}, printed ${print.startedAt === null ? 'at an unknown time' : `${readable(print.startedAt)} UTC`}`;
}

function fileMark({ completedAt, notAfter }: Marked, filename: string): string {
    const end = completedAt ?? null;
    const when =
        end !== null
            ? `finished ${readable(end)} UTC`
            : notAfter === undefined
              ? 'finished at an unknown time'
              : `finished before ${readable(notAfter)} UTC`;
    return `OctoPrint file ${sanitize(filename, LONGEST_NAME)}, ${when}`;
}

const LONGEST_NAME = 200;
const FILE_MARK =
    /^OctoPrint file (.+), finished (?:(before )?(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC|at an unknown time)\s*$/m;

/** What the mark of an OctoPrint print says. @returns null where the notes carry none */
export function readFileMark(notes: string | null): { filename: string; endedAt: string | null } | null {
    const found = FILE_MARK.exec(notes ?? '');
    if (found === null) return null;
    const [, filename, before, day, time] = found;
    return { filename: filename!, endedAt: day === undefined || before !== undefined ? null : `${day}T${time}Z` };
}

/** Whether that mark is of this file. */
export function isMarkOfFile(mark: { filename: string }, filename: string): boolean {
    return mark.filename === sanitize(filename, LONGEST_NAME);
}

const MARK =
    /^(\w+) (?:archive (\d+)|print (\S+)), printed (?:(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC|at an unknown time)\s*$/m;

export interface Mark {
    source: string;
    archiveId: number | null;
    batch: string | null;
    /** to the second, UTC with `Z` */
    startedAt: string | null;
}

/** @returns null where the notes carry no mark */
export function readMark(notes: string | null): Mark | null {
    const found = MARK.exec(notes ?? '');
    if (found === null && FILE_MARK.test(notes ?? ''))
        return { source: 'octoprint', archiveId: null, batch: null, startedAt: null };
    if (found === null) return null;
    const [, source, archive, batch, day, time] = found;
    return {
        source: source!.toLowerCase(),
        archiveId: archive === undefined ? null : Number(archive),
        batch: batch ?? null,
        startedAt: day === undefined ? null : `${day}T${time}Z`,
    };
}

/** Whether the notes say that this item is that print's. */
export function isMarkedFor(notes: string | null, print: Marked): boolean {
    const mark = markOf(print);
    return (notes ?? '').split('\n').some((line) => line.trim() === mark);
}

const NAMES: Record<string, string> = { bambuddy: 'Bambuddy', octoprint: 'OctoPrint', manual: 'Manual' };

function sourceName(source: string): string {
    return NAMES[source] ?? (source.replace(/\W/g, '') || 'Unknown');
}

function readable(time: string): string {
    return time.slice(0, 19).replace('T', ' ');
}
