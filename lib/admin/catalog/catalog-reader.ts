import { ProductMessages } from '../../delivery/products/product-messages';
import type { WishRules } from '../../delivery/products/wish';
import type { Catalog } from '../../store/catalog/catalog';
import { KEY_OF, keyOf } from '../../store/catalog/keys';
import { LINK_STATES, type ItemRecord, type LinkState, type ProductRecord } from '../../store/catalog/records';
import { GroupTree } from './group-tree';
import { pageOf, wordsIn, type PageQuery, type Part } from './page';
import { albumRows, albumsOf, itemRow, keysInGroups, productRow, storeRow } from './rows';
import { compareEntries, SortedKeys, type Entry } from './sorted-keys';
import type { AlbumRow, GroupRow, ItemRow, Page, ProductRow, StoreRow } from './wire';

/** States that products are asked for by: those of links, or none, where no shop was told of it yet. */
export const SHOP_STATES = [...LINK_STATES, 'none'] as const;
export type ShopState = (typeof SHOP_STATES)[number];

export interface ProductQuery extends PageQuery {
    /** null: of every store */
    store: string | null;
    /** with the groups in it; null: all. Only with a store */
    group: string | null;
    /** empty: all */
    states: readonly ShopState[];
    /** the community whose states count; null: any */
    community: string | null;
    /** words of the name, id, article or a barcode. Empty: all */
    search: string;
}

export interface ItemQuery extends PageQuery {
    community: string;
    /** null: of every album */
    album: number | null;
    /** true: only those that are a product of ours; false: the others */
    linked: boolean | null;
    search: string;
}

/** What a source of products does with what nobody has switched, and what it leaves out. */
const USUAL: WishRules = { newGroups: 'parent', leaveOut: [] };
/** So many keys are sorted for one page; of more all of the store are walked. */
const MOST_SORTED = 2000;

/**
 * What people read of a catalog: stores, groups, products with their state in the shop, albums and items. Pages cost the same
 * whatever the size of the catalog, and a search lets everybody else go on.
 */
export class CatalogReader {
    private readonly products = new Map<string, SortedKeys>();
    private readonly items = new Map<string, SortedKeys>();
    private readonly messages: ProductMessages;
    private readonly unlisten: () => void;

    /** @param rulesOf the rules of the source of an account; null: none runs */
    constructor(
        readonly catalog: Catalog,
        private readonly rulesOf: (account: string) => WishRules | null,
    ) {
        this.messages = new ProductMessages(catalog);
        this.unlisten = catalog.onChange((collection, key) => {
            const lists = collection === 'products' ? this.products : collection === 'items' ? this.items : null;
            if (lists !== null && lists.size > 0) lists.get(key.slice(0, key.indexOf('/')))?.touch(key);
        });
    }

    close(): void {
        this.unlisten();
        this.messages.close();
    }

    /** By name. @param accounts missing: of all */
    stores(accounts?: readonly string[]): StoreRow[] {
        const stores =
            accounts === undefined
                ? [...this.catalog.all('stores')]
                : accounts.flatMap((account) => [...this.catalog.find('stores', 'account', account)]);
        const rows = stores.map((store) => storeRow(this.catalog, store));
        return rows.sort((a, b) => a.name.localeCompare(b.name, 'ru') || (a.id < b.id ? -1 : 1));
    }

    /**
     * The groups of a store, by name.
     * @param parent those in this group; null: those in the root; undefined: the whole tree, depth first
     * @param search words of the path. Empty: all
     */
    groups(store: string, parent?: string | null, search = ''): GroupRow[] {
        return this.treeOf(store).rows(this.rulesOfStore(store).newGroups, parent, search);
    }

    /**
     * By store, then by name.
     * @param accounts missing: of all
     * @throws ClosedError when `signal` ends it; BadPlace
     */
    productPage(query: ProductQuery, accounts?: readonly string[], signal?: AbortSignal): Promise<Page<ProductRow>> {
        const { catalog } = this;
        const stores = this.stores(accounts).filter(({ id }) => query.store === null || id === query.store);
        const groups =
            query.group === null || query.store === null ? null : this.treeOf(query.store).below(query.group);
        const few = this.fewKeys(query, groups);
        const parts = stores.map(({ id }) => this.productsOf(id, few));
        const isFiltered = query.states.length > 0 || query.search.trim() !== '';
        const all = groups === null ? stores.reduce((sum, { products }) => sum + products, 0) : null;
        const total = isFiltered ? null : (all ?? this.countIn(query.store!, groups!));
        const fits = this.filterOf(query, groups);
        const recordOf = (key: string): Readonly<ProductRecord> | undefined => catalog.get('products', key);
        return pageOf(
            parts,
            query,
            total,
            (key) => {
                const record = recordOf(key);
                return record !== undefined && fits(record, key);
            },
            (key) => this.productOf(recordOf(key)),
            signal,
        );
    }

    /** One product by the key of its record. @returns null: there is none */
    product(key: string): ProductRow | null {
        return this.productOf(this.catalog.get('products', key));
    }

    /** By title. */
    albums(community: string): AlbumRow[] {
        return albumRows(this.catalog, community);
    }

    /** By title. @throws as `productPage` */
    itemPage(query: ItemQuery, signal?: AbortSignal): Promise<Page<ItemRow>> {
        const { catalog } = this;
        const { community, album, linked, search } = query;
        const words = wordsIn(search);
        const isFiltered = album !== null || linked !== null || words !== null;
        const fits = (item: Readonly<ItemRecord>): boolean =>
            (album === null || albumsOf(catalog, item).includes(album)) &&
            (linked === null || (catalog.linkOfItem(community, item.id) !== undefined) === linked) &&
            (words === null || words([item.title, item.sku, String(item.id)]));
        const recordOf = (key: string): Readonly<ItemRecord> | undefined => catalog.get('items', key);
        return pageOf(
            [this.itemsOf(community)],
            query,
            isFiltered ? null : catalog.count('items', 'community', community),
            (key) => {
                const record = recordOf(key);
                return record !== undefined && fits(record);
            },
            (key) => {
                const record = recordOf(key);
                return record === undefined ? null : itemRow(catalog, record);
            },
            signal,
        );
    }

    /** Communities that the catalog knows anything of. */
    communities(): string[] {
        const { catalog } = this;
        const known = (['albums', 'items', 'links'] as const).flatMap((each) => catalog.entries(each, 'community'));
        return [...new Set(known)].sort();
    }

    private productOf(record: Readonly<ProductRecord> | undefined): ProductRow | null {
        if (record === undefined) return null;
        return productRow(this.catalog, this.messages, record, this.rulesOf(record.account) ?? USUAL);
    }

    private rulesOfStore(store: string): WishRules {
        return this.rulesOf(this.catalog.get('stores', store)?.account ?? '') ?? USUAL;
    }

    private treeOf(store: string): GroupTree {
        return new GroupTree(this.catalog, store);
    }

    private countIn(store: string, groups: ReadonlySet<string>): number {
        return [...groups].reduce((sum, id) => sum + this.catalog.count('products', 'group', keyOf(store, id)), 0);
    }

    private productsOf(store: string, few: ReadonlySet<string> | null): Part {
        const { catalog } = this;
        const sortOf = (key: string): string | null => sortText(catalog.get('products', key)?.name);
        if (few !== null) return { id: store, entries: () => Promise.resolve(sorted(few, store, sortOf)) };
        let list = this.products.get(store);
        if (list === undefined) {
            const keys = [...catalog.find('products', 'store', store)].map(KEY_OF.products);
            this.products.set(store, (list = new SortedKeys(keys, sortOf)));
        }
        return { id: store, entries: () => list.entries() };
    }

    private itemsOf(community: string): Part {
        const { catalog } = this;
        let list = this.items.get(community);
        if (list === undefined) {
            const keys = [...catalog.find('items', 'community', community)].map(KEY_OF.items);
            const sortOf = (key: string): string | null => sortText(catalog.get('items', key)?.title);
            this.items.set(community, (list = new SortedKeys(keys, sortOf)));
        }
        return { id: community, entries: () => list.entries() };
    }

    /** Keys that an index narrows a query down to. @returns null: it does not, or they are many */
    private fewKeys(
        { store, states, community }: ProductQuery,
        groups: ReadonlySet<string> | null,
    ): ReadonlySet<string> | null {
        const { catalog } = this;
        if (groups !== null && this.countIn(store!, groups) <= MOST_SORTED)
            return new Set(keysInGroups(catalog, store!, groups));
        const linked = states.filter((state): state is LinkState => state !== 'none');
        if (states.length === 0 || linked.length < states.length) return null;
        const entries = (community === null ? this.communities() : [community]).flatMap((each) =>
            linked.map((state) => keyOf(each, state)),
        );
        const count = entries.reduce((sum, entry) => sum + catalog.count('links', 'state', entry), 0);
        if (count > MOST_SORTED) return null;
        return new Set(entries.flatMap((entry) => [...catalog.find('links', 'state', entry)].map((l) => l.product)));
    }

    private filterOf(
        { states, community, search }: ProductQuery,
        groups: ReadonlySet<string> | null,
    ): (record: Readonly<ProductRecord>, key: string) => boolean {
        const words = wordsIn(search);
        const wanted = states.length === 0 ? null : new Set<ShopState>(states);
        return (record, key) => {
            if (groups !== null && !groups.has(record.group ?? '')) return false;
            if (wanted !== null && !this.statesOf(key, community).some((state) => wanted.has(state))) return false;
            return words === null || words([record.name, record.id, record.article, ...(record.barcodes ?? [])]);
        };
    }

    private statesOf(key: string, only: string | null): ShopState[] {
        const links = [...this.catalog.find('links', 'product', key)];
        const states = links.flatMap((each): ShopState[] =>
            (only ?? each.community) === each.community ? [each.state] : [],
        );
        return states.length === 0 ? ['none'] : states;
    }
}

function sortText(name: string | undefined): string | null {
    return name === undefined ? null : name.trim().toLocaleLowerCase('ru');
}

function sorted(keys: ReadonlySet<string>, store: string, sortOf: (key: string) => string | null): Entry[] {
    const entries = [...keys].flatMap((key): Entry[] => {
        const sort = key.startsWith(`${store}/`) ? sortOf(key) : null;
        return sort === null ? [] : [{ sort, key }];
    });
    return entries.sort(compareEntries);
}
