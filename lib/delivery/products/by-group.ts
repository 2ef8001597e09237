import { keyOf } from '../../store/catalog/keys';
import type { ProductRecord } from '../../store/catalog/records';

/**
 * Products with those of one group beside each other, else in the order in which they came. A shop puts a hundred into an
 * album with one call, and what comes to it together is mostly of one album then.
 */
export function byGroup(products: Iterable<Readonly<ProductRecord>>): Readonly<ProductRecord>[] {
    const groups = new Map<string, Readonly<ProductRecord>[]>();
    for (const product of products) {
        const key = keyOf(product.store, product.group ?? '');
        const known = groups.get(key);
        if (known === undefined) groups.set(key, [product]);
        else known.push(product);
    }
    return [...groups.values()].flat();
}
