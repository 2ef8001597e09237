import type { CatalogAction } from '../../../delivery/products/catalog-actions';
import { PARTINGS } from '../../../delivery/products/parting';
import { CATALOG_COLLECTIONS } from '../../../store/catalog/records';
import { SHOP_STATES } from '../../catalog/catalog-reader';
import { PAGE_ROWS } from '../../catalog/page';
import { groupsRead, itemsRead, productsRead } from '../catalog/reads';
import { ServiceError } from '../service-error';
import type { Schema, SCHEMAS } from './answer-schemas';
import type { Query } from './query';
import type { Parameter, Route } from './routes';

const text = { type: 'string' };
const STORE = { schema: text, description: 'id of the store' };
const COMMUNITY = { schema: text, description: 'number of the community; default: those that the products come to' };
const SEARCH = { schema: text, description: 'words; a row has each of them' };
const ACCOUNT: Parameter = { schema: text, description: 'id of the account', required: true };
const PARTING = {
    schema: { enum: PARTINGS, default: 'keep' },
    description: 'what becomes of items whose products are gone: they stay, are hidden, or are never touched again',
};
const SKU = { schema: text, description: 'sku of the product, which is its id in Evotor or `inventree:<pk>`' };
const PAGE = {
    after: { schema: text, description: '`next` of the page before' },
    limit: {
        schema: { type: 'integer', minimum: 1, maximum: PAGE_ROWS.most, default: PAGE_ROWS.usual },
        description: 'rows of a page',
    },
} satisfies Record<string, Parameter>;

const SWITCH = {
    type: 'object',
    properties: {
        store: { ...text, description: 'id or name of the store' },
        group: { ...text, description: 'id, path or name of the group; missing: the store itself' },
        on: { type: 'boolean' },
    },
    required: ['store', 'on'],
};

/** What an action takes, by the query's parameters. */
type FieldsOf = (query: Query) => Readonly<Record<string, unknown>>;

interface ActionRoute {
    summary: string;
    query?: Readonly<Record<string, Parameter>>;
    fields?: FieldsOf;
    /** what 200 means */
    done: string;
    schema: keyof typeof SCHEMAS;
    /** it may go on after its answer */
    isLong?: true;
}

const texts =
    (...names: readonly string[]): FieldsOf =>
    (query) =>
        Object.fromEntries(names.flatMap((name) => (query.get(name) === null ? [] : [[name, query.text(name)]])));

/** @throws ServiceError 400 where it is missing */
const required =
    (name: string, ...others: readonly string[]): FieldsOf =>
    (query) => {
        if (query.text(name) === null) throw new ServiceError(400, `"${name}" is missing`);
        return texts(name, ...others)(query);
    };

const ACTIONS: Partial<Record<CatalogAction, ActionRoute>> = {
    refresh: { summary: 'Reads the catalog anew', done: 'what was read', schema: 'PassReport', isLong: true },
    sync: {
        summary: 'Reads the catalog anew, and brings what differs in step with the shop',
        query: { force: { schema: { type: 'boolean', default: false }, description: 'offers every product again' } },
        fields: (query) => ({ force: query.flag('force') }),
        done: 'what was read; products follow',
        schema: 'PassReport',
        isLong: true,
    },
    preview: {
        summary: 'What a pass would do, with its cost in calls, minutes and share of the month; writes nothing',
        query: { store: { schema: text, description: 'id or name of a store: as if it were switched on' } },
        fields: texts('store'),
        done: 'what would be done',
        schema: 'Preview',
        isLong: true,
    },
    pause: { summary: 'Makes no pass by itself until it is resumed', done: 'the status', schema: 'CatalogStatus' },
    resume: { summary: 'Makes passes by itself again', done: 'the status', schema: 'CatalogStatus' },
    stop: {
        summary: 'Stops the pass under way; what was sent to the shop comes to its end',
        done: 'what was under way',
        schema: 'Stopped',
    },
    retry: {
        summary: 'Offers one product again',
        query: { sku: { ...SKU, required: true } },
        fields: required('sku'),
        done: 'how many were offered',
        schema: 'Retried',
    },
    'retry-all': {
        summary: 'Offers every product again that a shop refused',
        done: 'how many were offered',
        schema: 'Retried',
    },
    link: {
        summary: 'Says what becomes of items that were there before the first sync, or which item a product is',
        query: {
            matches: {
                schema: { enum: ['link', 'beside'] },
                description: 'links items that match, or adds products beside them',
            },
            sku: SKU,
            item: { schema: { type: 'integer', minimum: 1 }, description: 'id of the item, with `sku`' },
        },
        fields: (query) => ({
            ...texts('matches', 'sku')(query),
            ...(query.get('item') === null ? {} : { item: query.wholeNumber('item') }),
        }),
        done: 'what was linked',
        schema: 'Linked',
        isLong: true,
    },
    agree: {
        summary: 'Answers what is asked about a store: what a brake holds, which of two stores is master',
        query: {
            store: { schema: text, description: 'id or name of the store', required: true },
            kind: { schema: text, description: 'of the question; default: all about the store' },
            products: PARTING,
            other: { schema: text, description: 'of `masters`: id or name of the other store' },
            master: { schema: text, description: 'of `masters`: id or name of one of the two, or `apart`' },
        },
        fields: required('store', 'kind', 'products', 'other', 'master'),
        done: 'what was agreed to',
        schema: 'Agreed',
    },
    'put-back': {
        summary: 'Has a product made anew that was removed in VK',
        query: { sku: { ...SKU, required: true }, community: COMMUNITY },
        fields: required('sku', 'community'),
        done: 'where it is made anew',
        schema: 'PutBack',
    },
    approve: {
        summary: 'Says yes to an account that Evotor linked by webhook: it is read from now on',
        query: { account: ACCOUNT },
        fields: required('account'),
        done: 'the account',
        schema: 'Account',
    },
    suspend: {
        summary: 'Reads an account no more; its items stay as they are',
        query: { account: ACCOUNT },
        fields: required('account'),
        done: 'the account',
        schema: 'Account',
    },
    remove: {
        summary: 'Deletes an account with its tokens and all that is known of its catalog, at once',
        query: { account: ACCOUNT, products: PARTING },
        fields: required('account', 'products'),
        done: 'what was deleted',
        schema: 'AccountRemoved',
        isLong: true,
    },
    code: {
        summary: 'Makes a one-time name and code for `/user/verify`, good for 15 minutes and 5 tries',
        query: { name: { schema: text, description: 'whom it is for', required: true } },
        fields: required('name'),
        done: 'the code, which is shown this once',
        schema: 'OneTimeCode',
    },
};

const ACTION_ROUTES = Object.entries(ACTIONS).map(
    ([action, { summary, query, fields, done, schema, isLong }]): Route => ({
        method: 'POST',
        path: `/catalog/${action}`,
        summary,
        guard: 'token',
        query: query ?? {},
        answers: { 200: done },
        schema,
        ...(isLong === true ? { waiting: true as const } : {}),
        call: (_part, given) => ({
            ask: 'catalog-action',
            action: action as CatalogAction,
            fields: fields?.(given) ?? {},
        }),
    }),
);

/** A page of what is known of a catalog. */
function read(
    path: string,
    summary: string,
    query: Readonly<Record<string, Parameter>>,
    schema: keyof typeof SCHEMAS,
    call: Route['call'],
): Route {
    return { method: 'GET', path, summary, guard: 'token', query, answers: { 200: 'what is known' }, schema, call };
}

const COLLECTIONS: Schema = { ...text, description: `of ${CATALOG_COLLECTIONS.join(', ')}` };

export const CATALOG_ROUTES: readonly Route[] = [
    read('/catalog/status', 'How a source of products stands, its stores and shops', {}, 'CatalogStatus', () => ({
        ask: 'catalog-action',
        action: 'status',
        fields: {},
    })),
    read('/catalog/accounts', 'Accounts of Evotor, those that wait for a yes first', {}, 'Accounts', () => ({
        ask: 'catalog-action',
        action: 'accounts',
        fields: {},
    })),
    read('/catalog/preview', 'The last preview that was made here', {}, 'LastPreview', () => ({
        ask: 'catalog',
        read: { of: 'preview' },
    })),
    read('/catalog/stores', 'Stores, with their switches', {}, 'Stores', () => ({
        ask: 'catalog',
        read: { of: 'stores' },
    })),
    read(
        '/catalog/groups',
        'Groups of a store: the whole tree, each behind the one that it is in',
        {
            store: { ...STORE, required: true },
            parent: { schema: text, description: 'only those in this group; empty: only those in the root' },
            search: SEARCH,
            ...PAGE,
        },
        'GroupPage',
        (_part, query) => ({ ask: 'catalog', read: groupsRead(query) }),
    ),
    read(
        '/catalog/products',
        'Products by name, with their state in the shop and its reason',
        {
            store: STORE,
            group: { schema: text, description: 'id of the group, with the groups in it; needs `store`' },
            state: { schema: text, description: `of ${SHOP_STATES.join(', ')}; several with commas` },
            community: { schema: text, description: 'the community whose states count; default: any' },
            search: SEARCH,
            ...PAGE,
        },
        'ProductPage',
        (_part, query) => ({ ask: 'catalog', read: productsRead(query) }),
    ),
    read(
        '/catalog/albums',
        'Albums of the community, as they were read last',
        { community: COMMUNITY },
        'Albums',
        (_part, query) => ({
            ask: 'catalog',
            read: { of: 'albums', community: query.text('community') },
        }),
    ),
    read(
        '/catalog/items',
        'Items of the community, as they were read last, with the product that each is',
        {
            community: COMMUNITY,
            album: { schema: { type: 'integer', minimum: 1 }, description: 'only those in this album' },
            linked: { schema: { type: 'boolean' }, description: 'only those that are a product, or only the others' },
            search: SEARCH,
            ...PAGE,
        },
        'ItemPage',
        (_part, query) => ({ ask: 'catalog', read: itemsRead(query) }),
    ),
    {
        method: 'PUT',
        path: '/catalog/switches',
        summary: 'Switches a store or a group on or off, or many at once',
        guard: 'token',
        query: {},
        body: {
            anyOf: [
                SWITCH,
                { type: 'object', properties: { switches: { type: 'array', items: SWITCH } }, required: ['switches'] },
            ],
        },
        answers: { 200: 'the switches that were set' },
        schema: 'Switched',
        call: () => ({ ask: 'catalog-body', action: 'switch' }),
    },
    {
        method: 'POST',
        path: '/catalog/import',
        summary: 'Takes connections and switches from a table',
        guard: 'token',
        query: {},
        body: {
            type: 'object',
            properties: {
                csv: { ...text, description: 'user_id, token, store, group, on; the first line names them' },
            },
            required: ['csv'],
        },
        answers: { 200: 'how many were taken' },
        schema: 'CatalogImport',
        call: () => ({ ask: 'catalog-body', action: 'import' }),
    },
    ...ACTION_ROUTES,
    {
        method: 'GET',
        path: '/catalog/export',
        summary: 'The catalog as a document',
        guard: 'token',
        query: {
            format: {
                schema: { enum: ['json', 'csv'], default: 'json' },
                description: '`csv`: the table of switches, as `import` takes it',
            },
            collections: { schema: COLLECTIONS, description: 'several with commas; default: all' },
            tokens: {
                schema: { type: 'boolean', default: false },
                description: 'with the tokens, encrypted as they are; the key is not in it',
            },
        },
        answers: { 200: 'the document' },
        schema: 'CatalogExport',
        call: (_part, query) => ({
            ask: 'catalog-action',
            action: 'export',
            fields: {
                format: query.text('format') ?? undefined,
                collections: query.text('collections')?.split(',').filter(Boolean),
                tokens: query.flag('tokens'),
            },
        }),
    },
];
