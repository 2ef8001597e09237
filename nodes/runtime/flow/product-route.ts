import type { EvotorClient } from '../../../lib/clients/evotor/client';
import type { Findings } from '../../../lib/clients/findings';
import type { ShopActions } from '../../../lib/delivery/products/catalog-actions';
import type { Picture } from '../../../lib/http/picture-type';
import type { ProductOffers, ProductSink } from '../../../lib/delivery/products/product-offers';
import type { CircuitBreaker } from '../../../lib/delivery/retry/circuit-breaker';
import type { Catalog } from '../../../lib/store/catalog/catalog';
import { isStoreOn } from '../../../lib/delivery/products/switches';
import type { WishRules } from '../../../lib/delivery/products/wish';
import { KEY_OF } from '../../../lib/store/catalog/keys';
import type { Node, NodeAPI } from '../node-red';
import type { CatalogSource } from '../../../lib/store/catalog/records';
import type { CatalogStoreNode } from './catalog-nodes';
import type { CatalogSourceParts, CatalogSourceState } from './catalog-source';
import { reachableFrom } from './reachable-steps';
import { Running } from './registry';

/** A node that offers products of a catalog. */
export interface ProductSourceNode extends Node {
    /** where its products come from */
    kind: CatalogSource;
    store: CatalogStoreNode | null;
    /** once its catalog is open; rejects with what a person must do, whom somebody tells already */
    opened: Promise<CatalogSourceParts>;
    state: CatalogSourceState;
    /** null until its catalog is open */
    offers: ProductOffers | null;
    /** the connection with which it reads an account of Evotor. @returns null: it does not read it */
    clientOf?: (account: string) => EvotorClient | null;
    /** asks its server, with our secret, for the picture at an address. @returns null: the address is another's */
    picture?: (url: string, signal?: AbortSignal) => Promise<Picture | null> | null;
    /** of the servers that it reads; an action may wait for one */
    breakers: readonly (CircuitBreaker | null)[];
    /** looks whether its server lets it read all that it needs; changes nothing */
    check: Check;
}

/** Looks at a server, or at a setting; what is wrong is a finding. */
export type Check = (findings: Findings, signal: AbortSignal) => Promise<void>;

/** A node that takes products. */
export interface ProductSinkNode extends Node {
    sink: ProductSink;
    /** null until its shop is open */
    shop: ShopActions | null;
    store: CatalogStoreNode | null;
    /** looks whether its shop lets it write, and at categories; changes nothing */
    check: Check;
}

export const runningProductSources = new Running<ProductSourceNode>();
export const runningProductSinks = new Running<ProductSinkNode>();

/** Types of nodes that take products. */
const SINKS: readonly string[] = ['vk-product-upsert'];

/**
 * Whoever the products from a node's first output can come to: the nodes that take products, of the same catalog. Where
 * there is none, the flow itself, which is told and does not answer.
 * @param store of the source
 */
export function sinksFrom(RED: NodeAPI, node: Node, store: CatalogStoreNode): ProductSink[] {
    const reached = new Set(
        reachableFrom(RED, node, 0)
            .filter(({ type }) => SINKS.includes(type))
            .map(({ id }) => id),
    );
    const sinks = runningProductSinks
        .all()
        .filter((each) => reached.has(each.id) || reached.has((each as { _alias?: string })._alias ?? ''))
        .filter((each) => each.store?.file === store.file)
        .map(({ sink }) => sink);
    // one that is wired and does not run answers later: nothing is told as if there were none
    if (sinks.length > 0 || reached.size > 0) return sinks;
    return [{ id: node.id, community: null, settings: '', isOpen: () => true }];
}

/** The shops of these sinks. */
export function shopsOf(sinks: readonly ProductSink[]): ShopActions[] {
    return sinkNodesOf(sinks)
        .map(({ shop }) => shop)
        .filter((shop) => shop !== null);
}

/** The nodes of these sinks. */
export function sinkNodesOf(sinks: readonly ProductSink[]): ProductSinkNode[] {
    const ids = new Set(sinks.map(({ id }) => id));
    return runningProductSinks.all().filter(({ sink }) => ids.has(sink.id));
}

/** The source whose offer a message carries. @param offer what stands in `msg.offer` */
export function offersOf(offer: unknown): ProductOffers | null {
    if (typeof offer !== 'string') return null;
    return runningProductSources.all().find(({ offers }) => offers?.isCurrent(offer) === true)?.offers ?? null;
}

/** Gates of a shop may have opened: what waits for them is offered. */
export function wakeProductSources(): void {
    for (const { offers } of runningProductSources.all()) offers?.wake();
}

/** Stores that are switched on and whose products come to a community, with the rules of their source. */
export function feedsOf(catalog: Catalog, community: string): Map<string, WishRules> {
    const feeds = new Map<string, WishRules>();
    for (const { state } of runningProductSources.all()) {
        const { parts } = state;
        if (parts?.catalog !== catalog || !parts.shops().some((shop) => shop.community === community)) continue;
        for (const account of parts.accounts())
            for (const { id } of catalog.find('stores', 'account', account))
                if (isStoreOn(catalog, id)) feeds.set(id, parts.rules);
    }
    return feeds;
}

/** Has products of a catalog offered again that were acknowledged. @returns takes keys of their records */
export function offerAgain(catalog: Catalog): (products: readonly string[]) => void {
    return (products) => {
        for (const product of products)
            for (const ack of catalog.find('acks', 'product', product))
                catalog.removeDeferred('acks', KEY_OF.acks(ack));
        for (const { offers } of runningProductSources.all()) for (const product of products) offers?.lookAt(product);
    };
}
