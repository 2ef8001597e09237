import { availabilityOf } from '../../../product/availability';
import { shopPrice } from '../../../product/price';
import { yieldToEventLoop } from '../../../store/engine/lines';
import type { ProductRecord } from '../../../store/catalog/records';
import type { CommunityParts, ShopLinks } from '../community';
import { baseOf } from './plan';
import type { Twins } from '../shop/twins';
import type { UpsertSettings } from './settings';

/** What is held until a person agrees, or the catalog is right again. */
export const BRAKES = ['hide', 'price'] as const;
export type Brake = (typeof BRAKES)[number];

/** A brake that is on. */
export interface BrakeNote {
    kind: Brake;
    store: string;
    /** products that it is about, of so many in the shop */
    count: number;
    of: number;
    /** ms since 1970 */
    at: number;
    agreed: boolean;
}

/** How many items of a store would be hidden or repriced, of so many that are shown. */
interface Tally {
    count: number;
    of: number;
    isMuch: boolean;
}

/** What was counted for one batch: a count reads every link of the community. */
export type BrakeTallies = Map<string, Tally>;

/** A price that changes by more than this part of itself counts. */
const HALF = 0.5;
/** Links read between two turns of the event loop. */
const PORTION = 500;
/** More than a tenth of the prices, and of a small shop at least so many. */
const PRICES = { percent: 10, count: 3 };

/**
 * A till that was reset answers a complete list without stock or prices. What would hide or reprice a large part of a
 * store at once is held, for that store alone; everything else goes on.
 */
export class Brakes {
    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        private readonly twins: Twins,
    ) {}

    /**
     * Whether hides or prices of a store are held now.
     * @param counted what was counted for the products before it in the same batch; it is added to
     */
    async isOn(kind: Brake, store: string, settings: UpsertSettings, counted: BrakeTallies): Promise<boolean> {
        const { count, of, isMuch } = await this.countOnce(kind, store, settings, counted);
        const note = this.noteOf(kind, store);
        if (!isMuch) {
            if (note !== null) await this.lift(note);
            return false;
        }
        if (note?.agreed === true) return false;
        if (note?.count !== count) {
            const next: BrakeNote = { kind, store, count, of, at: note?.at ?? this.parts.clock.now(), agreed: false };
            await this.links.setNote(nameOf(kind, store), JSON.stringify(next));
            if (note === null) this.parts.onWarning(warningOf(next));
        }
        return true;
    }

    /** Whether hides or prices of a store would be held now; nothing is noted or told. */
    async wouldHold(kind: Brake, store: string, settings: UpsertSettings): Promise<boolean> {
        return (await this.count(kind, store, settings)).isMuch && this.noteOf(kind, store)?.agreed !== true;
    }

    /** Those that wait for a person. */
    list(): BrakeNote[] {
        const begin = `vk:${this.links.community}:brake:`;
        return [...this.parts.catalog.all('meta')]
            .filter(({ id }) => id.startsWith(begin))
            .map(({ value }) => JSON.parse(value) as BrakeNote)
            .filter(({ agreed }) => !agreed);
    }

    /** A person agrees: what was held is offered again. @returns keys of the products */
    async agree(kind: Brake, store: string): Promise<string[]> {
        const note = this.noteOf(kind, store);
        if (note === null) return [];
        await this.links.setNote(nameOf(kind, store), JSON.stringify({ ...note, agreed: true }));
        return this.release(kind, store);
    }

    /** Marks a product as held. */
    hold(kind: Brake, sku: string, product: string): void {
        this.links.set(sku, product, { reason: `brake:${kind}` });
    }

    private async lift({ kind, store }: BrakeNote): Promise<void> {
        await this.links.dropNote(nameOf(kind, store));
        this.parts.offerAgain(this.release(kind, store));
    }

    private release(kind: Brake, store: string): string[] {
        const held = [...this.links.all()].filter(
            ({ reason, product }) => reason === `brake:${kind}` && product.startsWith(`${store}/`),
        );
        for (const { sku, product } of held) this.links.set(sku, product, { reason: undefined });
        return held.map(({ product }) => product);
    }

    private noteOf(kind: Brake, store: string): BrakeNote | null {
        const text = this.links.note(nameOf(kind, store));
        return text === undefined ? null : (JSON.parse(text) as BrakeNote);
    }

    private async countOnce(
        kind: Brake,
        store: string,
        settings: UpsertSettings,
        counted: BrakeTallies,
    ): Promise<Tally> {
        // each product has settings of its own, by its group
        const { price, availability, mostHidden } = settings;
        const key = JSON.stringify([kind, store, price, availability, mostHidden]);
        const tally = counted.get(key) ?? (await this.count(kind, store, settings));
        counted.set(key, tally);
        return tally;
    }

    /** Of the items that are shown, how many the catalog as it is now would hide or reprice. */
    private async count(kind: Brake, store: string, settings: UpsertSettings): Promise<Tally> {
        let [count, of, read] = [0, 0, 0];
        const feeds = this.twins.feeds();
        for (const link of this.links.all()) {
            if (++read % PORTION === 0) await yieldToEventLoop();
            if (link.state !== 'live' || link.item === undefined || !link.product.startsWith(`${store}/`)) continue;
            of++;
            const record = this.parts.catalog.get('products', link.product);
            const verdict = this.twins.verdict(link.product, feeds);
            if (record === undefined || verdict.is === 'asked' || verdict.is === 'merged') continue;
            const quantity = verdict.is === 'master' ? verdict.quantity : record.quantity;
            const price = shopPrice(record.price, settings.price);
            if (
                kind === 'hide'
                    ? isHidden({ ...record, quantity }, price, settings)
                    : isRepriced(price, baseOf(link)?.price ?? null)
            )
                count++;
        }
        const most = kind === 'hide' ? settings.mostHidden : PRICES;
        // both figures are exceeded
        return { count, of, isMuch: count > most.count && count > (of * most.percent) / 100 };
    }
}

function isHidden(record: Readonly<ProductRecord>, price: number | null, settings: UpsertSettings): boolean {
    const { quantity, unit = null, sellable, goneSince } = record;
    const change = goneSince === undefined ? 'changed' : 'gone';
    return availabilityOf({ quantity, unit, sellable, price, change }, settings.availability).show === false;
}

function isRepriced(price: number | null, before: number | null): boolean {
    return price !== null && before !== null && before > 0 && Math.abs(price - before) > before * HALF;
}

function nameOf(kind: Brake, store: string): string {
    return `brake:${kind}:${store}`;
}

function warningOf({ kind, store, count, of }: BrakeNote): string {
    const what = kind === 'hide' ? 'hide' : 'change the price by more than half of';
    return `The catalog of store ${store} would ${what} ${count} of ${of} items: that waits until somebody agrees, or the catalog is as before.`;
}
