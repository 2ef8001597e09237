import type { PrintRecord } from '../store/ledger/records';
import type { Print } from './print';
import { runOfPrinter } from './duplicate-report';

/** What of a print its record always has. */
export function recordOf(print: Print): Omit<PrintRecord, 'at' | 'state'> {
    const { batch, source, archiveId, runId, startedAt, identity, name, quantity, completedAt, printer } = print;
    const { verdict, pieces, stockStatus, filamentOnly } = print;
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
        ...figuresOf(print),
        ...runOfPrinter(print),
        ...(verdict === undefined ? {} : { verdict }),
        ...(pieces === undefined ? {} : { pieces }),
        ...(stockStatus === undefined ? {} : { stockStatus }),
        ...(filamentOnly === undefined ? {} : { filamentOnly }),
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

/** What of a print its figures are made of. */
export type FiguresOfPrint = Pick<Print, 'weightGrams' | 'printSeconds' | 'estimate' | 'cost' | 'filamentType'>;

/**
 * What lists and figures say of a print beside its count: grams, seconds, cost, material. What was measured counts, else the
 * slicer's estimate. What is not known is left out.
 */
export function figuresOf(print: FiguresOfPrint): Pick<PrintRecord, 'grams' | 'seconds' | 'cost' | 'material'> {
    const { weightGrams, printSeconds, estimate, cost, filamentType } = print;
    const grams = weightGrams ?? estimate.grams;
    const seconds = printSeconds ?? estimate.seconds;
    return {
        ...(grams === null ? {} : { grams }),
        ...(seconds === null ? {} : { seconds }),
        ...(cost === null ? {} : { cost }),
        ...(filamentType === null ? {} : { material: filamentType }),
    };
}
