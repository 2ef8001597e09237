import type { EvotorStore, Row } from '../../clients/evotor/answers';
import type { EvotorClient } from '../../clients/evotor/client';
import { PaymentRequiredError } from '../../clients/evotor/errors';
import { AuthError, Failure } from '../../http/errors';
import { isReadable } from '../../http/checked';
import { isStoreOn } from '../../delivery/products/switches';
import type { Catalog } from '../../store/catalog/catalog';
import type { StoreRecord } from '../../store/catalog/records';
import { freeze, isOfAccount, type StaleWhy } from '../catalog/freeze';
import { emptyReport, type PassKind, type PassProgress, type PassReport } from '../catalog/pass-report';
import { storeFields } from './records-of';
import { readGroups, readProducts } from './store-reading';

export interface AccountPassParts {
    client: EvotorClient;
    catalog: Catalog;
    /** id of the account's record */
    account: string;
    /** told what a person should know */
    onWarning: (text: string) => void;
    progress?: (progress: PassProgress) => void;
}

/**
 * Reads an account of Evotor into the catalog. What goes wrong with one store is in the report, and the others are read all
 * the same.
 * @throws AuthError where the token is refused: all its stores are marked as stale then. What `/stores` throws; ClosedError
 */
export async function readAccount(parts: AccountPassParts, kind: PassKind, signal: AbortSignal): Promise<PassReport> {
    const { client, catalog, account } = parts;
    const report = emptyReport(kind);
    try {
        const stores = kind === 'stock' ? storesThatAreOn(parts) : await readStores(parts, signal);
        report.stores = stores.length;
        for (const [done, id] of stores.entries()) {
            const progress = (products: number): void =>
                parts.progress?.({ store: id, done, total: stores.length, products });
            progress(0);
            const reading = { client, catalog, report, progress, signal };
            try {
                const isRegrouped = kind !== 'stock' && (await readGroups(reading, id));
                // what a product is called by its groups may have changed, too
                await readProducts(reading, catalog.get('stores', id)!, kind !== 'changes' || isRegrouped);
            } catch (failure) {
                if (!(failure instanceof Failure) || isOfAccount(failure)) throw failure;
                report.failures.push({ store: id, failure });
                await freeze(catalog, id, whyFrozen(failure));
            }
        }
        tellLostQuantities(parts, report);
    } catch (failure) {
        if (isOfAccount(failure))
            for (const { id } of [...catalog.find('stores', 'account', account)])
                await freeze(catalog, id, 'credentials');
        throw failure;
    } finally {
        await catalog.flush();
    }
    return report;
}

/** The stores of the account, read into the catalog. A new one is off until somebody switches it on. @returns their ids */
async function readStores(
    { client, catalog, account, onWarning }: AccountPassParts,
    signal: AbortSignal,
): Promise<string[]> {
    let { rows, isComplete } = await client.stores(signal);
    // a store that is gone is a question to a person: it is not asked for a single answer
    if (missing(catalog, account, rows).length > 0) ({ rows, isComplete } = await client.stores(signal));
    const stores = rows.filter(isReadable);
    const others: string[] = [];
    const own: string[] = [];
    for (const row of stores) {
        const known = catalog.get('stores', row.id);
        if (known !== undefined && known.account !== account) others.push(`${known.name} (${row.id})`);
        else own.push(takeStore(catalog, account, row, known));
    }
    if (others.length > 0)
        onWarning(
            `Evotor: another account of this catalog reads ${others.join(', ')} already, so this one leaves it out. Remove one of the two accounts.`,
        );
    if (rows.length > stores.length)
        onWarning(`Evotor: ${rows.length - stores.length} of ${rows.length} stores could not be read`);
    else if (isComplete)
        for (const store of missing(catalog, account, stores))
            catalog.setDeferred('stores', { ...store, goneSince: new Date().toISOString() });
    return own;
}

function takeStore(
    catalog: Catalog,
    account: string,
    row: EvotorStore,
    known: Readonly<StoreRecord> | undefined,
): string {
    const { goneSince, goneAnswer: _answer, ...rest } = known ?? { goneSince: undefined };
    const fields = storeFields(row);
    const isSame = known !== undefined && goneSince === undefined && isSameStore(known, fields);
    if (!isSame) catalog.setDeferred('stores', { ...rest, ...fields, source: 'evotor', account });
    return row.id;
}

function isSameStore(known: Readonly<StoreRecord>, { name, address, user }: ReturnType<typeof storeFields>): boolean {
    return known.name === name && known.address === address && known.user === user;
}

/** Stores of the account that are not in a list. */
function missing(catalog: Catalog, account: string, rows: readonly Row<EvotorStore>[]): Readonly<StoreRecord>[] {
    const seen = new Set(rows.filter(isReadable).map(({ id }) => id));
    const known = [...catalog.find('stores', 'account', account)];
    return known.filter(({ id, goneSince }) => !seen.has(id) && goneSince === undefined);
}

function storesThatAreOn({ catalog, account }: AccountPassParts): string[] {
    const stores = [...catalog.find('stores', 'account', account)];
    return stores.filter(({ id, goneSince }) => goneSince === undefined && isStoreOn(catalog, id)).map(({ id }) => id);
}

function whyFrozen(failure: Failure): StaleWhy | null {
    if (failure instanceof PaymentRequiredError) return 'payment';
    return failure instanceof AuthError ? 'right' : null;
}

/** Once, until they are back. */
function tellLostQuantities({ catalog, onWarning }: AccountPassParts, report: PassReport): void {
    for (const id of report.quantitiesTold) catalog.removeDeferred('meta', lostNote(id));
    for (const id of report.quantitiesLost) {
        if (catalog.meta(lostNote(id)) !== undefined) continue;
        catalog.setDeferred('meta', { id: lostNote(id), value: new Date().toISOString() });
        onWarning(
            `Evotor: the store ${catalog.get('stores', id)?.name ?? id} tells no quantities any more. Has the app lost the right to read stock? Those of before are kept.`,
        );
    }
}

const lostNote = (store: string): string => `quantities-lost:${store}`;
