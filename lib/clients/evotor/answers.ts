import * as v from 'valibot';
import { checkedFor, maybe, readRowsOf, type Checked, type UnreadableRow } from '../../http/checked';
import { instantOf } from './times';

/**
 * Ids are the same in either case (the official SDK turns a store's into capitals before it uses it). From here on all are
 * in lower case, so that they can be compared.
 */
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.toLowerCase());
/** Kept as Evotor writes it; what is no date is unknown. */
const moment = v.pipe(
    v.string(),
    v.check((written) => instantOf(written) !== null, 'not a date and time'),
);
/** Decides about money, stock or sale: missing is unknown, and of another type it makes the row unreadable. */
const decisive = <const T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema), null);
/** Texts of a list; whatever else stands in it is left out. */
const texts = v.pipe(
    v.array(v.unknown()),
    v.transform((list) => list.filter((each): each is string => typeof each === 'string' && each.trim() !== '')),
);

/** `GET /stores`. Address and user may be missing (SDK test bodies). */
export const storeSchema = v.looseObject({
    id,
    name: maybe(v.string()),
    address: maybe(v.string()),
    user_id: maybe(v.string()),
    updated_at: maybe(moment),
});
export type EvotorStore = v.InferOutput<typeof storeSchema>;

const choiceSchema = v.looseObject({ id, name: maybe(v.string()) });
const attributeSchema = v.looseObject({
    id,
    name: maybe(v.string()),
    choices: v.fallback(v.array(choiceSchema), []),
});

/** `GET /stores/{id}/product-groups`. With `attributes` it is a modification group: what is in it differs by choices. */
export const groupSchema = v.looseObject({
    id,
    /** another group; null: in the root */
    parent_id: maybe(id),
    name: maybe(v.string()),
    attributes: maybe(v.array(attributeSchema)),
    updated_at: maybe(moment),
});
export type EvotorGroup = v.InferOutput<typeof groupSchema>;

/**
 * `GET /stores/{id}/products`. Empty fields are missing rather than null (release notes 5); fields that are not named here
 * are kept, since new ones may come at any time (documentation-api, info.yaml).
 */
export const productSchema = v.looseObject({
    id,
    parent_id: maybe(id),
    name: maybe(v.string()),
    /** an open set: NORMAL, SERVICE, ALCOHOL_MARKED, BEER_MARKED, … */
    type: maybe(v.string()),
    /** roubles; apps write 0 for "not set" */
    price: decisive(v.pipe(v.number(), v.minValue(0), v.maxValue(1e9))),
    /** three decimals, may be below 0; missing without the right to read stock, and of a service */
    quantity: decisive(v.pipe(v.number(), v.minValue(-1e9), v.maxValue(1e9))),
    measure_name: maybe(v.string()),
    /** false: may not be put into a receipt */
    allow_to_sell: decisive(v.boolean()),
    description: maybe(v.string()),
    article_number: maybe(v.string()),
    code: maybe(v.string()),
    barcodes: maybe(texts),
    /** attribute to choice, of the group that it is in */
    attributes_choices: maybe(v.record(v.pipe(v.string(), v.toLowerCase()), id)),
    is_age_limited: maybe(v.boolean()),
    is_excisable: maybe(v.boolean()),
    updated_at: maybe(moment),
});
export type EvotorProduct = v.InferOutput<typeof productSchema>;

/** `GET /stores/{id}/products/{id}/images`: one PNG of 300 × 300 as a rule. */
export const imageSchema = v.looseObject({
    id,
    url: v.pipe(v.string(), v.url()),
    meta: maybe(
        v.looseObject({
            extension: maybe(v.string()),
            file_size: maybe(v.number()),
            width: maybe(v.number()),
            height: maybe(v.number()),
        }),
    ),
    updated_at: maybe(moment),
});
export type EvotorImage = v.InferOutput<typeof imageSchema>;

/** Every list. The last page has an empty `paging`. */
export const pageSchema = v.looseObject({
    items: v.array(v.unknown()),
    paging: v.optional(v.nullable(v.looseObject({ next_cursor: v.optional(v.nullable(v.string()), null) })), null),
});

export type Row<T> = T | UnreadableRow;

export const checked: Checked = checkedFor('Evotor');
export const readRows = readRowsOf('Evotor');
