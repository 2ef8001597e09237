import type { CompareOptions, Exchange } from './recordings';

/**
 * Recordings that the simulator is not held against, by their name without number, each with the reason.
 * Everything else in the folders is replayed.
 */
export const notCovered: Record<string, string> = {
    'part-options': 'no client asks OPTIONS: a form for the frontend, a thousand lines of field descriptions',
    'options-stock': 'as part-options',
    'options-part-reader': 'as part-options',
    'auth-config': 'sign-in of the frontend (sessions, SSO), not of the API',
    'json-3mb': 'request and answer were cut when they were recorded',
    'orphans-after-500': 'a count of rows, not an exchange; inventree.behaviour.test.ts counts itself',
};

/** The same for whole groups of recordings. */
export const notCoveredGroups: [pattern: RegExp, reason: string][] = [
    [/^(race|parallel)-/, 'summaries of parallel requests without their exchanges: see inventree.behaviour.test.ts'],
];

export function reasonNotCovered(name: string): string | undefined {
    return notCovered[name] ?? notCoveredGroups.find(([pattern]) => pattern.test(name))?.[1];
}

/** Values that follow from what was sent and from what the server makes of it. */
const madeOfTheRequest = (
    'pk part location parent category template name IPN full_name description keywords link notes units active virtual ' +
    'component salable purchaseable trackable default_location batch quantity serial status status_text packaging ' +
    'delete_on_deplete expiry_date in_stock data data_numeric checkbox choices filename file_size model_id comment ' +
    'level pathstring structural success batch_code'
).split(' ');

/** Those of them that do not depend on the names of rows that no recording made. */
const independent = 'data data_numeric keywords notes units batch link quantity status packaging locked'.split(' ');

const valuesByMethod: Record<string, string[]> = { POST: madeOfTheRequest, PATCH: independent, PUT: independent };

/** Where the comparison must be told more than the recording shows. */
const special: [pattern: RegExp, options: CompareOptions][] = [
    [/^user-roles/, { maps: ['permissions'] }],
    [/^generic-status$/, { maps: ['', '*.values'] }],
    [/^setting-list-writer$/, { ignore: ['results.*.value'], values: [] }],
    [/^stock-tracking$/, { maps: ['results.*.deltas'], values: ['label', 'tracking_type', 'notes'] }],
    // these answers show rows from before the recordings, or rows whose pks the recordings do not tell
    [/^(barcode-|search-api|part-bulk-patch)/, { values: [] }],
    [/^(category-parameter-create|part-in-param-category|part-duplicate-of|multipart-create-in)/, { values: ['name'] }],
    [/^part-create-(dup-with|copy-category)/, { values: ['name', 'IPN'] }],
];

export function optionsFor({ name, request }: Exchange): CompareOptions {
    return {
        // absent where a Part has no category
        optional: ['category_name'],
        values: valuesByMethod[request.method] ?? ['data', 'data_numeric', 'key', 'label'],
        ...special.find(([pattern]) => pattern.test(name))?.[1],
    };
}

/** Errors whose words depend on more than the request: the language, the place in the JSON. */
export const otherWords = new Set(['accept-lang-de', 'part-create-bad-json']);
