import * as v from 'valibot';
import { checkedFor, maybe, type Checked } from '../http/checked';

export type PartPk = number;
export type StockPk = number;

const pk = v.pipe(v.number(), v.integer());

export const rootSchema = v.looseObject({
    server: v.literal('InvenTree'),
    version: v.string(),
    apiVersion: v.number(),
});

export const partSchema = v.looseObject({
    pk,
    name: v.string(),
    IPN: v.fallback(v.nullish(v.string(), ''), ''),
    image: maybe(v.string()),
    active: maybe(v.boolean()),
    revision: maybe(v.string()),
    category: maybe(pk),
});
export type Part = v.InferOutput<typeof partSchema>;

export const stockSchema = v.looseObject({
    pk,
    part: pk,
    quantity: v.pipe(v.union([v.number(), v.string()]), v.transform(Number)),
    batch: maybe(v.string()),
    location: maybe(pk),
    parent: maybe(pk),
    status: maybe(v.number()),
    notes: maybe(v.string()),
});
export type StockItem = v.InferOutput<typeof stockSchema>;

export const templateSchema = v.looseObject({ pk, name: v.string(), units: v.fallback(v.nullish(v.string(), ''), '') });
export type ParameterTemplate = v.InferOutput<typeof templateSchema>;

export const parameterSchema = v.looseObject({ pk, template: pk, data: v.pipe(v.unknown(), v.transform(String)) });
export type Parameter = v.InferOutput<typeof parameterSchema>;

export const placeSchema = v.looseObject({
    pk,
    name: v.string(),
    structural: v.fallback(v.nullish(v.boolean(), false), false),
});
export type Place = v.InferOutput<typeof placeSchema>;

const pageSchema = v.looseObject({
    count: v.number(),
    next: v.fallback(v.nullish(v.string(), null), null),
    results: v.array(v.unknown()),
});

export const checked: Checked = checkedFor('InvenTree');

/** A list answer, with or without pages (recordings 037, 038). */
export function rows<const T extends v.GenericSchema>(
    schema: T,
    body: unknown,
    what: string,
): { rows: v.InferOutput<T>[]; more: boolean; count: number } {
    if (Array.isArray(body))
        return { rows: body.map((row) => checked(schema, row, what)), more: false, count: body.length };
    const page = checked(pageSchema, body, what);
    return { rows: page.results.map((row) => checked(schema, row, what)), more: page.next !== null, count: page.count };
}

/** `POST /api/stock/` answers a list, before API 383 an object. */
export function oneStockItem(body: unknown): StockItem {
    return checked(stockSchema, Array.isArray(body) ? body[0] : body, 'POST /api/stock/');
}
