import { printKind, printKinds, type Mark, type Marked } from './print-kind';

export type { Mark, Marked } from './print-kind';

/**
 * The mark: the one readable line in a StockItem's notes by which it is known again without a ledger. It names the
 * archive (or the batch, where a source has none) and the run's start: `Bambuddy archive 11, printed 2026-11-22 04:33:35
 * UTC`. A source may have a form of its own (`PrintKind.markOf`).
 */
export function markOf(print: Marked): string {
    const kind = printKind(print.source);
    const own = kind.markOf?.(print) ?? null;
    if (own !== null) return own;
    const what = print.archiveId === null ? `print ${print.batch}` : `archive ${print.archiveId}`;
    const start = print.startedAt === null ? 'at an unknown time' : `${readableTime(print.startedAt)} UTC`;
    return `${kind.label} ${what}, printed ${start}`;
}

const MARK =
    /^(\w+) (?:archive (\d+)|print (\S+)), printed (?:(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC|at an unknown time)\s*$/m;

/** @returns null where the notes carry no mark */
export function readMark(notes: string | null): Mark | null {
    const found = MARK.exec(notes ?? '');
    if (found === null) {
        for (const kind of printKinds()) {
            const mark = kind.readMark?.(notes ?? '') ?? null;
            if (mark !== null) return mark;
        }
        return null;
    }
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

/** A time as a mark has it, to the second. @param time ISO 8601 */
export function readableTime(time: string): string {
    return time.slice(0, 19).replace('T', ' ');
}
