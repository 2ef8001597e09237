import { invalid, Refusal } from './errors';
import { categoryOf, type Category, type Community, type Item } from './state';
import { lengthInVk } from './text';
import { itemView } from './views';

/** What methods work with. */
export interface Shop {
    now: () => number;
    nextId: () => number;
    tree: () => readonly Category[];
    /** availability of what is hidden: which of the two is not documented */
    hiddenAs: 1 | 2;
    /** what VK makes of a text that it is sent: how much it changes is not documented */
    normalise: (text: string) => string;
}

export type Params = Readonly<Record<string, unknown>>;

/** A removed item can be restored for so long (not documented how long). */
const RESTORE_MS = 24 * 3_600_000;
const TEXT_LIMITS = { least: 4, most: 100, description: 10 } as const;

export function add(shop: Shop, community: Community, params: Params): unknown {
    if (community.shown.length >= community.mostItems) throw new Refusal(1405);
    const item: Item = {
        id: shop.nextId(),
        name: '',
        description: '',
        categoryId: 0,
        price: null,
        oldPrice: null,
        hidden: false,
        blocked: false,
        removedAt: null,
        photos: [],
        url: '',
        sku: '',
        stock: -1,
        albums: new Set(),
        created: shop.now(),
        updated: shop.now(),
    };
    // the schema does not ask for it; every public client sends one, and reports a refusal without
    if (params['main_photo_id'] === undefined) throw invalid('photo is undefined');
    change(shop, community, item, params);
    community.items.set(item.id, item);
    return { market_item_id: item.id };
}

export function edit(shop: Shop, community: Community, params: Params): unknown {
    const item = itemOf(community, params['item_id']);
    const before = JSON.stringify(item);
    const next = { ...item, photos: [...item.photos] };
    change(shop, community, next, params);
    if (JSON.stringify(next) === before) throw invalid('nothing to change');
    Object.assign(item, next, { updated: shop.now() });
    return 1;
}

export function remove(shop: Shop, community: Community, params: Params): unknown {
    itemOf(community, params['item_id']).removedAt = shop.now();
    return 1;
}

export function restore(shop: Shop, community: Community, params: Params): unknown {
    const item = community.items.get(params['item_id'] as number);
    if (item === undefined) throw new Refusal(1403);
    if (item.removedAt !== null && shop.now() - item.removedAt > RESTORE_MS) throw new Refusal(1400);
    item.removedAt = null;
    return 1;
}

export function get(shop: Shop, community: Community, params: Params): unknown {
    const { album_id: album = 0, offset = 0, count = 100 } = params as Record<string, number>;
    const [from, to] = [dayOf(params['date_from']), dayOf(params['date_to'])];
    const all = community.shown
        .filter((item) => params['with_disabled'] === true || !(item.hidden || item.blocked))
        .filter((item) => album === 0 || item.albums.has(album))
        .filter(({ updated }) => updated >= (from ?? -Infinity) && updated < (to ?? Infinity) + 86_400_000)
        // the newest first: whoever turns pages while goods are added sees some twice
        .sort((a, b) => b.id - a.id);
    return { count: all.length, items: all.slice(offset, offset + count).map(viewer(shop, community, params)) };
}

export function getById(shop: Shop, community: Community, params: Params): unknown {
    const wanted = (params['item_ids'] as string[]).map((each) => each.split('_'));
    const found = wanted.flatMap(([owner, id]) => {
        const item = community.items.get(Number(id));
        return item?.removedAt === null && Number(owner) === -community.id ? [item] : [];
    });
    return { count: found.length, items: found.map(viewer(shop, community, params)) };
}

export function search(shop: Shop, community: Community, params: Params): unknown {
    const { offset = 0, count = 20 } = params as Record<string, number>;
    const words = String(params['q'] ?? '').toLowerCase();
    const all = community.shown.filter(
        (item) => !item.hidden && !item.blocked && `${item.name} ${item.description}`.toLowerCase().includes(words),
    );
    const items = all.slice(offset, offset + count).map(viewer(shop, community, params));
    return { count: all.length, view_type: 1, items };
}

function viewer(shop: Shop, community: Community, params: Params): (item: Item) => unknown {
    const extended = params['extended'] === true;
    return (item) => itemView(item, community, { extended, tree: shop.tree(), hiddenAs: shop.hiddenAs });
}

/** Puts what was sent into an item. @throws Refusal: nothing was changed of what others see */
function change(shop: Shop, community: Community, item: Item, params: Params): void {
    const text = (name: string): string | undefined =>
        params[name] === undefined ? undefined : shop.normalise(params[name] as string);
    const name = text('name');
    const description = text('description');
    if (name !== undefined && lengthInVk(name) < TEXT_LIMITS.least)
        throw invalid('name should be at least 4 letters length');
    if (name !== undefined && lengthInVk(name) > TEXT_LIMITS.most)
        throw invalid('name should be no longer than 100 letters');
    if (description !== undefined && lengthInVk(description) < TEXT_LIMITS.description)
        throw invalid('description should be at least 10 letters length');
    if (/https?:\/\/(?!vk\.com)/i.test(description ?? '')) throw new Refusal(1408);
    const categoryId = params['category_id'] as number | undefined;
    const category = categoryId === undefined ? undefined : categoryOf(shop.tree(), categoryId)?.at(-1);
    if (categoryId !== undefined && (category === undefined || category.children !== undefined))
        throw invalid('category_id is invalid');
    photos(community, item, params);
    Object.assign(item, {
        name: name ?? item.name,
        description: description ?? item.description,
        categoryId: categoryId ?? item.categoryId,
        price: hundredths(params['price']) ?? item.price,
        oldPrice: hundredths(params['old_price']) ?? item.oldPrice,
        hidden: params['deleted'] ?? item.hidden,
        url: params['url'] ?? item.url,
        sku: params['sku'] ?? item.sku,
        stock: params['stock_amount'] ?? item.stock,
    });
}

/** A photo belongs to one item, for good. */
function photos(community: Community, item: Item, params: Params): void {
    const main = params['main_photo_id'] as number | undefined;
    const others = params['photo_ids'] as number[] | undefined;
    const wanted = [...(main === undefined ? [] : [main]), ...(others ?? [])];
    for (const id of wanted) {
        const photo = community.photos.get(id);
        if (photo === undefined || (photo.item !== null && photo.item !== item.id))
            throw invalid('photo not found or already assigned to another item');
    }
    for (const id of wanted) community.photos.get(id)!.item = item.id;
    item.photos = [main ?? item.photos[0], ...(others ?? item.photos.slice(1))].filter((id) => id !== undefined);
}

export function itemOf(community: Community, id: unknown): Item {
    const item = community.items.get(id as number);
    if (item === undefined || item.removedAt !== null) throw new Refusal(1403);
    return item;
}

function hundredths(price: unknown): number | undefined {
    return price === undefined ? undefined : Math.round((price as number) * 100);
}

/** `yyyy-mm-dd`; anything else is none. */
function dayOf(text: unknown): number | undefined {
    return typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : undefined;
}
