import { emptyData } from '../engine/schema';

/** Where a product comes from: an Evotor account's tills, or InvenTree's own stock. */
export const CATALOG_SOURCES = ['evotor', 'inventree'] as const;
export type CatalogSource = (typeof CATALOG_SOURCES)[number];

/**
 * A shop of a source. Its products are shown once somebody switched it on.
 * Key: its id, ids of Evotor in lower case.
 */
export interface StoreRecord {
    id: string;
    source: CatalogSource;
    /** id of the account's record */
    account: string;
    name: string;
    address?: string;
    /** Evotor's user who owns it */
    user?: string;
    /** when a complete list of its products was last read, UTC; missing: never */
    readAt?: string;
    /** when its stock was last read as a whole, UTC */
    stockAt?: string;
    /** the newest `updated_at` of the last complete list, ms: what `since` continues from */
    newest?: number;
    /** its items freeze as they are since then, UTC, and why: 402, credentials, a suspended account */
    staleSince?: string;
    staleWhy?: string;
    /** the account's list of stores no longer has it, UTC */
    goneSince?: string;
    /** what a person decided of its products since then; missing: nobody has */
    goneAnswer?: 'keep' | 'hide';
    at: string;
}

/** A group of products. Key: store and id. */
export interface GroupRecord {
    id: string;
    store: string;
    name: string;
    /** id of the group above; missing: none */
    parent?: string;
    /** of a modification group: attribute id → its name and the names of its choices by id */
    attributes?: Record<string, { name: string; choices: Record<string, string> }>;
    goneSince?: string;
    at: string;
}

export interface PictureRecord {
    url: string;
    /** of what was read there; missing: not read yet */
    hash?: string;
}

/** A product as its source has it. Key: store and id. */
export interface ProductRecord {
    /** the source's own id */
    id: string;
    source: CatalogSource;
    account: string;
    store: string;
    /** what tells its item in the shop: the id, `inventree:<pk>` for InvenTree's */
    sku: string;
    /** id of its group; missing: the root */
    group?: string;
    name: string;
    description?: string;
    /** `type` of Evotor: NORMAL, ALCOHOL_MARKED, …; open */
    kind: string;
    /** roubles, or `currency`; null: unknown */
    price: number | null;
    /** missing: RUB */
    currency?: string;
    /** null: unknown, never 0 */
    quantity: number | null;
    unit?: string;
    sellable: boolean;
    article?: string;
    barcodes?: string[];
    /** attribute's name → choice's name */
    options?: Record<string, string>;
    /** why a shop is to leave it out: `alcohol`, `tobacco`, `age-limited`; missing: nothing */
    limited?: string;
    pictures?: PictureRecord[];
    /** when its list of pictures was read, UTC; missing: never */
    picturesAt?: string;
    /** the source's `updated_at`, UTC */
    updatedAt?: string;
    /** what of the source's own object is not told above, as JSON; see `ownObject` */
    rest?: string;
    /** the whole object, as records had it first */
    raw?: string;
    /** of all that a shop is told of it, without the quantity */
    hash: string;
    /** a complete list no longer has it, UTC */
    goneSince?: string;
    at: string;
}

/** An album of a community. Key: community and id. */
export interface AlbumRecord {
    id: number;
    community: string;
    title: string;
    /** number of items in it, as VK said */
    count?: number;
    /** the id of the group that it was made for, with its store */
    group?: string;
    /** a POST that makes it was about to be sent and has no answer yet, UTC */
    intent?: string;
    at: string;
}

/** An item of a community's market, as VK returned it last. Key: community and id. */
export interface ItemRecord {
    id: number;
    community: string;
    sku?: string;
    title: string;
    /** hundredths of the currency */
    price?: number;
    /** 0 available, 1 removed, 2 unavailable */
    availability: number;
    albums?: number[];
    /** Unix time of VK's `date`, seconds */
    date?: number;
    at: string;
}

/**
 * `intent`: `market.add` was about to be sent; `live`: in step with the shop; `hidden` by a rule of ours;
 * `removed`: a person or VK removed it; `skipped`, `refused`, `planned` with a reason; `asked`: several items fit.
 */
export const LINK_STATES = ['intent', 'live', 'hidden', 'removed', 'skipped', 'refused', 'planned', 'asked'] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** What of a product is in a community. Key: community and sku. */
export interface LinkRecord {
    community: string;
    sku: string;
    /** key of the product's record */
    product: string;
    state: LinkState;
    /** why skipped, refused, hidden or asked */
    reason?: string;
    /** VK's item; missing: none yet */
    item?: number;
    /** of what was sent last */
    sent?: string;
    /** what VK returned after our last write, by field: the baseline that a person's change is told by */
    base?: Record<string, unknown>;
    /** ids of the photos that it carries, by the hash of the picture that was uploaded */
    photos?: Record<string, number>;
    albums?: number[];
    /** `market.add` was about to be sent, UTC, and nothing is known of the result */
    intent?: string;
    /** what the intent wanted to send, by hash */
    intended?: string;
    /** when stock figures went out last, UTC */
    stockAt?: string;
    /** what a person decided of its item when the catalog lost its product, and is not done yet */
    wanted?: 'hidden';
    at: string;
}

/** What a node that takes products has acknowledged of one. Key: the node's id and the product's key. */
export interface AckRecord {
    /** id of the node */
    sink: string;
    /** key of the product's record */
    product: string;
    /** the state that it has dealt with, as `lib/delivery/products` writes it */
    state: string;
    at: string;
}

/** Whether a store or a group is shown. Key: store, or store and group. */
export interface SwitchRecord {
    store: string;
    /** missing: the store itself */
    group?: string;
    on: boolean;
    at: string;
}

export const ACCOUNT_STATES = ['pending', 'active', 'suspended'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** An Evotor account, typed in a config node or linked by webhook; InvenTree's stock has one, too. */
export interface AccountRecord {
    id: string;
    source: CatalogSource;
    state: AccountState;
    name?: string;
    /** Evotor's `userId`, `01-000000000000001` */
    user?: string;
    /** the config node it is typed in; missing: linked by webhook */
    node?: string;
    /** SHA-256 of the token that we issued to it, hex */
    issued?: string;
    /** the name of the one-time code that its owner signed in with, last */
    verifiedAs?: string;
    at: string;
}

/** Credentials of an account or a community, encrypted. Key: `<kind>:<id>`. */
export interface TokenRecord {
    id: string;
    /** the key that encrypts it, by its id */
    key: string;
    /** AES-256-GCM: nonce, text and tag, base64 */
    nonce: string;
    text: string;
    tag: string;
    /** fingerprints of the typed seeds that were used, by the node that each is typed in; see `TokenVault` */
    seeds: Record<string, string>;
    at: string;
}

/** Calls of a month with one token. Key: month and token. */
export interface CallsRecord {
    /** `2026-11`, UTC */
    month: string;
    /** fingerprint of the token's owner, never the token */
    token: string;
    count: number;
    at: string;
}

/** How the names of notes begin that hold a one-time code, as a hash. */
export const CODE_NOTE = 'verify-code:';

/** A note: gates that stay closed over restarts, cursors, answers to questions. */
export interface MetaRecord {
    id: string;
    value: string;
    at: string;
}

export interface CatalogData {
    stores: Record<string, StoreRecord>;
    groups: Record<string, GroupRecord>;
    products: Record<string, ProductRecord>;
    albums: Record<string, AlbumRecord>;
    items: Record<string, ItemRecord>;
    links: Record<string, LinkRecord>;
    acks: Record<string, AckRecord>;
    switches: Record<string, SwitchRecord>;
    accounts: Record<string, AccountRecord>;
    tokens: Record<string, TokenRecord>;
    calls: Record<string, CallsRecord>;
    meta: Record<string, MetaRecord>;
}

export type CatalogCollection = keyof CatalogData;
export type CatalogRecord<C extends CatalogCollection> = CatalogData[C][string];

export const CATALOG_COLLECTIONS: readonly CatalogCollection[] = [
    'stores',
    'groups',
    'products',
    'albums',
    'items',
    'links',
    'acks',
    'switches',
    'accounts',
    'tokens',
    'calls',
    'meta',
];

export function emptyCatalog(): CatalogData {
    return emptyData<CatalogData>(CATALOG_COLLECTIONS);
}
