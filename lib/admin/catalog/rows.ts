import { itemUrl } from '../../destinations/vk-market/community';
import type { ProductMessages } from '../../delivery/products/product-messages';
import { wishOf, type WishRules } from '../../delivery/products/wish';
import type { Catalog } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import type { ItemRecord, LinkRecord, ProductRecord, StoreRecord } from '../../store/catalog/records';
import { KEY_OF } from '../../store/catalog/keys';
import type { AlbumRow, ItemRow, ProductRow, ShopStateRow, StoreRow } from './wire';

export function storeRow(catalog: Catalog, store: Readonly<StoreRecord>): StoreRow {
    const { id, name, address, source, account, readAt, staleSince, staleWhy, goneSince } = store;
    return {
        id,
        name,
        address: address ?? null,
        source,
        account,
        on: catalog.get('switches', id)?.on === true,
        groups: catalog.count('groups', 'store', id),
        products: catalog.count('products', 'store', id),
        readAt: readAt ?? null,
        staleSince: staleSince ?? null,
        staleWhy: staleWhy ?? null,
        goneSince: goneSince ?? null,
    };
}

export function productRow(
    catalog: Catalog,
    messages: Pick<ProductMessages, 'lineOf'>,
    product: Readonly<ProductRecord>,
    rules: WishRules,
): ProductRow {
    const { store, id, sku, group, unit, article } = product;
    const key = KEY_OF.products(product);
    const line = group === undefined ? [] : messages.lineOf(store, group);
    const shelf = line.at(-1);
    return {
        key,
        store,
        id,
        sku,
        name: product.name,
        group: shelf === undefined ? null : { ...shelf, path: line.map(({ name }) => name) },
        price: product.price,
        currency: product.currency ?? 'RUB',
        quantity: product.quantity,
        unit: unit ?? null,
        article: article ?? null,
        barcodes: product.barcodes ?? [],
        picture: product.pictures?.[0]?.url ?? null,
        wish: wishOf(catalog, product, rules),
        limited: product.limited ?? null,
        goneSince: product.goneSince ?? null,
        shops: [...catalog.find('links', 'product', key)].map(shopStateRow),
    };
}

function shopStateRow({ community, state, reason, item, at }: Readonly<LinkRecord>): ShopStateRow {
    const url = item === undefined ? null : itemUrl(Number(community), item);
    return { community, state, reason: reason ?? null, itemId: item ?? null, url, at };
}

/** Albums of an item: those that VK said when it was read, and those that it was put into since. */
export function albumsOf(catalog: Catalog, { community, id, albums = [] }: Readonly<ItemRecord>): number[] {
    return [...new Set([...albums, ...(catalog.linkOfItem(community, id)?.albums ?? [])])];
}

const AVAILABILITY = ['available', 'removed', 'unavailable'] as const;

export function itemRow(catalog: Catalog, item: Readonly<ItemRecord>): ItemRow {
    const { id, community, price } = item;
    const link = catalog.linkOfItem(community, id);
    return {
        id,
        community,
        sku: item.sku ?? null,
        title: item.title,
        price: price === undefined ? null : price / 100,
        availability: AVAILABILITY[item.availability] ?? 'unavailable',
        albums: albumsOf(catalog, item),
        url: itemUrl(Number(community), id),
        product:
            link === undefined
                ? null
                : {
                      key: link.product,
                      name: catalog.get('products', link.product)?.name ?? null,
                      state: link.state,
                  },
    };
}

/** Albums of a community by their titles; one that is about to be made is none yet. */
export function albumRows(catalog: Catalog, community: string): AlbumRow[] {
    return [...catalog.find('albums', 'community', community)]
        .filter(({ intent }) => intent === undefined)
        .map(({ id, title, count }) => ({
            id,
            community,
            title,
            items: count ?? null,
            url: `https://vk.com/market-${community}?section=album_${id}`,
        }))
        .sort((a, b) => a.title.localeCompare(b.title, 'ru') || a.id - b.id);
}

/** Keys of the products of some groups. */
export function keysInGroups(catalog: Catalog, store: string, groups: ReadonlySet<string>): string[] {
    return [...groups].flatMap((group) =>
        [...catalog.find('products', 'group', keyOf(store, group))].map(KEY_OF.products),
    );
}
