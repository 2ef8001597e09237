import { registerPrintKind } from '../../print/print-kind';
import { readableTime, type Marked } from '../../print/stock-marker';
import { sanitize } from '../../text/inventree-text';

const LONGEST_NAME = 200;
const FILE_MARK =
    /^OctoPrint file (.+), finished (?:(before )?(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC|at an unknown time)\s*$/m;

/**
 * Prints of an OctoPrint, as far as no server is asked. It knows files and when a print ended: `OctoPrint file
 * box/lid.gcode, finished 2026-11-22 04:33:35 UTC`.
 */
export const OCTOPRINT_PRINTS = registerPrintKind({
    kind: 'octoprint',
    label: 'OctoPrint',
    markOf: (print) => (print.filename == null ? null : fileMark(print, print.filename)),
    readMark: (notes) =>
        FILE_MARK.test(notes) ? { source: 'octoprint', archiveId: null, batch: null, startedAt: null } : null,
});

function fileMark({ completedAt, notAfter }: Marked, filename: string): string {
    const end = completedAt ?? null;
    const when =
        end !== null
            ? `finished ${readableTime(end)} UTC`
            : notAfter === undefined
              ? 'finished at an unknown time'
              : `finished before ${readableTime(notAfter)} UTC`;
    return `OctoPrint file ${sanitize(filename, LONGEST_NAME)}, ${when}`;
}

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
