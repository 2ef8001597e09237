import { numberOfText } from '../text/number-text';

/** A product as it travels the wires in `msg.payload` of `catalog/product`. Unknown is null. */
export interface Product {
    /** `evotor` or `inventree` */
    source: string;
    /** id of the account that it comes from */
    account: string;
    storeId: string;
    storeName: string;
    /** of the source */
    id: string;
    /** what the shop's item is known by: the product's id, `inventree:<pk>` of InvenTree's stock */
    sku: string;
    name: string;
    description: string | null;
    /** as the source calls it: `NORMAL`, `SERVICE`, `ALCOHOL_MARKED`, … */
    kind: string;
    /** in roubles, or in `currency`; 0 is what many write for "not set" */
    price: number | null;
    currency: string;
    /** may be negative, and a fraction; null: nobody told, which is not 0 */
    quantity: number | null;
    unit: string | null;
    /** false: may not be sold at the moment */
    sellable: boolean;
    /** null: in the root of its store. `path`: names from the root down to its own */
    group: { id: string; name: string; path: string[] } | null;
    article: string | null;
    barcodes: string[];
    /** of a modification: what is chosen, by attribute, e.g. `{ Colour: "Blue" }` */
    options: Record<string, string>;
    pictures: { url: string; hash: string | null }[];
    /** ISO 8601 UTC */
    updatedAt: string | null;
    /** the source's own object */
    raw: Record<string, unknown> | null;
}

/** A message whose payload is no product. */
export class NoProductError extends Error {
    constructor(why: string) {
        super(`msg.payload is no product: ${why}`);
        this.name = 'NoProductError';
    }
}

/**
 * Reads a product of a message, which people may have changed on the way: a price or quantity that became a text is read as
 * the number that it says.
 * @throws NoProductError where `source`, `storeId`, `id`, `sku` or `name` is missing, or a price or quantity is no number
 */
export function productIn(payload: unknown): Product {
    if (!isObject(payload)) throw new NoProductError('it is no object');
    const storeId = required(payload, 'storeId');
    const group = payload['group'];
    return {
        source: required(payload, 'source'),
        account: textOf(payload['account']) ?? '',
        storeId,
        storeName: textOf(payload['storeName']) ?? storeId,
        id: required(payload, 'id'),
        sku: required(payload, 'sku'),
        name: textOf(payload['name']) ?? '',
        description: textOf(payload['description']),
        kind: textOf(payload['kind']) ?? '',
        price: figure(payload, 'price'),
        currency: textOf(payload['currency']) ?? 'RUB',
        quantity: figure(payload, 'quantity'),
        unit: textOf(payload['unit']),
        sellable: payload['sellable'] !== false,
        group: isObject(group) ? groupIn(group) : null,
        article: textOf(payload['article']),
        barcodes: textsOf(payload['barcodes']),
        options: optionsOf(payload['options']),
        pictures: picturesOf(payload['pictures']),
        updatedAt: textOf(payload['updatedAt']),
        raw: isObject(payload['raw']) ? payload['raw'] : null,
    };
}

function groupIn(group: Record<string, unknown>): Product['group'] {
    const id = textOf(group['id']);
    if (id === null) return null;
    const path = textsOf(group['path']);
    const name = textOf(group['name']) ?? path.at(-1) ?? '';
    return { id, name, path: path.length === 0 && name !== '' ? [name] : path };
}

function required(payload: Record<string, unknown>, field: string): string {
    const text = textOf(payload[field]);
    if (text === null || text.trim() === '') throw new NoProductError(`${field} is missing`);
    return text;
}

function figure(payload: Record<string, unknown>, field: string): number | null {
    const value = payload[field];
    if (value === undefined || value === null || value === '') return null;
    const number = typeof value === 'string' ? numberOfText(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw new NoProductError(`${field} is no number`);
}

function textOf(value: unknown): string | null {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? value : null;
}

function textsOf(value: unknown): string[] {
    return Array.isArray(value) ? value.map(textOf).filter((text): text is string => text !== null) : [];
}

function optionsOf(value: unknown): Record<string, string> {
    if (!isObject(value)) return {};
    const pairs = Object.entries(value).map(([name, choice]) => [name, textOf(choice)] as const);
    return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
}

function picturesOf(value: unknown): Product['pictures'] {
    if (!Array.isArray(value)) return [];
    return value.filter(isObject).flatMap((picture) => {
        const url = textOf(picture['url']);
        return url === null ? [] : [{ url, hash: textOf(picture['hash']) }];
    });
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
