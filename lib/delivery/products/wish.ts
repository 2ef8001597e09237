import type { ProductWish } from './product-state';
import { isGroupOn, type NewGroups } from './switches';
import type { Catalog } from '../../store/catalog/catalog';
import type { ProductRecord } from '../../store/catalog/records';

export interface WishRules {
    newGroups: NewGroups;
    leaveOut: readonly string[];
}

/**
 * What a shop is to do about a product.
 * @returns null: its item stays as it is. The store answers 402, the token or a right is lost, the account is suspended, or
 *   the store itself is gone: a person is to say what becomes of its items
 */
export function wishOf(
    catalog: Catalog,
    { account, store, group, limited, goneSince }: Readonly<ProductRecord>,
    { newGroups, leaveOut }: WishRules,
): ProductWish | null {
    const of = catalog.get('stores', store);
    if (of === undefined || catalog.get('accounts', account)?.state !== 'active') return null;
    if (of.goneSince !== undefined) return of.goneAnswer === 'hide' ? 'off' : null;
    if (of.staleSince !== undefined) return null;
    // what was switched off is hidden, whatever else became of it
    if (!isGroupOn(catalog, store, group, newGroups)) return 'off';
    if (goneSince !== undefined) return 'gone';
    return limited !== undefined && leaveOut.includes(limited) ? 'off' : 'show';
}
