/** What Evotor keeps of each thing. Fields that are undefined or empty are left out of answers, as Evotor leaves them out. */
interface Dated {
    id: string;
    /** milliseconds since 1970 */
    created: number;
    updated: number;
}

export interface StoreRow extends Dated {
    name: string;
    address?: string;
    userId: string;
    /** the app is not installed on each till, or not paid for: 402 to all that is asked of this store */
    unpaid: boolean;
    /** by id, in the order in which they were made */
    groups: Map<string, GroupRow>;
    products: Map<string, ProductRow>;
}

export interface GroupRow extends Dated {
    name: string;
    parentId?: string;
    /** a modification group */
    attributes?: { id: string; name: string; choices: { id: string; name: string }[] }[];
}

export interface ProductRow extends Dated {
    name: string;
    type: string;
    price: number;
    /** missing of a service */
    quantity?: number;
    costPrice?: number;
    measureName: string;
    tax: string;
    allowToSell: boolean;
    description?: string;
    articleNumber?: string;
    code?: string;
    barcodes?: string[];
    parentId?: string;
    attributesChoices?: Record<string, string>;
    images: ImageRow[];
    /** fields that no documentation names, as they are sent; also what is to stand in the place of one that it names */
    odd?: Record<string, unknown>;
}

export interface ImageRow extends Dated {
    bytes: Buffer;
    extension: string;
    width: number;
    height: number;
}

/** Group and product ids: UUIDs in small letters. */
export const uuidOf = (kind: number, n: number): string =>
    `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Store ids: a date, then what looks like the rest of a UUID, in capitals. */
export const storeIdOf = (n: number): string =>
    `20250311-0A1B-40C2-80D3-${(0x4e5f60718293 + n).toString(16).toUpperCase()}`;
