import { SHOP_STATES, type ItemQuery, type ProductQuery } from '../../catalog/catalog-reader';
import { PLANNED_ACTIONS } from '../../../delivery/products/actions/planned-changes';
import type { PlannedQuery } from '../../catalog/planned-page';
import { listedNames } from '../../http-api/listed-names';
import { ServiceError } from '../../http-api/service-error';

/** Groups of the tree that a browser has at once. */
const GROUPS = { most: 1000, usual: 100 };
const ROWS = { most: 200, usual: 50 };
const MOST_TEXT = 1000;

export interface GroupQuery {
    store: string;
    /** null: in the root */
    parent: string | null;
    limit: number;
}

export type ProductsQuery = ProductQuery;
export type ItemsQuery = ItemQuery;

type Query = Readonly<Record<string, unknown>>;

/** Reads which groups are asked for. @throws ServiceError 400 */
export function groupQueryOf(query: Query): GroupQuery {
    const store = textOf(query, 'store');
    if (store === null) throw new ServiceError(400, '"store" is missing');
    return { store, parent: textOf(query, 'parent'), limit: limitOf(query, GROUPS) };
}

/** Reads which products are asked for. @throws ServiceError 400 */
export function productQueryOf(query: Query): ProductsQuery {
    return {
        store: textOf(query, 'store'),
        group: textOf(query, 'group'),
        states: listedNames(textOf(query, 'states') ?? '', SHOP_STATES, 'a state of a product'),
        community: textOf(query, 'community'),
        search: textOf(query, 'search') ?? '',
        after: textOf(query, 'after'),
        limit: limitOf(query, ROWS),
    };
}

/** Reads which items of a community are asked for. @throws ServiceError 400 */
export function itemQueryOf(query: Query): ItemsQuery {
    const album = textOf(query, 'album');
    const linked = textOf(query, 'linked');
    return {
        community: communityOf(query),
        album: album === null ? null : Number(album),
        linked: linked === null ? null : linked === 'true',
        search: textOf(query, 'search') ?? '',
        after: textOf(query, 'after'),
        limit: limitOf(query, ROWS),
    };
}

/** Reads which changes of a dry run are asked for. @throws ServiceError 400 */
export function plannedQueryOf(query: Query): PlannedQuery {
    const name = textOf(query, 'does');
    const does = PLANNED_ACTIONS.find((each) => each === name) ?? null;
    if (name !== null && does === null) throw new ServiceError(400, `"${name}" is nothing that a dry run would do`);
    return {
        community: communityOf(query),
        does,
        store: textOf(query, 'store'),
        search: textOf(query, 'search') ?? '',
        after: textOf(query, 'after'),
        limit: limitOf(query, ROWS),
    };
}

/** @throws ServiceError 400 */
export function communityOf(query: Query): string {
    const community = textOf(query, 'community');
    if (community === null) throw new ServiceError(400, '"community" is missing');
    return community;
}

function limitOf({ limit }: Query, { most, usual }: { most: number; usual: number }): number {
    return Math.min(most, Math.max(1, Math.trunc(Number(limit)) || usual));
}

/** @returns null: it is missing or empty */
function textOf(query: Query, name: string): string | null {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value.slice(0, MOST_TEXT) : null;
}
