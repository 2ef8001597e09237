import { entriesOf } from '../engine/packed/records-view';
import {
    EARLIER_UNTIL,
    emptyLedger,
    GONE,
    OFFERED,
    type Hold,
    type LedgerData,
    type PrintRecord,
    UNFINISHED,
} from './records';

/**
 * Versions of what stands in the file. A file has format 1 until the first record is written that an earlier version of
 * this package would take for something else (`needsFormat2`); this version reads both.
 */
export type Format = 1 | 2;

/** The newest format that is known here. */
export const FORMAT: Format = 2;

type FormatField =
    'state' | 'hold' | 'doubleOf' | 'reason' | 'stockStatus' | 'stockPk' | 'filamentOnly' | 'pieces' | 'build';

/**
 * Whether an earlier version would misread the record: it would send a held print, retry a likely double with all others,
 * put a rejected or a failed print into stock as a good one, or all pieces of which a person counted some, or a print that is
 * being built a second time.
 */
export function needsFormat2(record: Pick<PrintRecord, FormatField>): boolean {
    const { state, reason } = record;
    if (record.filamentOnly === true) return true;
    if (record.hold !== undefined || record.doubleOf !== undefined || isRejectedAndWanted(record)) return true;
    if (isCountedAndWanted(record) || isBeingBuilt(record)) return true;
    return (state === 'done' && reason === GONE) || (state === 'skipped' && reason === OFFERED);
}

function isRejectedAndWanted({ state, stockStatus, stockPk }: Pick<PrintRecord, FormatField>): boolean {
    return stockStatus !== undefined && stockPk === undefined && (state === 'parked' || UNFINISHED.has(state));
}

function isCountedAndWanted({ state, pieces, stockPk }: Pick<PrintRecord, FormatField>): boolean {
    return pieces !== undefined && stockPk === undefined && (state === 'parked' || UNFINISHED.has(state));
}

function isBeingBuilt({ state, build, stockPk }: Pick<PrintRecord, FormatField>): boolean {
    return build !== undefined && stockPk === undefined && (state === 'parked' || UNFINISHED.has(state));
}

/** The lowest format that these records can be written in. */
export function formatOf(data: LedgerData): Format {
    for (const _run in data.consumptions) return 2;
    for (const [, print] of entriesOf(data.prints)) if (needsFormat2(print)) return 2;
    return 1;
}

/** What the records of a format 1 store consist of; everything else came later. */
const FIELDS_1 = {
    prints: fields(
        'batch source archiveId runId startedAt run identity name state reason partPk stockPk quantity count intent ' +
            'image link first via want force print printerName completedAt seen at',
    ),
    parts: fields('identity pk IPN name intent adopted parameters image picture at'),
    cursors: fields('since start before anchor at'),
} as const;

/** Why a print is parked that an earlier version would not have held. */
const HELD: Record<Hold, string> = {
    verdict: "it waited for Bambuddy's verdict when the store was exported as format 1: retry takes it as good",
    number: 'it waited for the number of good pieces when the store was exported as format 1: retry takes them all',
};

/** Why a rejected print is parked that was to be stocked with a status of its own. */
const REJECTED =
    'it was rejected in Bambuddy, and not in stock when the store was exported as format 1: retry takes it as good';

/** Why a print is parked of which a person counted the good pieces. */
const COUNTED =
    'a person counted its good pieces, and it was not in stock when the store was exported as format 1: retry takes them all';

/** Why a print is parked whose output is not completed. */
const BUILDING =
    'it was on its way into a build order when the store was exported as format 1: complete its output in InvenTree, then retry';

/** Why a print is skipped that failed, and whose filament was not subtracted. */
const FILAMENT_ONLY = 'it failed: its filament was not subtracted when the store was exported as format 1';

/** Why a print is skipped that was offered. */
const NOT_IN_STOCK =
    'it was not in InvenTree after the ledger was lost, and nobody had answered when it was exported as format 1';

/**
 * The records as the version before format 2 understands them, for the way back to it. A held print becomes `parked`: that
 * version would send an `accepted` one at once. A likely double stays `parked` (that version's `retry-all` takes it), an
 * offered print stays `skipped`, and a print whose item is gone is `done` like any other. Fields of later are left out, and
 * what was subtracted from spools: that version subtracts nothing, and this one finds it again in InvenTree.
 * @returns new data; what is given is not changed
 */
export function toFormat1(data: LedgerData): LedgerData {
    const { codes, deliveries } = data;
    const result: LedgerData = { ...emptyLedger(), codes, deliveries };
    // the next version that knows the note begins once more
    for (const key in data.meta) if (!key.startsWith(EARLIER_UNTIL)) result.meta[key] = data.meta[key]!;
    for (const [batch, print] of entriesOf(data.prints)) result.prints[batch] = only(FIELDS_1.prints, asFormat1(print));
    for (const [identity, part] of entriesOf(data.parts)) result.parts[identity] = only(FIELDS_1.parts, part);
    for (const source in data.cursors) result.cursors[source] = only(FIELDS_1.cursors, data.cursors[source]!);
    return result;
}

function asFormat1(record: PrintRecord): PrintRecord {
    if (record.hold !== undefined) return { ...record, state: 'parked', reason: HELD[record.hold] };
    if (record.filamentOnly === true && record.state !== 'done')
        return { ...record, state: 'skipped', reason: FILAMENT_ONLY };
    if (isRejectedAndWanted(record)) return { ...record, state: 'parked', reason: REJECTED };
    if (isCountedAndWanted(record)) return { ...record, state: 'parked', reason: COUNTED };
    if (isBeingBuilt(record)) return { ...record, state: 'parked', reason: BUILDING };
    if (record.state === 'skipped' && record.reason === OFFERED) return { ...record, reason: NOT_IN_STOCK };
    if (record.state !== 'done') return record;
    const { reason: _reason, ...rest } = record;
    return rest;
}

function only<T extends object>(known: ReadonlySet<string>, record: T): T {
    return Object.fromEntries(Object.entries(record).filter(([name]) => known.has(name))) as T;
}

function fields(names: string): ReadonlySet<string> {
    return new Set(names.split(' '));
}
