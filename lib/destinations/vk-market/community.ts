import type { Clock } from '../../concurrency/clock';
import { KeyedMutex } from '../../concurrency/keyed-mutex';
import type { VkClient } from '../../clients/vk/client';
import type { VkRates } from '../../clients/vk/rates';
import { UNKNOWN_STATE } from '../../delivery/products/product-state';
import type { WishRules } from '../../delivery/products/wish';
import type { Catalog } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import type { LinkRecord } from '../../store/catalog/records';

/** Writes come one after the other for a community, whichever nodes and flows lead to it. */
export const COMMUNITIES = KeyedMutex.for('VK communities');

/** What works with one community. */
export interface CommunityParts {
    /** its number, positive */
    group: number;
    client: VkClient;
    rates: VkRates;
    catalog: Catalog;
    clock: Clock;
    /** pictures that one save may take; 1: one by one */
    photosPerSave: number;
    /** of an upload */
    timeoutMs: number;
    /** told what a person should know */
    onWarning: (text: string) => void;
    /** stores whose products come to the community now, with the rules of their source; missing: it is not known */
    feeds?: () => ReadonlyMap<string, WishRules>;
    /** has products offered again that were acknowledged; keys of their records */
    offerAgain: (products: readonly string[]) => void;
}

/** A product that a node has in hand. */
interface Acknowledging {
    /** id of the node */
    upsert: string;
    productKey: string;
    /** what the node acknowledged before this was written */
    acknowledged?: string;
}

/** Name of the note. */
const CURRENCY = 'currency';

export type LinkChange = Partial<Omit<LinkRecord, 'community' | 'sku' | 'at'>>;

/** A community's links and notes in the catalog. */
export class ShopLinks {
    readonly community: string;

    constructor(private readonly parts: Pick<CommunityParts, 'group' | 'catalog'>) {
        this.community = String(parts.group);
    }

    get(sku: string): Readonly<LinkRecord> | undefined {
        return this.parts.catalog.link(this.community, sku);
    }

    ofItem(item: number): Readonly<LinkRecord> | undefined {
        return this.parts.catalog.linkOfItem(this.community, item);
    }

    *all(): IterableIterator<Readonly<LinkRecord>> {
        yield* this.parts.catalog.find('links', 'community', this.community);
    }

    /** Changes a link; it is on the disk a moment later. @param product key of the product's record */
    set(sku: string, product: string, change: LinkChange): Readonly<LinkRecord> {
        return this.parts.catalog.setDeferred('links', this.changed(sku, product, change));
    }

    /** The same, and resolves when it is on the disk. */
    put(sku: string, product: string, change: LinkChange): Promise<Readonly<LinkRecord>> {
        return this.parts.catalog.put('links', this.changed(sku, product, change));
    }

    /**
     * What a node acknowledged of a product says nothing from now on: something of it is about to be written. On the disk a
     * moment later, before what is set after it.
     */
    unacknowledge(entry: Acknowledging): void {
        const { upsert: sink, productKey: product } = entry;
        const { catalog } = this.parts;
        const state = catalog.get('acks', keyOf(sink, product))?.state;
        if (state === undefined || state === UNKNOWN_STATE) return;
        entry.acknowledged = state;
        catalog.setDeferred('acks', { sink, product, state: UNKNOWN_STATE });
    }

    /** What was written is what the node has acknowledged before. */
    acknowledgeAgain({ upsert: sink, productKey: product, acknowledged: state }: Acknowledging): void {
        if (state !== undefined) this.parts.catalog.setDeferred('acks', { sink, product, state });
    }

    /** A note about the community. @param name e.g. `first-sync` */
    note(name: string): string | undefined {
        return this.parts.catalog.meta(this.noteId(name));
    }

    async setNote(name: string, value: string): Promise<void> {
        await this.parts.catalog.put('meta', { id: this.noteId(name), value });
    }

    /** In which currency the community's prices are, as VK said last (`RUB`); null: it was not asked, or did not say. */
    get currency(): string | null {
        return this.note(CURRENCY) ?? null;
    }

    /** Known at once; on the disk a moment later. */
    setCurrency(currency: string): void {
        if (currency === this.currency) return;
        this.parts.catalog.setDeferred('meta', { id: this.noteId(CURRENCY), value: currency });
    }

    async dropNote(name: string): Promise<void> {
        await this.parts.catalog.remove('meta', this.noteId(name));
    }

    private noteId(name: string): string {
        return `vk:${this.community}:${name}`;
    }

    private changed(sku: string, product: string, change: LinkChange): Omit<LinkRecord, 'at'> {
        const before: Omit<LinkRecord, 'at'> = this.get(sku) ?? {
            community: this.community,
            sku,
            product,
            state: 'live',
        };
        const { at: _at, ...rest } = { at: '', ...before, ...change };
        return rest;
    }
}

/** Page of an item in the shop. */
export function itemUrl(group: number, item: number): string {
    return `https://vk.com/market-${group}?w=product-${group}_${item}`;
}

/** Key of a product's record. */
export function productKey({ storeId, id }: { storeId: string; id: string }): string {
    return keyOf(storeId, id);
}
