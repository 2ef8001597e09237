import path from 'node:path';
import { EvotorClient } from '../../../lib/clients/evotor/client';
import type { InvenTreeClient } from '../../../lib/clients/inventree/client';
import { VkClient } from '../../../lib/clients/vk/client';
import { GateClosedError, VkRates, type RateState } from '../../../lib/clients/vk/rates';
import type { TokenRenewal } from '../../../lib/clients/vk/tokens/token-renewal';
import { ProductMessages } from '../../../lib/delivery/products/product-messages';
import { ProductOffers, type Offer, type ProductSink } from '../../../lib/delivery/products/product-offers';
import type { ProductChange } from '../../../lib/delivery/products/product-state';
import { ShopGate } from '../../../lib/delivery/products/shop-gate';
import { wishOf } from '../../../lib/delivery/products/wish';
import { VkMarket } from '../../../lib/destinations/vk-market/market';
import { ClosedError, Failure } from '../../../lib/http/errors';
import { readAccount } from '../../../lib/sources/evotor/account-pass';
import { STORE } from '../../../lib/sources/inventree/records-of';
import { readStock } from '../../../lib/sources/inventree/stock-pass';
import { Catalog } from '../../../lib/store/catalog/catalog';
import { KEY_OF } from '../../../lib/store/catalog/keys';
import { TokenVault } from '../../../lib/store/catalog/token-vault';
import { renewalOf } from '../../../nodes/vk-community/tokens';
import { inventreeClient } from '../../fixtures/inventree-client';
import type { FakeClock } from '../../unit/fake-clock';
import { EXTRAS, FALLBACK, GROUP, RULES, SETTINGS, type ShopServers } from './shop-servers';

/** What a product that is hidden, or whose stock changes, may use of the month's calls. */
const URGENT: ReadonlySet<ProductChange | undefined> = new Set(['off', 'gone', 'stock', undefined]);
const ACCOUNT = 'account';

/** A node that fills the community. */
interface Upsert {
    sink: ProductSink;
    gate: ShopGate;
}

/**
 * One life of a process with two catalogs (a till of Evotor, InvenTree's stock) and one community, wired as the nodes wire
 * them: both flows of the till and the one of the stock come to the same community.
 */
export class ShopLife {
    /** what people were told */
    readonly warnings: string[] = [];
    /** what a flow's Catch node would see */
    readonly errors: Error[] = [];
    /** the last pass over each catalog came to its end */
    isRead = false;
    market!: VkMarket;
    private tokens!: TokenRenewal;
    private client!: VkClient;
    private evotor!: EvotorClient;
    private inventree!: InvenTreeClient;
    private rates!: VkRates;
    private messages!: ProductMessages;
    private offers: ProductOffers[] = [];
    private upserts: Upsert[] = [];
    private readonly closing = new AbortController();

    private constructor(
        readonly catalog: Catalog,
        private readonly servers: ShopServers,
        private readonly clock: FakeClock,
    ) {}

    /** @param seed the pair of tokens that is typed in the community's dialog */
    static async open(
        folder: string,
        servers: ShopServers,
        clock: FakeClock,
        seed: { accessToken: string; refreshToken: string },
    ): Promise<ShopLife> {
        const told: string[] = [];
        const catalog = await ShopLife.catalogIn(folder, clock, (text) => told.push(text));
        const life = new ShopLife(catalog, servers, clock);
        life.warnings.push(...told);
        await life.start(seed);
        return life;
    }

    static catalogIn(
        folder: string,
        clock: FakeClock,
        onWarning = (_text: string): void => undefined,
    ): Promise<Catalog> {
        const file = path.join(folder, 'shop.catalog.json');
        return Catalog.open(file, { onWarning, now: () => new Date(clock.now()) });
    }

    /** Reads both catalogs. A server that does not answer leaves the pass undone, as until the next interval. */
    async read(): Promise<void> {
        const { catalog } = this;
        const { signal } = this.closing;
        const onWarning = (text: string): void => void this.warnings.push(text);
        const passes = await Promise.allSettled([
            readAccount({ client: this.evotor, catalog, account: ACCOUNT, onWarning }, 'full', signal),
            readStock({ client: this.inventree, catalog, settings: RULES.stock }, signal),
        ]);
        this.isRead = passes.every(
            (pass) => pass.status === 'fulfilled' && [...pass.value.failures, ...pass.value.unreadable].length === 0,
        );
        for (const pass of passes) {
            if (pass.status === 'rejected' && !(pass.reason instanceof Failure || pass.reason instanceof ClosedError))
                throw pass.reason;
        }
    }

    /** Whether nothing is left to do, by what the source knows. */
    get isInStep(): boolean {
        return this.offers.every(({ counts: { inFlight, waiting, notTaken } }) => inFlight + waiting + notTaken === 0);
    }

    /** Whether all that is left waits for a gate. */
    get isQuiet(): boolean {
        const isShut = this.upserts.some(({ sink }) => !sink.isOpen() || !sink.isOpen('changed'));
        return this.offers.every(({ counts: { inFlight, waiting } }) => inFlight === 0 && (waiting === 0 || isShut));
    }

    /** What is not done and why, for who has to find out. */
    get standing(): string {
        const counts = this.offers.map(({ counts: each }) => JSON.stringify(each)).join(' ');
        const told = new Set(this.errors.map(({ message }) => message));
        return `${this.isRead ? '' : 'not read, '}${counts} ${[...told].join('; ')}`;
    }

    /** Offers what a gate held back. */
    wake(): void {
        for (const offers of this.offers) offers.wake();
    }

    async turn(store: string, on: boolean): Promise<void> {
        await this.catalog.put('switches', { store, on });
        for (const offers of this.offers) offers.lookAtAll();
    }

    /** A person agrees to what is held of a store. @returns whether anything was */
    async agree(store: string): Promise<boolean> {
        const held = await this.market.brakes.agree('hide', store);
        this.offerAgain(held);
        return held.length > 0;
    }

    /** A person signs in to VK. */
    async signIn(pair: { accessToken: string; refreshToken: string }): Promise<void> {
        await this.tokens.signedIn({ ...pair, endsAt: this.clock.now() + 3_600_000, scope: null });
    }

    async close(): Promise<void> {
        this.closing.abort();
        for (const offers of this.offers) offers.close();
        for (const { gate } of this.upserts) gate.close();
        this.messages.close();
        await this.market.close();
        for (const client of [this.client, this.evotor, this.inventree]) client.close();
        await this.catalog.close();
    }

    private async start(seed: { accessToken: string; refreshToken: string }): Promise<void> {
        const { catalog, clock, servers } = this;
        const { evotor, inventree, vk, till } = servers;
        await catalog.put('accounts', { id: ACCOUNT, source: 'evotor', state: 'active', node: ACCOUNT });
        await catalog.put('accounts', { id: STORE, source: 'inventree', state: 'active', node: STORE });
        for (const store of [till.id.toLowerCase(), STORE])
            if (catalog.get('switches', store) === undefined) await catalog.put('switches', { store, on: true });
        this.evotor = new EvotorClient(
            { url: evotor.url, token: evotor.token, authorization: 'bearer', timeout: 5 },
            clock,
        );
        this.inventree = inventreeClient({ url: inventree.url, token: inventree.token }, { timeout: 5 });
        const settings = { url: vk.url, apiVersion: '5.199', timeout: 5, ca: '' };
        const vault = await TokenVault.open(catalog, {});
        const typed = { ...seed, clientId: servers.clientId, deviceId: servers.deviceId };
        this.tokens = renewalOf('vk', vault, typed, settings, clock);
        const limits = { callsPerSecond: 1000, callsPerMonth: 0, countExecute: 'each' as const };
        this.rates = new VkRates(limits, rateStore(catalog), clock);
        this.client = new VkClient(settings, this.tokens, this.rates);
        this.market = new VkMarket({
            group: GROUP,
            client: this.client,
            rates: this.rates,
            catalog,
            clock,
            photosPerSave: 5,
            timeoutMs: 5000,
            onWarning: (text) => void this.warnings.push(text),
            offerAgain: (products) => this.offerAgain(products),
        });
        this.messages = new ProductMessages(catalog);
        this.upserts = ['first', 'second'].map((id) => this.upsert(id));
        this.offers = [this.offersOf(ACCOUNT, () => this.upserts), this.offersOf(STORE, () => this.upserts.slice(1))];
        for (const offers of this.offers) offers.lookAtAll();
    }

    private upsert(id: string): Upsert {
        const gate = new ShopGate(this.clock, () => this.wake());
        const isOpen = (change?: ProductChange): boolean =>
            gate.isOpen && this.rates.closedFor(URGENT.has(change) ? 'urgent' : 'ordinary') === null;
        return { gate, sink: { id, community: String(GROUP), settings: 'as they are', isOpen } };
    }

    private offersOf(account: string, upserts: () => readonly Upsert[]): ProductOffers {
        const { catalog } = this;
        const offers: ProductOffers = new ProductOffers({
            catalog,
            accounts: () => [account],
            sinks: () => upserts().map(({ sink }) => sink),
            wish: (product) => wishOf(catalog, product, RULES),
            send: (offer) => {
                for (const upsert of upserts()) void this.take(offer, upsert, offers);
            },
            window: 100,
            passAfterMs: 3_600_000,
        });
        return offers;
    }

    /** As the node "VK product" does. */
    private async take({ id, product, change }: Offer, { sink, gate }: Upsert, offers: ProductOffers): Promise<void> {
        offers.taken(id);
        try {
            await this.market.take({
                upsert: sink.id,
                product: this.messages.of(product),
                change,
                extras: EXTRAS,
                settings: SETTINGS,
                pictures: FALLBACK,
            });
            gate.worked();
            offers.acknowledged(id, sink.id);
        } catch (error) {
            if (error instanceof ClosedError || this.closing.signal.aborted) return;
            this.errors.push(error as Error);
            if (!(error instanceof Failure) || error.waits === null) return void offers.acknowledged(id, sink.id);
            gate.failed(error instanceof GateClosedError ? error.until : null);
            offers.released(id, sink.id);
        }
    }

    private offerAgain(products: readonly string[]): void {
        for (const product of products) {
            for (const ack of this.catalog.find('acks', 'product', product))
                this.catalog.removeDeferred('acks', KEY_OF.acks(ack));
            for (const offers of this.offers) offers.lookAt(product);
        }
    }
}

function rateStore(catalog: Catalog): ConstructorParameters<typeof VkRates>[1] {
    return {
        read: () => {
            const kept = catalog.meta('rates');
            return kept === undefined ? null : (JSON.parse(kept) as RateState);
        },
        write: (state) => {
            try {
                catalog.setDeferred('meta', { id: 'rates', value: JSON.stringify(state) });
            } catch (error) {
                // of a life that is over: the next one counts from what is on the disk
                if (!(error instanceof ClosedError)) throw error;
            }
        },
    };
}
