import type { Catalog } from '../../store/catalog/catalog';
import { KEY_OF, keyOf } from '../../store/catalog/keys';
import type { ProductRecord } from '../../store/catalog/records';
import { byGroup } from './by-group';
import { changeOf, stateOf, UNKNOWN_STATE, type ProductChange, type ProductWish } from './product-state';
import { OpenTimer } from './open-timer';

/** Who takes products: a node that keeps a shop in step. */
export interface ProductSink {
    /** id of its node */
    id: string;
    /** the community that it fills, by its id; null: none, it is told and acknowledges at once */
    community: string | null;
    /** tells its settings: where they change, all is offered again */
    settings: string;
    /**
     * Whether products may be sent to it now: no gate is closed.
     * @param change of the product; missing: any at all
     */
    isOpen: (change?: ProductChange) => boolean;
}

/** A product on its way, as a message carries it. */
export interface Offer {
    id: string;
    product: Readonly<ProductRecord>;
    change: ProductChange;
}

export interface OffersParts {
    catalog: Catalog;
    /** account ids whose products are offered */
    accounts: () => readonly string[];
    /** the sinks that products can reach now */
    sinks: () => readonly ProductSink[];
    /** what a shop is to do about a product; null: its items stay as they are */
    wish: (product: Readonly<ProductRecord>) => ProductWish | null;
    /** sends a message */
    send: (offer: Offer) => void;
    /** products under way at one time, at most */
    window: number;
    /** after this time without a sink that holds the offer the product counts as not taken; ms */
    passAfterMs: number;
    /** what is under way, or waits, has changed */
    changed?: () => void;
}

interface InFlight {
    offer: Offer;
    /** sinks that have not answered yet → the state that each is to acknowledge */
    waiting: Map<string, string>;
    timer: OpenTimer;
}

/** Looks between two yields to the event loop. */
const PORTION = 500;
let lastOffer = 0;

/**
 * The products of a source on their way: each is offered until everybody it can come to has acknowledged its state. The
 * acknowledgements are in the catalog, so that a restart offers nothing again that is in step.
 */
export class ProductOffers {
    private readonly dirty = new Set<string>();
    private readonly inFlight = new Map<string, InFlight>();
    private readonly byOffer = new Map<string, string>();
    /** products that nobody took, with the state that was offered: until that differs, or the next look at all */
    private readonly passed = new Map<string, string>();
    /** products that wait for a gate */
    private readonly held = new Set<string>();
    private readonly unlisten: () => void;
    private isScheduled = false;
    /** a person stopped the pass: nothing is offered before the next one */
    private stopped = false;
    private closed = false;

    constructor(private readonly parts: OffersParts) {
        this.unlisten = parts.catalog.onChange((collection, key) => {
            // all are looked at when it goes on
            if (collection === 'products' && !this.stopped) this.lookAt(key);
        });
    }

    /** How many are under way, how many still wait, and how many nobody took. */
    get counts(): { inFlight: number; waiting: number; notTaken: number } {
        return {
            inFlight: this.inFlight.size,
            waiting: this.dirty.size + this.held.size,
            notTaken: this.passed.size,
        };
    }

    /** A gate may have opened: what waits for one is looked at again. */
    wake(): void {
        for (const key of this.held) this.dirty.add(key);
        this.held.clear();
        this.schedule();
    }

    /** Nothing more is offered before the next pass; what is under way comes to its end. */
    stop(): { inFlight: number; waiting: number } {
        const { inFlight, waiting } = this.counts;
        this.stopped = true;
        this.dirty.clear();
        this.held.clear();
        this.parts.changed?.();
        return { inFlight, waiting };
    }

    /** A pass begins: what a stop has left out is looked at again. */
    proceed(): void {
        if (this.stopped) this.lookAtAll();
    }

    /** Looks at every product again: after a deploy, a switch, a gate that opened. */
    lookAtAll(): void {
        this.stopped = false;
        this.passed.clear();
        this.held.clear();
        for (const account of this.parts.accounts())
            for (const product of byGroup(this.parts.catalog.find('products', 'account', account)))
                this.dirty.add(KEY_OF.products(product));
        this.schedule();
    }

    /** Looks at one product, also after a stop. @param key of its record */
    lookAt(key: string): void {
        this.dirty.add(key);
        this.schedule();
    }

    /** Offers all again, whatever was acknowledged. */
    forget(): void {
        for (const { id } of this.parts.sinks())
            for (const ack of this.parts.catalog.find('acks', 'sink', id))
                this.parts.catalog.removeDeferred('acks', KEY_OF.acks(ack));
        this.lookAtAll();
    }

    /** Somebody has an offer in hand: how long that takes does not matter. */
    taken(offer: string): void {
        this.inFlightOf(offer)?.timer.stop();
    }

    /** A sink has dealt with an offer, whatever came of it. */
    acknowledged(offer: string, sink: string): void {
        const flight = this.inFlightOf(offer);
        const state = flight?.waiting.get(sink);
        if (flight === undefined || state === undefined) return;
        this.acknowledge(sink, this.byOffer.get(offer)!, state);
        this.answered(offer, flight, sink);
    }

    /** A sink gives an offer back, because a gate is closed: it is made again at the next `wake`. */
    released(offer: string, sink: string): void {
        const flight = this.inFlightOf(offer);
        if (flight === undefined || !flight.waiting.has(sink)) return;
        if (!this.stopped) this.held.add(this.byOffer.get(offer)!);
        this.answered(offer, flight, sink);
    }

    /** Whether an offer is still the newest state of its product. */
    isCurrent(offer: string): boolean {
        return this.byOffer.has(offer);
    }

    /** Nothing is sent any more. */
    close(): void {
        this.closed = true;
        this.unlisten();
        for (const { timer } of this.inFlight.values()) timer.stop();
    }

    private inFlightOf(offer: string): InFlight | undefined {
        const key = this.byOffer.get(offer);
        return key === undefined ? undefined : this.inFlight.get(key);
    }

    private answered(offer: string, flight: InFlight, sink: string): void {
        flight.waiting.delete(sink);
        if (flight.waiting.size > 0) return void flight.timer.start();
        this.settle(offer);
        this.schedule();
    }

    private settle(offer: string): void {
        const key = this.byOffer.get(offer);
        if (key === undefined) return;
        this.inFlight.get(key)?.timer.stop();
        this.inFlight.delete(key);
        this.byOffer.delete(offer);
        this.parts.changed?.();
    }

    private acknowledge(sink: string, product: string, state: string): void {
        this.parts.catalog.setDeferred('acks', { sink, product, state });
    }

    private schedule(): void {
        if (this.isScheduled || this.closed) return;
        this.isScheduled = true;
        // changes of one moment are handled together, and a long list does not block the event loop
        setImmediate(() => {
            this.isScheduled = false;
            if (!this.closed) this.lookAtSome();
        });
    }

    private lookAtSome(): void {
        // the rest of a pass tells how much of a shop would change at once
        if (this.parts.catalog.isHeld) return this.schedule();
        const sinks = this.parts.sinks();
        if (sinks.some((sink) => !sink.isOpen())) return;
        let looks = 0;
        for (const key of this.dirty) {
            const current = this.inFlight.get(key);
            // a newer state takes the slot of the older one
            if (current === undefined && this.inFlight.size >= this.parts.window) break;
            if (++looks > PORTION) return this.schedule();
            this.dirty.delete(key);
            this.offer(key, sinks, current);
        }
        this.parts.changed?.();
    }

    private offer(key: string, sinks: readonly ProductSink[], current: InFlight | undefined): void {
        const product = this.parts.catalog.get('products', key);
        if (product === undefined || !this.parts.accounts().includes(product.account)) return;
        const wish = this.parts.wish(product);
        if (wish === null) return;
        const waiting = new Map<string, string>();
        const changes: ProductChange[] = [];
        for (const { id, settings, community } of sinks) {
            const state = stateOf(product, wish, settings);
            // what a sink is just about to acknowledge is not offered to it a second time
            if (current?.waiting.get(id) === state) {
                waiting.set(id, state);
                continue;
            }
            const link = community === null ? undefined : this.parts.catalog.link(community, product.sku);
            const acknowledged = current?.waiting.get(id) ?? this.parts.catalog.get('acks', keyOf(id, key))?.state;
            const isOpen = link?.intent !== undefined;
            // of a call without an answer nobody knows what it did: what was acknowledged before says nothing
            const before = isOpen && acknowledged !== undefined ? UNKNOWN_STATE : acknowledged;
            const change = changeOf(before, state, link?.item !== undefined || isOpen);
            if (change === null || this.passed.get(key) === state) continue;
            waiting.set(id, state);
            changes.push(change);
        }
        if (changes.length === 0) return;
        const change = mostOf(changes);
        if (sinks.some((sink) => waiting.has(sink.id) && !sink.isOpen(change))) return void this.held.add(key);
        if (current !== undefined) this.settle(current.offer.id);
        this.send(key, { id: `${++lastOffer}`, product, change }, waiting, sinks);
    }

    private send(key: string, offer: Offer, waiting: Map<string, string>, sinks: readonly ProductSink[]): void {
        for (const { id, community } of sinks) {
            // a flow without a shop acknowledges nothing: sending the message is all there is to do
            if (community !== null || !waiting.has(id)) continue;
            this.acknowledge(id, key, waiting.get(id)!);
            waiting.delete(id);
        }
        if (waiting.size > 0) {
            const isOpen = (): boolean => this.parts.sinks().every((sink) => sink.isOpen());
            const timer = new OpenTimer(this.parts.passAfterMs, isOpen, () => this.pass(key, offer.id, waiting));
            this.inFlight.set(key, { offer, waiting, timer });
            this.byOffer.set(offer.id, key);
            timer.start();
        }
        this.parts.send(offer);
    }

    private pass(key: string, offer: string, waiting: ReadonlyMap<string, string>): void {
        for (const state of waiting.values()) this.passed.set(key, state);
        this.settle(offer);
        this.schedule();
    }
}

const WEIGHT: readonly ProductChange[] = ['stock', 'changed', 'new', 'off', 'gone'];

/** What a message says where sinks are in different states: the change that asks for most. */
function mostOf(changes: readonly ProductChange[]): ProductChange {
    return changes.reduce((most, next) => (WEIGHT.indexOf(next) > WEIGHT.indexOf(most) ? next : most));
}
