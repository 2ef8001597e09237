import { albumKey } from '../../../product/albums';
import { addAlbum, addToAlbums, albums, ALBUMS_PAGE, removeFromAlbums } from '../../../clients/vk/market';
import { batchesOf } from '../../../clients/vk/execute';
import { VkError } from '../../../clients/vk/errors';
import { isDone } from '../../../clients/vk/error-table';
import type { CallResult, VkCall } from '../../../clients/vk/call';
import { KEY_OF } from '../../../store/catalog/keys';
import type { AlbumRecord } from '../../../store/catalog/records';
import type { CommunityParts } from '../community';

/** Items that one call puts into an album: more were not seen to be sent. */
const MOST_ITEMS = 100;

/** The albums of a community, by their titles. */
export class ShopAlbums {
    /** by `albumKey` of the title; null: not read yet, or no longer sure */
    private known: Map<string, number> | null = null;

    private readonly listeners = new Set<(album: Readonly<AlbumRecord>, isGone: boolean) => void>();

    constructor(private readonly parts: CommunityParts) {}

    /** Told of each album that is not as it was, and of those that are gone. @returns ends it */
    onChange(listener: (album: Readonly<AlbumRecord>, isGone: boolean) => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /** Reads all albums. @throws as `VkClient.call` */
    async refresh(signal?: AbortSignal): Promise<void> {
        this.known = await this.read(signal);
    }

    /**
     * The ids of albums with these titles; those that are not there are made.
     * @returns by title; an album that VK refuses is not among them
     * @throws as `VkClient.call`
     */
    async ensure(titles: readonly string[], signal?: AbortSignal): Promise<Map<string, number>> {
        const known = (this.known ??= await this.read(signal));
        const wanted = new Map(titles.map((title) => [albumKey(title), title]));
        const missing = [...wanted].filter(([key]) => !known.has(key));
        const calls = missing.map(([, title]) => addAlbum(this.parts.group, title));
        const results = await this.executeAll(calls, signal);
        for (const [at, { value, error }] of results.entries()) {
            const [key, title] = missing[at]!;
            if (error === null) {
                known.set(key, value);
                this.remember({ id: value, title });
            } else this.failed(title, error);
        }
        return new Map(
            titles.flatMap((title) => {
                const id = known.get(albumKey(title));
                return id === undefined ? [] : [[title, id] as const];
            }),
        );
    }

    /**
     * Puts items into albums, as many at a time as VK takes.
     * @param wanted album id → ids of items
     * @returns for each album the items that are in it now
     */
    async join(wanted: ReadonlyMap<number, readonly number[]>, signal?: AbortSignal): Promise<Map<number, number[]>> {
        const lists = [...wanted].flatMap(([album, ids]) =>
            Array.from({ length: Math.ceil(ids.length / MOST_ITEMS) }, (_, at) => ({
                album,
                ids: ids.slice(at * MOST_ITEMS, (at + 1) * MOST_ITEMS),
            })),
        );
        const inside = new Map<number, number[]>();
        const again = await this.joinLists(lists, inside, signal);
        // one that was in there already is an error for its whole list: each is asked for by itself
        await this.joinLists(
            again.flatMap(({ album, ids }) => ids.map((id) => ({ album, ids: [id] }))),
            inside,
            signal,
        );
        return inside;
    }

    /** Takes an item out of albums; those that are gone are no matter. */
    async leave(item: number, from: readonly number[], signal?: AbortSignal): Promise<void> {
        for (const { error } of await this.executeAll([removeFromAlbums(this.parts.group, item, from)], signal))
            if (error !== null) this.failed(`item ${item}`, error);
    }

    private async joinLists(
        lists: readonly { album: number; ids: readonly number[] }[],
        inside: Map<number, number[]>,
        signal?: AbortSignal,
    ): Promise<{ album: number; ids: readonly number[] }[]> {
        const calls = lists.map(({ album, ids }) => addToAlbums(this.parts.group, ids, [album]));
        const again: { album: number; ids: readonly number[] }[] = [];
        for (const [at, { error }] of (await this.executeAll(calls, signal)).entries()) {
            const { album, ids } = lists[at]!;
            const isIn = error === null || (error instanceof VkError && isDone(error.meaning) && ids.length === 1);
            if (isIn) inside.set(album, [...(inside.get(album) ?? []), ...ids]);
            else if (error instanceof VkError && error.remedy === 'item' && ids.length > 1) again.push({ album, ids });
            else this.failed(`album ${album}`, error);
        }
        return again;
    }

    private async executeAll<T>(calls: readonly VkCall<T>[], signal?: AbortSignal): Promise<CallResult<T>[]> {
        const results: CallResult<T>[] = [];
        for (const batch of batchesOf(calls)) results.push(...(await this.execute(batch, signal)));
        return results;
    }

    private async execute<T>(calls: readonly VkCall<T>[], signal?: AbortSignal): Promise<CallResult<T>[]> {
        try {
            return await this.parts.client.execute(calls, { signal });
        } catch (error) {
            // an album may have been made: its title is looked for before it is made again
            this.known = null;
            throw error;
        }
    }

    /** @throws what is not about this album alone */
    private failed(what: string, error: Error | null): void {
        if (error === null) return;
        this.known = null;
        if (!(error instanceof VkError) || error.remedy !== 'item') throw error;
        if (error.meaning === 'itemGone') return;
        this.parts.onWarning(`${what}: ${error.message}`);
    }

    private async read(signal?: AbortSignal): Promise<Map<string, number>> {
        const { client, group, catalog } = this.parts;
        const known = new Map<string, number>();
        const seen = new Set<number>();
        for (let offset = 0; ; offset += ALBUMS_PAGE) {
            const { rows, total } = await client.call(albums(group, offset), { signal });
            for (const { id, title, count } of rows) {
                // of two with one title the first holds: a person sees which one is filled
                if (!known.has(albumKey(title))) known.set(albumKey(title), id);
                this.remember({ id, title, count });
                seen.add(id);
            }
            if (offset + ALBUMS_PAGE < total) continue;
            // pages that shifted while they were read have not told all
            if (seen.size >= total)
                for (const album of [...catalog.find('albums', 'community', String(group))])
                    if (!seen.has(album.id)) {
                        catalog.removeDeferred('albums', KEY_OF.albums(album));
                        this.tell(album, true);
                    }
            return known;
        }
    }

    /** Keeps what is known of an album for those who read the catalog. */
    private remember(album: { id: number; title: string; count?: number }): void {
        const { catalog, group } = this.parts;
        const record = { ...album, community: String(group) };
        const known = catalog.get('albums', KEY_OF.albums(record));
        if (known?.title === record.title && known.count === record.count) return;
        this.tell(catalog.setDeferred('albums', record), false);
    }

    private tell(album: Readonly<AlbumRecord>, isGone: boolean): void {
        for (const listener of this.listeners) listener(album, isGone);
    }
}
