import type { Ledger } from '../store/ledger/ledger';
import { SUSPECTED_DOUBLE, type PrintRecord } from '../store/ledger/records';
import type { Print } from './print';
import { printKind } from './print-kind';

/** Two runs of one printer that share at least this, and at least half of the shorter one, cannot both be true. */
const OVERLAP_MS = 60_000;
const OVERLAP_SHARE = 0.5;

const HASH = /^[0-9a-f]{64}$/i;

/** The fields of a record by which a print that is told twice is known again. */
export type RunOfPrinter = Pick<PrintRecord, 'printerId' | 'content'>;

/**
 * What is kept of a print for that.
 * @returns nothing where the printer or the content is not known, and of a print that did not succeed: they hold nobody
 */
export function runOfPrinter(print: Print): RunOfPrinter {
    const { id } = print.printer;
    const content = print.contentHash ?? print.filename ?? print.name;
    const isComparable = printKind(print.source).mayReportTwice === true && print.status === 'completed';
    if (id === null || content === null || !isComparable) return {};
    return { printerId: id, content };
}

/**
 * The print that this one is told of a second time: of the same printer (by its id, not null) and the same content, while
 * that one ran (of sources that do so: `PrintKind.mayReportTwice`). A printer whose clock was set back during a print ends before it began, and is no reason to hold anything.
 * @returns its record; null: none is known
 */
export function earlierReport(ledger: Ledger, print: Print): Readonly<PrintRecord> | null {
    const { printerId, content } = runOfPrinter(print);
    if (printerId === undefined || content === undefined) return null;
    const span = spanOf(print.startedAt, print.completedAt);
    if (span === null) return null;
    for (const batch of ledger.printsAround(printerId, print.startedAt!)) {
        const record = ledger.print(batch);
        // one that is held because of this print holds nobody
        if (record === undefined || isSameRun(record, print) || record.doubleOf === print.batch) continue;
        if (!isSameContent(record, { content, name: print.name ?? '' })) continue;
        const other = spanOf(record.startedAt, record.completedAt ?? null);
        if (other !== null && overlap(span, other)) return record;
    }
    return null;
}

/** Why the second one is parked. @param first the record that stands, where it is still there */
export function reasonOfDouble(batch: string, first: Readonly<PrintRecord> | undefined): string {
    const archive = first?.archiveId == null ? '' : ` (archive ${first.archiveId})`;
    return `${SUSPECTED_DOUBLE}: same printer and content as ${batch}${archive}, at the same time`;
}

/** ms since 1970 */
export interface Span {
    start: number;
    end: number;
}

/** @returns null where a time is not known, or the end is not after the start */
export function spanOf(startedAt: string | null, completedAt: string | null): Span | null {
    if (startedAt === null || completedAt === null) return null;
    const span = { start: Date.parse(startedAt), end: Date.parse(completedAt) };
    return span.end > span.start ? span : null;
}

/** Whether two runs of one printer share so much that they cannot both be true. */
export function overlap(a: Span, b: Span): boolean {
    const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
    const shorter = Math.min(a.end - a.start, b.end - b.start);
    return shared >= OVERLAP_MS && shared >= OVERLAP_SHARE * shorter;
}

function isSameRun(record: Readonly<PrintRecord>, print: Print): boolean {
    return record.archiveId === print.archiveId && record.startedAt?.slice(0, 19) === print.startedAt?.slice(0, 19);
}

/** The second archive of a print may lack its file: then the name tells. */
function isSameContent(record: Readonly<PrintRecord>, { content, name }: { content: string; name: string }): boolean {
    if (record.content === content) return true;
    const bothHashed = HASH.test(content) && HASH.test(record.content ?? '');
    return !bothHashed && name !== '' && record.name === name;
}
