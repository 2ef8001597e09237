import { pathKey } from '../../product/groups';
import type { Catalog } from '../../store/catalog/catalog';
import { exportCatalog } from '../../store/catalog/export-catalog';
import { KEY_OF, keyOf } from '../../store/catalog/keys';
import { CATALOG_COLLECTIONS, type CatalogCollection, type StoreRecord } from '../../store/catalog/records';
import type { PassControl } from './catalog-passes';
import type { ProductMessages } from './product-messages';
import type { ProductOffers } from './product-offers';
import type { WishRules } from './wish';

/** What a message into a source of products may ask for. */
export const CATALOG_ACTIONS = [
    'refresh',
    'sync',
    'status',
    'switch',
    'pause',
    'resume',
    'retry',
    'retry-all',
    'link',
    'agree',
    'put-back',
    'export',
] as const;
export type CatalogAction = (typeof CATALOG_ACTIONS)[number];

/** The message asks for something there is not, or with a value of the wrong kind. */
export class CatalogActionError extends Error {
    readonly code = 'ACTION';
    constructor(why: string) {
        super(`${why}. Send one of ${CATALOG_ACTIONS.join(', ')}, as a string or as { action, … } in msg.payload.`);
        this.name = 'CatalogActionError';
    }
}

/** What actions work with. */
export interface CatalogActionParts {
    catalog: Catalog;
    passes: PassControl;
    offers: ProductOffers;
    messages: ProductMessages;
    /** account ids of the source */
    accounts: () => readonly string[];
    /** what it is settled by whether a product is shown */
    rules: WishRules;
    /** the shops that its products come to */
    shops: () => readonly ShopActions[];
}

/** What people decide about a shop that is filled from a catalog. */
export interface ShopActions {
    community: string;
    /** what becomes of items that were there before us: those that match are linked, or products are added beside them */
    chooseFirstSync: (choice: 'link' | 'beside') => Promise<void>;
    /** @returns whether the item is there, and free */
    link: (sku: string, product: string, itemId: number) => Promise<boolean>;
    status: () => ShopStatus;
    /** What is held goes on. @returns keys of the products that were held */
    agree: (kind: ShopQuestion['kind'], store: string) => Promise<string[]>;
}

/** Hides or price changes of so many items of a store that a person is asked first. */
export interface ShopQuestion {
    kind: 'hide' | 'price';
    store: string;
    /** items that it is about, of so many in the shop */
    count: number;
    of: number;
}

/** What people may know and decide about a shop. */
export interface ShopStatus {
    community: string;
    /** the community has items that are linked to no product: `link` says what becomes of them */
    firstSyncAsks: boolean;
    /** answered by `agree` */
    questions: readonly ShopQuestion[];
    /** what a dry run would do so far, with its cost; null: there is none */
    planned: object | null;
}

type Fields = Readonly<Record<string, unknown>>;
type Perform = (parts: CatalogActionParts, fields: Fields) => object | Promise<object>;

const PERFORM: Readonly<Record<CatalogAction, Perform>> = {
    refresh: ({ passes }) => passes.refresh(),
    sync: async ({ passes, offers }, { force }) => {
        const report = await passes.refresh();
        if (force === true) offers.forget();
        else offers.lookAtAll();
        return { ...report, force: force === true };
    },
    status,
    switch: turn,
    pause: (parts) => {
        parts.passes.pause();
        return status(parts);
    },
    resume: (parts) => {
        parts.passes.resume();
        return status(parts);
    },
    retry: (parts, fields) => ({ retried: again(parts, [textOf(fields, 'sku')]) }),
    'retry-all': (parts) => ({ retried: again(parts, refused(parts.catalog)) }),
    link,
    agree,
    'put-back': putBack,
    export: ({ catalog }, { collections, tokens }) =>
        exportCatalog(catalog, { only: collectionsOf(collections), tokens: tokens === true }),
};

/**
 * Reads what a message asks for.
 * @param payload the action's name, or an object with it
 * @throws CatalogActionError listing the right ones
 */
export function catalogActionOf(payload: unknown): { action: CatalogAction; fields: Fields } {
    const fields = typeof payload === 'object' && payload !== null ? (payload as Fields) : { action: payload };
    const named = typeof fields['action'] === 'string' ? fields['action'].trim().toLowerCase() : '';
    const action = CATALOG_ACTIONS.find((each) => each === named);
    if (action === undefined)
        throw new CatalogActionError(named === '' ? 'The message names no action' : `There is no action "${named}"`);
    return { action, fields };
}

/** @throws CatalogActionError where a value is of the wrong kind; what a pass throws */
export async function performCatalogAction(
    parts: CatalogActionParts,
    { action, fields }: ReturnType<typeof catalogActionOf>,
): Promise<object> {
    return PERFORM[action](parts, fields);
}

function status({ catalog, passes, offers, accounts, shops }: CatalogActionParts): object {
    const stores = accounts().flatMap((account) => [...catalog.find('stores', 'account', account)]);
    return {
        paused: passes.paused,
        ...offers.counts,
        stores: stores.map((store) => ({
            id: store.id,
            name: store.name,
            on: catalog.get('switches', store.id)?.on === true,
            products: catalog.count('products', 'store', store.id),
            readAt: store.readAt ?? null,
            staleSince: store.staleSince ?? null,
            staleWhy: store.staleWhy ?? null,
            goneSince: store.goneSince ?? null,
        })),
        shops: shops().map((shop) => shop.status()),
    };
}

async function turn(parts: CatalogActionParts, fields: Fields): Promise<object> {
    const { catalog, offers } = parts;
    const store = storeOf(parts, textOf(fields, 'store'));
    const on = fields['on'];
    if (typeof on !== 'boolean') throw new CatalogActionError('"on" must be true or false');
    const group = fields['group'] === undefined ? undefined : groupOf(parts, store, textOf(fields, 'group'));
    await catalog.put('switches', { store: store.id, ...(group === undefined ? {} : { group }), on });
    offers.lookAtAll();
    return { store: store.id, group: group ?? null, on };
}

/** By id, in either case, or by its name where only one has it. */
function storeOf({ catalog, accounts }: CatalogActionParts, asked: string): Readonly<StoreRecord> {
    const stores = accounts().flatMap((account) => [...catalog.find('stores', 'account', account)]);
    const byId = stores.find(({ id }) => id.toLowerCase() === asked.toLowerCase());
    const byName = stores.filter(({ name }) => name.trim().toLowerCase() === asked.toLowerCase());
    const found = byId ?? (byName.length === 1 ? byName[0] : undefined);
    if (found !== undefined) return found;
    const known = stores.map(({ id, name }) => `${name} (${id})`).join(', ');
    throw new CatalogActionError(
        `There is no store "${asked}"; there ${stores.length === 1 ? 'is' : 'are'} ${known === '' ? 'none' : known}`,
    );
}

/** By id, by path or by name. @returns its id */
function groupOf({ catalog, messages }: CatalogActionParts, store: Readonly<StoreRecord>, asked: string): string {
    const groups = [...catalog.find('groups', 'store', store.id)];
    const byId = groups.find(({ id }) => id.toLowerCase() === asked.toLowerCase());
    if (byId !== undefined) return byId.id;
    const key = pathKey(asked);
    const pathOf = (id: string): string => pathKey(messages.lineOf(store.id, id).map(({ name }) => name));
    const fitting = groups.filter(({ id, name }) => pathOf(id) === key || pathKey([name]) === key);
    const exact = fitting.filter(({ id }) => pathOf(id) === key);
    const found = exact.length === 1 ? exact[0] : fitting.length === 1 ? fitting[0] : undefined;
    if (found !== undefined) return found.id;
    const why = fitting.length > 1 ? 'There are several groups' : 'There is no group';
    throw new CatalogActionError(`${why} "${asked}" in ${store.name}`);
}

/** Products that the shop refused. @returns their skus */
function refused(catalog: Catalog): string[] {
    return [...catalog.all('links')].filter(({ state }) => state === 'refused').map(({ sku }) => sku);
}

/** Offers products again, whatever was acknowledged of them. @returns how many */
function again(parts: CatalogActionParts, skus: readonly string[]): number {
    let count = 0;
    for (const sku of new Set(skus)) {
        for (const product of parts.catalog.find('products', 'sku', sku)) {
            offerOnce(parts, KEY_OF.products(product));
            count++;
        }
    }
    return count;
}

/** @param key of the product's record */
function offerOnce({ catalog, offers }: CatalogActionParts, key: string): void {
    for (const ack of catalog.find('acks', 'product', key)) catalog.removeDeferred('acks', KEY_OF.acks(ack));
    offers.lookAt(key);
}

/** `{ matches: 'link' | 'beside' }` for a first sync, or `{ sku, item }` for one product. */
async function link(parts: CatalogActionParts, fields: Fields): Promise<object> {
    const shops = parts.shops();
    if (shops.length === 0) throw new CatalogActionError('No shop is wired to this source, or none is open yet');
    if (fields['sku'] !== undefined) return linkOne(parts, shops, textOf(fields, 'sku'), fields['item']);
    const choice = (['link', 'beside'] as const).find((each) => each === fields['matches']);
    if (choice === undefined) throw new CatalogActionError('"matches" must be "link" or "beside"');
    for (const shop of shops) await shop.chooseFirstSync(choice);
    parts.offers.forget();
    return { matches: choice, communities: shops.map(({ community }) => community) };
}

async function linkOne(
    { catalog }: CatalogActionParts,
    shops: readonly ShopActions[],
    sku: string,
    item: unknown,
): Promise<object> {
    const [product] = catalog.find('products', 'sku', sku);
    if (product === undefined) throw new CatalogActionError(`There is no product "${sku}"`);
    if (typeof item !== 'number' || !Number.isInteger(item)) throw new CatalogActionError('"item" must be a number');
    for (const shop of shops)
        if (await shop.link(sku, KEY_OF.products(product), item))
            return { linked: { community: shop.community, item } };
    throw new CatalogActionError(`Item ${item} is not in the shop, or belongs to another product`);
}

/** `{ store, kind }`; without a kind all that is asked about the store. */
async function agree(parts: CatalogActionParts, fields: Fields): Promise<object> {
    const store = storeOf(parts, textOf(fields, 'store'));
    const asked = parts.shops().flatMap((shop) =>
        shop
            .status()
            .questions.filter(({ kind, store: of }) => of === store.id && (fields['kind'] ?? kind) === kind)
            .map((question) => ({ shop, question })),
    );
    if (asked.length === 0) throw new CatalogActionError(`Nothing is asked about store "${store.name}"`);
    let released = 0;
    for (const { shop, question } of asked) {
        const products = await shop.agree(question.kind, store.id);
        for (const product of products) offerOnce(parts, product);
        released += products.length;
    }
    return { store: store.id, agreed: asked.map(({ question }) => question.kind), released };
}

/** What a person or VK removed is made anew. */
async function putBack(parts: CatalogActionParts, fields: Fields): Promise<object> {
    const { catalog } = parts;
    const sku = textOf(fields, 'sku');
    const community = fields['community'] === undefined ? null : textOf(fields, 'community');
    const removed = [...catalog.all('links')].filter(
        (link) => link.sku === sku && link.state === 'removed' && (community ?? link.community) === link.community,
    );
    if (removed.length === 0) throw new CatalogActionError(`No product "${sku}" was removed in VK`);
    for (const { community: of, product } of removed)
        await catalog.put('links', { community: of, sku, product, state: 'skipped', reason: 'put back' });
    return { putBack: removed.map((link) => keyOf(link.community, link.sku)), retried: again(parts, [sku]) };
}

function collectionsOf(value: unknown): readonly CatalogCollection[] | undefined {
    if (value === undefined) return undefined;
    const names: unknown[] = Array.isArray(value) ? value : [value];
    return names.map((name) => {
        const found = CATALOG_COLLECTIONS.find((each) => each === name);
        if (found === undefined)
            throw new CatalogActionError(`"collections" must be of ${CATALOG_COLLECTIONS.join(', ')}`);
        return found;
    });
}

/** @throws CatalogActionError where there is none */
function textOf(fields: Fields, name: string): string {
    const value = fields[name];
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
    if (text === '') throw new CatalogActionError(`"${name}" is missing`);
    return text;
}
