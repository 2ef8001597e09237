import type { EvotorClient } from '../../clients/evotor/client';
import { instantOf } from '../../clients/evotor/times';
import { isReadable, type UnreadableRow } from '../../http/checked';
import type { Catalog, Given } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import type { StoreRecord } from '../../store/catalog/records';
import { yieldToEventLoop } from '../../store/engine/lines';
import { differs } from '../catalog/differs';
import type { PassReport } from '../catalog/pass-report';
import { writeProducts } from '../catalog/write-products';
import { groupsOf, type StoreGroups } from '../catalog/store-groups';
import { groupRecord, productRecord } from './records-of';

/** A change at the very moment of a look may carry an earlier time than what that look saw. */
const OVERLAP_MS = 5 * 60_000;
/** Records compared between two yields to the event loop. */
const PORTION = 500;

interface Parts {
    client: EvotorClient;
    catalog: Catalog;
    report: PassReport;
    /** told after each page. @param products read of this store so far */
    progress: (products: number) => void;
    signal: AbortSignal;
}

/** What was read of a store's products. Nothing of it is in the catalog yet. */
interface Reading {
    changed: Given<'products'>[];
    /** ids of all rows, those that cannot be read too */
    seen: Set<string>;
    /** the list came to its end, and each row told its id: what is not in it is gone */
    isWhole: boolean;
    /** newest `updated_at`, ms */
    newest: number | null;
    /** products that have a quantity now, and those that had one and have none any more */
    quantities: number;
    lost: string[];
}

/**
 * Reads the groups of a store into the catalog. Groups that a whole list no longer has are marked as gone.
 * @returns whether any of them is not as it was
 */
export async function readGroups({ client, catalog, report, signal }: Parts, store: string): Promise<boolean> {
    const { rows, isComplete } = await client.groups(store, signal);
    const seen = new Set<string>();
    let isWhole = isComplete;
    let isChanged = false;
    const put = (record: Given<'groups'>): void => {
        if (!differs(catalog.get('groups', keyOf(store, record.id)), record)) return;
        catalog.setDeferred('groups', record);
        isChanged = true;
    };
    for (const row of rows) {
        if (!isReadable(row)) {
            const id = idOf(row);
            if (id === null) isWhole = false;
            else seen.add(id);
            continue;
        }
        seen.add(row.id);
        put(groupRecord(store, row));
    }
    report.groups += seen.size;
    for (const { at: _at, ...group } of isWhole ? [...catalog.find('groups', 'store', store)] : [])
        if (!seen.has(group.id) && group.goneSince === undefined)
            put({ ...group, goneSince: new Date().toISOString() });
    return isChanged;
}

/**
 * Reads the products of a store into the catalog: all of them, or those that changed since the last whole list.
 * Nothing is written when the list breaks off.
 * @throws what the client throws
 */
export async function readProducts(parts: Parts, store: Readonly<StoreRecord>, whole: boolean): Promise<void> {
    const { catalog, report } = parts;
    const groups = groupsOf(catalog, store.id);
    const since = whole || store.newest === undefined ? undefined : Math.max(0, store.newest - OVERLAP_MS);
    const isList = since === undefined;
    const first = await readList(parts, store, groups, since);
    const isLost = isList && first.lost.length > 0 && first.quantities === 0;
    if (isLost) keepQuantities(catalog, first);
    if (isLost) report.quantitiesLost.push(store.id);
    else if (isList && first.quantities > 0) report.quantitiesTold.push(store.id);
    let gone: Given<'products'>[] = [];
    try {
        if (isList && first.isWhole) gone = await goneOf(parts, store, groups, first.seen);
    } finally {
        await writeProducts(catalog, [...first.changed, ...gone]);
        report.changed += first.changed.length;
        report.gone += gone.length;
    }
    const now = new Date().toISOString();
    const newest = Math.max(store.newest ?? 0, first.newest ?? 0);
    const { staleSince: _since, staleWhy: _why, ...fresh } = catalog.get('stores', store.id) ?? store;
    await catalog.put('stores', {
        ...fresh,
        ...(newest === 0 ? {} : { newest }),
        ...(isList && first.isWhole ? { readAt: now, ...(isLost ? {} : { stockAt: now }) } : {}),
    });
}

async function readList(
    { client, catalog, report, progress, signal }: Parts,
    store: Readonly<StoreRecord>,
    groups: StoreGroups,
    since: number | undefined,
): Promise<Reading> {
    const reading: Reading = { changed: [], seen: new Set(), isWhole: true, newest: null, quantities: 0, lost: [] };
    const unreadable: PassReport['unreadable'] = [];
    let count = 0;
    for await (const { rows, end } of client.products(store.id, since === undefined ? {} : { since }, signal)) {
        for (const row of rows) {
            if (++count % PORTION === 0) await yieldToEventLoop();
            if (!isReadable(row)) {
                const id = idOf(row);
                if (id === null) reading.isWhole = false;
                else reading.seen.add(id);
                unreadable.push({ store: store.id, id, name: textOf(row.field('name')), why: row.why });
                continue;
            }
            // a list that moves while it is walked shows a row twice: the later one is the newer
            reading.seen.add(row.id);
            const known = catalog.product(store.id, row.id);
            const record = productRecord({ account: store.account, store: store.id }, row, groups, known);
            if (row.quantity !== null) reading.quantities++;
            else if (typeof known?.quantity === 'number') reading.lost.push(row.id);
            const updated = row.updated_at === null ? null : instantOf(row.updated_at);
            if (updated !== null) reading.newest = Math.max(reading.newest ?? 0, updated);
            if (differs(known, record)) reading.changed.push(record);
        }
        if (end === 'unsaid') reading.isWhole = false;
        progress(count);
    }
    report.products += reading.seen.size;
    report.unreadable.push(...unreadable);
    return reading;
}

/**
 * What a whole list no longer has, when a second one has not got it either: a list that changes while it is walked may skip
 * a row.
 */
async function goneOf(
    parts: Parts,
    store: Readonly<StoreRecord>,
    groups: StoreGroups,
    seen: ReadonlySet<string>,
): Promise<Given<'products'>[]> {
    const { catalog, report } = parts;
    const missing = [...catalog.find('products', 'store', store.id)].filter(
        ({ id, goneSince }) => goneSince === undefined && !seen.has(id),
    );
    if (missing.length === 0) return [];
    const again = await readList({ ...parts, report: { ...report, unreadable: [] } }, store, groups, undefined);
    if (!again.isWhole) return [];
    const goneSince = new Date().toISOString();
    return missing.filter(({ id }) => !again.seen.has(id)).map((product) => ({ ...product, goneSince }));
}

/** A store that loses all its quantities at once has lost a right, not its goods. */
function keepQuantities(catalog: Catalog, reading: Reading): void {
    reading.changed = reading.changed
        .map((record) => {
            const known = catalog.product(record.store, record.id);
            return record.quantity === null && known !== undefined ? { ...record, quantity: known.quantity } : record;
        })
        .filter((record) => differs(catalog.product(record.store, record.id), record));
}

function idOf(row: UnreadableRow): string | null {
    const id = row.field('id');
    return typeof id === 'string' && id !== '' ? id.toLowerCase() : null;
}

function textOf(value: unknown): string | null {
    return typeof value === 'string' ? value.slice(0, 200) : null;
}
