import type {
    BackfillMode,
    BackfillReport,
    ImportNote,
    PrintOutcome,
    Reconciliation,
} from '../../sources/bambuddy/commands/reports';
import type { Outcome, PrintState } from '../../store/ledger/records';

// What the sidebar's routes answer, and what browsers are told as it happens. Types alone: the editor's code is compiled
// against them, and what the runtime sends is checked against them where it is made.

export type { ParkedDelivery, ParkedPage } from '../../webhook/outbox/parked-delivery';
export type {
    BackfillMode,
    BackfillReport,
    Difference,
    DifferenceKind,
    ImportNote,
    PrintOutcome,
    Reconciliation,
} from '../../sources/bambuddy/commands/reports';
export type { PrintState };

/** What a person is asked about a print: how it came out, how many pieces are good, whether it is told a second time, whether it is to be imported. */
export type Question = 'outcome' | 'pieces' | 'double' | 'offered';

/** A print as the sidebar shows it. */
export interface PrintRow {
    batch: string;
    source: string;
    /** what people call its source, e.g. `Bambuddy` */
    sourceLabel: string;
    archiveId: number | null;
    name: string;
    printer: string | null;
    /** when it ended, else when it began, else when it was first seen; ISO 8601 UTC */
    when: string;
    quantity: number | null;
    state: PrintState;
    /** the server's words, or why it was skipped */
    reason: string | null;
    image: Outcome | null;
    link: Outcome | null;
    /** a file or link was not attached */
    filesFailed: boolean;
    /** of what it used of its spools; null: that is not asked for */
    filament: 'done' | 'failed' | 'pending' | null;
    /** it failed, and is here for its filament alone */
    filamentOnly: boolean;
    part: { pk: number; name: string | null; IPN: string | null; url: string } | null;
    stock: { pk: number; url: string } | null;
    /** the source's own page of it */
    page: string | null;
    picture: boolean;
    /** null: nothing is asked about it */
    question: Question | null;
    /** of how many pieces a person says how many are good; null: not known, or not asked */
    expected: number | null;
    /** since when it waits for its outcome, and until when; null: it does not wait, or for as long as it takes */
    waits: { since: string | null; until: string | null } | null;
    /** it can be sent through the flow once more */
    again: boolean;
    details: PrintDetails;
}

/** What is known of a print beside its row; null: it is not. Times ISO 8601 UTC. */
export interface PrintDetails {
    grams: number | null;
    seconds: number | null;
    /** in the currency of its source */
    cost: number | null;
    material: string | null;
    /** what happened and when, as far as the ledger knows it, in this order */
    history: { what: PrintEvent; at: string }[];
    /** the node that its error is of; null: there is none, or it is not known */
    node: string | null;
}

/** `changed`: the last change, whatever it was. */
export type PrintEvent = 'started' | 'ended' | 'seen' | 'held' | 'stocked' | 'done' | 'parked' | 'skipped' | 'changed';

/** Where a page of prints begins. */
export interface Place {
    time: string;
    batch: string;
}

/** A page of prints, newest first. */
export interface PrintPage {
    prints: PrintRow[];
    /** the prints that fit; of a search those of this page and behind it */
    total: number;
    /** there are more than `total` */
    more: boolean;
    /** where the next page begins; null: this was the last */
    next: Place | null;
}

/** A server that does not answer. */
export interface Outage {
    server: string;
    /** ISO 8601 UTC */
    since: string;
    error: string | null;
    /** when it is asked again, ISO 8601 UTC; null: just now */
    next: string | null;
}

/** Parked prints with one and the same reason, of those that *Retry all* takes. */
export interface ParkedReason {
    reason: string;
    count: number;
}

/** A printer with a job: it goes on, or ended within the last minutes. */
export interface PrinterCard {
    /** tells the printers of a store apart */
    key: string;
    /** what people call it; null: not told */
    printer: string | null;
    /** what people call its source, e.g. `Bambuddy` */
    sourceLabel: string;
    /** as the printer has it */
    job: string | null;
    phase: 'preparing' | 'printing' | 'paused' | 'finished' | 'failed';
    /** 0 to 100 */
    percent: number | null;
    layer: number | null;
    layers: number | null;
    secondsLeft: number | null;
    /** of its picture: another one where the job is another; null: there is none */
    picture: string | null;
    /** what came of it; null: it goes on, or its print is not there yet */
    print: PrintRow | null;
}

/** How many prints a person is asked about. */
export interface QuestionCounts {
    /** held: for their outcome, or as likely doubles */
    held: number;
    /** offered after a lost ledger */
    offered: number;
}

/** Work of minutes that a person began, the last of its kind. */
export interface LongJobReport {
    action: 'backfill' | 'reconcile';
    /** of a backfill, what was asked for */
    mode?: BackfillMode;
    max?: number;
    /** ISO 8601 UTC, on the end of the prints */
    since?: string;
    until?: string;
    /** so many prints were chosen one by one */
    chosen?: number;
    startedAt: string;
    /** null: it is under way */
    endedAt: string | null;
    /** why it came to nothing */
    error: string | null;
    /** the prints of a history are asked for page by page */
    result: Omit<BackfillReport, 'prints'> | Reconciliation | null;
    /** of a preview or an adoption: prints that are listed */
    listed: number;
    /** of a preview: prints that can be ticked for the import. Fewer than would be created where not all are listed */
    tickable: number;
}

/** A print of a preview as a row. */
export interface PreviewRow extends PrintOutcome {
    /** tells the rows of a preview apart */
    key: string;
    /** it would be created, and can be left out of the import */
    tickable: boolean;
}

export interface PreviewPage {
    prints: PreviewRow[];
    total: number;
    more: false;
    /** where the next page begins; null: this was the last */
    next: number | null;
}

/** Which prints of a preview are imported. */
export interface Ticked {
    /** `startedAt` of the preview */
    at: string;
    /** true: all but `except`; false: none but those */
    all: boolean;
    /** keys of rows */
    except: readonly string[];
}

/** A source that works with a store. */
export interface SourceOverview {
    id: string;
    name: string;
    /** `PrintRecord.source` of the prints that it brings */
    kind: string;
    /** what people call that kind, e.g. `Bambuddy` */
    kindLabel: string;
    /** older prints can be imported and compared */
    history: boolean;
    ready: boolean;
    /** why it does not work */
    problem: string | null;
    paused: boolean;
    underWay: number;
    /** sent since midnight */
    today: number;
    lastPoll: string | null;
    lastError: string | null;
    backfill: BackfillReport | null;
    longJobs: LongJobReport[];
    /** the newest imports of its history that created something, newest first */
    imports: ImportNote[];
}

export interface LedgerOverview {
    counts: Readonly<Record<PrintState, number>>;
    questions: QuestionCounts;
    off: Outage[];
    /** the most frequent first, at most 20; the last of more has the rest and no reason */
    parked: ParkedReason[];
    /** changes where `parked` does */
    parkedMark: string;
    sources: SourceOverview[];
}

/** A store that runs; `ready`: its ledger is open. */
export type StoreOverview = {
    id: string;
    name: string;
    /** why it cannot be used, as a key of the nodes' statuses */
    trouble: string | null;
    /** the same, in the words of its error */
    problem: string | null;
} & (({ ready: true } & LedgerOverview) | { ready: false });

/** What browsers are told when something has changed: enough to show, and to know what to ask for anew. */
export interface Note {
    counts: Readonly<Record<PrintState, number>>;
    questions: QuestionCounts;
    off: Pick<Outage, 'server' | 'since'>[];
    /** as the overview has it; the reasons hold what servers answered, and are not told */
    parkedMark: string;
    sources: {
        id: string;
        paused: boolean;
        backfill: Pick<BackfillReport, 'mode' | 'phase' | 'done' | 'total' | 'secondsLeft'> | null;
        /** changes where the state of its long work does */
        mark: string;
    }[];
}

/** A webhook node that has something parked. */
export interface WebhookOverview {
    id: string;
    name: string;
    /** where it sends to: host and port */
    host: string;
    parked: number;
    /** how many had to make room since the start */
    dropped: number;
}
