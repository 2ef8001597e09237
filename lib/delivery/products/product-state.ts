import type { ProductRecord } from '../../store/catalog/records';

/** Why a product is offered: what a message says as `change`. */
export const PRODUCT_CHANGES = ['new', 'changed', 'stock', 'off', 'gone'] as const;
export type ProductChange = (typeof PRODUCT_CHANGES)[number];

/** What the shop is to do about a product: show it, hide it because it was switched off, or because it is gone. */
export type ProductWish = 'show' | 'off' | 'gone';

/** Acknowledged by who is writing it: until that is through, nobody knows what the shop has, and it differs from every state. */
export const UNKNOWN_STATE = '';

/**
 * The state of a product that somebody who takes it acknowledges: whatever of it differs is offered again.
 * @param settings tells the settings of the one who takes it
 */
export function stateOf(product: Readonly<ProductRecord>, wish: ProductWish, settings: string): string {
    // of one that is hidden nothing else counts
    if (wish !== 'show') return wish;
    return [settings, product.hash, product.quantity ?? '?'].join(' ');
}

/**
 * What has changed since a state was acknowledged.
 * @param before undefined: none was
 * @param isInShop the shop may have it all the same, e.g. from before the catalog was lost
 * @returns null: nothing
 */
export function changeOf(before: string | undefined, now: string, isInShop: boolean): ProductChange | null {
    if (now === before) return null;
    if (now === 'off' || now === 'gone') return before === undefined && !isInShop ? null : now;
    if (before === undefined) return 'new';
    return withoutQuantity(before) === withoutQuantity(now) ? 'stock' : 'changed';
}

function withoutQuantity(state: string): string {
    return state.slice(0, Math.max(0, state.lastIndexOf(' ')));
}
