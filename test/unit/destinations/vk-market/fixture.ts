import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pastedToken } from '../../../../lib/clients/vk/tokens/access-tokens';
import { VkClient } from '../../../../lib/clients/vk/client';
import { VkRates, type RateLimits, type RateState } from '../../../../lib/clients/vk/rates';
import type { ShopResult } from '../../../../lib/destinations/vk-market/entry';
import { VkMarket } from '../../../../lib/destinations/vk-market/market';
import type {
    PictureSource,
    ProductExtras,
    UpsertSettings,
} from '../../../../lib/destinations/vk-market/rules/settings';
import type { Product } from '../../../../lib/product/product';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { KEY_OF } from '../../../../lib/store/catalog/keys';
import { picture } from '../../../simulators/bambuddy/png';
import { VkSimulator, type Community, type Item } from '../../../simulators/vk';
import { FakeClock, settle } from '../../fake-clock';
import { productRecord, SHOP } from '../../../fixtures/catalog-records';

export const GROUP = 77;

export const SETTINGS: UpsertSettings = {
    price: { markup: 0, rounding: 'none' },
    availability: { outOfStock: 'hide', goneProducts: 'hide', sendStock: true },
    albums: 'path',
    keepManual: new Set(['name', 'description', 'pictures', 'category', 'albums']),
    mostHidden: { count: 20, percent: 10 },
    dryRun: false,
};

const EXTRAS: ProductExtras = { categoryId: 1204, oldPrice: null, description: null, link: null };

/** A product of the shop, in the group "Boxes". @param fields what is different */
export function productOf(id: string, fields: Partial<Product> = {}): Product {
    return {
        source: 'evotor',
        account: 'a-1',
        storeId: SHOP,
        storeName: 'Лавка',
        id,
        sku: id,
        name: `Товар ${id}`,
        description: 'Описание, какого достаточно',
        kind: 'NORMAL',
        price: 100,
        currency: 'RUB',
        quantity: 5,
        unit: 'шт',
        sellable: true,
        group: { id: 'g1', name: 'Коробки', path: ['Печать', 'Коробки'] },
        article: null,
        barcodes: [],
        options: {},
        pictures: [{ url: `p-${id}`, hash: `p-${id}` }],
        updatedAt: null,
        raw: null,
        ...fields,
    };
}

/** Pictures that are there: the name of one ends in its number. */
export const PICTURES: PictureSource = {
    hashOf: ([first]) => first?.hash ?? null,
    read: ([first]) =>
        Promise.resolve(
            first === undefined
                ? null
                : { bytes: picture(seedOf(first.url), 400), type: 'image/png', hash: first.hash ?? '' },
        ),
};

function seedOf(url: string): number {
    return [...url].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 9973, 7);
}

export interface Change {
    change?: string;
    settings?: Partial<UpsertSettings>;
    extras?: Partial<ProductExtras>;
    pictures?: PictureSource;
    upsert?: string;
}

/** A simulated VK, a catalog on the disk, and the market of community 77 between them. */
export class MarketFixture {
    readonly clock = new FakeClock();
    readonly vk = new VkSimulator({ now: this.clock.now });
    readonly warnings: string[] = [];
    readonly offeredAgain: string[] = [];
    community!: Community;
    catalog!: Catalog;
    client!: VkClient;
    market!: VkMarket;
    rates!: VkRates;
    private folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vk-market-'));
    private readonly folders = [this.folder];
    private token = '';

    constructor(
        private readonly limits: Partial<RateLimits> = {},
        private readonly photosPerSave = 5,
    ) {}

    async open(): Promise<this> {
        await this.vk.listen();
        this.community = this.vk.addCommunity(GROUP);
        this.token = this.vk.tokens.add({ life: null });
        await this.start();
        return this;
    }

    async close(): Promise<void> {
        await this.stop();
        await this.vk.close();
        for (const folder of this.folders) fs.rmSync(folder, { recursive: true, force: true });
    }

    async start(): Promise<void> {
        this.catalog = await Catalog.open(path.join(this.folder, 'shop.catalog.json'), {
            onWarning: (text) => this.warnings.push(text),
            now: () => new Date(this.clock.now()),
        });
        const limits = { callsPerSecond: 1000, callsPerMonth: 0, countExecute: 'each' as const, ...this.limits };
        this.rates = new VkRates(limits, this.rateStore(this.catalog), this.clock);
        const settings = { url: this.vk.url, apiVersion: '5.199', timeout: 5, ca: '' };
        this.client = new VkClient(settings, pastedToken(this.token), this.rates);
        this.market = new VkMarket({
            group: GROUP,
            client: this.client,
            rates: this.rates,
            catalog: this.catalog,
            clock: this.clock,
            photosPerSave: this.photosPerSave,
            timeoutMs: 5000,
            onWarning: (text) => this.warnings.push(text),
            offerAgain: (products) => this.offeredAgain.push(...products),
        });
    }

    async stop(): Promise<void> {
        await this.until(this.market.close());
        this.client.close();
        await this.catalog.close();
    }

    private rateStore(catalog: Catalog): ConstructorParameters<typeof VkRates>[1] {
        const kept = catalog.meta('rates');
        return {
            read: () => (kept === undefined ? null : (JSON.parse(kept) as RateState)),
            write: (state) => void catalog.setDeferred('meta', { id: 'rates', value: JSON.stringify(state) }),
        };
    }

    /** What is on the disk at this moment, as a crash would leave it. @returns a folder */
    onDisk(): string {
        const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'vk-market-'));
        this.folders.push(copy);
        fs.cpSync(this.folder, copy, { recursive: true, filter: (name) => !name.endsWith('.lock') });
        return copy;
    }

    /** The process is gone at a moment of before. @param folder what was on the disk then */
    async crashedAt(folder: string): Promise<void> {
        await this.stop();
        this.folder = folder;
        await this.start();
    }

    /** Another process, after this one ended, however far it had come. */
    async restart(): Promise<void> {
        await this.stop();
        await this.start();
    }

    /** The catalog as a source keeps it. */
    keep(product: Product, fields: Partial<ReturnType<typeof productRecord>> = {}): void {
        const { id, sku, name, price, quantity, sellable, unit } = product;
        const own = { sku, name, price, quantity, sellable, ...(unit === null ? {} : { unit }) };
        this.catalog.setDeferred('products', productRecord(id, { ...own, ...fields }));
    }

    /** Offers products, and lets time pass until each is settled. */
    async offer(products: readonly Product[], change: Change = {}): Promise<ShopResult[]> {
        return this.until(Promise.all(products.map((product) => this.take(product, change))));
    }

    async one(product: Product, change: Change = {}): Promise<ShopResult> {
        return (await this.offer([product], change))[0]!;
    }

    take(
        product: Product,
        { change = 'changed', settings, extras, pictures = PICTURES, upsert = 'n1' }: Change = {},
    ): Promise<ShopResult> {
        this.keep(product, change === 'gone' ? { goneSince: new Date(this.clock.now()).toISOString() } : {});
        return this.market.take({
            upsert,
            product,
            change,
            extras: { ...EXTRAS, ...extras },
            settings: { ...SETTINGS, ...settings },
            pictures,
        });
    }

    /** Lets time pass, in steps in which what was sent is answered, until work is through. */
    async until<T>(work: Promise<T>): Promise<T> {
        let isOver = false;
        const mark = (): void => void (isOver = true);
        work.then(mark, mark);
        while (!isOver) await this.pass();
        return work;
    }

    /** A tenth of a second, in which what was sent is answered. */
    async pass(): Promise<void> {
        await this.clock.advance(100);
        // one that was cut off never ends
        for (let n = 0; n < 200 && this.isAsked; n++) await settle();
        await new Promise((resolve) => setTimeout(resolve, 1));
    }

    private get isAsked(): boolean {
        return this.vk.requests.slice(-5).some(({ status }) => status === null);
    }

    item(sku: string): Item | undefined {
        return this.community.bySku(sku)[0];
    }

    /** An item that a person made. */
    byHand(fields: Partial<Item>): Item {
        return this.community.byHand(fields, this.clock.now());
    }

    /** Requests since a count of before. */
    get asked(): number {
        return this.vk.requestCount;
    }

    link(sku: string): ReturnType<Catalog['link']> {
        return this.catalog.link(String(GROUP), sku);
    }

    productKey(id: string): string {
        return KEY_OF.products(productRecord(id));
    }
}
