import type { PrintRecord, PrintState } from './records';

/** What of a print is added up, and where its record has it; undefined: it is not known. */
const VALUES = {
    /** what was put into stock, else the source's own count */
    pieces: ({ quantity, count }) => quantity ?? count,
    grams: ({ grams }) => grams,
    seconds: ({ seconds }) => seconds,
    /** in the currency of the source */
    cost: ({ cost }) => cost,
} as const satisfies Record<string, (record: Readonly<PrintRecord>) => number | undefined>;

export type Measure = keyof typeof VALUES;
export const MEASURES = Object.keys(VALUES) as Measure[];

/** What prints add up to. A measure has what is known of it; `unknown` tells of how many prints it is not. */
export type PrintSums = Record<Measure, number> & {
    prints: number;
    unknown: Record<Measure, number>;
    /** prints of which neither weight, nor time, nor cost is known */
    without: number;
};

/** Prints of one state, printer and material; null: it is not known which. */
export interface PrintCell {
    state: PrintState;
    printer: string | null;
    /** as the source writes it, so `PLA, PETG` is one of its own */
    material: string | null;
    sums: PrintSums;
}

export function noSums(): PrintSums {
    const zero = { pieces: 0, grams: 0, seconds: 0, cost: 0 };
    return { prints: 0, ...zero, unknown: { ...zero }, without: 0 };
}

/** Adds `more` to `sums`. */
export function addSums(sums: PrintSums, more: PrintSums): void {
    sums.prints += more.prints;
    sums.without += more.without;
    for (const measure of MEASURES) {
        sums[measure] += more[measure];
        sums.unknown[measure] += more.unknown[measure];
    }
}

/** What a record's printer and material are called; null: it is not known. */
export function groupsOf({ printerName, material }: Readonly<PrintRecord>): Pick<PrintCell, 'printer' | 'material'> {
    return { printer: printerName || null, material: material || null };
}

/** Prints added up by state, printer and material. */
export function cellsOf(records: readonly Readonly<PrintRecord>[]): PrintCell[] {
    const cells = new Map<string, PrintCell>();
    for (const record of records) {
        const { printer, material } = groupsOf(record);
        const key = `${record.state}\n${printer ?? ''}\n${material ?? ''}`;
        let cell = cells.get(key);
        if (cell === undefined) cells.set(key, (cell = { state: record.state, printer, material, sums: noSums() }));
        addPrint(cell.sums, record);
    }
    return [...cells.values()];
}

function addPrint(sums: PrintSums, record: Readonly<PrintRecord>): void {
    sums.prints++;
    for (const measure of MEASURES) {
        const value = VALUES[measure](record);
        if (value === undefined) sums.unknown[measure]++;
        else sums[measure] += value;
    }
    const { grams, seconds, cost } = record;
    if (grams === undefined && seconds === undefined && cost === undefined) sums.without++;
}
