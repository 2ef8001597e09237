import type { Given } from './catalog';
import type { CatalogSource, ProductRecord } from './records';

type Row = Readonly<Record<string, unknown>>;
type Known = Omit<Given<'products'>, 'hash' | 'rest'>;

/** A longer object is not kept, as JSON. */
const MOST_OWN = 50_000;
/** What is kept: fields that the record does not tell, and names of those that it could tell and the object lacks. */
type Rest = [fields: Record<string, unknown>, ...absent: string[]];

/**
 * Fields of a source's own object that its record tells, and how. Each is left out of what is kept only where that gives
 * exactly the field. Price and quantity are not among them: a record may have others than its object.
 */
const TOLD: Readonly<Record<CatalogSource, Readonly<Record<string, (record: Readonly<Known>) => unknown>>>> = {
    evotor: {
        id: ({ id }) => id,
        parent_id: ({ group }) => group ?? null,
        name: ({ name }) => name,
        type: ({ kind }) => kind,
        measure_name: ({ unit }) => unit ?? null,
        allow_to_sell: ({ sellable }) => sellable,
        description: ({ description }) => description ?? null,
        article_number: ({ article }) => article ?? null,
        barcodes: ({ barcodes }) => barcodes ?? null,
        attributes_choices: () => null,
        is_age_limited: () => null,
        is_excisable: () => null,
        updated_at: ({ updatedAt }) => updatedAt?.replace('Z', '+0000') ?? null,
        store_id: ({ store }) => store.toUpperCase(),
    },
    inventree: {
        pk: ({ id }) => Number(id),
        name: ({ name }) => name,
        description: ({ description }) => description ?? '',
        IPN: ({ article }) => article ?? '',
        units: ({ unit }) => unit ?? '',
        category: ({ group }) => (group === undefined ? null : Number(group)),
    },
};

/**
 * What of a source's own object its record does not tell, as JSON: texts are kept once.
 * @param record of that object
 * @returns undefined: the object is too long
 */
export function restOf(record: Readonly<Known>, own: Row): string | undefined {
    if (JSON.stringify(own).length > MOST_OWN) return undefined;
    const told = TOLD[record.source];
    const rest = Object.entries(own).filter(
        ([name, value]) => !Object.hasOwn(told, name) || !isSame(told[name]!(record), value),
    );
    const absent = Object.keys(told).filter((name) => own[name] === undefined);
    return JSON.stringify([Object.fromEntries(rest), ...absent] satisfies Rest);
}

/** The source's own object of a product, put together again; null: it was too long to be kept. */
export function ownObject(record: Readonly<ProductRecord>): Record<string, unknown> | null {
    if (record.raw !== undefined) return JSON.parse(record.raw) as Record<string, unknown>;
    if (record.rest === undefined) return null;
    const [fields, ...absent] = JSON.parse(record.rest) as Rest;
    const told = Object.entries(TOLD[record.source]).filter(([name]) => !absent.includes(name));
    return { ...Object.fromEntries(told.map(([name, tell]) => [name, tell(record)])), ...fields };
}

function isSame(one: unknown, other: unknown): boolean {
    return one === other || JSON.stringify(one) === JSON.stringify(other);
}
