import { within } from '../../../concurrency/within';
import { goneQuestions } from '../../../delivery/products/actions/gone-store';
import { catalogActionOf, performCatalogAction, type CatalogAction } from '../../../delivery/products/catalog-actions';
import { PassStopped } from '../../../delivery/products/catalog-passes';
import type { WishRules } from '../../../delivery/products/wish';
import { ClosedError } from '../../../http/errors';
import type { Catalog } from '../../../store/catalog/catalog';
import type { Answer } from '../../http-api/answer';
import { ServiceError } from '../../http-api/service-error';
import { CatalogReader } from '../../catalog/catalog-reader';
import { plannedPage, shopOfPlan, type PlannedQuery } from '../../catalog/planned-page';
import type { AlbumRow, ItemRow, Page, PlannedPage, ProductRow } from '../../catalog/wire';
import type { SourceOfCatalog } from './catalog-source';
import type { GroupQuery, ItemsQuery, ProductsQuery } from './queries';
import type { AccountsApi } from './accounts-api';
import { shopReports } from './reports';
import { groupNodes, storeChecked } from './tree';
import type { CatalogContent, GroupNode, GroupPage, StoreNode } from './wire';

/** What of the actions is asked for in a sidebar; others have no place there. */
const ACTIONS: ReadonlySet<CatalogAction> = new Set([
    'refresh',
    'sync',
    'switch',
    'pause',
    'resume',
    'stop',
    'retry',
    'retry-all',
    'link',
    'agree',
    'put-back',
]);
/** What takes longer goes on, and is answered as begun. */
const PATIENCE_MS = 3000;

/** What the sidebar asks of one open catalog and of the sources that fill it. */
export class CatalogApi {
    readonly reader: CatalogReader;
    /** boxes of stores, until a switch or a group of theirs changes */
    private readonly checked = new Map<string, StoreNode['checked']>();
    private readonly unlisten: () => void;

    constructor(
        private readonly catalog: Catalog,
        readonly accounts: AccountsApi,
        private readonly sources: () => readonly SourceOfCatalog[],
        /** work that was begun here failed, after its answer */
        private readonly failed: (source: string, error: Error) => void,
        /** something was asked for: browsers other than the one that asked are to hear of it, too */
        private readonly acted: () => void,
        private readonly now: () => number = Date.now,
    ) {
        this.reader = new CatalogReader(catalog, (account) => this.rulesOf(account));
        this.unlisten = catalog.onChange((collection, key) => {
            if (collection === 'groups' || collection === 'switches') this.checked.delete(key.split('/')[0]!);
        });
    }

    close(): void {
        this.unlisten();
        this.reader.close();
    }

    overview(): CatalogContent {
        const sources = this.sources();
        return {
            stores: this.reader.stores().map((row) => ({ ...row, checked: this.checkedOf(row.id, row.on) })),
            sources: sources.map((source) => source.report(this.now())),
            shops: shopReports(this.catalog, sources),
            accounts: this.accounts.rows(),
            goneStores: sources.flatMap(({ parts }) => (parts === null ? [] : goneQuestions(parts))),
        };
    }

    /** Groups that lie in the same one, by name. */
    groups({ store, parent, limit }: GroupQuery): GroupPage {
        const all = this.nodesOf(store).filter((group) => group.parent === parent);
        return { groups: all.slice(0, limit), total: all.length };
    }

    /** @throws ClosedError when `signal` ends it; BadPlace */
    products(query: ProductsQuery, signal: AbortSignal): Promise<Page<ProductRow>> {
        return this.reader.productPage(query, undefined, signal);
    }

    albums(community: string): AlbumRow[] {
        return this.reader.albums(community);
    }

    /** @throws as `products` */
    items(query: ItemsQuery, signal: AbortSignal): Promise<Page<ItemRow>> {
        return this.reader.itemPage(query, signal);
    }

    /** @throws ServiceError 404 where no shop of that community is open; ClosedError when `signal` ends it */
    planned(query: PlannedQuery, signal: AbortSignal): Promise<PlannedPage> {
        const shops = this.sources().flatMap(({ parts }) => parts?.shops() ?? []);
        return plannedPage(this.catalog, shopOfPlan(shops, query.community), query, signal);
    }

    /**
     * @param body the action as messages have it, with the id of the `source` where one is meant
     * @throws CatalogActionError; ServiceError; as the action
     */
    async act(body: Record<string, unknown>): Promise<Answer> {
        const asked = catalogActionOf(body);
        const { action } = asked;
        if (!ACTIONS.has(action)) throw new ServiceError(400, `"${action}" is not available here`);
        const sources = this.sourcesFor(asked.fields);
        const ready = await Promise.all(
            sources.map(async (source) => ({ id: source.id, parts: await source.ready() })),
        );
        const begun = ready.map(({ id, parts }) => ({ id, work: performCatalogAction(parts, asked) }));
        const all = Promise.all(begun.map(({ work }) => work));
        const results = await within(all, PATIENCE_MS).finally(this.acted);
        if (results !== undefined) return { status: 200, body: { action, results } };
        for (const { id, work } of begun)
            work.catch((error: unknown) => {
                if (!(error instanceof ClosedError || error instanceof PassStopped)) this.failed(id, error as Error);
            });
        return { status: 202, body: { action, waiting: true } };
    }

    /** The one that is asked for; else the one whose store or product it is about; else all of the catalog. */
    private sourcesFor(fields: Readonly<Record<string, unknown>>): readonly SourceOfCatalog[] {
        const sources = this.sources();
        if (sources.length === 0) throw new ServiceError(503, 'No source of products works with this catalog');
        const { source, store, sku } = fields;
        if (typeof source === 'string') {
            const named = sources.filter(({ id }) => id === source);
            if (named.length === 0) throw new ServiceError(404, 'This source is no longer running');
            return named;
        }
        const account = this.accountOf(store, sku);
        if (account === undefined) return sources;
        const own = sources.filter(({ accounts }) => accounts.includes(account));
        if (own.length === 0) throw new ServiceError(503, 'The source of this store does not run');
        return own.slice(0, 1);
    }

    private accountOf(store: unknown, sku: unknown): string | undefined {
        if (typeof store === 'string') return this.catalog.get('stores', store)?.account;
        if (typeof sku !== 'string') return undefined;
        const [product] = this.catalog.find('products', 'sku', sku);
        return product?.account;
    }

    private rulesOf(account: string): WishRules | null {
        return this.sources().find(({ accounts }) => accounts.includes(account))?.parts?.rules ?? null;
    }

    private nodesOf(store: string): GroupNode[] {
        const rules = this.rulesOf(this.catalog.get('stores', store)?.account ?? '');
        return groupNodes(this.catalog, this.reader.groups(store), rules?.newGroups ?? 'parent');
    }

    private checkedOf(store: string, on: boolean): StoreNode['checked'] {
        const known = this.checked.get(store);
        if (known !== undefined) return known;
        const checked = storeChecked(on, this.nodesOf(store));
        this.checked.set(store, checked);
        return checked;
    }
}
