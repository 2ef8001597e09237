import type { PassPlan } from '../../delivery/products/actions/pass-plan';
import type { PlannedChange } from '../../delivery/products/actions/planned-changes';
import type { ProductWish } from '../../delivery/products/product-state';
import type { CatalogSource, LinkState } from '../../store/catalog/records';

// What pages of a catalog hold, as the service API and the sidebar tell it. Types alone: the editor's code is compiled
// against them. Times are ISO 8601 UTC; what is not known is null.

export type { LinkState, ProductWish };

/** A store, whether switched on or not. */
export interface StoreRow {
    id: string;
    name: string;
    address: string | null;
    source: CatalogSource;
    /** id of its account */
    account: string;
    /** somebody switched it on */
    on: boolean;
    groups: number;
    products: number;
    /** when all its products were read last */
    readAt: string | null;
    /** its items stay as they are since then, and why: `payment`, `credentials`, `right` */
    staleSince: string | null;
    staleWhy: string | null;
    /** its account has it no more */
    goneSince: string | null;
}

/** A group that products are shown under; a modification group is a part of the one above it. */
export interface GroupRow {
    id: string;
    store: string;
    name: string;
    /** id of the group above; null: it is in the root. An unknown parent is the root, and a ring is cut where it closes */
    parent: string | null;
    /** names from the root down to its own */
    path: string[];
    /** its products are shown: by its own switch, or the nearest one above */
    on: boolean;
    /** its own switch; null: nobody has set it */
    switched: boolean | null;
    /** products in it, without those of the groups in it */
    products: number;
    /** groups in it */
    groups: number;
}

/** What of a product is in a community. */
export interface ShopStateRow {
    community: string;
    state: LinkState;
    /** why it is not in step, as a key of texts or in VK's words */
    reason: string | null;
    itemId: number | null;
    url: string | null;
    at: string;
}

export interface ProductRow {
    /** store and id */
    key: string;
    store: string;
    id: string;
    sku: string;
    name: string;
    group: { id: string; name: string; path: string[] } | null;
    price: number | null;
    currency: string;
    quantity: number | null;
    unit: string | null;
    article: string | null;
    barcodes: string[];
    /** address of its first picture */
    picture: string | null;
    /** what shops are to do about it; null: its items stay as they are (a store that is stale or gone) */
    wish: ProductWish | null;
    /** why a shop may leave it out: `alcohol`, `tobacco`, `age-limited` */
    limited: string | null;
    goneSince: string | null;
    /** one for each community that it was offered to; empty: it was to none yet */
    shops: ShopStateRow[];
}

export interface AlbumRow {
    id: number;
    community: string;
    title: string;
    /** items in it, as VK said last */
    items: number | null;
    url: string;
}

export interface ItemRow {
    id: number;
    community: string;
    sku: string | null;
    title: string;
    price: number | null;
    availability: 'available' | 'removed' | 'unavailable';
    albums: number[];
    url: string;
    /** the product that it is; null: it is a person's own */
    product: { key: string; name: string | null; state: LinkState } | null;
}

/** A page of a list that may be long. */
export interface Page<T> {
    rows: T[];
    /** of the whole list those that fit; of a search those of this page and behind it */
    total: number;
    /** there are more than `total` */
    more: boolean;
    /** `after` of the next page; null: this is the last */
    next: string | null;
}

/** What a dry run would do about a product. */
export interface PlannedRow extends Omit<PlannedChange, 'product'> {
    /** store and id of the product */
    key: string;
    store: string;
    name: string;
    /** of its item in the shop */
    url: string | null;
}

export interface PlannedPage extends Page<PlannedRow> {
    /** of all that fit the filter */
    cost: PassPlan;
}
