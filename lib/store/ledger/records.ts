import { emptyData } from '../engine/schema';
import type { ConsumptionRecord } from './consumption';

/**
 * The states of a print: the one closed list, used in the ledger, statuses, the sidebar, the API and the docs.
 * `accepted` → `part` → `stock` → `done`; or `skipped` (with a reason), `passed` (none of our nodes took it),
 * `parked` (with the server's words).
 */
export const PRINT_STATES = ['accepted', 'part', 'stock', 'done', 'skipped', 'passed', 'parked'] as const;
export type PrintState = (typeof PRINT_STATES)[number];

/** States in which a print still has to be offered after a restart. */
export const UNFINISHED: ReadonlySet<PrintState> = new Set(['accepted', 'part', 'stock']);

/** What a held print waits for: the verdict on the job, or how many of its pieces are good. */
export type Hold = 'verdict' | 'number';

/** What a person says of a finished print: it came out well, or not. */
export const VERDICTS = ['good', 'reject'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** `reason` of a `done` print whose item was made, sold out and deleted before we looked. Format 2. */
export const GONE = 'gone';

/** `reason` of a `skipped` print that was not in InvenTree after the ledger was lost: kept until a person answers. Format 2. */
export const OFFERED = 'offered after a lost ledger';

/** `reason` of a `parked` print with `doubleOf`; more words may follow. */
export const SUSPECTED_DOUBLE = 'suspected double';

/** `reason` of a `skipped` print whose archive the server says is not there. */
export const ARCHIVE_GONE = 'archive gone';
/** Reasons of prints that are parked because nobody said how they came out. */
export const UNANSWERED = 'nobody told Bambuddy the outcome';
export const ARCHIVE_GONE_UNANSWERED = 'archive gone before anybody told the outcome';

/** What became of image and link; they stand beside the state and never hold stock back. */
export type Outcome = 'pending' | 'done' | 'kept' | 'none' | 'failed';

/** What our nodes do for a print, in this order. */
export const STEPS = ['part', 'stock', 'image', 'link', 'consume'] as const;
export type Step = (typeof STEPS)[number];

/** What a person asked for, and what the archive said then. */
export interface Apply {
    /** pieces may be taken out of stock, too */
    less: boolean;
    /** nothing of the print counts any more: it was rejected, or failed after all */
    none?: true;
    /** missing: nothing was said */
    verdict?: Verdict;
}

export interface Adjusting {
    /** pieces that come in, or go out (below 0) */
    by: number;
    /** when it was decided, UTC: the history of the item tells it from any other */
    decided: string;
    /** when the call was about to be sent, UTC; missing: it was not */
    intent?: string;
    /** batch of the item that is made where that of the print is gone */
    batch?: string;
}

/** The output of a build order that a print becomes. Fixed before the first call. */
export interface BuildOutput {
    order: number;
    /** what people call the order, e.g. `BO-0001` */
    reference: string;
    /** pieces that go into the order, and those that it has no need of: plain stock */
    quantity: number;
    rest: number;
    /** when the request to make the output was about to be sent, UTC; missing: none is pending */
    intent?: string;
    /** the output's StockItem */
    output?: number;
    /** when the request to complete it was about to be sent, UTC; missing: none is pending */
    completing?: string;
    completed?: true;
    /** when the request for the StockItem of the rest was about to be sent, UTC; missing: none is pending */
    restIntent?: string;
    restPk?: number;
}

/** One print, keyed by its batch. */
export interface PrintRecord {
    batch: string;
    source: string;
    /** archive and start: the run this batch is bound to, once and for good */
    archiveId: number | null;
    runId: number | null;
    startedAt: string | null;
    /** what tells the run apart where there is no archive: the source's own key of it, once and for good */
    run?: string;
    identity: string;
    name: string;
    state: PrintState;
    /** why skipped or parked */
    reason?: string;
    partPk?: number;
    stockPk?: number;
    quantity?: number;
    /** the source's own count when it was accepted, to tell a later edit by */
    count?: number;
    /** when the POST of the StockItem was about to be sent; there is no result yet while `stockPk` is missing */
    intent?: string;
    /** the same moment by InvenTree's clock, where that is known: to look for what became of it in the Part's history */
    sentAt?: string;
    /** of an item that was made: its `sentAt`, where our clock told another time than InvenTree's; missing: about `at` */
    madeAt?: string;
    image?: Outcome;
    link?: Outcome;
    /** a file or link was not attached to its Part or item; missing: none failed when it was sent last */
    files?: 'failed';
    /** those of a new Part, where they go with others' (`pending` until then); missing: they were written with the Part */
    parameters?: Outcome;
    /** this is the archive's first successful run: stock from before us, under the archive's own code, is this one's */
    first?: true;
    /** the source node that accepted it, and offers it again after a restart */
    via?: string;
    /** what still has to answer for this print to be done; missing when it is */
    want?: Step[];
    /** it is under way as a forced refresh, and goes on as one after a restart */
    force?: true;
    /** the print as it was accepted, without the server's own object: kept while unfinished or parked */
    print?: unknown;
    /** for lists; older records lack them */
    printerName?: string;
    completedAt?: string;
    /** for lists and figures, as far as the source told it; older records lack them */
    grams?: number;
    seconds?: number;
    /** in the currency of the source */
    cost?: number;
    /** as the source writes it, e.g. `PLA` or `PLA, PETG` */
    material?: string;
    /** the node whose step failed last, as the flow file names it; missing: none failed since this is kept */
    failedNode?: string;
    /** the server's id of the printer, a positive integer; older records lack it */
    printerId?: number;
    /** what was printed, to tell one print told twice by: the content's hash, else the file's name; older records lack it */
    content?: string;
    /** what an `accepted` print waits for outside the window, without a timeout; missing: for nothing. Format 2 */
    hold?: Hold;
    /** of a held print, UTC: since when it waits, and when waiting ends and a person is asked (missing: never) */
    holdSince?: string;
    holdUntil?: string;
    /** what a person said of the print in Bambuddy, or to us, when we asked last; missing: nothing */
    verdict?: Verdict;
    /** how many pieces a person counted as good when asked, 0 and more; missing: nobody was asked, or nobody answered yet. Format 2 until they are in stock */
    pieces?: number;
    /** its archive was edited, and a person wants its stock put right. Kept until that is done */
    apply?: Apply;
    /** the difference that is being put right; fixed before the first call, so that a later edit changes nothing */
    adjusting?: Adjusting;
    /** the build order that it goes into; missing: none. Format 2 until it is in stock */
    build?: BuildOutput;
    /** the status its StockItem gets whatever the stock node says: of a rejected print that goes into stock all the same */
    stockStatus?: number;
    /** it failed, and only its filament is subtracted: never stock. Format 2 */
    filamentOnly?: true;
    /** taken without its 3MF, which Bambuddy may still get: since when we look for it, UTC */
    fileAwaited?: string;
    /** the batch of the print that this `parked` one is probably the same as: `retry-all` leaves it alone. Format 2 */
    doubleOf?: string;
    /** the import of the history that created its item: when that began, UTC; missing: it came by itself, or before this was kept */
    imported?: string;
    /** when it was first seen, where the source gives no start */
    seen?: string;
    /** last change, UTC */
    at: string;
}

/** Whether a print is not over: something is to be done for it, is awaited, or a person is asked. */
export function isPending(print: Readonly<PrintRecord>): boolean {
    const { state, reason, want, image, link, apply, adjusting, fileAwaited } = print;
    if (UNFINISHED.has(state) || state === 'parked' || (state === 'skipped' && reason === OFFERED)) return true;
    const isAwaited = want !== undefined || fileAwaited !== undefined || image === 'pending' || link === 'pending';
    return isAwaited || apply !== undefined || adjusting !== undefined;
}

/** One Part, keyed by the identity of its prints. */
export interface PartRecord {
    identity: string;
    /** missing while the POST has no result yet */
    pk?: number;
    IPN: string;
    name: string;
    intent?: string;
    /** made by a print without a 3MF: the first file that turns out to be the same thing takes it over */
    withoutFile?: true;
    /** the name it was made with, while it is ours to mend: a print without a 3MF knows a job's name only */
    stopgapName?: string;
    /** the identity of that file */
    takenBy?: string;
    /** tied to stock that was there before us */
    adopted?: true;
    /** what we last wrote, by template name; null: the value there is a person's */
    parameters?: Record<string, string | null>;
    image?: Outcome;
    /** address of its image as last seen */
    picture?: string | null;
    at: string;
}

/** How far the source has read; one per source node. */
export interface CursorRecord {
    /** end of the newest run seen, UTC, never later than the present; null: none was there yet */
    since: string | null;
    /** where "from now on" began; null: with the whole history */
    start: string | null;
    /** runs from before the start that the overlap may show again */
    before: string[];
    /** `created_at` of the newest row that a look reads again: where it is gone, the log was cleared; none: none was seen yet */
    anchor?: string;
    /** the newest rows that the last look saw, in the server's order, as texts that tell them apart */
    rows?: string[];
    /** how many rows the log had then */
    total?: number;
    /** the highest id of a row that was read since the log was cleared last */
    highestId?: number;
    at: string;
}

/** A StockItem that was there before this ledger and is no print's that it knows; keyed by its batch in lower case. */
export interface CodeRecord {
    stockPk: number;
    partPk: number;
}

export interface LedgerData {
    prints: Record<string, PrintRecord>;
    parts: Record<string, PartRecord>;
    cursors: Record<string, CursorRecord>;
    codes: Record<string, CodeRecord>;
    meta: Record<string, { value: string }>;
    consumptions: Record<string, ConsumptionRecord>;
    /** always empty: exports and an earlier outbox have it by this name */
    deliveries: Record<string, object>;
}

export type Collection = keyof LedgerData;
export const COLLECTIONS: readonly Collection[] = [
    'prints',
    'parts',
    'cursors',
    'codes',
    'meta',
    'consumptions',
    'deliveries',
];

/** The notes (`meta`) that say: compared with what InvenTree has. One per batch prefix. */
export const COMPARED = 'scanned';

export function isComparisonNote(key: string): boolean {
    return key.startsWith(`${COMPARED}:`);
}

/**
 * The note (`meta`) that says until when earlier versions of this package wrote here, UTC: made when this version opens a
 * ledger for the first time. What they parked or skipped by mistake is recognised by it.
 */
export const EARLIER_UNTIL = 'earlier-until';

export function emptyLedger(): LedgerData {
    return emptyData<LedgerData>(COLLECTIONS);
}
