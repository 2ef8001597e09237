import type { ShopServers } from './servers';

/** Compares the simulated shop with the simulated till, by what the two servers hold. @throws Error that names the first difference */
export function inStep({ store, community }: ShopServers): void {
    const bySku = new Map(community.shown.map((item) => [item.sku, item]));
    if (bySku.size !== community.shown.length) throw new Error('an item is there twice');
    for (const { id, name, price, quantity, description } of store.products.values()) {
        const item = bySku.get(id.toLowerCase());
        if (item === undefined) throw new Error(`${name} has no item`);
        bySku.delete(item.sku);
        if (item.hidden !== quantity! <= 0) throw new Error(`${name} is ${item.hidden ? 'hidden' : 'shown'}`);
        if (item.hidden) continue;
        const should = [price * 100, quantity, description, 1];
        const is = [item.price, item.stock, item.description, item.photos.length];
        if (JSON.stringify(is) !== JSON.stringify(should))
            throw new Error(`${name} is ${JSON.stringify(is)} in the shop, and ${JSON.stringify(should)} at the till`);
    }
    for (const { name, hidden } of bySku.values()) if (!hidden) throw new Error(`${name} is gone, and still shown`);
}
