import type { Catalog } from '../../store/catalog/catalog';
import { KEY_OF } from '../../store/catalog/keys';
import { yieldToEventLoop } from '../../store/engine/lines';

const PORTION = 500;

/**
 * Deletes what is known of an account's stores: products, groups, switches, what was acknowledged, open questions. Links to
 * items in shops stay.
 * @returns products that were deleted
 * @throws ClosedError, StoreInUse
 */
export async function forgetCatalogOf(catalog: Catalog, account: string): Promise<number> {
    const stores = [...catalog.find('stores', 'account', account)].map(({ id }) => id);
    let products = 0;
    for (const store of stores) products += await forgetStore(catalog, store);
    for (const name of ['pictures', 'no-pictures']) catalog.removeDeferred('meta', `${name}:${account}`);
    await catalog.flush();
    return products;
}

/** The same of one store. @returns products that were deleted; they are gone from the disk with the next write */
export async function forgetStore(catalog: Catalog, store: string): Promise<number> {
    let products = 0;
    for (const product of [...catalog.find('products', 'store', store)]) {
        const key = KEY_OF.products(product);
        for (const ack of catalog.find('acks', 'product', key)) catalog.removeDeferred('acks', KEY_OF.acks(ack));
        catalog.removeDeferred('products', key);
        if (++products % PORTION === 0) await yieldToEventLoop();
    }
    for (const group of [...catalog.find('groups', 'store', store)])
        catalog.removeDeferred('groups', KEY_OF.groups(group));
    for (const one of [...catalog.all('switches')].filter((each) => each.store === store))
        catalog.removeDeferred('switches', KEY_OF.switches(one));
    // brakes and warnings that are about it
    for (const { id } of [...catalog.all('meta')].filter((note) => note.id.endsWith(`:${store}`)))
        catalog.removeDeferred('meta', id);
    catalog.removeDeferred('stores', store);
    return products;
}
