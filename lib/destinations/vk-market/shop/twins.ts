import { wishOf, type WishRules } from '../../../delivery/products/wish';
import type { Catalog } from '../../../store/catalog/catalog';
import { KEY_OF } from '../../../store/catalog/keys';
import type { ProductRecord } from '../../../store/catalog/records';
import type { CommunityParts, ShopLinks } from '../community';

/** What of a product goes to the shop, where other stores of the community have it, too. */
export type Verdict =
    | { is: 'alone' }
    /** nobody has said which store is master: nothing is written for it */
    | { is: 'asked' }
    /** another store's product stands for it: key of that product's record */
    | { is: 'merged'; master: string }
    /** it stands for those of other stores; what is known of their quantities adds up */
    | { is: 'master'; quantity: number | null };

/** Two stores that share barcodes or articles. */
export interface SharedStores {
    store: string;
    other: string;
    /** products of `store` that `other` has, too */
    count: number;
}

/** Stores whose products come to a community, with the rules of their source. */
export type Feeds = ReadonlyMap<string, WishRules>;

const APART = 'apart';

/**
 * Products that two switched-on stores of one community share, by a barcode or an article. A person says for each two
 * stores which one is master (its price, name and picture hold), or that they stay apart.
 */
export class Twins {
    private codes: ProductCodes | null = null;

    constructor(
        private readonly parts: Pick<CommunityParts, 'catalog' | 'feeds'>,
        private readonly links: ShopLinks,
    ) {}

    close(): void {
        this.codes?.close();
        this.codes = null;
    }

    /** Who feeds the community now: asked once for a batch. */
    feeds(): Feeds {
        return this.parts.feeds?.() ?? new Map<string, WishRules>();
    }

    /** @param key of the product's record */
    verdict(key: string, feeds: Feeds): Verdict {
        const record = this.shown(key, feeds);
        if (record === null) return { is: 'alone' };
        let master: string | null = null;
        const others: Readonly<ProductRecord>[] = [];
        for (const twin of this.twinsOf(key, record, feeds)) {
            const answer = this.answer(record.store, twin.store);
            if (answer === undefined) return { is: 'asked' };
            if (answer === twin.store) master ??= KEY_OF.products(twin);
            else if (answer === record.store) others.push(twin);
        }
        if (master !== null) return { is: 'merged', master };
        return others.length === 0 ? { is: 'alone' } : { is: 'master', quantity: sumOf([record, ...others]) };
    }

    /** Keys of products that stand for this one, whether it is shown or not: their quantity changes with it. */
    mastersOf(key: string, feeds: Feeds): string[] {
        const record = this.parts.catalog.get('products', key);
        if (record === undefined || feeds.size < 2) return [];
        const twins = this.twinsOf(key, record, feeds);
        return twins.filter(({ store }) => this.answer(record.store, store) === store).map(KEY_OF.products);
    }

    /** Stores that a person is to decide about, each two once. */
    open(): SharedStores[] {
        return this.shared().filter(({ store, other }) => this.answer(store, other) === undefined);
    }

    /**
     * A person decides about two stores.
     * @param master one of them; null: they stay apart
     * @returns keys of the products that it is about: they are to be offered again
     */
    async choose(stores: readonly [string, string], master: string | null): Promise<string[]> {
        await this.links.setNote(noteOf(...stores), master ?? APART);
        const feeds = this.feeds();
        const both = stores.flatMap((store) => [...this.parts.catalog.find('products', 'store', store)]);
        const about = both.filter((record) => {
            const other = record.store === stores[0] ? stores[1] : stores[0];
            return this.twinsOf(KEY_OF.products(record), record, feeds).some(({ store }) => store === other);
        });
        for (const record of about) {
            const link = this.links.get(record.sku);
            if (link?.reason === HELD) this.links.set(record.sku, link.product, { reason: undefined });
        }
        return about.map(KEY_OF.products);
    }

    /** Marks a product as one that waits for the answer. */
    hold(sku: string, product: string): void {
        const link = this.links.get(sku);
        if (link?.reason === HELD) return;
        this.links.set(sku, product, { reason: HELD, ...(link?.item === undefined ? { state: 'planned' } : {}) });
    }

    private shared(): SharedStores[] {
        const feeds = this.feeds();
        if (feeds.size < 2) return [];
        const found = new Map<string, { store: string; other: string; keys: Set<string> }>();
        for (const keys of this.known().shared()) {
            const records = keys.map((key) => this.shown(key, feeds)).filter((record) => record !== null);
            for (const record of records)
                for (const twin of records) {
                    if (record.store >= twin.store) continue;
                    const name = noteOf(record.store, twin.store);
                    const pair = found.get(name) ?? { store: record.store, other: twin.store, keys: new Set() };
                    found.set(name, pair);
                    pair.keys.add(record.id);
                }
        }
        return [...found.values()].map(({ store, other, keys }) => ({ store, other, count: keys.size }));
    }

    /** Products of other stores that share a code with it and are shown, too. */
    private twinsOf(key: string, record: Readonly<ProductRecord>, feeds: Feeds): Readonly<ProductRecord>[] {
        const others = this.known().sharing(key);
        const shown = others.map((each) => this.shown(each, feeds)).filter((each) => each !== null);
        return shown.filter(({ store }) => store !== record.store).sort((a, b) => (a.store < b.store ? -1 : 1));
    }

    /** @returns null: the community is not to show it */
    private shown(key: string, feeds: Feeds): Readonly<ProductRecord> | null {
        if (feeds.size < 2) return null;
        const record = this.parts.catalog.get('products', key);
        const rules = record === undefined ? undefined : feeds.get(record.store);
        if (record === undefined || rules === undefined) return null;
        // of a store that is stale nothing is changed, and it is no reason to change another's
        return wishOf(this.parts.catalog, record, rules) === 'show' ? record : null;
    }

    private answer(store: string, other: string): string | undefined {
        return this.links.note(noteOf(store, other));
    }

    private known(): ProductCodes {
        return (this.codes ??= new ProductCodes(this.parts.catalog));
    }
}

/** The reason of a product that waits for the answer. */
const HELD = 'masters';

function noteOf(store: string, other: string): string {
    return `masters:${[store, other].sort().join('|')}`;
}

/** Known quantities add up; where none is known, nothing is. */
function sumOf(records: readonly Readonly<ProductRecord>[]): number | null {
    const known = records.map(({ quantity }) => quantity).filter((quantity) => quantity !== null);
    // what is owed in one store is not there in another
    return known.length === 0 ? null : known.reduce((sum, quantity) => sum + Math.max(0, quantity), 0);
}

/** Products by their barcodes and articles. Made where two stores feed a community, and kept from then on. */
class ProductCodes {
    private readonly byCode = new Map<string, Set<string>>();
    private readonly byKey = new Map<string, readonly string[]>();
    readonly close: () => void;

    constructor(private readonly catalog: Catalog) {
        for (const record of catalog.all('products')) this.put(KEY_OF.products(record), record);
        this.close = catalog.onChange((collection, key) => {
            if (collection === 'products') this.put(key, catalog.get('products', key));
        });
    }

    /** Keys of other products that have a code of this one. */
    sharing(key: string): string[] {
        const found = new Set((this.byKey.get(key) ?? []).flatMap((code) => [...(this.byCode.get(code) ?? [])]));
        found.delete(key);
        return [...found];
    }

    /** Keys of products that have one code, for each code that several have. */
    *shared(): IterableIterator<string[]> {
        for (const keys of this.byCode.values()) if (keys.size > 1) yield [...keys];
    }

    private put(key: string, record: Readonly<ProductRecord> | undefined): void {
        const before = this.byKey.get(key) ?? [];
        const now = record === undefined ? [] : codesOf(record);
        if (before.join('\n') === now.join('\n')) return;
        for (const code of before) {
            const keys = this.byCode.get(code);
            keys?.delete(key);
            if (keys?.size === 0) this.byCode.delete(code);
        }
        for (const code of now) this.byCode.set(code, (this.byCode.get(code) ?? new Set()).add(key));
        if (now.length === 0) this.byKey.delete(key);
        else this.byKey.set(key, now);
    }
}

function codesOf({ barcodes = [], article }: Readonly<ProductRecord>): string[] {
    const codes = barcodes.map((barcode) => `barcode ${barcode.trim()}`);
    if (article !== undefined) codes.push(`article ${article.trim().toLocaleLowerCase('ru')}`);
    return [...new Set(codes.filter((code) => !code.endsWith(' ')))];
}
