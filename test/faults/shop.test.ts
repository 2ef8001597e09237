import assert, { AssertionError } from 'node:assert/strict';
import sinon from 'sinon';
import { OpenIntents, type IntentOutcome } from '../../lib/destinations/vk-market/shop/open-intents';
import type { Product } from '../../lib/product/product';
import type { Fault } from '../simulators/simulator';
import { MarketFixture, productOf, type Change } from '../unit/destinations/vk-market/fixture';

/** A change of the catalog, and what the shop has to show after it. */
interface Scenario {
    name: string;
    /** what is in step before */
    before: readonly Product[];
    products: readonly Product[];
    change?: Change;
    check: (shop: MarketFixture) => void;
}

const three = (fields: Partial<Product> = {}): Product[] => ['a', 'b', 'c'].map((id) => productOf(id, fields));
const moved = { group: { id: 'g2', name: 'Вазы', path: ['Вазы'] } };
const repainted = { pictures: [{ url: 'new', hash: 'new' }] };

const SCENARIOS: readonly Scenario[] = [
    {
        name: 'a first sync',
        before: [],
        products: three(),
        check: (shop) => shown(shop, { price: 10_000, hidden: false }),
    },
    {
        name: 'a price change',
        before: three(),
        products: three({ price: 120 }),
        check: (shop) => shown(shop, { price: 12_000, hidden: false }),
    },
    {
        name: 'a removal',
        before: three(),
        products: three(),
        change: { change: 'off' },
        check: (shop) => shown(shop, { hidden: true }),
    },
    {
        name: 'another group and another picture',
        before: three(),
        products: three({ ...moved, ...repainted }),
        check: (shop) => {
            shown(shop, { hidden: false });
            const vases = shop.community.byTitle('Вазы')!.id;
            for (const sku of ['a', 'b', 'c']) assert.deepEqual([...shop.item(sku)!.albums], [vases], sku);
        },
    },
];

const FAULTS: readonly Fault[] = [
    { at: 'before', kind: 'reset' },
    { at: 'after', kind: 'reset' },
    { at: 'after', kind: 'cut' },
    { at: 'before', kind: 503 },
];

/** Whatever a run needs: more is a loop. */
const MOST_REQUESTS = 40;

describe('every fault at every call, and every crash: one item for a product, nothing lost', function () {
    this.timeout(240_000);

    for (const scenario of SCENARIOS) {
        for (const fault of FAULTS)
            it(`${scenario.name}: ${fault.kind} ${fault.at} each call`, async () => {
                for (let call = 1; call < MOST_REQUESTS; call++) {
                    const wasHit = await withShop(scenario, async (shop) => {
                        const first = shop.vk.requestCount + call;
                        shop.vk.interfere = ({ n }) => (n === first ? fault : undefined);
                        await untilInStep(shop, scenario);
                        return shop.vk.requestCount >= first;
                    });
                    if (!wasHit) return;
                }
                assert.fail('it never ends');
            });

        for (const at of ['before', 'after'] as const)
            it(`${scenario.name}: a crash ${at} each call`, async () => {
                for (let call = 1; call < MOST_REQUESTS; call++) {
                    const wasHit = await withShop(scenario, async (shop) => {
                        const first = shop.vk.requestCount + call;
                        let folder: string | null = null;
                        shop.vk.interfere = ({ n }) => {
                            if (n < first) return undefined;
                            folder ??= shop.onDisk();
                            // nothing that the process does from here on comes to VK
                            return { at: n === first ? at : 'before', kind: 'reset' };
                        };
                        const work = scenario.products.map((product) => shop.take(product, scenario.change));
                        const ended = Promise.allSettled(work);
                        for (let n = 0; n < 60 && folder === null && !(await isOver(ended)); n++) await shop.pass();
                        if (folder !== null) {
                            // the answer to the call is in nobody's hand
                            await shop.pass();
                            await shop.until(shop.crashedAt(folder));
                        }
                        await shop.until(ended);
                        shop.vk.interfere = undefined;
                        await untilInStep(shop, scenario);
                        return folder !== null;
                    });
                    if (!wasHit) return;
                }
                assert.fail('it never ends');
            });
    }

    it('a planted bug is found: an add whose answer was lost is sent again without a look', async () => {
        const stub = sinon.stub(OpenIntents.prototype, 'resolve').resolves(new Map<string, IntentOutcome>());
        try {
            const scenario = SCENARIOS[0]!;
            const run = async (): Promise<void> => {
                for (let call = 1; call < MOST_REQUESTS; call++)
                    await withShop(scenario, async (shop) => {
                        const first = shop.vk.requestCount + call;
                        shop.vk.interfere = ({ n }) => (n === first ? { at: 'after', kind: 'reset' } : undefined);
                        await untilInStep(shop, scenario);
                        return true;
                    });
            };
            await assert.rejects(run(), AssertionError);
        } finally {
            stub.restore();
        }
    });
});

async function withShop(scenario: Scenario, run: (shop: MarketFixture) => Promise<boolean>): Promise<boolean> {
    const shop = await new MarketFixture().open();
    try {
        if (scenario.before.length > 0) await shop.offer(scenario.before);
        const wasHit = await run(shop);
        for (const sku of ['a', 'b', 'c']) assert.equal(shop.community.bySku(sku).length, 1, `items of ${sku}`);
        const titles = [...shop.community.albums.values()].map(({ title }) => title);
        assert.equal(new Set(titles).size, titles.length, 'albums');
        scenario.check(shop);
        assert.deepEqual(shop.vk.violations, []);
        return wasHit;
    } finally {
        await shop.close();
    }
}

/** Offers again what is given back, as a source does. */
async function untilInStep(shop: MarketFixture, { products, change }: Scenario): Promise<void> {
    for (let round = 0; round < 6; round++) {
        const work = products.map((product) => shop.take(product, change));
        const results = await shop.until(Promise.allSettled(work));
        if (results.every(({ status }) => status === 'fulfilled')) return;
    }
    assert.fail('it is never in step');
}

function shown(shop: MarketFixture, fields: object): void {
    for (const sku of ['a', 'b', 'c']) {
        const item = shop.item(sku)!;
        const seen = Object.fromEntries(Object.keys(fields).map((name) => [name, item[name as keyof typeof item]]));
        assert.deepEqual(seen, fields, sku);
        assert.equal(item.albums.size, 1, `albums of ${sku}`);
    }
}

async function isOver(work: Promise<unknown>): Promise<boolean> {
    return Promise.race([work.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}
