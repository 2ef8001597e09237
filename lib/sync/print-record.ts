import type { PrintRecord } from '../store/records';
import type { Print } from './print';

/** What of a print its record always has. */
export function recordOf(print: Print): Omit<PrintRecord, 'at' | 'state'> {
    const { batch, source, archiveId, runId, startedAt, identity, name, quantity, completedAt, printer } = print;
    return {
        batch,
        source,
        archiveId,
        runId,
        startedAt,
        identity,
        name: name ?? '',
        ...(quantity === null ? {} : { count: quantity }),
        ...shownOf({ printerName: printer.name, completedAt }),
    };
}

/** What is kept for lists alone: nothing where it is not known, records are many. */
export function shownOf(known: {
    printerName: string | null;
    completedAt: string | null;
}): Pick<PrintRecord, 'printerName' | 'completedAt'> {
    return {
        ...(known.printerName === null ? {} : { printerName: known.printerName }),
        ...(known.completedAt === null ? {} : { completedAt: known.completedAt }),
    };
}
