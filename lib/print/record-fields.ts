import type { PrintRecord } from '../store/ledger/records';
import type { Print } from './print';
import { runOfPrinter } from './duplicate-report';

/** What of a print its record always has. */
export function recordOf(print: Print): Omit<PrintRecord, 'at' | 'state'> {
    const { batch, source, archiveId, runId, startedAt, identity, name, quantity, completedAt, printer } = print;
    const { verdict, stockStatus } = print;
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
        ...runOfPrinter(print),
        ...(verdict === undefined ? {} : { verdict }),
        ...(stockStatus === undefined ? {} : { stockStatus }),
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
