import type { PlannedAction, PlannedChange } from '../../delivery/products/actions/planned-changes';
import type { ShopActions } from '../../delivery/products/actions/shop-actions';
import { itemUrl } from '../../destinations/vk-market/community';
import { ClosedError } from '../../http/errors';
import type { Catalog } from '../../store/catalog/catalog';
import { yieldToEventLoop } from '../../store/engine/lines';
import { ServiceError } from '../http-api/service-error';
import { wordsIn, type PageQuery } from './page';
import type { PlannedPage, PlannedRow } from './wire';

/** Which of the changes that a dry run plans. */
export interface PlannedQuery extends PageQuery {
    community: string;
    /** null: whatever would be done */
    does: PlannedAction | null;
    /** id of a store; null: of all */
    store: string | null;
    /** words; name or sku have each of them */
    search: string;
}

/** The community's shop whose dry run is told: several nodes may fill it. @throws ServiceError 404 */
export function shopOfPlan(shops: readonly ShopActions[], community: string): ShopActions {
    const own = shops.filter((shop) => shop.community === community);
    const shop = own.find((each) => each.planned().length > 0) ?? own[0];
    if (shop === undefined) throw new ServiceError(404, `No products come to community ${community}`);
    return shop;
}

/** Changes looked at between two yields to the event loop. */
const SLICE = 1000;

/**
 * A page of what a dry run would do, product by product, in the order in which it looked at them; with what all that fit the
 * filter would cost. A page behind a product that is no longer planned is the first one.
 * @throws ClosedError when `signal` ends it
 */
export async function plannedPage(
    catalog: Catalog,
    shop: Pick<ShopActions, 'community' | 'planned' | 'costOf'>,
    { does, store, search, after, limit }: PlannedQuery,
    signal?: AbortSignal,
): Promise<PlannedPage> {
    const words = wordsIn(search);
    const found: PlannedChange[] = [];
    for (const [at, change] of shop.planned().entries()) {
        if (at % SLICE === SLICE - 1) await yieldToEventLoop();
        if (signal?.aborted === true) throw new ClosedError();
        if (does !== null && change.does !== does) continue;
        if (store !== null && !change.product.startsWith(`${store}/`)) continue;
        if (words?.([nameOf(catalog, change), change.sku]) === false) continue;
        found.push(change);
    }
    const first = after === null ? 0 : found.findIndex(({ sku }) => sku === after) + 1;
    const shown = found.slice(first, first + limit);
    return {
        rows: shown.map((change) => rowOf(catalog, shop.community, change)),
        total: found.length,
        more: false,
        next: first + limit < found.length ? shown.at(-1)!.sku : null,
        cost: shop.costOf(found),
    };
}

function rowOf(catalog: Catalog, community: string, change: PlannedChange): PlannedRow {
    const { product: key, itemId, ...rest } = change;
    const url = itemId === null ? null : itemUrl(Number(community), itemId);
    const store = key.slice(0, key.indexOf('/'));
    return { ...rest, key, store, name: nameOf(catalog, change), itemId, url };
}

function nameOf(catalog: Catalog, { product, sku }: PlannedChange): string {
    return catalog.get('products', product)?.name ?? sku;
}
