import type { CatalogAction } from '../../../delivery/products/catalog-actions';
import { ServiceError } from '../service-error';
import type { SCHEMAS } from './answer-schemas';
import { ACCOUNT, COMMUNITY, PARTING, SKU } from './catalog-parameters';
import type { Query } from './query';
import type { Parameter, Route } from './route';
import { text } from './schema-parts';

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

/** A route for each action, which does what the message of that name does. */
export const ACTION_ROUTES: readonly Route[] = Object.entries(ACTIONS).map(
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
