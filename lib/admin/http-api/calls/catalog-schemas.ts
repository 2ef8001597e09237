import { PLANNED_ACTIONS, PLANNED_FIELDS } from '../../../delivery/products/actions/planned-changes';
import { PARTINGS } from '../../../delivery/products/parting';
import { ACCOUNT_STATES, CATALOG_SOURCES, LINK_STATES } from '../../../store/catalog/records';
import { count, flag, list, number, object, text, textOrNull, time, type Schema } from './schema-parts';

const numberOrNull = { type: ['number', 'null'] };
const integer = { type: 'integer' };
const group = { anyOf: [object({ id: text, name: text, path: list(text) }), { type: 'null' }] };

/** @param beside what the page has besides */
const page = (rows: Schema, beside: Readonly<Record<string, Schema>> = {}): Schema =>
    object({
        ...beside,
        rows: list(rows),
        total: { ...count, description: 'rows that fit; where one searches, those of this page and behind it' },
        more: { ...flag, description: 'there are more than `total`' },
        next: { ...textOrNull, description: '`after` of the next page; null: this is the last' },
    });

const SHOP_STATE = object({
    community: text,
    state: { enum: LINK_STATES },
    reason: textOrNull,
    itemId: { type: ['integer', 'null'] },
    url: textOrNull,
    at: time,
});

const SWITCH = object({ store: text, group: textOrNull, on: flag });

const COST = {
    add: count,
    link: count,
    ask: count,
    edit: count,
    hide: count,
    photos: count,
    newAlbums: count,
    albums: count,
    calls: count,
    minutes: number,
    share: { ...numberOrNull, description: 'of the calls of the month; null: there is no limit' },
};

const counts = { type: 'object', additionalProperties: count };

const PREVIEW = {
    products: count,
    frozen: { ...count, description: 'products whose items stay as they are: their store is stale or gone' },
    shops: list(
        object({
            community: text,
            firstSyncAsks: flag,
            ...COST,
            unchanged: count,
            skipped: counts,
            refused: counts,
            held: object({ hide: count, price: count, masters: count }),
            masters: list(object({ store: text, other: text, count })),
            changes: list(
                object({
                    sku: text,
                    name: text,
                    does: { enum: ['add', 'link', 'ask', 'edit', 'hide'] },
                    itemId: { type: ['integer', 'null'] },
                }),
            ),
        }),
    ),
};

const ACCOUNT = object({
    id: text,
    name: textOrNull,
    user: { ...textOrNull, description: "Evotor's user" },
    state: { enum: ACCOUNT_STATES },
    node: { ...textOrNull, description: 'config node that it is typed in; null: linked by webhook' },
    verifiedAs: { ...textOrNull, description: 'name of the one-time code that its owner signed in with' },
    hasToken: flag,
    stores: count,
    products: count,
    at: time,
});

/** What the service answers about a catalog, by name. */
export const CATALOG_SCHEMAS = {
    CatalogStatus: object({
        paused: flag,
        underWay: count,
        waiting: count,
        notTaken: count,
        stores: list(
            object({
                id: text,
                name: text,
                on: flag,
                products: count,
                readAt: time,
                staleSince: time,
                staleWhy: textOrNull,
                goneSince: time,
            }),
        ),
        questions: {
            ...list(object({ kind: { const: 'gone' }, store: text, name: text, products: count, since: time })),
            description: 'stores that their account has no more; answered by `agree`',
        },
        shops: list(
            object({
                community: text,
                firstSyncAsks: flag,
                questions: list(object({ kind: text, store: text, other: text, count, of: count }, ['other'])),
                planned: { anyOf: [object(COST), { type: 'null' }] },
            }),
        ),
    }),
    Stores: object({
        stores: list(
            object({
                id: text,
                name: text,
                address: textOrNull,
                source: { enum: CATALOG_SOURCES },
                account: text,
                on: flag,
                groups: count,
                products: count,
                readAt: time,
                staleSince: time,
                staleWhy: textOrNull,
                goneSince: time,
            }),
        ),
    }),
    GroupPage: page(
        object({
            id: text,
            store: text,
            name: text,
            parent: textOrNull,
            path: list(text),
            on: flag,
            switched: { type: ['boolean', 'null'], description: 'its own switch; null: nobody has set it' },
            products: count,
            groups: count,
        }),
    ),
    ProductPage: page(
        object({
            key: text,
            store: text,
            id: text,
            sku: text,
            name: text,
            group,
            price: numberOrNull,
            currency: text,
            quantity: numberOrNull,
            unit: textOrNull,
            article: textOrNull,
            barcodes: list(text),
            picture: textOrNull,
            wish: { enum: ['show', 'off', 'gone', null] },
            limited: textOrNull,
            goneSince: time,
            shops: list(SHOP_STATE),
        }),
    ),
    Albums: object({
        albums: list(
            object({ id: integer, community: text, title: text, items: { type: ['integer', 'null'] }, url: text }),
        ),
    }),
    ItemPage: page(
        object({
            id: integer,
            community: text,
            sku: textOrNull,
            title: text,
            price: numberOrNull,
            availability: { enum: ['available', 'removed', 'unavailable'] },
            albums: list(integer),
            url: text,
            product: {
                anyOf: [object({ key: text, name: textOrNull, state: { enum: LINK_STATES } }), { type: 'null' }],
            },
        }),
    ),
    PlannedPage: page(
        object({
            key: text,
            store: text,
            sku: text,
            name: text,
            does: { enum: PLANNED_ACTIONS },
            itemId: { type: ['integer', 'null'] },
            url: textOrNull,
            reason: { ...textOrNull, description: 'why it would be hidden' },
            fields: {
                ...list(
                    object({
                        field: { enum: PLANNED_FIELDS },
                        from: { type: ['string', 'number', 'null'] },
                        to: { type: ['string', 'number', 'null'] },
                    }),
                ),
                description: 'what would change; `picture` and `shown` have no values',
            },
            photo: { ...flag, description: 'a photo would be uploaded' },
            albums: list(text),
        }),
        { cost: { ...object(COST), description: 'of all that fit the filter' } },
    ),
    Switched: { anyOf: [SWITCH, object({ switches: list(SWITCH) })] },
    PassReport: object({
        kind: text,
        stores: count,
        groups: count,
        products: count,
        changed: count,
        gone: count,
        unreadable: list(object({ store: text, id: textOrNull, name: textOrNull, why: text })),
        failures: list(object({ store: text, message: text })),
        quantitiesLost: list(text),
    }),
    Preview: object(PREVIEW),
    LastPreview: object({ preview: { anyOf: [object({ endedAt: time, ...PREVIEW }), { type: 'null' }] } }),
    Waiting: object({ action: text, state: { const: 'waiting' } }),
    Stopped: object({ reading: { ...flag, description: 'a pass was under way' }, underWay: count, waiting: count }),
    Retried: object({ retried: count }),
    Linked: { type: 'object' },
    Agreed: object({ store: text, agreed: list(text), released: count }),
    Account: ACCOUNT,
    Accounts: object({ accounts: list(ACCOUNT) }),
    AccountRemoved: object({ id: text, parting: { enum: PARTINGS }, products: count, items: count }),
    OneTimeCode: object({ name: text, code: text, until: { ...integer, description: 'ms since 1970' } }),
    PutBack: object({ sku: text, communities: list(text) }),
    CatalogExport: {
        anyOf: [
            object({
                kind: { const: 'print-to-stock catalog' },
                format: { const: 1 },
                records: { type: 'object' },
            }),
            object({ csv: text }),
        ],
    },
    CatalogImport: object({ connections: count, switches: count }),
} as const satisfies Record<string, Schema>;
