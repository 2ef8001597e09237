import * as v from 'valibot';
import { maybe } from '../../../http/checked';
import type { InvenTreeClient } from '../client';
import { wholeList, type Query, type WholeList } from './whole-list';

const pk = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Numbers are numbers of JSON in some lists and texts in others. */
const decimal = v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.trim(), v.nonEmpty())]),
    v.transform(Number),
    v.finite(),
);

const treeSchema = v.looseObject({
    pk,
    name: v.string(),
    // one that cannot be read would move all that is below it
    parent: v.nullable(pk),
});
/** A category of Parts or a location of stock. */
export type TreeRow = v.InferOutput<typeof treeSchema>;

const partSchema = v.looseObject({
    pk,
    name: v.string(),
    IPN: v.nullish(v.string(), ''),
    description: maybe(v.string()),
    category: v.nullish(pk, null),
    active: v.boolean(),
    salable: v.boolean(),
    virtual: v.boolean(),
    is_template: v.boolean(),
    revision: v.nullish(v.string(), ''),
    // older servers know no revisions of Parts
    revision_of: v.nullish(pk, null),
    units: maybe(v.string()),
    image: maybe(v.string()),
});
/** A Part as it is sold. */
export type CatalogPart = v.InferOutput<typeof partSchema>;

const stockSchema = v.looseObject({
    pk,
    part: pk,
    quantity: decimal,
    /** to orders that are open, of sales and of builds */
    allocated: decimal,
    location: v.nullish(pk, null),
    status: v.number(),
    /** a status of the server's own people, which stands for one of InvenTree's */
    status_custom_key: v.nullish(v.number(), null),
    is_building: v.boolean(),
    belongs_to: v.nullish(pk, null),
    customer: v.nullish(pk, null),
    sales_order: v.nullish(pk, null),
    consumed_by: v.nullish(pk, null),
});
/** A stock item with what of it is promised to somebody. */
export type CatalogStock = v.InferOutput<typeof stockSchema>;

const priceBreakSchema = v.looseObject({
    pk,
    part: pk,
    quantity: decimal,
    price: v.nullable(decimal),
    price_currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
});
/** A price from a quantity on. */
export type PriceBreak = v.InferOutput<typeof priceBreakSchema>;

/**
 * Rows of a page. Price breaks and stock can be sorted by nothing that tells all rows apart, so theirs are many: with one
 * page nothing is missed.
 */
const PAGES = { tree: 1000, parts: 500, stock: 2000, priceBreaks: 10_000 } as const;

/** All categories of Parts. */
export function categories(inventree: InvenTreeClient, signal?: AbortSignal): Promise<WholeList<TreeRow>> {
    return tree(inventree, '/api/part/category/', signal);
}

/** All locations of stock. */
export function locations(inventree: InvenTreeClient, signal?: AbortSignal): Promise<WholeList<TreeRow>> {
    return tree(inventree, '/api/stock/location/', signal);
}

function tree(inventree: InvenTreeClient, path: string, signal?: AbortSignal): Promise<WholeList<TreeRow>> {
    return wholeList(inventree, { path, query: {}, schema: treeSchema, pageSize: PAGES.tree }, signal);
}

/**
 * Parts that are active.
 * @param of `category`: and what is below it; it must be there, an unknown one filters nothing
 */
export function activeParts(
    inventree: InvenTreeClient,
    of: { category: number | null; salableOnly: boolean },
    signal?: AbortSignal,
): Promise<WholeList<CatalogPart>> {
    const query: Query = {
        active: 'true',
        // known since API 482; before, the list is sorted by name
        ordering: 'id',
        ...(of.salableOnly ? { salable: 'true' } : {}),
        ...(of.category === null ? {} : { category: of.category }),
    };
    return wholeList(inventree, { path: '/api/part/', query, schema: partSchema, pageSize: PAGES.parts }, signal);
}

/**
 * Stock of one status that is not at a customer's, installed, used up or still being built.
 * @param of `location`: and what is below it; it must be there, an unknown one filters nothing
 */
export function stockOfStatus(
    inventree: InvenTreeClient,
    of: { status: number; location: number | null },
    signal?: AbortSignal,
): Promise<WholeList<CatalogStock>> {
    const query: Query = {
        status: of.status,
        // `in_stock` would leave out all but three of the statuses
        depleted: 'false',
        sent_to_customer: 'false',
        installed: 'false',
        consumed: 'false',
        is_building: 'false',
        part_detail: 'false',
        ordering: 'updated',
        ...(of.location === null ? {} : { location: of.location }),
    };
    return wholeList(inventree, { path: '/api/stock/', query, schema: stockSchema, pageSize: PAGES.stock }, signal);
}

/** The sale prices of all Parts. */
export function priceBreaks(inventree: InvenTreeClient, signal?: AbortSignal): Promise<WholeList<PriceBreak>> {
    const list = { path: '/api/part/sale-price/', query: {}, schema: priceBreakSchema, pageSize: PAGES.priceBreaks };
    return wholeList(inventree, list, signal);
}
