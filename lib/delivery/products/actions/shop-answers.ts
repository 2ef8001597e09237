import { KEY_OF } from '../../../store/catalog/keys';
import { answerGone, isAsked } from './gone-store';
import { CatalogActionError, textOf, type ActionFields } from './names';
import { offerOnce, type CatalogActionParts } from './parts';
import { storeOf } from './places';
import type { ShopActions } from './shop-actions';

/** `{ matches: 'link' | 'beside' }` for a first sync, or `{ sku, item }` for one product. */
export async function link(parts: CatalogActionParts, fields: ActionFields): Promise<object> {
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

/**
 * `{ store, kind: 'masters', other, master }`: which of two stores is master of the products that both have; `master` is
 * one of them, or `apart`.
 */
async function chooseMaster(parts: CatalogActionParts, fields: ActionFields): Promise<object> {
    const [store, other] = [storeOf(parts, textOf(fields, 'store')), storeOf(parts, textOf(fields, 'other'))];
    const named = textOf(fields, 'master');
    const master = named.toLowerCase() === 'apart' ? null : storeOf(parts, named).id;
    if (store.id === other.id) throw new CatalogActionError('"other" must be another store than "store"');
    if (master !== null && master !== store.id && master !== other.id)
        throw new CatalogActionError('"master" must be one of the two stores, or "apart"');
    const keys = new Set<string>();
    for (const shop of parts.shops())
        for (const key of await shop.chooseMaster([store.id, other.id], master)) keys.add(key);
    for (const key of keys) offerOnce(parts, key);
    return { store: store.id, other: other.id, agreed: ['masters'], master: master ?? 'apart', released: keys.size };
}

/** `{ store, kind }`; without a kind all that is asked about the store. Of one that is gone: `{ store, products }`. */
export async function agree(parts: CatalogActionParts, fields: ActionFields): Promise<object> {
    if (fields['kind'] === 'masters' || fields['master'] !== undefined) return chooseMaster(parts, fields);
    const store = storeOf(parts, textOf(fields, 'store'));
    if (isAsked(store) && (fields['kind'] ?? 'gone') === 'gone') return answerGone(parts, store, fields);
    const asked = parts.shops().flatMap((shop) =>
        shop.status().questions.flatMap(({ kind, store: of }) => {
            const isMeant = kind !== 'masters' && of === store.id && (fields['kind'] ?? kind) === kind;
            return isMeant ? [{ shop, kind }] : [];
        }),
    );
    if (asked.length === 0) throw new CatalogActionError(`Nothing is asked about store "${store.name}"`);
    let released = 0;
    for (const { shop, kind } of asked) {
        const products = await shop.agree(kind, store.id);
        for (const product of products) offerOnce(parts, product);
        released += products.length;
    }
    return { store: store.id, agreed: asked.map(({ kind }) => kind), released };
}
