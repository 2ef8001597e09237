import type { Catalog } from '../../../store/catalog/catalog';
import { KEY_OF } from '../../../store/catalog/keys';
import type { ProductRecord } from '../../../store/catalog/records';
import type { PassControl } from '../catalog-passes';
import type { ProductMessages } from '../product-messages';
import type { ProductOffers } from '../product-offers';
import type { WishRules } from '../wish';
import type { AccountActions } from './account-actions';
import type { ShopActions } from './shop-actions';

/** What actions work with. */
export interface CatalogActionParts {
    catalog: Catalog;
    passes: PassControl;
    offers: ProductOffers;
    messages: ProductMessages;
    /** account ids of the source */
    accounts: () => readonly string[];
    /** what it is settled by whether a product is shown */
    rules: WishRules;
    /** what is decided about its accounts; missing: they do not come by themselves */
    accountActions?: AccountActions;
    /** whether nobody has looked for the pictures of a product yet; missing: its source tells them with it */
    awaitsPicture?: (product: Readonly<ProductRecord>) => boolean;
    /** the shops that its products come to */
    shops: () => readonly ShopActions[];
}

/** Offers products again, whatever was acknowledged of them. @returns how many */
export function again(parts: CatalogActionParts, skus: readonly string[]): number {
    let count = 0;
    for (const sku of new Set(skus)) {
        for (const product of parts.catalog.find('products', 'sku', sku)) {
            offerOnce(parts, KEY_OF.products(product));
            count++;
        }
    }
    return count;
}

/** @param key of the product's record */
export function offerOnce({ catalog, offers }: CatalogActionParts, key: string): void {
    for (const ack of catalog.find('acks', 'product', key)) catalog.removeDeferred('acks', KEY_OF.acks(ack));
    offers.lookAt(key);
}
