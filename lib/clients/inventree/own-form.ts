import { complaints, list, object, oneOf, whatever, type OwnForm } from '../../http/own-form';

/** Every field of the bodies and filters that we send. */
const FIELDS = [
    'non_field_errors',
    'detail',
    'name',
    'IPN',
    'category',
    'description',
    'keywords',
    'link',
    'image',
    'part',
    'location',
    'quantity',
    'batch',
    'batch_code',
    'status',
    'status_custom_key',
    'notes',
    'template',
    'data',
    'units',
    'model_type',
    'model_id',
    'output',
];

const said = object({ detail: 'text' });
const row = object({ pk: 'number' });
const refused = complaints(FIELDS);
/** A list in one POST is refused as a list: an empty answer for each one that is well. */
const refusedInBulk = (body: unknown, type: string): boolean =>
    Array.isArray(body) &&
    body.some((each) => refused(each, type)) &&
    body.every((each) => refused(each, type) || isEmpty(each));

/** The lines of an adjustment are refused one by one. */
const refusedItems = (body: unknown, type: string): boolean =>
    isThing(body) && refusedInBulk((body as Record<string, unknown>)['items'], type);

/** The outputs of a build order, too. */
const refusedOutputs = (body: unknown, type: string): boolean =>
    isThing(body) && refusedInBulk((body as Record<string, unknown>)['outputs'], type);

const ADJUSTMENT = /^\/api\/stock\/(add|remove)\/$/;
const COMPLETE = /^\/api\/build\/\d+\/complete\/$/;
/** What the background worker does; from API 494 on also where there is none. */
const task = object({ task_id: 'text' });
const BARCODE = /^\/api\/barcode\/$/;

/** How InvenTree answers (Django REST framework), as far as we ask it. */
export const INVENTREE_FORM: OwnForm = [
    { from: 200, to: 299, path: /^\/api\/$/, is: object({ server: 'text', apiVersion: 'number' }) },
    { from: 200, to: 299, path: /^\/api\/user\/|^\/api\/(stock|generic)\/status\//, is: isThing },
    { from: 200, to: 299, path: /[a-z]\/$/, paged: true, is: object({ count: 'number', results: 'list' }) },
    // what is adjusted is repeated, with pk null for what is gone
    { from: 200, to: 299, path: ADJUSTMENT, is: object({ items: 'list' }) },
    { from: 200, to: 299, path: COMPLETE, is: oneOf(object({ outputs: 'list' }), task) },
    { from: 200, to: 299, path: BARCODE, is: object({ barcode_data: 'text' }) },
    // what a POST made; before API 383 a StockItem alone, since then a list of them
    { from: 200, to: 299, path: /^\/api\/.*[a-z]\/$/, is: oneOf(row, list(row)) },
    { from: 200, to: 299, path: /\/\d+\/$/, is: row },
    // files that it keeps; without a proxy before it, it gives none out: 302
    { from: 200, to: 499, path: /^\/(?!api\/|accounts\/).+\.\w+$/, is: whatever },
    // where the web interface is: read off its header
    { from: 200, to: 399, path: /^\/accounts\/login\/$/, is: whatever },
    // a proxy that takes no picture of that size says it in its own words, and means it
    { from: 413, to: 413, is: whatever },
    { from: 400, to: 400, path: BARCODE, is: object({ barcode_data: 'text', error: 'text' }) },
    { from: 400, to: 400, path: ADJUSTMENT, is: oneOf(said, refused, refusedItems) },
    { from: 400, to: 400, path: COMPLETE, is: oneOf(said, refused, refusedOutputs) },
    { from: 404, to: 404, path: COMPLETE, is: oneOf(said, task) },
    { from: 400, to: 400, is: oneOf(said, refused, refusedInBulk) },
    { from: 401, to: 499, is: said },
    // its own 500 hides the cause
    { from: 500, to: 599, is: said },
];

function isThing(body: unknown): boolean {
    return typeof body === 'object' && body !== null && Object.keys(body).length > 0;
}

function isEmpty(value: unknown): boolean {
    return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
