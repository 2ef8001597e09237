import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figureOf, rounded, type Bench, type Figure, type Result } from '../measure';
import { Remote } from '../rpc';
import { inStep } from '../shop/in-step';
import { leastRequests } from '../shop/least';
import { ShopLife, type LifeOptions } from '../shop/life';
import type { MemoryMethods } from '../shop/memory-child';
import { month } from '../shop/month';
import { PER_SECOND, ShopServers, type Asked } from '../shop/servers';
import { SimulatedClock } from '../shop/simulated-clock';

const WHOLE = 10_000;
const QUICK = 1_000;
/** Rows of a page of Evotor. */
const PAGE = 1_000;
const PRICES = 100;
/** As the node has it where nothing is changed, and what an application without verification has. */
const PHOTOS_PER_SAVE = 10;
const CALLS_PER_MONTH = 10_000;
/** In the middle of a month, and the beginning of the next. */
const FIRST_DAY = Date.parse('2026-11-20T12:00:00Z');
const MONTH = Date.parse('2026-12-01T00:00:00Z');
/** Answers that take their time, for a figure beside those of the rates alone. */
const SLOW = { evotorMs: 100, vkMs: 200, uploadMs: 500 };

/** A shop from its first sync to the end of a month: real code, simulated servers over HTTP, a simulated clock. */
export async function shop({ quick, say }: Bench): Promise<Result> {
    const products = quick ? QUICK : WHOLE;
    const world = await World.open(products);
    try {
        const first = await world.firstSync();
        say(`first sync: ${first.asked.vk.requests} requests of ${first.least} at the least`);
        const unchanged = await world.unchanged();
        const prices = await world.prices();
        const memory = await world.memory();
        const ofMonth = await world.month();
        say(`month: ${JSON.stringify(ofMonth.vk.methods)}`);
        const slow = await slowSync();
        const one = (name: string, value: number, unit: string, bar: Figure['bar'], note?: string): Figure =>
            figureOf(`shop, ${name}`, [value], unit, bar, note);
        const { evotor } = unchanged;
        return {
            figures: [
                one(
                    'first sync',
                    first.ratio,
                    '×',
                    { most: 1.2 },
                    `${products} products in ${rounded(first.seconds)} s`,
                ),
                one('the same with slow answers', slow, '×', null, `${QUICK} products`),
                one('unchanged: product lists', evotor.products, 'requests', { most: Math.ceil(products / PAGE) }),
                one('unchanged: stores and groups', evotor.stores + evotor.groups, 'requests', { most: 2 }),
                one('unchanged: VK', unchanged.vk.requests, 'requests', { most: 0 }),
                one(`${PRICES} prices`, prices, 'requests', { most: 5 }),
                one('memory', memory, 'MB', { most: 40 }),
                one('month', ofMonth.used, 'calls', { most: CALLS_PER_MONTH }, `${ofMonth.vk.requests} requests`),
            ],
            keys: {
                shop: {
                    products,
                    first_sync_ratio: rounded(first.ratio),
                    slow_sync_ratio: rounded(slow),
                    unchanged: { ...evotor, vk: unchanged.vk.requests },
                    prices,
                    memory_mb: rounded(memory),
                    month_calls: ofMonth.used,
                },
            },
        };
    } finally {
        await world.close();
    }
}

/** A first sync of a thousand whose answers take their time. @returns as `firstSync` */
async function slowSync(): Promise<number> {
    const world = await World.open(QUICK);
    try {
        world.servers.answerAfter(SLOW);
        return (await world.firstSync()).ratio;
    } finally {
        await world.close();
    }
}

/** Servers, a clock, and a life between them that ends and begins anew. */
class World {
    private life: ShopLife | null = null;
    private readonly folder = mkdtempSync(join(tmpdir(), 'print-to-stock-bench-'));

    private constructor(
        readonly servers: ShopServers,
        private readonly clock: SimulatedClock,
    ) {}

    static async open(products: number): Promise<World> {
        const clock = new SimulatedClock(FIRST_DAY);
        const servers = new ShopServers(clock);
        for (let n = 0; n < products; n++) servers.addProduct();
        await servers.open();
        const world = new World(servers, clock);
        await world.start(0);
        return world;
    }

    async close(): Promise<void> {
        await this.life?.close();
        await this.servers.close();
        this.clock.close();
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** From the first request to Evotor until every product is in the shop, against the time of the least requests to VK. */
    async firstSync(): Promise<{ ratio: number; seconds: number; least: number; asked: Asked }> {
        const { servers, clock } = this;
        const began = clock.now();
        await this.pass();
        const seconds = (clock.now() - began) / 1000;
        const { albums, items } = servers.community;
        const inAlbums = [...albums.keys()].map(
            (id) => [...items.values()].filter((item) => item.albums.has(id)).length,
        );
        const least = leastRequests(servers.store.products.size, PHOTOS_PER_SAVE, inAlbums);
        return { ratio: seconds / (least / PER_SECOND), seconds, least, asked: servers.take() };
    }

    /** What a pass asks for when nothing has changed. */
    async unchanged(): Promise<Asked> {
        await this.pass();
        return this.servers.take();
    }

    /** @returns requests to VK after another price of so many products */
    async prices(): Promise<number> {
        const { store, evotor } = this.servers;
        for (const row of [...store.products.values()].slice(0, PRICES))
            evotor.tills.change(row, { price: row.price + 1 });
        await this.pass();
        return this.servers.take().vk.requests;
    }

    /** What a shop takes in a process of its own; MB. The one here ends. */
    async memory(): Promise<number> {
        const { servers, clock } = this;
        await this.life!.close();
        this.life = null;
        const child = new Remote<MemoryMethods>(join(__dirname, '..', 'shop', 'memory-child.ts'));
        try {
            return await child.ask.memory(servers.addresses, clock.now(), this.options(0));
        } finally {
            child.end();
            servers.take();
        }
    }

    /** A whole month with the calls that it has, from a start of the process on. */
    async month(): ReturnType<typeof month> {
        const { servers, clock } = this;
        await clock.to(MONTH);
        await this.start(CALLS_PER_MONTH);
        servers.vk.limits.perMonth = CALLS_PER_MONTH;
        return month(servers, this.life!, clock);
    }

    /** A pass over the whole catalog, until the shop is in step. @throws Error where anything went wrong */
    private async pass(): Promise<void> {
        const { clock, life } = this;
        await clock.through(life!.read('full'));
        await clock.until(() => life!.isInStep);
        if (life!.errors.length > 0) throw life!.errors[0]!;
        if (life!.warnings.length > 0) throw new Error(life!.warnings[0]);
        inStep(this.servers);
    }

    private async start(callsPerMonth: number): Promise<void> {
        this.life = await ShopLife.open(this.servers.addresses, this.clock, this.options(callsPerMonth));
        this.life.lookAtAll();
    }

    private options(callsPerMonth: number): LifeOptions {
        const file = join(this.folder, 'shop.catalog.json');
        return { file, callsPerSecond: PER_SECOND, callsPerMonth, photosPerSave: PHOTOS_PER_SAVE };
    }
}
