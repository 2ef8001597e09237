/** A kind of JSON value; `text or null` and the like are told by the server's answers, which are checked where they come in. */
export type Kind = 'integer' | 'number' | 'string' | 'boolean' | 'object' | 'array';

/** What we ask of InvenTree: one row for each path and method, for the API versions in which we ask it so. */
export interface Use {
    /** API versions, both inclusive; default: all that we speak to */
    from?: number;
    until?: number;
    method: 'get' | 'post' | 'patch';
    path: string;
    /** what is asked by */
    query?: Record<string, Kind>;
    /** what the body holds; the server may want no field beside these */
    sends?: Record<string, Kind>;
    /** what the answer, or each row of its list, must hold */
    reads?: Record<string, Kind>;
    /** the body is a form with a file */
    form?: boolean;
}

const PART = { pk: 'integer', name: 'string', IPN: 'string', image: 'string', active: 'boolean' } as const;
const STOCK = {
    pk: 'integer',
    part: 'integer',
    quantity: 'number',
    batch: 'string',
    location: 'integer',
    parent: 'integer',
    status: 'integer',
    notes: 'string',
} as const;
const PLACE = { pk: 'integer', name: 'string', pathstring: 'string', level: 'integer', structural: 'boolean' } as const;
const TEMPLATE = { pk: 'integer', name: 'string', units: 'string' } as const;
const PARAMETER = { pk: 'integer', template: 'integer', data: 'string' } as const;
const PAGES = { limit: 'integer', offset: 'integer' } as const;

export const USES: Use[] = [
    {
        method: 'get',
        path: '/api/',
        reads: { server: 'string', version: 'string', apiVersion: 'integer' },
    },
    { method: 'get', path: '/api/user/me/', reads: { username: 'string' } },
    { method: 'get', path: '/api/user/tokens/', reads: { token: 'string', expiry: 'string' } },
    { until: 485, method: 'get', path: '/api/user/roles/', reads: { roles: 'object' } },
    { from: 496, method: 'get', path: '/api/user/me/roles/', reads: { roles: 'object' } },
    { method: 'get', path: '/api/part/', query: { IPN: 'string', IPN_regex: 'string', ...PAGES }, reads: PART },
    { method: 'get', path: '/api/part/{id}/', reads: PART },
    {
        method: 'post',
        path: '/api/part/',
        sends: {
            name: 'string',
            IPN: 'string',
            category: 'integer',
            description: 'string',
            keywords: 'string',
            link: 'string',
            purchaseable: 'boolean',
            copy_category_parameters: 'boolean',
        },
        reads: PART,
    },
    {
        method: 'post',
        path: '/api/part/',
        form: true,
        sends: {
            name: 'string',
            IPN: 'string',
            category: 'integer',
            description: 'string',
            keywords: 'string',
            link: 'string',
            purchaseable: 'boolean',
            copy_category_parameters: 'boolean',
            image: 'string',
        },
        reads: PART,
    },
    { method: 'patch', path: '/api/part/{id}/', form: true, sends: { image: 'string' }, reads: PART },
    {
        method: 'get',
        path: '/api/part/category/',
        query: { parent: 'integer', search: 'string', ...PAGES },
        reads: PLACE,
    },
    { method: 'get', path: '/api/part/category/{id}/', reads: PLACE },
    {
        method: 'post',
        path: '/api/part/category/',
        sends: { name: 'string', parent: 'integer' },
        reads: PLACE,
    },
    {
        method: 'post',
        path: '/api/stock/location/',
        sends: { name: 'string', parent: 'integer' },
        reads: PLACE,
    },
    {
        method: 'get',
        path: '/api/stock/',
        query: { batch: 'string', batch_regex: 'string', ...PAGES },
        reads: STOCK,
    },
    {
        method: 'post',
        path: '/api/stock/',
        sends: {
            part: 'integer',
            location: 'integer',
            quantity: 'number',
            batch: 'string',
            status: 'integer',
            notes: 'string',
            link: 'string',
            delete_on_deplete: 'boolean',
        },
        reads: STOCK,
    },
    {
        method: 'get',
        path: '/api/stock/location/',
        query: { parent: 'integer', search: 'string', ...PAGES },
        reads: PLACE,
    },
    { method: 'get', path: '/api/stock/location/{id}/', reads: PLACE },
    { method: 'get', path: '/api/stock/status/' },
    {
        // without it the list above is enough
        from: 400,
        method: 'get',
        path: '/api/generic/status/custom/',
        query: PAGES,
        reads: { key: 'integer', name: 'string', label: 'string', reference_status: 'string' },
    },
    // dialect.ts: parameters are of Parts only, then of anything
    ...parameters({ until: 429 }, '/api/part/parameter/', { part: 'integer' }),
    ...parameters({ from: 430 }, '/api/parameter/', { model_type: 'string', model_id: 'integer' }),
];

function parameters(versions: Pick<Use, 'from' | 'until'>, path: string, of: Record<string, Kind>): Use[] {
    return [
        { ...versions, method: 'get', path: `${path}template/`, query: { ...PAGES }, reads: TEMPLATE },
        { ...versions, method: 'get', path, query: { ...of, limit: 'integer' }, reads: PARAMETER },
        { ...versions, method: 'post', path, sends: { ...of, template: 'integer', data: 'string' }, reads: PARAMETER },
        { ...versions, method: 'patch', path: `${path}{id}/`, sends: { data: 'string' }, reads: PARAMETER },
    ];
}
