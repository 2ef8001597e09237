import { MOST_CALLS } from '../../lib/clients/vk/execute';

/** Items that one call puts into an album, and that one call reads. */
const MOST_ITEMS = 100;

/**
 * The requests that a first sync into an empty community needs at the least, whoever makes it. Photos cannot be saved inside
 * an `execute`; everything else goes into full ones, and nothing is asked twice.
 * @param inAlbums how many items each album gets
 */
export function leastRequests(products: number, photosPerSave: number, inAlbums: readonly number[]): number {
    const executes = (calls: number): number => Math.ceil(calls / MOST_CALLS);
    const lists = inAlbums.reduce((sum, items) => sum + Math.ceil(items / MOST_ITEMS), 0);
    // a page of items and one of albums, both empty
    const looks = 2;
    // with the address that they are sent to
    const photos = 1 + Math.ceil(products / photosPerSave);
    const readBack = executes(Math.ceil(products / MOST_ITEMS));
    return looks + photos + executes(products) + executes(inAlbums.length) + executes(lists) + readBack;
}
