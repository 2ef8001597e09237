import * as v from 'valibot';
import { checkedFor, isReadable, maybe, readRowsOf, type Checked, type UnreadableRow } from '../../http/checked';
import { UnreadableRowError } from '../../http/errors';

export type PartPk = number;

const pk = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const rootSchema = v.looseObject({
    server: v.literal('InvenTree'),
    version: v.string(),
    apiVersion: v.number(),
});

export const partSchema = v.looseObject({
    pk,
    name: v.string(),
    // looked for by it: one that is no text makes the row unreadable, not one without IPN
    IPN: v.nullish(v.string(), ''),
    image: maybe(v.string()),
    active: maybe(v.boolean()),
    revision: maybe(v.string()),
    category: maybe(pk),
    units: maybe(v.string()),
});
export type Part = v.InferOutput<typeof partSchema>;

export const stockSchema = v.looseObject({
    pk,
    part: pk,
    quantity: v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.finite()),
    // looked for by it, as the IPN
    batch: v.nullish(v.string(), null),
    location: maybe(pk),
    parent: maybe(pk),
    status: maybe(v.number()),
    notes: maybe(v.string()),
    serial: maybe(v.string()),
    is_building: maybe(v.boolean()),
    build: maybe(pk),
    delete_on_deplete: maybe(v.boolean()),
});
export type StockItem = v.InferOutput<typeof stockSchema>;

export const templateSchema = v.looseObject({
    pk,
    name: v.string(),
    units: v.fallback(v.nullish(v.string(), ''), ''),
    checkbox: maybe(v.boolean()),
    /** separated by commas */
    choices: maybe(v.string()),
    /** from API 522 on: 0 no, 1 among Parts, 2 among all, no two have the same value */
    unique: maybe(v.number()),
});
export type ParameterTemplate = v.InferOutput<typeof templateSchema>;

export const parameterSchema = v.looseObject({ pk, template: pk, data: v.pipe(v.unknown(), v.transform(String)) });
export type Parameter = v.InferOutput<typeof parameterSchema>;

export const placeSchema = v.looseObject({
    pk,
    name: v.fallback(v.nullish(v.string(), ''), ''),
    structural: v.fallback(v.nullish(v.boolean(), false), false),
});
export type Place = v.InferOutput<typeof placeSchema>;

const pageSchema = v.looseObject({
    count: v.number(),
    next: v.fallback(v.nullish(v.string(), null), null),
    results: v.array(v.unknown()),
});

export const checked: Checked = checkedFor('InvenTree');

const readRows = readRowsOf('InvenTree');

/** A page of a list. */
export interface Rows<R> {
    rows: R[];
    /** how many rows there were, for the offset of the next page */
    read: number;
    more: boolean;
    /** of the whole list */
    count: number;
}

/**
 * A list answer, with or without pages. A row that cannot be read is left out where it only adds a
 * name or a choice.
 * @param couldBe whether a row that cannot be read may be what is looked for: where something is made when nothing is
 *     found, whether it is there is unknown then
 * @throws UnreadableRowError for such a row
 */
export function rows<const T extends v.GenericSchema>(
    schema: T,
    body: unknown,
    what: string,
    couldBe: (row: UnreadableRow) => boolean = () => false,
): Rows<v.InferOutput<T>> {
    const { rows: all, more, count } = rowsAsRead(schema, body, what);
    const unknown = all.find((row): row is UnreadableRow => !isReadable(row) && couldBe(row));
    if (unknown !== undefined) throw unreadable(unknown, what);
    return { rows: all.filter(isReadable), read: all.length, more, count };
}

/** A list answer with all its rows, those that cannot be read too. @param what the request, for what is said of a wrong answer */
export function rowsAsRead<const T extends v.GenericSchema>(
    schema: T,
    body: unknown,
    what: string,
): { rows: (v.InferOutput<T> | UnreadableRow)[]; more: boolean; count: number } {
    const list = Array.isArray(body) ? (body as unknown[]) : null;
    const page = list === null ? checked(pageSchema, body, what) : { count: list.length, next: null, results: list };
    return { rows: readRows(schema, page.results, what), more: page.next !== null, count: page.count };
}

/** Whether a row that cannot be read may have one of these texts in a field: it has, or the field cannot be read either. */
export function mayHave(field: string, values: readonly string[]): (row: UnreadableRow) => boolean {
    const wanted = new Set(values.map((value) => value.toLowerCase()));
    return (row) => {
        const value = row.field(field);
        return typeof value !== 'string' || wanted.has(value.toLowerCase());
    };
}

/** As `mayHave`, of a text that is one of these or goes on after it with `-`. */
export function mayBegin(field: string, values: readonly string[]): (row: UnreadableRow) => boolean {
    return (row) => {
        const value = row.field(field);
        const text = typeof value === 'string' ? `${value.toLowerCase()}-` : null;
        return text === null || values.some((each) => text.startsWith(`${each.toLowerCase()}-`));
    };
}

function unreadable(row: UnreadableRow, what: string): UnreadableRowError {
    const pk = row.field('pk');
    const of = typeof pk === 'number' ? `the row with pk ${pk}` : 'a row';
    return new UnreadableRowError(`InvenTree answered ${what}: ${of} cannot be read (${row.why})`, {
        server: 'InvenTree',
        failureKind: 'unreadable',
    });
}

/** `POST /api/stock/` answers a list, before API 383 an object. */
export function oneStockItem(body: unknown): StockItem {
    return checked(stockSchema, Array.isArray(body) ? body[0] : body, 'POST /api/stock/');
}
