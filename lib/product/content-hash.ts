import { createHash } from 'node:crypto';
import type { Product } from './product';

/** Of a product, all that a shop is told of it but its quantity, which changes with each sale and goes by itself. */
export type Content = Omit<Product, 'quantity' | 'updatedAt' | 'raw' | 'storeName'> & {
    /** why a shop may have to leave it out */
    limited: string | null;
};

/** Told in this order, whatever the order of a record's fields. */
const FIELDS = [
    'source',
    'account',
    'storeId',
    'id',
    'sku',
    'name',
    'description',
    'kind',
    'price',
    'currency',
    'unit',
    'sellable',
    'group',
    'article',
    'barcodes',
    'options',
    'pictures',
    'limited',
] as const satisfies readonly (keyof Content)[];

/** A new version of the text below gets another number: then all is offered once more. */
const VERSION = 1;

/** SHA-1 of what a shop is told of a product: two that have the same need no call. @returns 20 hex digits */
export function contentHash(content: Content): string {
    const told = {
        ...content,
        // where a picture lies may be signed anew each time it is asked for
        pictures: content.pictures.map(({ url, hash }) => hash ?? url),
    };
    const text = JSON.stringify([VERSION, ...FIELDS.map((field) => sorted(told[field]))]);
    return createHash('sha1').update(text).digest('hex').slice(0, 20);
}

/** Objects as sorted pairs: a server may tell fields in any order. Lists keep theirs, which means something. */
function sorted(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value ?? null;
    return Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, each]) => [name, sorted(each)]);
}
