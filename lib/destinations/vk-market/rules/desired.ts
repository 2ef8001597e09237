import { createHash } from 'node:crypto';
import { albumTitles } from '../../../product/albums';
import { availabilityOf, type NotShown } from '../../../product/availability';
import { shopOldPrice, shopPrice } from '../../../product/price';
import type { Product } from '../../../product/product';
import { shopDescription, shopName, type NameRefusal } from '../../../product/texts';
import type { ProductExtras, UpsertSettings } from './settings';

/** What the shop is to show of a product. */
export interface DesiredItem {
    name: string;
    description: string;
    categoryId: number;
    /** in the currency's unit */
    price: number;
    oldPrice: number | null;
    /** null: not told */
    stock: number | null;
    url: string | null;
    sku: string;
    /** titles */
    albums: string[];
    /** what tells its picture; null: it has none */
    picture: string | null;
}

export type Refusal = NameRefusal | 'noCategory' | 'noPicture' | 'badSku' | 'otherCurrency';

export type Desired =
    | { show: true; item: DesiredItem }
    /** `merged`: a product of another store stands for it */
    | { show: false; reason: NotShown | 'merged' }
    /** the item stays as it is */
    | { show: 'keep' }
    /** it cannot be put on sale as it is */
    | { show: 'refused'; reason: Refusal };

/** market.add: 320 characters; longer ones are left out, since a link that is cut leads elsewhere. */
const MOST_URL = 320;
const MOST_SKU = 50;

/**
 * What the shop is to show of a product, by the rules of the flow.
 * @param change as the message says it
 * @param picture what tells the product's picture; null: there is none
 * @param currency of the community's prices; null: not known
 */
export function desiredOf(
    product: Product,
    change: string,
    settings: UpsertSettings,
    extras: ProductExtras,
    picture: string | null,
    currency: string | null,
): Desired {
    const price = shopPrice(product.price, settings.price);
    const { quantity, unit, sellable } = product;
    const availability = availabilityOf({ quantity, unit, sellable, price, change }, settings.availability);
    if (availability.show === 'keep') return { show: 'keep' };
    if (!availability.show) return { show: false, reason: availability.reason };
    // VK takes a number alone: 10 euros would be sold for 10 roubles
    if (currency !== null && !isSameCurrency(product.currency, currency))
        return { show: 'refused', reason: 'otherCurrency' };
    const { name, refusal } = shopName(product.name, product.options);
    if (refusal !== null) return { show: 'refused', reason: refusal };
    if (extras.categoryId === null) return { show: 'refused', reason: 'noCategory' };
    if (product.sku.length > MOST_SKU) return { show: 'refused', reason: 'badSku' };
    if (picture === null) return { show: 'refused', reason: 'noPicture' };
    const url = extras.link?.trim() ?? '';
    return {
        show: true,
        item: {
            name,
            description: shopDescription(extras.description ?? product.description, product),
            categoryId: extras.categoryId,
            price: price!,
            oldPrice: shopOldPrice(extras.oldPrice, price!),
            stock: availability.stock,
            url: url === '' || url.length > MOST_URL ? null : url,
            sku: product.sku,
            albums: albumTitles(product.group?.path ?? [], settings.albums),
            picture,
        },
    };
}

function isSameCurrency(one: string, other: string): boolean {
    return one.trim().toUpperCase() === other.trim().toUpperCase();
}

/** Tells one wish from another, but for the stock figure, which goes out by itself. */
export function hashOfDesired({ stock: _stock, ...item }: DesiredItem): string {
    return createHash('sha1')
        .update(JSON.stringify(Object.entries(item).sort()))
        .digest('hex')
        .slice(0, 20);
}
