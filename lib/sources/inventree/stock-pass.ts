import { categories, type TreeRow } from '../../clients/inventree/catalog/lists';
import { pkOf, type WholeList } from '../../clients/inventree/catalog/whole-list';
import type { InvenTreeClient } from '../../clients/inventree/client';
import { ClosedError } from '../../concurrency/closed-error';
import { isReadable, type UnreadableRow } from '../../http/checked';
import { AuthError, Failure, UnavailableError } from '../../http/errors';
import type { Catalog, Given } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import type { ProductRecord } from '../../store/catalog/records';
import { yieldToEventLoop } from '../../store/engine/lines';
import { differs } from '../catalog/differs';
import { freeze, isOfAccount } from '../catalog/freeze';
import { writeProducts } from '../catalog/write-products';
import { emptyReport, type PassProgress, type PassReport } from '../catalog/pass-report';
import { groupsOf, withHash, type StoreGroups } from '../catalog/store-groups';
import { branchesOf, type Branches } from './branches';
import { listedParts, priceFigures, stockFigures, type ListedParts, type StockSettings } from './read-lists';
import { groupRecord, productRecord, STORE } from './records-of';

export interface StockPassParts {
    client: InvenTreeClient;
    catalog: Catalog;
    settings: StockSettings;
    /** what a product costs, where that is not its sale price. @returns null: unknown. @throws what is wrong with it */
    priceOf?: (product: Given<'products'>) => Promise<number | null>;
    progress?: (progress: PassProgress) => void;
}

/** Records compared between two yields to the event loop. */
const PORTION = 500;

/**
 * Reads the Parts of an InvenTree and their stock into the catalog, as one store. What goes wrong is in the report, and
 * nothing is concluded from a list that is not whole.
 * @throws AuthError where the token is refused: the store is marked as stale then. ClosedError
 */
export async function readStock(parts: StockPassParts, signal: AbortSignal): Promise<PassReport> {
    const { client, catalog } = parts;
    const report = emptyReport('full');
    report.stores = 1;
    try {
        await takeStore(parts);
        await new StockPass(parts, report, signal).run();
    } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        if (isOfAccount(failure)) await freeze(catalog, STORE, 'credentials');
        else if (failure instanceof AuthError) await freeze(catalog, STORE, 'right');
        // what waits for the server is read again as a whole
        if (isOfAccount(failure) || failure instanceof UnavailableError) throw failure;
        report.failures.push({ store: client.address, failure });
    } finally {
        await catalog.flush();
    }
    return report;
}

/** The one store. It is off until somebody switches it on, as every store. */
async function takeStore({ client, catalog }: StockPassParts): Promise<void> {
    const known = catalog.get('stores', STORE);
    if (known?.address === client.address) return;
    const fields = { id: STORE, source: 'inventree', account: STORE, name: 'InvenTree' } as const;
    await catalog.put('stores', { ...known, ...fields, address: client.address });
}

class StockPass {
    constructor(
        private readonly parts: StockPassParts,
        private readonly report: PassReport,
        private readonly signal: AbortSignal,
    ) {}

    async run(): Promise<void> {
        const { client, catalog, settings } = this.parts;
        this.reportProgress(0);
        const tree = await categories(client, this.signal);
        const chosen = branchesOf(tree, settings.categories, { label: 'category', setting: 'categories' });
        const stock = await stockFigures(client, settings, this.signal);
        const prices = await priceFigures(client, this.signal);
        const listed = await this.listed(chosen);
        this.takeGroups(tree);
        for (const { unreadable } of [listed, stock, prices]) this.noteUnreadable(unreadable);
        const changed = await this.changedProducts(listed, stock, prices);
        let gone: Given<'products'>[] = [];
        try {
            if (listed.isComplete) gone = await this.goneProducts(chosen, listed);
        } finally {
            await writeProducts(catalog, [...changed, ...gone]);
            this.report.changed += changed.length;
            this.report.gone += gone.length;
        }
        const { staleSince: _since, staleWhy: _why, ...store } = catalog.get('stores', STORE)!;
        const now = new Date().toISOString();
        await catalog.put('stores', { ...store, stockAt: now, ...(listed.isComplete ? { readAt: now } : {}) });
    }

    /** Groups that a whole list no longer has are marked as gone. */
    private takeGroups({ rows, isComplete }: WholeList<TreeRow>): void {
        const { catalog } = this.parts;
        const seen = new Set(rows.map((row) => String(pkOf(row))));
        this.report.groups = seen.size;
        const put = (record: Given<'groups'>): void => {
            if (differs(catalog.get('groups', keyOf(STORE, record.id)), record)) catalog.setDeferred('groups', record);
        };
        for (const row of rows) if (isReadable<TreeRow>(row)) put(groupRecord(row));
        if (!isComplete || seen.has('null')) return;
        for (const { at: _at, ...group } of [...catalog.find('groups', 'store', STORE)])
            if (!seen.has(group.id) && group.goneSince === undefined)
                put({ ...group, goneSince: new Date().toISOString() });
    }

    private listed(chosen: Branches): Promise<ListedParts> {
        const { client, settings } = this.parts;
        return listedParts(client, settings, chosen, (parts) => this.reportProgress(parts), this.signal);
    }

    private async changedProducts(
        { products, seen }: ListedParts,
        stock: Awaited<ReturnType<typeof stockFigures>>,
        prices: Awaited<ReturnType<typeof priceFigures>>,
    ): Promise<Given<'products'>[]> {
        const { client, catalog } = this.parts;
        this.report.products = seen.size;
        const groups = groupsOf(catalog, STORE);
        const pictureOf = (image: string): string => client.fileAddress(image);
        const all: Given<'products'>[] = [];
        for (const [index, part] of products.entries()) {
            if (index % PORTION === PORTION - 1) await yieldToEventLoop();
            const known = catalog.product(STORE, String(part.pk));
            const { pk } = part;
            const figures = { stock: stock.of(pk), price: prices.of(pk), breaks: prices.breaks.get(pk) ?? [] };
            const changed = productRecord(part, figures, known, groups, pictureOf);
            const record = await this.priced(changed, known, groups);
            if (differs(known, record)) all.push(record);
        }
        return all;
    }

    /** With the price that a person set for it. One that cannot be told stays as it is known. */
    private async priced(
        record: Given<'products'>,
        known: Readonly<ProductRecord> | undefined,
        groups: StoreGroups,
    ): Promise<Given<'products'>> {
        const { priceOf } = this.parts;
        if (priceOf === undefined) return record;
        try {
            return withHash(groups, { ...record, price: await priceOf(record) });
        } catch (error) {
            if (error instanceof ClosedError) throw error;
            const why = `price: ${(error as Error).message}`;
            this.report.unreadable.push({ store: STORE, id: record.id, name: record.name, why });
            return withHash(groups, { ...record, price: known?.price ?? null });
        }
    }

    /**
     * What a whole list no longer has, when a second one has not got it either: a list that changes while it is walked may
     * skip a row.
     */
    private async goneProducts(chosen: Branches, { seen }: ListedParts): Promise<Given<'products'>[]> {
        const { catalog } = this.parts;
        const missing = [...catalog.find('products', 'store', STORE)].filter(
            ({ id, goneSince }) => goneSince === undefined && !seen.has(id),
        );
        if (missing.length === 0) return [];
        const again = await this.listed(chosen);
        if (!again.isComplete) return [];
        const goneSince = new Date().toISOString();
        return missing.filter(({ id }) => !again.seen.has(id)).map((product) => ({ ...product, goneSince }));
    }

    private noteUnreadable(rows: readonly UnreadableRow[]): void {
        for (const row of rows) {
            const [part, pk, name] = ['part', 'pk', 'name'].map((field) => row.field(field));
            // stock and prices are told by their Part
            const id = typeof part === 'number' ? part : pk;
            this.report.unreadable.push({
                store: STORE,
                id: typeof id === 'number' ? String(id) : null,
                name: typeof name === 'string' ? name.slice(0, 200) : null,
                why: row.why,
            });
        }
    }

    private reportProgress(products: number): void {
        this.parts.progress?.({ store: STORE, done: 0, total: 1, products });
    }
}
