import { yieldToEventLoop } from '../engine/lines';
import { keyOf } from './keys';
import { shareTexts } from './shared-texts';
import type { CatalogCollection, CatalogData, CatalogRecord } from './records';

/** Records indexed between two yields to the event loop. */
const PORTION = 1000;

type Entries<C extends CatalogCollection> = Readonly<Record<string, (record: CatalogRecord<C>) => string | null>>;

/** What records are looked up by otherwise than by their key: index name → the record's entry there; null: none. */
const INDEXES = {
    stores: { account: ({ account }) => account },
    groups: { store: ({ store }) => store, parent: ({ store, parent }) => keyOf(store, parent ?? '') },
    products: {
        account: ({ account }) => account,
        store: ({ store }) => store,
        group: ({ store, group }) => keyOf(store, group ?? ''),
        sku: ({ sku }) => sku,
    },
    albums: { community: ({ community }) => community },
    items: {
        community: ({ community }) => community,
        sku: ({ community, sku }) => (sku === undefined ? null : keyOf(community, sku)),
    },
    links: {
        community: ({ community }) => community,
        item: ({ community, item }) => (item === undefined ? null : keyOf(community, item)),
        product: ({ product }) => product,
        state: ({ community, state }) => keyOf(community, state),
    },
    acks: { sink: ({ sink }) => sink, product: ({ product }) => product },
} satisfies { [C in CatalogCollection]?: Entries<C> };

type Indexed = keyof typeof INDEXES;
/** The names of a collection's indexes. */
export type IndexOf<C extends CatalogCollection> = C extends Indexed ? keyof (typeof INDEXES)[C] & string : never;

/** Keys by entry. Most entries have one key, and a set of one takes more memory than the key. */
type Keys = Map<string, string | Set<string>>;

/** Keys of records by what they are looked up by. Each change costs the same, whatever the number of records. */
export class CatalogIndex {
    private readonly keys = new Map<string, Keys>();

    /** The index of all records. In portions: 50,000 products at once would hold up the whole process. */
    static async of(data: CatalogData): Promise<CatalogIndex> {
        const index = new CatalogIndex();
        let count = 0;
        for (const collection of Object.keys(INDEXES) as Indexed[]) {
            for (const key in data[collection]) {
                const record = data[collection][key]!;
                shareTexts(collection, record, { data, index });
                index.put(collection, key, record, undefined);
                if (++count % PORTION === 0) await yieldToEventLoop();
            }
        }
        return index;
    }

    /** Takes a change of a record. @param next undefined: it was removed. @param previous undefined: it is new */
    put<C extends CatalogCollection>(
        collection: C,
        key: string,
        next: CatalogRecord<C> | undefined,
        previous: CatalogRecord<C> | undefined,
    ): void {
        const entries = (INDEXES as Partial<Record<CatalogCollection, Entries<C>>>)[collection];
        for (const name in entries) {
            const was = previous === undefined ? null : entries[name]!(previous);
            const is = next === undefined ? null : entries[name]!(next);
            if (was === is) continue;
            const index = this.index(`${collection}.${name}`);
            if (was !== null) drop(index, was, key);
            if (is !== null) add(index, is, key);
        }
    }

    /** Keys of the records with such an entry, in the order in which they came. */
    find<C extends CatalogCollection>(collection: C, name: IndexOf<C>, entry: string): ReadonlySet<string> {
        const keys = this.index(`${collection}.${name}`).get(entry);
        return typeof keys === 'string' ? new Set([keys]) : (keys ?? NONE);
    }

    /** The key of the first record with such an entry. */
    first<C extends CatalogCollection>(collection: C, name: IndexOf<C>, entry: string): string | undefined {
        const keys = this.index(`${collection}.${name}`).get(entry);
        return typeof keys === 'object' ? keys.values().next().value : keys;
    }

    /** The entries of an index that have records. */
    entries<C extends CatalogCollection>(collection: C, name: IndexOf<C>): IterableIterator<string> {
        return this.index(`${collection}.${name}`).keys();
    }

    private index(name: string): Keys {
        let index = this.keys.get(name);
        if (index === undefined) this.keys.set(name, (index = new Map<string, string | Set<string>>()));
        return index;
    }
}

const NONE: ReadonlySet<string> = new Set();

function add(index: Keys, entry: string, key: string): void {
    const keys = index.get(entry);
    if (keys === undefined) index.set(entry, key);
    else if (typeof keys !== 'string') keys.add(key);
    else if (keys !== key) index.set(entry, new Set([keys, key]));
}

function drop(index: Keys, entry: string, key: string): void {
    const keys = index.get(entry);
    if (keys === key) index.delete(entry);
    if (keys === undefined || typeof keys === 'string') return;
    keys.delete(key);
    if (keys.size === 0) index.delete(entry);
}
