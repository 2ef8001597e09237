import type { CatalogCollection, CatalogRecord } from './records';

/** Joins ids into a key. Ids of sources hold no slash. */
export function keyOf(...parts: readonly (string | number)[]): string {
    return parts.join('/');
}

type KeyOf = { [C in CatalogCollection]: (record: Omit<CatalogRecord<C>, 'at'>) => string };

/** The key of a record, by its collection. */
export const KEY_OF: KeyOf = {
    stores: ({ id }) => id,
    groups: ({ store, id }) => keyOf(store, id),
    products: ({ store, id }) => keyOf(store, id),
    albums: ({ community, id }) => keyOf(community, id),
    items: ({ community, id }) => keyOf(community, id),
    links: ({ community, sku }) => keyOf(community, sku),
    acks: ({ sink, product }) => keyOf(sink, product),
    switches: ({ store, group }) => (group === undefined ? store : keyOf(store, group)),
    accounts: ({ id }) => id,
    tokens: ({ id }) => id,
    calls: ({ month, token }) => keyOf(month, token),
    meta: ({ id }) => id,
};
