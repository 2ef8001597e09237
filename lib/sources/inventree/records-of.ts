import type { CatalogPart, PriceBreak, TreeRow } from '../../clients/inventree/catalog/lists';
import type { Given } from '../../store/catalog/catalog';
import type { ProductRecord } from '../../store/catalog/records';
import { given, MOST_TEXT, nonEmpty } from '../catalog/record-fields';
import { withOwn, type StoreGroups } from '../catalog/store-groups';
import type { Price } from './figures';

/** One InvenTree is one account and one store: `inventree:<pk>` does not tell two of them apart. */
export const STORE = 'inventree';

/** What an item in the shop is known by. */
export function skuOf(pk: number): string {
    return `inventree:${pk}`;
}

export function groupRecord({ pk, name, parent }: TreeRow): Given<'groups'> {
    return { id: String(pk), store: STORE, name, ...given({ parent: parent === null ? undefined : String(parent) }) };
}

/** What of a Part stands in other lists. undefined: unknown at the moment, it stays as it is known. */
export interface PartFigures {
    stock: number | null | undefined;
    price: Price | null | undefined;
    breaks: readonly PriceBreak[];
}

/**
 * A Part as a product. Of a virtual one there is no stock, so its quantity is unknown.
 * @param pictureOf the address of an image, which InvenTree tells without its own
 */
export function productRecord(
    part: CatalogPart,
    { stock, price, breaks }: PartFigures,
    known: Readonly<ProductRecord> | undefined,
    groups: StoreGroups,
    pictureOf: (image: string) => string,
): Given<'products'> {
    const image = nonEmpty(part.image);
    const kept = known === undefined ? null : { price: known.price, currency: known.currency };
    const paid = price === undefined ? kept : price && { price: price.amount, currency: price.currency };
    const record = {
        id: String(part.pk),
        source: 'inventree' as const,
        account: STORE,
        store: STORE,
        sku: skuOf(part.pk),
        name: part.name.slice(0, MOST_TEXT),
        kind: part.virtual ? 'VIRTUAL' : 'PART',
        price: paid?.price ?? null,
        quantity: part.virtual ? null : stock === undefined ? (known?.quantity ?? null) : stock,
        // what is not salable is no product at all, or is to be sold all the same
        sellable: true,
        pictures: image === undefined ? [] : [{ url: pictureOf(image) }],
        ...given({
            group: part.category === null ? undefined : String(part.category),
            currency: paid?.currency,
            description: nonEmpty(part.description?.slice(0, MOST_TEXT)),
            unit: nonEmpty(part.units),
            article: nonEmpty(part.IPN),
        }),
    };
    return withOwn(groups, record, { ...part, price_breaks: breaks });
}
