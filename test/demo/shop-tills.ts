import { picture } from '../simulators/bambuddy/png';
import type { EvotorSimulator } from '../simulators/evotor';
import type { ProductRow, StoreRow } from '../simulators/evotor/rows';
import type { VkSimulator } from '../simulators/vk';

export const GROUP = 123;

export interface ShopSeed {
    /** those that are switched on */
    stores: readonly StoreRow[];
    unpaid: StoreRow;
    /** was in the shop before us, under its sku */
    known: { sku: string; item: number };
    withoutPicture: ProductRow;
    withoutPrice: ProductRow;
    alcohol: ProductRow;
    /** what the till says later: one product is sold out */
    after: () => void;
    /** somebody buys something */
    sell: () => void;
}

/** Two tills that are read and one that answers 402; goods of each kind that needs care. */
export function seedTills(evotor: EvotorSimulator, vk: VkSimulator): ShopSeed {
    const { tills, account } = evotor;
    const community = vk.addCommunity(GROUP);
    const corner = tills.addStore(account.userId, { name: 'На углу' });
    const bridge = tills.addStore(account.userId, { name: 'У моста' });
    const unpaid = tills.addStore(account.userId, { name: 'За рекой' });
    unpaid.unpaid = true;
    tills.addProduct(unpaid, 'Хлеб, который никто не видит');

    const drinks = tills.addGroup(corner, 'Напитки');
    const juice = tills.addGroup(corner, 'Соки', { parentId: drinks.id });
    const cheese = tills.addGroup(bridge, 'Сыры');
    let n = 0;
    const add = (store: StoreRow, name: string, parentId: string, price: number, quantity = 5): ProductRow => {
        const row = tills.addProduct(store, name, { price, quantity, parentId });
        tills.setPicture(row, picture(++n, 300));
        return row;
    };
    const apple = add(corner, 'Сок яблочный, 1 л', juice.id, 129);
    add(corner, 'Сок вишнёвый, 1 л', juice.id, 149.5);
    const water = add(corner, 'Вода питьевая, 5 л', drinks.id, 99);
    add(bridge, 'Сыр козий', cheese.id, 890);
    const emoji = add(bridge, 'Сыр 🧀 пармезан', cheese.id, 1450);
    add(bridge, 'Сыр с плесенью', cheese.id, 720);
    const withoutPicture = tills.addProduct(bridge, 'Сырная тарелка', { price: 990, quantity: 2, parentId: cheese.id });
    const withoutPrice = add(bridge, 'Сыр без цены', cheese.id, 0);
    const alcohol = add(corner, 'Вино столовое', drinks.id, 650);
    tills.change(alcohol, { type: 'ALCOHOL_MARKED' });

    const [id, photo] = [501, 901];
    community.photos.set(photo, { id: photo, width: 600, height: 600, bytes: picture(photo, 600), item: id });
    community.items.set(id, {
        id,
        name: emoji.name,
        description: 'Стоял на витрине до нас',
        categoryId: 1301,
        price: 140_000,
        oldPrice: null,
        hidden: false,
        blocked: false,
        removedAt: null,
        photos: [photo],
        url: '',
        sku: emoji.id,
        stock: -1,
        albums: new Set(),
        created: Date.now(),
        updated: Date.now(),
    });
    return {
        stores: [corner, bridge],
        unpaid,
        known: { sku: emoji.id, item: id },
        withoutPicture,
        withoutPrice,
        alcohol,
        after: () => tills.change(water, { quantity: 0 }),
        sell: () => tills.sell(apple, 1),
    };
}
