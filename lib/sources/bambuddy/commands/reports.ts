// What the long commands answer. Without imports: the editor's code is compiled against these types.

export const BACKFILL_MODES = ['preview', 'adopt', 'parts', 'all'] as const;
export type BackfillMode = (typeof BACKFILL_MODES)[number];

/** Progress and, at the end, the answer. `created` is what would be created in a preview, and what was in `all` and `parts`. */
export interface BackfillReport {
    mode: BackfillMode;
    phase: 'reading' | 'working' | 'done' | 'stopped';
    done: number;
    total: number;
    created: number;
    existing: number;
    /** of the existing: stock from before us, tied to its print (preview: that would be) */
    adopted: number;
    skipped: number;
    failed: number;
    /** an estimate; null: too early to tell */
    secondsLeft: number | null;
    /** why skipped, how many each */
    reasons: Record<string, number>;
    /** preview and adopt: one line per print, at most 2,000; those that would change something first of all */
    prints?: PrintOutcome[];
}

/** An import of the history that created something. */
export interface ImportNote {
    /** when it began, ISO 8601 UTC; records of its prints have it as `imported` */
    id: string;
    /** null: it is under way */
    endedAt: string | null;
    /** stock items that it created; 0 while it is under way */
    created: number;
}

/** What would happen, or happened, to one print. */
export interface PrintOutcome {
    archiveId: number | null;
    runId: number | null;
    name: string | null;
    startedAt: string | null;
    /** its end; null: not known */
    completedAt: string | null;
    batch: string | null;
    printer: string | null;
    quantity: number | null;
    outcome: 'create' | 'exists' | 'adopt' | 'skip';
    reason?: string;
    part?: number;
    stock?: number;
}

/** One thing that does not agree. */
export interface Difference {
    batch: string | null;
    archiveId: number | null;
    name: string | null;
    startedAt: string | null;
    /** its end; null: not known */
    completedAt: string | null;
    stock: number | null;
    /** `status`, `outcome`, `quantity` or `name`, with what it was and is; only for `differing` */
    what?: string;
    was?: string | number | null;
    is?: string | number | null;
}

export type DifferenceKind = 'missing' | 'gone' | 'extra' | 'differing';

/** What `reconcile` answers. Nothing is changed anywhere. */
export interface Reconciliation {
    /** successful runs in Bambuddy, of those this source takes */
    runs: number;
    /** batches of our prefix in InvenTree */
    items: number;
    /** runs whose item is there */
    matches: number;
    /** runs that never came into stock */
    missing: number;
    /** runs that were in stock and whose item is no more: sold out, merged or deleted by a person */
    gone: number;
    /** items that belong to no run there is, and second ones of a run's batch that hold more than was printed */
    extra: number;
    /** runs whose status, outcome, quantity or name was edited in Bambuddy since */
    differing: number;
    /** the first 500 of each */
    lists: Record<DifferenceKind, Difference[]>;
}
