import type { Product } from '../../product/product';
import type { ShopItem } from '../../clients/vk/answers';
import type { PictureSource, ProductExtras, UpsertSettings } from './rules/settings';
import type { Queued } from './queue';

/** What became of a product: `msg.shop`. */
export const ACTIONS = [
    'added',
    'edited',
    'hidden',
    'shown',
    'linked',
    'unchanged',
    'superseded',
    'skipped',
    'refused',
    'planned',
] as const;
export type ShopAction = (typeof ACTIONS)[number];

export interface ShopResult {
    itemId: number | null;
    url: string | null;
    action: ShopAction;
    /** a key for texts, or words of VK; null: there is nothing to say */
    reason: string | null;
}

/** A product as a node hands it over. */
export interface ProductState {
    /** id of the node */
    upsert: string;
    product: Product;
    /** as the message says it: `new`, `changed`, `stock`, `off`, `gone` */
    change: string;
    extras: ProductExtras;
    settings: UpsertSettings;
    pictures: PictureSource;
}

/** A product that waits for its batch. */
export interface Entry extends ProductState, Queued {
    /** key of the product's record */
    productKey: string;
    /** how often it was tried in vain */
    attempts: number;
    isSettled: boolean;
    /** the state that its node acknowledged before it was written; missing: none, or nothing was written */
    acknowledged?: string;
    settle: (result: ShopResult) => void;
    fail: (error: Error) => void;
}

/** One that was written, and whose albums and baseline are still to be seen to. */
export interface Written {
    entry: Entry;
    itemId: number;
    action: ShopAction;
    /** titles of the albums that it is to lie in */
    albums: readonly string[];
    /** as it was before the write, where it was asked */
    before: ShopItem | undefined;
}
