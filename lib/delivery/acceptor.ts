import type { Print } from '../print/print';
import type { PrintRecord, Step } from '../store/ledger/records';

/** How a print is accepted. */
export interface AcceptOptions {
    /** a refresh was asked for by hand */
    force?: boolean;
    /** others are under way: that this one is accepted may come to the disk with what is written of them */
    deferFlush?: boolean;
    /** the import of the history that it comes by, see `PrintRecord.imported` */
    imported?: string;
}

/** A source's way into the ledger, and back out of it. */
export interface Acceptor {
    /** `print.source` of what comes through it */
    readonly source: string;
    /** Writes a print to the ledger. From here on it cannot be lost. */
    accept(print: Print, first: boolean, want: Step[], how?: AcceptOptions): Promise<void>;
    /** The print of a record once more. @returns null where nothing is known of it any more */
    again(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Print | null>;
}
