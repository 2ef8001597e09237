import { AVAILABILITY, listAlbums, listItems, type ItemFilter } from '../../lib/destinations/vk-market/shop/shop-view';
import type { Catalog } from '../../lib/store/catalog/catalog';

const ACTIONS = ['list', 'refresh'] as const;
const LISTS = ['items', 'albums'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** What a message asks the node for. */
export type ShopAsk =
    { action: 'refresh'; whole: boolean } | { action: 'list'; of: (typeof LISTS)[number]; filter: ItemFilter };

/** The message asks for something there is not, or with a value of the wrong kind. */
export class ShopAskError extends Error {
    readonly code = 'ACTION';
    constructor(why: string) {
        super(
            `${why}. Send { action: "list", of: "items" or "albums", album, linked, availability, sku, search } or { action: "refresh", whole } in msg.payload.`,
        );
        this.name = 'ShopAskError';
    }
}

/** @param payload the action's name, or an object with it. @throws ShopAskError */
export function shopAskOf(payload: unknown): ShopAsk {
    const fields: Fields = typeof payload === 'object' && payload !== null ? (payload as Fields) : { action: payload };
    const action = ACTIONS.find((each) => each === fields['action']);
    if (action === undefined) throw new ShopAskError('The message names no action of this node');
    if (action === 'refresh') return { action, whole: fields['whole'] === true };
    const of = LISTS.find((each) => each === (fields['of'] ?? 'items'));
    if (of === undefined) throw new ShopAskError('"of" must be "items" or "albums"');
    return { action, of, filter: filterOf(fields) };
}

/** @returns what is known, without asking VK */
export function listOf(catalog: Catalog, community: string, { of, filter }: ShopAsk & { action: 'list' }): object[] {
    return of === 'albums' ? listAlbums(catalog, community, filter.search) : listItems(catalog, community, filter);
}

function filterOf({ album, linked, availability, sku, search }: Fields): ItemFilter {
    const known = AVAILABILITY.find((each) => each === availability);
    if (availability !== undefined && known === undefined)
        throw new ShopAskError(`"availability" must be one of ${AVAILABILITY.slice(0, 3).join(', ')}`);
    if (linked !== undefined && typeof linked !== 'boolean') throw new ShopAskError('"linked" must be true or false');
    if (album !== undefined && !Number.isInteger(Number(album))) throw new ShopAskError('"album" must be a number');
    return {
        ...(album === undefined ? {} : { album: Number(album) }),
        ...(linked === undefined ? {} : { linked }),
        ...(known === undefined ? {} : { availability: known }),
        ...(typeof sku === 'string' ? { sku } : {}),
        ...(typeof search === 'string' ? { search } : {}),
    };
}
