import type { CatalogIndex } from './catalog-index';
import { keyOf } from './keys';
import type { CatalogCollection, CatalogData, CatalogRecord, ProductRecord } from './records';

/** What is in the catalog besides a record. */
interface Known {
    data: Readonly<CatalogData>;
    index: CatalogIndex;
}

type Share<C extends CatalogCollection> = (record: CatalogRecord<C>, known: Known) => void;

/** Where the texts of a record are, too. */
const SHARE: { [C in CatalogCollection]?: Share<C> } = {
    products: (product, { data }) => {
        const store = data.stores[product.store];
        same(product, 'store', store?.id);
        same(product, 'account', store?.account);
        same(product, 'sku', product.id);
        if (product.group !== undefined) same(product, 'group', data.groups[keyOf(product.store, product.group)]?.id);
    },
    items: (item, known) => {
        const product = productOf(known, item.sku);
        same(item, 'sku', product?.sku);
        same(item, 'title', product?.name);
    },
    links: (link, known) => {
        const product = productOf(known, link.sku);
        same(link, 'product', known.index.first('products', 'sku', link.sku));
        same(link, 'sku', product?.sku);
        for (const field of ['sku', 'name', 'description'] as const) same(link.base ?? {}, field, product?.[field]);
    },
    acks: (ack, { data, index }) => {
        const product = data.products[ack.product];
        if (product !== undefined) same(ack, 'product', index.first('products', 'sku', product.sku));
        const first = index.first('acks', 'sink', ack.sink);
        if (first !== undefined) same(ack, 'sink', data.acks[first]?.sink);
    },
};

/**
 * Has a record use texts that are in memory already, of what it is about or of its own state before: each text that is
 * parsed takes memory of its own, and records repeat those of one another (ids, names, descriptions). No value changes.
 * @param record not yet known to anybody
 * @param previous what it takes the place of
 */
export function shareTexts<C extends CatalogCollection>(
    collection: C,
    record: CatalogRecord<C>,
    known: Known,
    previous?: Readonly<CatalogRecord<C>>,
): void {
    for (const field in previous) same(record, field, previous[field]);
    SHARE[collection]?.(record, known);
}

function productOf({ data, index }: Known, sku: string | undefined): Readonly<ProductRecord> | undefined {
    const key = sku === undefined ? undefined : index.first('products', 'sku', sku);
    return key === undefined ? undefined : data.products[key];
}

function same<T extends object>(record: T, field: keyof T, text: T[keyof T] | undefined): void {
    if (typeof text === 'string' && record[field] === text) record[field] = text;
}
