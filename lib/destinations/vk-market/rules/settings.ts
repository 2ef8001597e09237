import type { Picture } from '../../../http/picture-type';
import type { Albums } from '../../../product/albums';
import type { AvailabilityRule } from '../../../product/availability';
import type { PriceRule } from '../../../product/price';

/** Fields that may stay as a person made them in the shop. */
export const KEEPABLE = ['name', 'description', 'pictures', 'category', 'albums', 'price', 'stock'] as const;
export type Keepable = (typeof KEEPABLE)[number];

/** How products become items of a community. */
export interface UpsertSettings {
    price: PriceRule;
    availability: AvailabilityRule;
    albums: Albums;
    /** what a person changed in the shop and stays so */
    keepManual: ReadonlySet<Keepable>;
    /** hides of one store that are held until a person agrees: more than `count` and more than `percent` of its items */
    mostHidden: { count: number; percent: number };
    /** nothing is written: it is told what would be */
    dryRun: boolean;
}

/** What a flow says of one product beside the product itself: typed settings, evaluated. */
export interface ProductExtras {
    /** of the shop; null: there is none, so that the product cannot be put on sale */
    categoryId: number | null;
    /** in the currency's unit; null: none */
    oldPrice: number | null;
    /** what the template made; null: the product's own */
    description: string | null;
    /** of the button in the shop; null: none */
    link: string | null;
}

/** A picture as the shop takes it. */
export interface ShopPicture extends Picture {
    /** of what it was made of: the same hash is uploaded once for a product */
    hash: string;
}

/** Where pictures come from, as the shop takes them: big enough, of a kind it knows. */
export interface PictureSource {
    /** @returns hash of the picture that a product has now, without reading it; null: it has none, and there is no fallback */
    hashOf(pictures: readonly { url: string; hash: string | null }[]): string | null;
    /** @returns null: it could not be made, and there is no fallback */
    read(pictures: readonly { url: string; hash: string | null }[], signal?: AbortSignal): Promise<ShopPicture | null>;
}
