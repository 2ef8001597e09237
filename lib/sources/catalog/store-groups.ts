import { contentHash } from '../../product/content-hash';
import { groupPathOf, type GroupNode, type Groups } from '../../product/groups';
import type { Catalog, Given } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import { restOf } from '../../store/catalog/own-object';
import type { GroupRecord } from '../../store/catalog/records';

/** The groups of a store, as its products are put into them. */
export interface StoreGroups {
    nodes: Groups;
    /** @returns attributes of a modification group */
    attributesOf: (id: string) => GroupRecord['attributes'];
}

/** The groups of a store as they are in the catalog at the time of each question. */
export function groupsOf(catalog: Catalog, store: string): StoreGroups {
    const recordOf = (id: string): Readonly<GroupRecord> | undefined => catalog.get('groups', keyOf(store, id));
    const nodeOf = (id: string): GroupNode | undefined => {
        const record = recordOf(id);
        if (record === undefined) return undefined;
        const { name, parent, attributes } = record;
        return { id, name, parent: parent ?? null, isModification: attributes !== undefined };
    };
    return { nodes: { get: nodeOf }, attributesOf: (id) => recordOf(id)?.attributes };
}

/** A product with the hash of what a shop is told of it, in the groups that there are now. @param own object of its source */
export function withOwn(
    groups: StoreGroups,
    product: Omit<Given<'products'>, 'hash' | 'rest'>,
    own: Readonly<Record<string, unknown>>,
): Given<'products'> {
    const rest = restOf(product, own);
    return withHash(groups, { ...product, ...(rest === undefined ? {} : { rest }) });
}

/** A product with the hash of what a shop is told of it, in the groups that there are now. */
export function withHash(groups: StoreGroups, product: Omit<Given<'products'>, 'hash'>): Given<'products'> {
    const shown = groupPathOf(groups.nodes, product.group ?? null);
    const hash = contentHash({
        source: product.source,
        account: product.account,
        storeId: product.store,
        id: product.id,
        sku: product.sku,
        name: product.name,
        description: product.description ?? null,
        kind: product.kind,
        price: product.price,
        currency: product.currency ?? 'RUB',
        unit: product.unit ?? null,
        sellable: product.sellable,
        group: shown === null ? null : { id: shown.group.id, name: shown.group.name, path: shown.path },
        article: product.article ?? null,
        barcodes: product.barcodes ?? [],
        options: product.options ?? {},
        pictures: (product.pictures ?? []).map(({ url, hash: of }) => ({ url, hash: of ?? null })),
        limited: product.limited ?? null,
    });
    return { ...product, hash };
}
