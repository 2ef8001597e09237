import { entriesOf } from '../engine/packed/records-view';
import { FORMAT, formatOf } from '../ledger/format';
import { COLLECTIONS, emptyLedger, isComparisonNote, type Collection, type LedgerData } from '../ledger/records';
import { LEDGER } from '../ledger/schema';

/** A document that is no export of a store, or not one this version can take. */
export class NoExport extends Error {
    constructor(why: string) {
        super(`Unreadable export: ${why}.`);
        this.name = 'NoExport';
    }
}

/** What exports of earlier versions lack; it stands in an export only where there is some. */
const LATER: ReadonlySet<Collection> = new Set(['consumptions']);

/**
 * One JSON document of all that a store knows, a record per line: easy on `jq`, `diff` and the eye. It has the lowest
 * format that its records can be written in, so that an earlier version reads it wherever that is possible.
 */
export function* exportOf(data: LedgerData, now: Date): Generator<string> {
    yield `{"store":${JSON.stringify({ format: formatOf(data), exported: now.toISOString() })}`;
    for (const collection of COLLECTIONS) {
        if (LATER.has(collection) && Object.keys(data[collection]).length === 0) continue;
        yield `,\n${JSON.stringify(collection)}:{`;
        let between = '\n';
        const records: Record<string, object> = data[collection];
        for (const [key, record] of entriesOf(records)) {
            yield `${between}${JSON.stringify(key)}:${JSON.stringify(record)}`;
            between = ',\n';
        }
        yield '}';
    }
    yield '}\n';
}

/** @throws NoExport */
export function readExport(text: string): LedgerData {
    const document = parsed(text);
    const { store } = document;
    if (!isObject(store) || typeof store['format'] !== 'number')
        throw new NoExport('it has no "store" with a "format"');
    if (store['format'] > FORMAT)
        throw new NoExport(
            `it has format ${store['format']}, written by a newer version of this package (this one knows ${FORMAT}). Update the package`,
        );
    const data = emptyLedger();
    for (const collection of COLLECTIONS) {
        const records = document[collection];
        if (records === undefined && LATER.has(collection)) continue;
        if (!isObject(records)) throw new NoExport(`"${collection}" is missing`);
        for (const [key, record] of Object.entries(records)) {
            const fault = isObject(record) ? LEDGER.faultOf(collection, key, record) : 'is no record';
            if (fault !== null) throw new NoExport(`${collection} ${JSON.stringify(key)} ${fault}`);
            (data[collection] as Record<string, unknown>)[key] = record;
        }
    }
    return data;
}

/** Elsewhere, or later, InvenTree may have changed: the next start compares with it before it takes the first print. */
export function withoutComparison(data: LedgerData): LedgerData {
    for (const key of Object.keys(data.meta).filter(isComparisonNote)) delete data.meta[key];
    return data;
}

function parsed(text: string): Record<string, unknown> {
    try {
        const document: unknown = JSON.parse(text);
        if (isObject(document)) return document;
    } catch {
        throw new NoExport('it is incomplete JSON');
    }
    throw new NoExport('it is not a JSON object');
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
