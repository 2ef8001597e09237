import { SHOP_STATES, type ItemQuery, type ProductQuery, type ShopState } from '../../catalog/catalog-reader';
import { PLANNED_ACTIONS } from '../../../delivery/products/actions/planned-changes';
import type { PlannedQuery } from '../../catalog/planned-page';
import { PAGE_ROWS, type PageQuery } from '../../catalog/page';
import type { Query } from '../calls/query';
import { ServiceError } from '../service-error';

/** What is read of a catalog. */
export type CatalogRead =
    | { of: 'stores' }
    | { of: 'preview' }
    | ({ of: 'groups'; store: string; parent: string | null | undefined; search: string } & PageQuery)
    | ({ of: 'products' } & ProductQuery)
    /** community null: all that products of the source come to */
    | { of: 'albums'; community: string | null }
    | ({ of: 'planned' } & Omit<PlannedQuery, 'community'> & { community: string | null })
    | ({ of: 'items' } & Omit<ItemQuery, 'community'> & { community: string | null });

/** @throws ServiceError 400 */
export function groupsRead(query: Query): CatalogRead {
    const store = query.text('store');
    if (store === null) throw new ServiceError(400, '"store" is missing');
    // an empty one asks for those in the root
    const parent = query.get('parent') === '' ? null : (query.text('parent') ?? undefined);
    return { of: 'groups', store, parent, search: query.text('search') ?? '', ...pageOf(query) };
}

/** @throws ServiceError 400 */
export function productsRead(query: Query): CatalogRead {
    const [store, group] = [query.text('store'), query.text('group')];
    if (group !== null && store === null) throw new ServiceError(400, '"group" needs "store"');
    const states = (query.text('state') ?? '')
        .split(',')
        .filter(Boolean)
        .map((name): ShopState => {
            const state = SHOP_STATES.find((each) => each === name);
            if (state === undefined) throw new ServiceError(400, `"state" must be of ${SHOP_STATES.join(', ')}`);
            return state;
        });
    const [community, search] = [query.text('community'), query.text('search') ?? ''];
    return { of: 'products', store, group, states, community, search, ...pageOf(query) };
}

/** @throws ServiceError 400 */
export function itemsRead(query: Query): CatalogRead {
    return {
        of: 'items',
        community: query.text('community'),
        album: query.get('album') === null ? null : query.wholeNumber('album'),
        linked: query.get('linked') === null ? null : query.flag('linked'),
        search: query.text('search') ?? '',
        ...pageOf(query),
    };
}

/** @throws ServiceError 400 */
export function plannedRead(query: Query): CatalogRead {
    const name = query.text('does');
    const does = PLANNED_ACTIONS.find((each) => each === name) ?? null;
    if (name !== null && does === null) throw new ServiceError(400, `"does" must be of ${PLANNED_ACTIONS.join(', ')}`);
    const [community, store, search] = [query.text('community'), query.text('store'), query.text('search') ?? ''];
    return { of: 'planned', community, does, store, search, ...pageOf(query) };
}

function pageOf(query: Query): PageQuery {
    const limit = query.get('limit') === null ? PAGE_ROWS.usual : query.wholeNumber('limit');
    if (limit > PAGE_ROWS.most) throw new ServiceError(400, `"limit" must be at most ${PAGE_ROWS.most}`);
    return { after: query.text('after'), limit };
}
