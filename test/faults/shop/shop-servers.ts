import assert from 'node:assert/strict';
import type { PictureSource, ProductExtras, UpsertSettings } from '../../../lib/destinations/vk-market/rules/settings';
import type { WishRules } from '../../../lib/delivery/products/wish';
import type { StockSettings } from '../../../lib/sources/inventree/read-lists';
import { picture } from '../../simulators/bambuddy/png';
import { EvotorSimulator } from '../../simulators/evotor';
import type { StoreRow } from '../../simulators/evotor/rows';
import { InvenTreeSimulator } from '../../simulators/inventree';
import type { Fault, SeenRequest, Simulator } from '../../simulators/simulator';
import { VkSimulator, type Community } from '../../simulators/vk';

export const GROUP = 77;

/** Hides of one store beyond so many wait for a person. */
export const MOST_HIDDEN = 3;

export const SETTINGS: UpsertSettings = {
    price: { markup: 0, rounding: 'none' },
    availability: { outOfStock: 'hide', goneProducts: 'hide', sendStock: true },
    albums: 'path',
    keepManual: new Set(['name', 'description', 'pictures', 'category', 'albums']),
    mostHidden: { count: MOST_HIDDEN, percent: 10 },
    dryRun: false,
};

export const EXTRAS: ProductExtras = { categoryId: 1204, oldPrice: null, description: null, link: null };

export const RULES: WishRules & { stock: StockSettings } = {
    newGroups: 'parent',
    leaveOut: [],
    stock: { categories: [], locations: [], statuses: [10], salableOnly: true },
};

/** No product has a picture of its own here. */
export const FALLBACK: PictureSource = {
    hashOf: () => 'fallback',
    read: () => Promise.resolve({ bytes: picture(7, 400), type: 'image/png', hash: 'fallback' }),
};

export type ShopServer = 'evotor' | 'inventree' | 'vk';
export const SHOP_SERVERS: readonly ShopServer[] = ['evotor', 'inventree', 'vk'];

/** Evotor with one till, an InvenTree and VK with one community, on one clock. */
export class ShopServers {
    readonly evotor: EvotorSimulator;
    readonly vk: VkSimulator;
    readonly inventree = new InvenTreeSimulator({ apiVersion: 530 });
    readonly till: StoreRow;
    readonly community: Community;
    readonly clientId = '51234567';
    readonly deviceId = 'device-1';

    constructor(now: () => number) {
        this.evotor = new EvotorSimulator({ now });
        this.vk = new VkSimulator({ now });
        this.till = this.evotor.tills.addStore(this.evotor.account.userId, { name: 'На углу' });
        this.community = this.vk.addCommunity(GROUP);
        this.inventree.set('PART_SALABLE', true);
    }

    async open(): Promise<void> {
        await Promise.all(this.all.map((server) => server.listen()));
    }

    async close(): Promise<void> {
        await Promise.all(this.all.map((server) => server.close()));
        assert.deepEqual([...this.vk.violations, ...this.inventree.state.violations], []);
    }

    /** A pair of tokens as VK hands it out to who signs in. */
    signIn(): { accessToken: string; refreshToken: string } {
        return this.vk.tokens.addPair(this.clientId, this.deviceId);
    }

    /** Has each request to any of the three judged. */
    interfere(judge: ((request: SeenRequest, server: ShopServer) => Fault | undefined) | undefined): void {
        for (const name of SHOP_SERVERS)
            this[name].interfere = judge === undefined ? undefined : (request) => judge(request, name);
    }

    /** Whether an answer is still to come. */
    get isAsked(): boolean {
        return this.all.some(({ requests }) => requests.slice(-5).some(({ status }) => status === null));
    }

    /** Requests so far. */
    get asked(): number {
        return this.all.reduce((sum, { requestCount }) => sum + requestCount, 0);
    }

    private get all(): Simulator[] {
        return [this.evotor, this.inventree, this.vk];
    }
}
