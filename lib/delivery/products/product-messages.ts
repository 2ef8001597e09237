import { lineage, groupPathOf, type GroupNode } from '../../product/groups';
import type { Product } from '../../product/product';
import type { Catalog } from '../../store/catalog/catalog';
import { ownObject } from '../../store/catalog/own-object';
import type { ProductRecord } from '../../store/catalog/records';

/** Records of products as they travel the wires. Groups are looked up once, until one of their store changes. */
export class ProductMessages {
    /** by store, by id */
    private readonly groups = new Map<string, Map<string, GroupNode>>();
    private readonly unlisten: () => void;

    constructor(private readonly catalog: Catalog) {
        this.unlisten = catalog.onChange((collection, key) => {
            if (collection === 'groups') this.groups.delete(key.slice(0, key.lastIndexOf('/')));
        });
    }

    /** The payload of a product's message. */
    of(record: Readonly<ProductRecord>): Product {
        const groups = this.groupsOf(record.store);
        const shown = groupPathOf(groups, record.group ?? null);
        return {
            source: record.source,
            account: record.account,
            storeId: record.store,
            storeName: this.catalog.get('stores', record.store)?.name ?? record.store,
            id: record.id,
            sku: record.sku,
            name: record.name,
            description: record.description ?? null,
            kind: record.kind,
            price: record.price,
            currency: record.currency ?? 'RUB',
            quantity: record.quantity,
            unit: record.unit ?? null,
            sellable: record.sellable,
            group: shown === null ? null : { id: shown.group.id, name: shown.group.name, path: shown.path },
            article: record.article ?? null,
            barcodes: record.barcodes ?? [],
            options: record.options ?? {},
            pictures: (record.pictures ?? []).map(({ url, hash }) => ({ url, hash: hash ?? null })),
            updatedAt: record.updatedAt ?? null,
            raw: ownObject(record),
        };
    }

    /** The groups that a product is shown under, from the root down, with their ids. */
    lineOf(store: string, group: string | null): { id: string; name: string }[] {
        return lineage(this.groupsOf(store), group)
            .filter(({ isModification }) => !isModification)
            .map(({ id, name }) => ({ id, name }));
    }

    close(): void {
        this.unlisten();
    }

    private groupsOf(store: string): Map<string, GroupNode> {
        let groups = this.groups.get(store);
        if (groups !== undefined) return groups;
        groups = new Map();
        for (const { id, name, parent, attributes } of this.catalog.find('groups', 'store', store))
            groups.set(id, { id, name, parent: parent ?? null, isModification: attributes !== undefined });
        this.groups.set(store, groups);
        return groups;
    }
}
