import type { PrintSums } from '../../store/ledger/print-sums';

// What is answered about figures of prints. Types alone: the editor's code is compiled against them.

export type { Measure, PrintSums } from '../../store/ledger/print-sums';

/** What some prints add up to. */
export interface FiguresOfGroup extends PrintSums {
    /** null: it is not known */
    name: string | null;
}

/** What the prints of some days add up to. */
export interface FiguresOfDay extends PrintSums {
    /** ISO 8601, UTC; the day ends before `to` */
    from: string;
    to: string;
}

/** What prints of a ledger add up to, each by its time: its end, else its start, else when it was first seen. */
export interface Figures {
    total: PrintSums;
    /** the most prints first */
    printers: FiguresOfGroup[];
    materials: FiguresOfGroup[];
    /** days as they were asked for, oldest first; these go by their own time, not by that of the filter */
    days: FiguresOfDay[];
}

/** The names by which prints can be chosen, in the order of the alphabet. */
export interface PrintGroups {
    printers: string[];
    materials: string[];
}
