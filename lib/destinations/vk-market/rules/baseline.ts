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

const PENDING = ['name', 'description', 'categoryId', 'price', 'oldPrice', 'stock', 'url', 'mainPhotoId'] as const;

/** Fields as we last tried to send them. */
export type Pending = Pick<ItemFields, (typeof PENDING)[number]> & { albumIds?: number[] };

/**
 * What is noted before an edit is sent. Where its answer is lost the shop may have it: then it is no person's change, and
 * what the shop shows is sent again, also where the catalog has gone back to what it was before.
 */
export function pendingOf(sent: ItemFields): Pending {
    return Object.fromEntries(PENDING.flatMap((name) => (sent[name] === undefined ? [] : [[name, sent[name]]])));
}

/** A baseline with what is pending besides. @param change undefined fields are pending no more */
export function withPending({ pending: before, ...base }: Baseline, change: Pending): Baseline {
    const all = Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined);
    return all.length === 0 ? base : { ...base, pending: Object.fromEntries(all) };
}

/** Whether an edit was sent of which nobody knows whether it was done. */
export function isUncertain(base: Baseline | null): boolean {
    return PENDING.some((name) => base?.pending?.[name] !== undefined);
}

/**
 * A baseline once the item was read: what is in the shop of an edit without an answer is what we left there. What is not
 * there stays noted, since VK may be doing it yet.
 */
export function baselineSeen(base: Baseline, item: ShopItem): Baseline {
    const { pending = {} } = base;
    const seen = baselineOf(item);
    const isIn = (field: (typeof PENDING)[number]): boolean => {
        const tried = pending[field];
        if (tried === undefined) return false;
        if (field === 'mainPhotoId')
            return item.photoIds !== null && isSameList([tried as number, ...base.photoIds.slice(1)], item.photoIds);
        const is = seen[field];
        return typeof tried === 'string' && typeof is === 'string' ? isSameText(tried, is) : tried === is;
    };
    const found = PENDING.filter(isIn);
    const fields = found.map((field) =>
        field === 'mainPhotoId' ? { photoIds: seen.photoIds } : { [field]: seen[field] },
    );
    const left = withPending(base, Object.fromEntries(found.map((field) => [field, undefined])));
    return Object.assign(left, ...fields) as Baseline;
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

export function isSameList(one: readonly number[], other: readonly number[]): boolean {
    return one.length === other.length && one.every((each, at) => each === other[at]);
}

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
