import { invalid, Refusal } from './errors';
import { itemOf, type Params, type Shop } from './items';
import type { Album, Community } from './state';
import { albumView } from './views';

export function getAlbums(_shop: Shop, community: Community, params: Params): unknown {
    const { offset = 0, count = 50 } = params as Record<string, number>;
    const all = [...community.albums.values()];
    const items = all.slice(offset, offset + count).map((album) => albumView(album, community));
    return { count: all.length, items };
}

export function addAlbum(shop: Shop, community: Community, params: Params): unknown {
    if (community.albums.size >= community.mostAlbums) throw new Refusal(1407);
    const title = String(params['title']).trim();
    if (title === '') throw invalid('title is undefined');
    const album: Album = { id: shop.nextId(), title, hidden: params['is_hidden'] === true, updated: shop.now() };
    community.albums.set(album.id, album);
    return { market_album_id: album.id, albums_count: community.albums.size };
}

export function editAlbum(shop: Shop, community: Community, params: Params): unknown {
    const album = albumOf(community, params['album_id']);
    album.title = String(params['title']);
    album.updated = shop.now();
    return 1;
}

export function deleteAlbum(_shop: Shop, community: Community, params: Params): unknown {
    const { id } = albumOf(community, params['album_id']);
    community.albums.delete(id);
    for (const item of community.items.values()) item.albums.delete(id);
    return 1;
}

/** One that is in there already: nothing of the list is added (whether the rest is, is not documented). */
export function addToAlbum(_shop: Shop, community: Community, params: Params): unknown {
    const items = (params['item_ids'] as number[]).map((id) => itemOf(community, id));
    const albums = (params['album_ids'] as number[]).map((id) => albumOf(community, id).id);
    for (const album of albums) {
        const inside = community.shown.filter((item) => item.albums.has(album)).length;
        if (inside + items.length > community.mostInAlbum) throw new Refusal(1406);
        if (items.some((item) => item.albums.has(album))) throw new Refusal(1404);
    }
    for (const item of items) for (const album of albums) item.albums.add(album);
    return 1;
}

export function removeFromAlbum(_shop: Shop, community: Community, params: Params): unknown {
    const item = itemOf(community, params['item_id']);
    for (const id of params['album_ids'] as number[]) item.albums.delete(albumOf(community, id).id);
    return 1;
}

function albumOf(community: Community, id: unknown): Album {
    const album = community.albums.get(id as number);
    if (album === undefined) throw new Refusal(1402);
    return album;
}
