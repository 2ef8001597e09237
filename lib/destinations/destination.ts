import type { KeyedMutex } from '../concurrency/keyed-mutex';
import type { CircuitBreaker } from '../delivery/retry/circuit-breaker';
import type { Print } from '../print/print';

/** An item of stock, as far as a source has to know it. */
export interface DestinationItem {
    pk: number;
    part: number;
    batch: string | null;
    quantity: number;
    /** with the line by which the item is known again, see `lib/print/stock-marker.ts` */
    notes: string | null;
}

/** What an item is an item of. */
export interface DestinationPart {
    pk: number;
    IPN: string;
    name: string;
    image: string | null;
}

/** What the destination has for a print. */
export interface StockMatch<Item extends DestinationItem = DestinationItem> {
    /** null: nothing, it would be created */
    item: Item | null;
    /** the item carries no mark of ours: it is from before us */
    unmarked: boolean;
}

/** What becomes of a print that ended before the ledger was lost and is not known. */
export type AfterLoss =
    /** the destination denies in every way that it ever was in stock, or has it under its own code */
    | 'take'
    /** it may have been in stock, and merged, renamed or sold since: a person answers */
    | 'offer'
    /** its item, known by the line in its notes, under a code that a person gave it */
    | DestinationItem;

/** What is going to be asked print by print, asked for several at once. */
export interface Prefetch {
    /** IPNs of Parts */
    ipns: readonly string[];
    /** the codes that the runs of an archive may have: one may be another run's */
    archives: readonly {
        codes: readonly string[];
        /** the archive's own code, where no row tells of its run: it may have been made under the code of any row */
        anyUnder: string | null;
    }[];
}

/**
 * Where prints go, as a source of prints sees it. Every question waits while the server is away (`retryWhileUnavailable`)
 * where not said otherwise, and ends with ClosedError when `signal` does.
 */
export interface Destination {
    readonly breaker: CircuitBreaker;
    /** one worker per key, over all stores that lead to this server */
    readonly mutex: KeyedMutex;
    /** Items whose batch begins so, page by page, none twice. @returns whether all of them were shown */
    itemsByPrefix(prefix: string, signal: AbortSignal): AsyncGenerator<DestinationItem[], boolean>;
    /** Parts whose IPN begins so, by pk. */
    partsByPrefix(ipnPrefix: string, signal: AbortSignal): Promise<Map<number, DestinationPart>>;
    part(pk: number, signal: AbortSignal): Promise<DestinationPart | null>;
    /** Items of many batches. @returns by lower-case batch */
    itemsOf(batches: readonly string[], signal: AbortSignal): Promise<Map<string, DestinationItem[]>>;
    /**
     * Which of the items is the print's.
     * @param options.generous also takes an unmarked item of the archive's own code whose Part has an IPN of the sidecar's
     * form, whatever text it hashed: only where a person asked for adoption
     */
    match(
        print: Print,
        items: readonly DestinationItem[],
        options: { first: boolean; ipnPrefix: string; acceptLegacyIpn: boolean },
        signal: AbortSignal,
    ): Promise<StockMatch>;
    /** Ties existing stock to its print: ledger only, nothing is written at the server. */
    adopt(print: Print, first: boolean, match: StockMatch, signal: AbortSignal): Promise<void>;
    /** Of a print that ended before the ledger was lost. */
    afterLoss(print: Print, ipnPrefix: string, signal: AbortSignal): Promise<AfterLoss>;
    /** Keeps answers for the steps that follow. @throws Failure at once: whoever needs the answer asks again */
    prefetch(wanted: Prefetch, signal: AbortSignal): Promise<void>;
    /** Whether a link is one of this server's pages of a Part. */
    isOwnPartPage(link: string): boolean;
}
