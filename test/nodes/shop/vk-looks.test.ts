import assert from 'node:assert/strict';
import { ShopLooks } from '../../../nodes/vk-catalog-in/shop-looks';
import { MarketFixture } from '../../unit/destinations/vk-market/fixture';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('VK items looks at a community', () => {
    let shop: MarketFixture;
    let looks: ShopLooks;
    let failures: { name: string; until: number | null }[];

    const start = (intervalMs = DAY): void => {
        looks = new ShopLooks({
            market: shop.market,
            clock: shop.clock,
            intervalMs,
            looking: () => undefined,
            failed: (error, until) => void failures.push({ name: (error as Error).name, until }),
        });
        looks.start();
    };
    /** Lets time pass, and what is due by then come to its end. @returns requests that VK got meanwhile */
    const after = async (ms: number): Promise<number> => {
        const before = shop.asked;
        await shop.clock.advance(ms);
        for (let n = 0; n < 30; n++) await shop.pass();
        return shop.asked - before;
    };

    beforeEach(async () => {
        shop = await new MarketFixture().open();
        failures = [];
    });
    afterEach(async () => {
        await shop.until(looks.close());
        await shop.close();
    });

    it('at its interval, which a restart does not begin anew', async () => {
        start();
        assert.ok((await after(0)) > 0, 'at once where it never looked');
        await shop.until(looks.close());
        await after(DAY / 2);
        await shop.restart();
        start();
        assert.equal(await after(DAY / 2 - HOUR), 0);
        assert.ok((await after(HOUR)) > 0);
        assert.deepEqual(failures, []);
    });

    it('never by itself where the interval is 0, and when it is asked', async () => {
        start(0);
        assert.equal(await after(3 * DAY), 0);
        await shop.until(looks.refresh(false));
        assert.equal(shop.market.index.isKnown, true);
    });

    it('not while VK wants no calls, and again when that is over', async () => {
        shop.vk.trouble = () => ({ code: 9 });
        start();
        await after(0);
        assert.equal(failures.length, 1);
        assert.equal(await after(20 * 60_000), 0, 'the gate is closed: nothing is sent');
        const { name, until } = failures.at(-1)!;
        assert.equal(name, 'GateClosedError');
        shop.vk.trouble = undefined;
        assert.ok(until !== null && until > shop.clock.now());
        assert.equal(await after(until - shop.clock.now() - 10_000), 0);
        assert.ok((await after(15_000)) > 0);
        assert.equal(shop.market.index.isKnown, true);
    });
});
