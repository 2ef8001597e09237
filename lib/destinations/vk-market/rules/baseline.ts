import type { ShopItem } from '../../../clients/vk/answers';
import type { ItemFields } from '../../../clients/vk/market';

/** An item as VK returned it after our last write: what differs from it later is a person's change. */
export interface Baseline {
    name: string;
    description: string;
    categoryId: number | null;
    price: number | null;
    oldPrice: number | null;
    /** null: none was told */
    stock: number | null;
    url: string | null;
    sku: string | null;
    photoIds: number[];
    albumIds: number[];
    /** titles of the albums that we put it into */
    albumTitles?: string[];
    /** texts that are as we sent them: VK was not asked yet what it made of them */
    unread?: UnreadText[];
    /** what was about to be sent and may be in the shop, with no answer yet: it is no person's */
    pending?: Pending;
    /** a person made the item, and it was linked: what may be kept of it is theirs */
    isLinked?: true;
}

/** Fields that a person may have changed, as we last tried to send them. */
export type Pending = Pick<ItemFields, 'name' | 'description' | 'categoryId' | 'price' | 'stock' | 'mainPhotoId'> & {
    albumIds?: number[];
};

/** Of what is sent, what could be taken for a person's change where the answer is lost. */
export function pendingOf({ name, description, categoryId, price, stock, mainPhotoId }: ItemFields): Pending {
    return { name, description, categoryId, price, stock, mainPhotoId };
}

const TEXTS = ['name', 'description', 'url'] as const;
type UnreadText = (typeof TEXTS)[number];

export function baselineOf(item: ShopItem): Baseline {
    return {
        name: item.title,
        description: item.description,
        categoryId: item.categoryId,
        price: item.price,
        oldPrice: item.oldPrice,
        stock: item.stock,
        url: item.url,
        sku: item.sku,
        photoIds: item.photoIds ?? [],
        albumIds: item.albumIds ?? [],
    };
}

/** A baseline after a write, as far as we know it without asking. */
export function baselineAfter(before: Baseline | null, sent: ItemFields): Baseline {
    const base = before ?? EMPTY;
    const photoIds = sent.mainPhotoId === undefined ? base.photoIds : [sent.mainPhotoId, ...base.photoIds.slice(1)];
    const unread = TEXTS.filter((text) => sent[text] !== undefined || base.unread?.includes(text));
    return {
        name: sent.name ?? base.name,
        description: sent.description ?? base.description,
        categoryId: sent.categoryId ?? base.categoryId,
        price: sent.price ?? base.price,
        oldPrice: sent.oldPrice ?? base.oldPrice,
        stock: sent.stock === undefined ? base.stock : sent.stock,
        url: sent.url ?? base.url,
        sku: sent.sku ?? base.sku,
        photoIds,
        albumIds: base.albumIds,
        ...(base.albumTitles === undefined ? {} : { albumTitles: base.albumTitles }),
        // figures come back as they were sent; of texts VK may make something else
        ...(unread.length === 0 ? {} : { unread }),
        ...(base.pending?.albumIds === undefined ? {} : { pending: { albumIds: base.pending.albumIds } }),
        ...(base.isLinked === true ? { isLinked: true as const } : {}),
    };
}

/**
 * A baseline once VK was asked what it made of the texts that we sent. What we did not send is not taken over: a person may
 * have changed it, and it would count as ours from then on.
 */
export function baselineRead({ unread = [], ...base }: Baseline, item: ShopItem): Baseline {
    const read = baselineOf(item);
    return Object.assign(base, ...unread.map((text) => ({ [text]: read[text] }))) as Baseline;
}

const EMPTY: Baseline = {
    name: '',
    description: '',
    categoryId: null,
    price: null,
    oldPrice: null,
    stock: null,
    url: null,
    sku: null,
    photoIds: [],
    albumIds: [],
};

/** Whether two texts are the same to a reader: what VK does to them is not documented. */
export function isSameText(one: string, other: string): boolean {
    return readable(one) === readable(other);
}

function readable(text: string): string {
    return text
        .replace(/&(amp|quot|lt|gt|#39);/g, (_entity, name: string) => ENTITIES[name] ?? '')
        .replace(/\s+/g, ' ')
        .trim();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'" };
