import { addedSchema, albumAddedSchema, albumsOf, categoriesOf, checked, itemsOf, okSchema } from './answers';
import type { Page, ShopAlbum, ShopCategory, ShopItem } from './answers';
import type { VkCall, VkParams } from './call';

/** Rows that a page of `market.get` and of `market.getAlbums` has at most (5.199). */
export const ITEMS_PAGE = 200;
export const ALBUMS_PAGE = 100;
/** Items that one `market.getById` asks for at most (5.199). */
export const MOST_IDS = 100;

/** What can be said of an item; what is `undefined` is left as it is. */
export interface ItemFields {
    /** 4 to 100 characters as VK counts them */
    name?: string;
    /** at least 10 characters */
    description?: string;
    categoryId?: number;
    /** in the currency's unit, not in hundredths */
    price?: number;
    oldPrice?: number;
    /** `true` hides it: it stays, and can be shown again */
    hidden?: boolean;
    mainPhotoId?: number;
    /** the others, at most 4; they replace those it has */
    photoIds?: readonly number[];
    /** of the button, at most 320 characters */
    url?: string;
    /** at most 50 characters */
    sku?: string;
    /** null: not counted */
    stock?: number | null;
}

export type NewItem = ItemFields & Required<Pick<ItemFields, 'name' | 'description' | 'categoryId'>>;

/** @param group positive, as in the community's address */
export function addItem(group: number, item: NewItem): VkCall<number> {
    return {
        method: 'market.add',
        params: { owner_id: -group, ...paramsOf(item) },
        writes: true,
        read: (response) => checked(addedSchema, response, 'market.add').market_item_id,
    };
}

/** "Nothing to change" is an error of VK, see `isDone`. */
export function editItem(group: number, itemId: number, fields: ItemFields): VkCall<void> {
    return done('market.edit', { owner_id: -group, item_id: itemId, ...paramsOf(fields) });
}

/** For good; `restoreItem` brings it back for a while. To hide one see `ItemFields.hidden`. */
export function deleteItem(group: number, itemId: number): VkCall<void> {
    return done('market.delete', { owner_id: -group, item_id: itemId });
}

export function restoreItem(group: number, itemId: number): VkCall<void> {
    return done('market.restore', { owner_id: -group, item_id: itemId });
}

export interface ItemsQuery {
    offset?: number;
    /** at most 200 */
    count?: number;
    /** only those made or changed since that day, ms since 1970; VK takes days alone */
    since?: number;
}

/** A page of the community's items with albums and photos, hidden ones included (without them a second would be made). */
export function items(
    group: number,
    { offset = 0, count = ITEMS_PAGE, since }: ItemsQuery = {},
): VkCall<Page<ShopItem>> {
    return {
        method: 'market.get',
        params: {
            owner_id: -group,
            offset,
            count,
            extended: true,
            need_variants: true,
            with_disabled: true,
            date_from: since === undefined ? undefined : new Date(since).toISOString().slice(0, 10),
        },
        writes: false,
        read: (response) => itemsOf(response, 'market.get'),
    };
}

/** Items by their ids, at most 100; those that are gone are left out. */
export function itemsById(group: number, ids: readonly number[]): VkCall<Page<ShopItem>> {
    return {
        method: 'market.getById',
        params: { item_ids: ids.map((itemId) => `-${group}_${itemId}`), extended: true },
        writes: false,
        read: (response) => itemsOf(response, 'market.getById'),
    };
}

/** By words of name and description, as VK's own search finds them: none of these finds an item by its sku. */
export function searchItems(group: number, words: string, offset = 0): VkCall<Page<ShopItem>> {
    return {
        method: 'market.search',
        params: { owner_id: -group, q: words, offset, count: ITEMS_PAGE, extended: true },
        writes: false,
        read: (response) => itemsOf(response, 'market.search'),
    };
}

/** @param offset of the page, which has 100 at most */
export function albums(group: number, offset = 0): VkCall<Page<ShopAlbum>> {
    return {
        method: 'market.getAlbums',
        params: { owner_id: -group, offset, count: ALBUMS_PAGE },
        writes: false,
        read: (response) => albumsOf(response, 'market.getAlbums'),
    };
}

/** @param title at most 128 characters. @returns its id */
export function addAlbum(group: number, title: string): VkCall<number> {
    return {
        method: 'market.addAlbum',
        params: { owner_id: -group, title },
        writes: true,
        read: (response) => checked(albumAddedSchema, response, 'market.addAlbum').market_album_id,
    };
}

export function editAlbum(group: number, albumId: number, title: string): VkCall<void> {
    return done('market.editAlbum', { owner_id: -group, album_id: albumId, title });
}

/** Puts each of the items into each of the albums. One that is in there already is an error for the list, see `isDone`. */
export function addToAlbums(group: number, ids: readonly number[], albumIds: readonly number[]): VkCall<void> {
    return done('market.addToAlbum', { owner_id: -group, item_ids: ids, album_ids: albumIds });
}

export function removeFromAlbums(group: number, itemId: number, albumIds: readonly number[]): VkCall<void> {
    return done('market.removeFromAlbum', { owner_id: -group, item_id: itemId, album_ids: albumIds });
}

/** The categories that goods of the community can have. */
export function categories(group: number): VkCall<ShopCategory[]> {
    return { method: 'market.getCategories', params: { group_id: group }, writes: false, read: categoriesOf };
}

/** A call that VK answers with 1. */
function done(method: string, params: VkParams): VkCall<void> {
    return { method, params, writes: true, read: (response) => void checked(okSchema, response, method) };
}

function paramsOf({ stock, ...fields }: ItemFields): VkParams {
    return {
        name: fields.name,
        description: fields.description,
        category_id: fields.categoryId,
        price: fields.price,
        old_price: fields.oldPrice,
        deleted: fields.hidden,
        main_photo_id: fields.mainPhotoId,
        photo_ids: fields.photoIds,
        url: fields.url,
        sku: fields.sku,
        // -1: not counted (5.199 allows it and does not say what it means)
        stock_amount: stock === null ? -1 : stock,
    };
}
