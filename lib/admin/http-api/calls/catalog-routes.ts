import { CATALOG_COLLECTIONS } from '../../../store/catalog/records';
import { PLANNED_ACTIONS } from '../../../delivery/products/actions/planned-changes';
import { SHOP_STATES } from '../../catalog/catalog-reader';
import { groupsRead, itemsRead, plannedRead, productsRead } from '../catalog/reads';
import type { Schema, SCHEMAS } from './answer-schemas';
import { ACTION_ROUTES } from './catalog-action-routes';
import { COMMUNITY, PAGE, SEARCH, STORE } from './catalog-parameters';
import type { Parameter, Route } from './route';
import { text } from './schema-parts';

const SWITCH = {
    type: 'object',
    properties: {
        store: { ...text, description: 'id or name of the store' },
        group: { ...text, description: 'id, path or name of the group; missing: the store itself' },
        on: { type: 'boolean' },
    },
    required: ['store', 'on'],
};

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
    read(
        '/catalog/planned',
        'What a dry run would do, product by product, and what that would cost',
        {
            community: COMMUNITY,
            does: { schema: { enum: PLANNED_ACTIONS }, description: 'only what would be done so; default: all' },
            store: STORE,
            search: SEARCH,
            ...PAGE,
        },
        'PlannedPage',
        (_part, query) => ({ ask: 'catalog', read: plannedRead(query) }),
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
