import type { Product } from '../../../product/product';
import type { Verdict } from '../shop/twins';
import type { Desired } from './desired';

/**
 * What the shop is to show of a product that other stores have, too.
 * @param isShown false: it is switched off or gone, whatever the others are
 * @param desired what it would show of the product, with the quantity that counts
 */
export function desiredAmong(
    verdict: Verdict,
    product: Product,
    isShown: boolean,
    desired: (product: Product) => Desired,
): Desired {
    if (isShown && verdict.is === 'merged') return { show: false, reason: 'merged' };
    return desired(verdict.is === 'master' ? { ...product, quantity: verdict.quantity } : product);
}
