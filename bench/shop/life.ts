import { EvotorClient } from '../../lib/clients/evotor/client';
import { VkClient } from '../../lib/clients/vk/client';
import { VkRates, type RateState } from '../../lib/clients/vk/rates';
import { pastedToken } from '../../lib/clients/vk/tokens/access-tokens';
import { ProductMessages } from '../../lib/delivery/products/product-messages';
import { ProductOffers, type Offer, type ProductSink } from '../../lib/delivery/products/product-offers';
import { wishOf, type WishRules } from '../../lib/delivery/products/wish';
import { VkMarket } from '../../lib/destinations/vk-market/market';
import { ProductPictures } from '../../lib/destinations/vk-market/pictures/picture-source';
import type { ProductExtras, UpsertSettings } from '../../lib/destinations/vk-market/rules/settings';
import type { Product } from '../../lib/product/product';
import type { PassKind } from '../../lib/sources/catalog/pass-report';
import { readAccount } from '../../lib/sources/evotor/account-pass';
import { PictureReader } from '../../lib/sources/evotor/picture-reader';
import { awaitsPictures, pictureFile } from '../../lib/sources/evotor/product-pictures';
import { Catalog } from '../../lib/store/catalog/catalog';
import { KEY_OF } from '../../lib/store/catalog/keys';
import type { SimulatedClock } from './simulated-clock';

/** The community. */
export const GROUP = 77;
const ACCOUNT = 'account';
const UPSERT = 'upsert';

/** As the nodes have them where nothing is changed. */
const WISH: WishRules = { newGroups: 'parent', leaveOut: ['alcohol', 'tobacco', 'age-limited'] };
const SETTINGS: UpsertSettings = {
    price: { markup: 0, rounding: 'none' },
    availability: { outOfStock: 'hide', goneProducts: 'hide', sendStock: true },
    albums: 'path',
    keepManual: new Set(['name', 'description', 'pictures', 'category', 'albums']),
    mostHidden: { count: 20, percent: 10 },
    dryRun: false,
};
const EXTRAS: ProductExtras = { categoryId: 1204, oldPrice: null, description: null, link: null };
const WINDOW = 100;
const PASS_AFTER_MS = 60_000;
const SECONDS = 30;

/** Where the servers are, and what lets one in. */
export interface ShopAddresses {
    evotor: { url: string; token: string };
    vk: { url: string; token: string };
    /** id of the store whose products go to the shop */
    store: string;
}

export interface LifeOptions {
    /** the catalog's */
    file: string;
    callsPerSecond: number;
    /** 0: no limit */
    callsPerMonth: number;
    photosPerSave: number;
}

/**
 * A source of Evotor's products and a community of VK with the catalog between them, wired as the nodes wire them. It is the
 * code of `lib`; what is missing are Node-RED and its wires.
 */
export class ShopLife {
    readonly errors: Error[] = [];
    readonly warnings: string[] = [];
    private readonly evotor: EvotorClient;
    private readonly vk: VkClient;
    private readonly rates: VkRates;
    private readonly market: VkMarket;
    private readonly messages: ProductMessages;
    private readonly offers: ProductOffers;
    private readonly pictures: PictureReader;
    private readonly closing = new AbortController();

    static async open(servers: ShopAddresses, clock: SimulatedClock, options: LifeOptions): Promise<ShopLife> {
        const warnings: string[] = [];
        const catalog = await Catalog.open(options.file, {
            onWarning: (text) => void warnings.push(text),
            now: () => new Date(clock.now()),
        });
        await catalog.put('accounts', { id: ACCOUNT, source: 'evotor', state: 'active', node: ACCOUNT });
        await catalog.put('switches', { store: servers.store, on: true });
        return new ShopLife(catalog, servers, clock, options, warnings);
    }

    private constructor(
        readonly catalog: Catalog,
        { evotor, vk }: ShopAddresses,
        clock: SimulatedClock,
        { callsPerSecond, callsPerMonth, photosPerSave }: LifeOptions,
        told: string[],
    ) {
        const onWarning = (text: string): void => void this.warnings.push(text);
        this.warnings = told;
        this.evotor = new EvotorClient({ ...evotor, authorization: 'bearer', timeout: SECONDS }, clock);
        // of the two ways in which VK may count an `execute` the stricter
        this.rates = new VkRates({ callsPerSecond, callsPerMonth, countExecute: 'each' }, rateStore(catalog), clock);
        this.vk = new VkClient(
            { url: vk.url, apiVersion: '5.199', timeout: SECONDS, ca: '' },
            pastedToken(vk.token),
            this.rates,
        );
        this.market = new VkMarket({
            group: GROUP,
            client: this.vk,
            rates: this.rates,
            catalog,
            clock,
            photosPerSave,
            timeoutMs: SECONDS * 1000,
            onWarning,
            offerAgain: (products) => this.offerAgain(products),
        });
        const isShown: ConstructorParameters<typeof PictureReader>[0]['isShown'] = (product) =>
            wishOf(catalog, product, WISH) === 'show';
        // those that are looked at in turn cost VK nothing
        this.pictures = new PictureReader({
            client: this.evotor,
            catalog,
            account: ACCOUNT,
            isShown,
            perDay: 0,
            clock,
            onWarning,
        });
        this.messages = new ProductMessages(catalog);
        const sink: ProductSink = {
            id: UPSERT,
            community: String(GROUP),
            settings: 'as they are',
            isOpen: () => this.rates.closedFor('urgent') === null,
        };
        this.offers = new ProductOffers({
            catalog,
            accounts: () => [ACCOUNT],
            sinks: () => [sink],
            wish: (product) => {
                const wish = wishOf(catalog, product, WISH);
                return wish === 'show' && awaitsPictures(product) ? null : wish;
            },
            send: (offer) => void this.take(offer),
            window: WINDOW,
            passAfterMs: PASS_AFTER_MS,
        });
    }

    /** A pass over the catalog of Evotor, and the pictures of what is new or changed. */
    async read(kind: PassKind): Promise<void> {
        const { evotor: client, catalog } = this;
        const onWarning = (text: string): void => void this.warnings.push(text);
        const report = await readAccount({ client, catalog, account: ACCOUNT, onWarning }, kind, this.closing.signal);
        if (report.failures.length + report.unreadable.length > 0)
            throw new Error('the catalog could not be read whole');
        const { failure } = await this.pictures.read(this.closing.signal);
        if (failure !== null) throw failure;
    }

    /** Whether nothing is on its way or waits for its turn. */
    get isInStep(): boolean {
        const { inFlight, waiting, notTaken } = this.offers.counts;
        return inFlight + waiting + notTaken === 0;
    }

    /** Looks at every product, as after a deploy. */
    lookAtAll(): void {
        this.offers.lookAtAll();
    }

    async close(): Promise<void> {
        this.closing.abort();
        this.offers.close();
        this.messages.close();
        await this.market.close();
        this.vk.close();
        this.evotor.close();
        await this.catalog.close();
    }

    /** As the node "VK product" does. Every failure is one too many here. */
    private async take({ id, product, change }: Offer): Promise<void> {
        this.offers.taken(id);
        try {
            const payload = this.messages.of(product);
            const pictures = this.picturesOf(payload);
            const [extras, settings] = [EXTRAS, SETTINGS];
            await this.market.take({ upsert: UPSERT, product: payload, change, extras, settings, pictures });
        } catch (error) {
            if (this.closing.signal.aborted) return;
            this.errors.push(error as Error);
        }
        this.offers.acknowledged(id, UPSERT);
    }

    private picturesOf({ storeId: store, id }: Product): ProductPictures {
        return new ProductPictures({
            treatment: 'pad',
            fallback: null,
            onWarning: (text) => void this.warnings.push(text),
            get: ({ url, hash }, signal) => {
                const picture = hash === null ? { url } : { url, hash };
                return pictureFile(this.evotor, this.catalog, { store, id }, picture, signal);
            },
        });
    }

    private offerAgain(products: readonly string[]): void {
        for (const product of products) {
            for (const ack of [...this.catalog.find('acks', 'product', product)])
                this.catalog.removeDeferred('acks', KEY_OF.acks(ack));
            this.offers.lookAt(product);
        }
    }
}

function rateStore(catalog: Catalog): ConstructorParameters<typeof VkRates>[1] {
    const kept = catalog.meta('rates');
    return {
        read: () => (kept === undefined ? null : (JSON.parse(kept) as RateState)),
        write: (state) => void catalog.setDeferred('meta', { id: 'rates', value: JSON.stringify(state) }),
    };
}
