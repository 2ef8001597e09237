import { PRINT_STATES } from '../../../store/ledger/records';
import { MEASURES } from '../../../store/ledger/print-sums';
import { count, flag, list, number, object, text, textOrNull, time, type Schema } from './schema-parts';

const numberOrNull = { type: ['number', 'null'] };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const url = { ...text, description: 'address of its page' };

const measures = (schema: Schema): Record<string, Schema> =>
    Object.fromEntries(MEASURES.map((measure) => [measure, schema]));

const SUMS = {
    prints: count,
    ...measures(number),
    unknown: { ...object(measures(count)), description: 'of how many prints each is not known' },
    without: { ...count, description: 'prints of which neither weight, nor time, nor cost is known' },
};
const group = list(object({ name: { ...textOrNull, description: 'null: not known' }, ...SUMS }));

/** What is answered about the prints of a store. */
export const PRINT_LIST_SCHEMAS = {
    Prints: object({
        prints: list(
            object({
                batch: text,
                source: text,
                archiveId: { type: ['integer', 'null'] },
                name: text,
                printer: textOrNull,
                time: { ...text, description: 'when it ended, else began, else was first seen; UTC' },
                state: { enum: PRINT_STATES },
                reason: textOrNull,
                quantity: numberOrNull,
                grams: numberOrNull,
                seconds: numberOrNull,
                cost: { ...numberOrNull, description: 'in the currency of the source' },
                material: textOrNull,
                part: orNull(object({ pk: { type: 'integer' }, name: textOrNull, IPN: textOrNull, url })),
                stock: orNull(object({ pk: { type: 'integer' }, url })),
                sourceUrl: textOrNull,
            }),
        ),
        total: { ...count, description: 'the prints that fit; of a search those of this page and behind it' },
        more: { ...flag, description: 'there are more than `total`' },
        next: { ...textOrNull, description: '`after` of the next page; null: this is the last' },
    }),
    Figures: object({
        total: object(SUMS),
        printers: group,
        materials: group,
        days: list(object({ from: time, to: time, ...SUMS })),
    }),
    /** sent as it is, and not as JSON */
    Csv: { type: 'string' },
};
