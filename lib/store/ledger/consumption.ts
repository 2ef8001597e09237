/** What one filament slot of a run used, and of which spool. */
export interface FilamentSlot {
    /** tells the slot apart within its run: the number of the slot in the file, or `spool 3` where Bambuddy names the spool */
    slot: string;
    grams: number;
    /** as the source writes it, e.g. `PLA`; null: not known */
    material: string | null;
    /** `#RRGGBB` in upper case; null: not known */
    color: string | null;
    /** where the spool is loaded, e.g. `A1`; null: not known */
    tray: string | null;
    /** the spool as the source knows it; null: it knows none */
    spool: { id: number; tag: string | null; uuid: string | null; name: string | null } | null;
}

/** Where the grams come from: the source's list of what was used of its spools, or the run's own figure. */
export type FilamentOrigin = 'usage' | 'run';

export const SLOT_STATES = ['open', 'done', 'parked'] as const;
export type SlotState = (typeof SLOT_STATES)[number];

/** A slot, and what became of its removal from the stock of the spool. */
export interface SlotRecord extends FilamentSlot {
    state: SlotState;
    /** why it is parked */
    reason?: string;
    /** the StockItem of the spool: fixed with the first intent, since its history alone tells what became of that call */
    stockPk?: number;
    /** when the first call was about to be sent whose outcome is not known; missing: none is pending */
    intent?: string;
    /** what was removed, in the unit of the spool's Part */
    removed?: number;
    unit?: string;
    /** the build order that uses the filament itself, e.g. `BO-0001`: nothing was removed. Missing: none */
    leftTo?: string;
    /** grams that were used and that the StockItem no longer had */
    shortGrams?: number;
}

/** What a run used, keyed by the run. Source and grams are fixed before the first call. Format 2. */
export interface ConsumptionRecord {
    run: string;
    /** of the print when this was written, for lists */
    batch: string;
    from: FilamentOrigin;
    /** ids of the rows of the source's list: no other run takes them */
    usageIds: number[];
    slots: SlotRecord[];
    /** last change, UTC */
    at: string;
}

/** The note (`meta`) that says since when filament is subtracted, UTC: prints that ended before are left alone. */
export const CONSUMED_SINCE = 'filament-since';
