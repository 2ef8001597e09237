import type { Catalog } from '../../../store/catalog/catalog';
import type { AlbumRecord, ItemRecord } from '../../../store/catalog/records';
import { itemUrl } from '../community';

/** An item of a community, as flows are told of it. */
export interface ItemView {
    itemId: number;
    community: string;
    sku: string | null;
    title: string;
    /** in the currency's unit; null: VK told none */
    price: number | null;
    /** `removed` and `unavailable` are hidden; `deleted`: a whole list no longer has it */
    availability: (typeof AVAILABILITY)[number];
    albumIds: number[];
    url: string;
    /** it is a product of ours */
    linked: boolean;
}

export interface AlbumView {
    albumId: number;
    community: string;
    title: string;
    /** items in it, as VK said; null: not known */
    items: number | null;
    url: string;
    deleted: boolean;
}

export const AVAILABILITY = ['available', 'removed', 'unavailable', 'deleted'] as const;

export function itemView(catalog: Catalog, item: Readonly<ItemRecord>, isDeleted = false): ItemView {
    const { id, community, price } = item;
    return {
        itemId: id,
        community,
        sku: item.sku ?? null,
        title: item.title,
        price: price === undefined ? null : price / 100,
        availability: isDeleted ? 'deleted' : (AVAILABILITY[item.availability] ?? 'unavailable'),
        albumIds: item.albums ?? [],
        url: itemUrl(Number(community), id),
        linked: catalog.linkOfItem(community, id) !== undefined,
    };
}

export function albumView({ id, community, title, count }: Readonly<AlbumRecord>, isDeleted = false): AlbumView {
    return {
        albumId: id,
        community,
        title,
        items: count ?? null,
        url: `https://vk.com/market-${community}?section=album_${id}`,
        deleted: isDeleted,
    };
}

/** Which items are asked for; what is missing does not count. */
export interface ItemFilter {
    /** id of an album */
    album?: number;
    linked?: boolean;
    availability?: ItemView['availability'];
    sku?: string;
    /** words; a title has each of them */
    search?: string;
}

/** Items of a community as they were read last, by their ids. */
export function listItems(catalog: Catalog, community: string, filter: ItemFilter): ItemView[] {
    const words = wordsOf(filter.search);
    return [...catalog.find('items', 'community', community)]
        .filter(({ albums, sku, title }) => {
            if (filter.album !== undefined && albums?.includes(filter.album) !== true) return false;
            return (filter.sku === undefined || sku === filter.sku) && hasWords(title, words);
        })
        .map((item) => itemView(catalog, item))
        .filter(({ linked, availability }) => {
            if (filter.linked !== undefined && linked !== filter.linked) return false;
            return filter.availability === undefined || availability === filter.availability;
        })
        .sort((a, b) => a.itemId - b.itemId);
}

/** Albums of a community as they were read last, by their ids; one that is about to be made is none yet. */
export function listAlbums(catalog: Catalog, community: string, search?: string): AlbumView[] {
    const words = wordsOf(search);
    return [...catalog.find('albums', 'community', community)]
        .filter(({ intent, title }) => intent === undefined && hasWords(title, words))
        .map((album) => albumView(album))
        .sort((a, b) => a.albumId - b.albumId);
}

function wordsOf(search = ''): string[] {
    return search.toLocaleLowerCase('ru').split(/\s+/u).filter(Boolean);
}

function hasWords(title: string, words: readonly string[]): boolean {
    const text = title.toLocaleLowerCase('ru');
    return words.every((word) => text.includes(word));
}
