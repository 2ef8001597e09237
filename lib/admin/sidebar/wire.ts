// What the sidebar's routes answer, and what browsers are told as it happens. Types alone and without imports: the editor's
// code is compiled against them, and what the runtime sends is checked against them where it is made.

export type PrintState = 'accepted' | 'part' | 'stock' | 'done' | 'skipped' | 'passed' | 'parked';

/** What became of a picture or a link. */
type Outcome = 'pending' | 'done' | 'kept' | 'none' | 'failed';

/** What a person is asked about a print: how it came out, whether it is told a second time, whether it is to be imported. */
export type Question = 'outcome' | 'double' | 'offered';

/** A print as the sidebar shows it. */
export interface PrintRow {
    batch: string;
    source: string;
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
    part: { pk: number; name: string | null; IPN: string | null; url: string } | null;
    stock: { pk: number; url: string } | null;
    /** the source's own page of it */
    page: string | null;
    picture: boolean;
    /** null: nothing is asked about it */
    question: Question | null;
    /** since when it waits for its outcome, and until when; null: it does not wait, or for as long as it takes */
    waits: { since: string | null; until: string | null } | null;
    /** it can be sent through the flow once more */
    again: boolean;
}

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
}

/** How many prints a person is asked about. */
export interface QuestionCounts {
    /** held: for their outcome, or as likely doubles */
    held: number;
    /** offered after a lost ledger */
    offered: number;
}

export type HistoryMode = 'preview' | 'adopt' | 'parts' | 'all';

/** What would happen, or happened, to one print of a history. */
export interface HistoricPrint {
    archiveId: number | null;
    name: string | null;
    startedAt: string | null;
    /** its end; null: not known */
    completedAt: string | null;
    batch: string | null;
    outcome: 'create' | 'exists' | 'adopt' | 'skip';
    reason?: string;
}

/** How far an import of older prints is, or what came of it. */
export interface HistoryReport {
    mode: HistoryMode;
    phase: 'reading' | 'working' | 'done' | 'stopped';
    done: number;
    total: number;
    created: number;
    existing: number;
    adopted: number;
    skipped: number;
    failed: number;
    /** an estimate; null: too early to tell */
    secondsLeft: number | null;
    /** why skipped, how many each */
    reasons: Record<string, number>;
    /** of a preview and an adoption, the first of them */
    prints?: HistoricPrint[];
}

/** One thing in which Bambuddy, InvenTree and the ledger do not agree. */
export interface Difference {
    batch: string | null;
    archiveId: number | null;
    name: string | null;
    startedAt: string | null;
    completedAt: string | null;
    /** of an edited run: what was edited, with what it was and is */
    what?: string;
    was?: string | number | null;
    is?: string | number | null;
}

export type DifferenceKind = 'missing' | 'gone' | 'extra' | 'differing';

/** What a comparison found; of each list the first are sent. */
export interface Comparison extends Record<DifferenceKind, number> {
    runs: number;
    items: number;
    matches: number;
    lists: Record<DifferenceKind, Difference[]>;
}

/** Work of minutes that a person began, the last of its kind. */
export interface LongJobReport {
    action: 'backfill' | 'reconcile';
    /** of a backfill, what was asked for */
    mode?: HistoryMode;
    max?: number;
    startedAt: string;
    /** null: it is under way */
    endedAt: string | null;
    /** why it came to nothing */
    error: string | null;
    result: HistoryReport | Comparison | null;
}

/** A source that works with a store. */
export interface SourceOverview {
    id: string;
    name: string;
    /** `PrintRecord.source` of the prints that it brings */
    kind: string;
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
    backfill: HistoryReport | null;
    errands: LongJobReport[];
}

export interface LedgerOverview {
    counts: Readonly<Record<PrintState, number>>;
    questions: QuestionCounts;
    off: Outage[];
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
    off: Omit<Outage, 'error'>[];
    sources: {
        id: string;
        paused: boolean;
        backfill: Pick<HistoryReport, 'mode' | 'phase' | 'done' | 'total' | 'secondsLeft'> | null;
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

/** A webhook that was not delivered. */
export interface ParkedDelivery {
    id: string;
    topic: string;
    device: string;
    /** when it was taken, or last tried anew by a person; ISO 8601 UTC */
    at: string;
    reason: string;
    /** HTTP status of the refusal; null: there was none */
    status: number | null;
}

/** A page of them, newest first. */
export interface ParkedPage {
    deliveries: ParkedDelivery[];
    total: number;
    /** the id after which the next page begins; null: this is the last */
    next: string | null;
}
