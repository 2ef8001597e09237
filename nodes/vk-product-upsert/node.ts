import { GateClosedError } from '../../lib/clients/vk/rates';
import { systemClock } from '../../lib/concurrency/clock';
import type { ProductChange } from '../../lib/delivery/products/product-state';
import { ShopGate } from '../../lib/delivery/products/shop-gate';
import type { ShopAction, ShopResult } from '../../lib/destinations/vk-market/entry';
import { AuthError, ClosedError, Failure } from '../../lib/http/errors';
import { NoProductError } from '../../lib/product/product';
import { isOfStore } from '../../lib/store/engine/not-writable';
import type { VkAccess, VkCommunityNode } from '../runtime/flow/catalog-nodes';
import { offersOf, runningProductSinks, wakeProductSources, type ProductSinkNode } from '../runtime/flow/product-route';
import { onInput, type InputContext } from '../runtime/message/run-on-input';
import { configNode, textOf, type Message, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { TypedValues } from '../runtime/settings/typed-value';
import { clock, NodeStatus } from '../runtime/status/status';
import { checkShop } from './check-shop';
import { picturesOf } from './pictures';
import { previewRun } from './preview-run';
import { SETTINGS } from './settings';
import { digestOf, extrasFor, productOf, settingsFor } from './upsert-settings';

const TYPE = 'vk-product-upsert';

/** So often it is seen whether products may go on that wait for the month's calls. */
const LOOK_MS = 60_000;
/** What leaves the second output: data, no errors. */
const BESIDE: ReadonlySet<ShopAction> = new Set(['skipped', 'refused', 'planned']);
/** What a product that is hidden, or whose stock changes, may use of the month's calls; see `Purpose`. */
const URGENT: ReadonlySet<ProductChange | undefined> = new Set(['off', 'gone', 'stock', undefined]);

const init = (RED: NodeAPI): void => {
    function VkProductUpsert(this: ProductSinkNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const values = readSettings(SETTINGS.settings, migrate(TYPE, saved), (text) => this.warn(text));
        const typed = new TypedValues(RED, this);
        const status = new NodeStatus(RED, this, TYPE);
        const community = configNode<VkCommunityNode>(RED, values.community);
        const told = new Set<string>();
        const gate = new ShopGate(systemClock, wakeProductSources);
        let access: VkAccess | null = null;
        this.store = community?.store ?? null;

        const isOpen = (change?: ProductChange): boolean =>
            access !== null &&
            gate.isOpen &&
            access.rates.closedFor(URGENT.has(change) ? 'urgent' : 'ordinary') === null;
        this.sink = { id: this.id, community: community?.groupId ?? '', settings: digestOf(values), isOpen };
        this.shop = null;
        this.check = async (findings, signal) => {
            if (community !== null) await checkShop(await community.ready, values, findings, signal);
        };
        runningProductSinks.add(this);

        const warnOnce = (text: string): void => {
            if (!told.has(text)) this.warn(text);
            told.add(text);
        };

        const take = async (to: VkAccess, msg: Message): Promise<ShopResult> => {
            const { product, change } = productOf(msg);
            return to.market.take({
                upsert: this.id,
                product,
                change,
                extras: await extrasFor(values, typed, msg, product),
                settings: settingsFor(values, product),
                pictures: picturesOf(product, values, warnOnce),
            });
        };

        const handle = async (msg: Message, { send }: InputContext): Promise<void> => {
            if (community === null) throw new NoCommunityError();
            const to = await community.ready;
            const offer = textOf(msg['offer']);
            const offers = offersOf(offer);
            offers?.taken(offer);
            try {
                const result = await take(to, msg);
                gate.worked();
                msg['shop'] = result;
                send(BESIDE.has(result.action) ? [null, msg] : [msg, null]);
                offers?.acknowledged(offer, this.id);
                showResult(result.action);
            } catch (error) {
                if (!isPassing(error)) {
                    // the same again gives the same: it is offered again when it or the settings have changed
                    if (!(error instanceof ClosedError)) offers?.acknowledged(offer, this.id);
                    throw error;
                }
                const isNew = gate.failed(error instanceof GateClosedError ? error.until : null);
                showGate(error);
                offers?.released(offer, this.id);
                // a message that no source of ours would send again is the flow's own
                if (offers === null) throw error;
                if (isNew) this.error(error.message, { topic: 'catalog/error', payload: {} });
            }
        };

        const showResult = (action: ShopAction): void => {
            if (action === 'refused') status.show('red', 'dot', 'itemRefused');
            else if (BESIDE.has(action)) status.show('grey', 'dot', action);
            else status.show('green', 'dot', action);
        };
        const showGate = (error: Error): void => {
            const needsPerson = error instanceof AuthError || (error as { code?: unknown }).code === 'AUTH';
            if (needsPerson) status.show('red', 'ring', 'signIn');
            else status.show('yellow', 'ring', 'gateClosed', { time: clock(gate.until ?? Date.now()) });
        };

        onInput(this, status, handle, (error) => {
            if (error instanceof NoCommunityError) status.show('grey', 'ring', 'notConfigured');
            else if (error instanceof NoProductError) status.show('red', 'ring', 'noProduct');
            else if (isOfStore(error)) status.show('red', 'ring', community?.store?.trouble ?? 'failed');
            else if (!isPassing(error)) status.show('red', 'dot', 'failed');
        });
        // a day's share of the calls begins anew without anybody telling
        const looks = setInterval(wakeProductSources, LOOK_MS);
        this.on('close', () => {
            clearInterval(looks);
            gate.close();
        });

        if (community === null) return status.show('grey', 'ring', 'notConfigured');
        status.watch([community.breaker]);
        community.ready.then(
            (opened) => {
                access = opened;
                this.shop = {
                    community: community.groupId,
                    chooseFirstSync: (choice) => opened.market.firstSync.choose(choice),
                    link: (sku, product, itemId) => opened.market.link(sku, product, itemId),
                    putBack: (sku) => opened.market.putBack(sku),
                    preview: () => previewRun(this.id, opened.market, values, typed),
                    status: () => opened.market.status(this.id, community.groupId),
                    planned: () => opened.market.planned(this.id),
                    costOf: (changes) => opened.market.costOf(changes),
                    chooseMaster: (stores, master) => opened.market.twins.choose(stores, master),
                    agree: (kind, store) => opened.market.brakes.agree(kind, store),
                };
                wakeProductSources();
            },
            () => {
                const trouble = community.isTwice ? 'twice' : (community.store?.trouble ?? 'notConfigured');
                status.show('red', 'ring', trouble);
            },
        );
    }
    RED.nodes.registerType(TYPE, VkProductUpsert as never);
};

/** The node has no community. */
class NoCommunityError extends Error {
    readonly code = 'SETTING';
    constructor() {
        super('The setting "community" is empty: choose a VK community');
        this.name = 'NoCommunityError';
    }
}

/** Time or a person heals it, whatever the product. */
function isPassing(error: unknown): error is Error {
    if (isOfStore(error)) return true;
    return error instanceof Failure && error.waits !== null;
}

export = init;
