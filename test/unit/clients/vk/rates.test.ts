import assert from 'node:assert/strict';
import { pastedToken } from '../../../../lib/clients/vk/tokens/access-tokens';
import { VkClient } from '../../../../lib/clients/vk/client';
import { VkError } from '../../../../lib/clients/vk/errors';
import * as market from '../../../../lib/clients/vk/market';
import {
    GateClosedError,
    VkRates,
    type RateLimits,
    type RateState,
    type RateStore,
} from '../../../../lib/clients/vk/rates';
import { VkSimulator } from '../../../simulators/vk';
import { FakeClock, settle } from '../../fake-clock';

const GROUP = 42;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LIMITS: RateLimits = { callsPerSecond: 3, callsPerMonth: 0, countExecute: 'each' };

describe('rates of VK', () => {
    let clock: FakeClock;
    let kept: RateState | null;
    let store: RateStore;

    beforeEach(() => {
        clock = new FakeClock();
        kept = null;
        store = { read: () => kept, write: (state) => void (kept = state) };
    });

    const ratesWith = (limits: Partial<RateLimits> = {}): VkRates =>
        new VkRates({ ...LIMITS, ...limits }, store, clock);

    it('so many requests a second and no more, however many want to', async () => {
        const rates = ratesWith();
        const times: number[] = [];
        const start = clock.now();
        for (let n = 0; n < 10; n++) void rates.admit(1, 'ordinary').then(() => times.push(clock.now() - start));
        await clock.advance(10_000);
        assert.equal(times.length, 10);
        const busiest = Math.max(
            ...times.map((time) => times.filter((each) => each > time - 1000 && each <= time).length),
        );
        assert.equal(busiest, 3);
    });

    it('error 6 slows down; after many answers it is as fast as before', async () => {
        const rates = ratesWith();
        const pace = async (): Promise<number> => {
            await clock.advance(5000);
            const start = clock.now();
            let end = 0;
            for (let n = 0; n < 4; n++) void rates.admit(1, 'ordinary').then(() => (end = clock.now() - start));
            await clock.advance(20_000);
            return end;
        };
        const before = await pace();
        rates.answered('slow');
        assert.ok((await pace()) > before * 1.4);
        for (let n = 0; n < 50; n++) rates.answered(null);
        assert.equal(await pace(), before);
    });

    it('flood control closes the gate for an hour, then for three, over restarts; no call is made meanwhile', async () => {
        ratesWith().answered('flood');
        const after = ratesWith();
        await assert.rejects(after.admit(1, 'urgent'), (error) => {
            assert.ok(error instanceof GateClosedError);
            assert.deepEqual([error.reason, error.outcome, error.until], ['flood', 'refused', clock.now() + HOUR]);
            return true;
        });
        await clock.advance(HOUR + 1);
        await after.admit(1, 'urgent');
        await assert.rejects(after.admit(1, 'urgent'), GateClosedError, 'one call finds out whether it is open');
        after.answered('flood');
        await clock.advance(2 * HOUR);
        await assert.rejects(ratesWith().admit(1, 'urgent'), GateClosedError);
        await clock.advance(HOUR + 1);
        const last = ratesWith();
        await last.admit(1, 'urgent');
        last.answered(null);
        assert.equal(last.closedFor('ordinary'), null);
        last.answered('flood');
        assert.equal(last.closedFor('ordinary')?.until, clock.now() + HOUR, 'it begins anew');
    });

    it("a day has its share of the month's calls, and a fifth of it is kept for hiding and prices", async () => {
        clock.time = Date.parse('2026-11-21T10:00:00Z');
        const rates = ratesWith({ callsPerMonth: 1000 });
        assert.equal(rates.left('ordinary'), 80);
        assert.equal(rates.left('urgent'), 1000);
        const ahead = (): Promise<void> => clock.advance(10_000);
        for (let n = 0; n < 4; n++) {
            const admitted = rates.admit(20, 'ordinary');
            await ahead();
            await admitted;
        }
        await assert.rejects(rates.admit(1, 'ordinary'), (error) => {
            assert.ok(error instanceof GateClosedError);
            assert.deepEqual([error.reason, error.until], ['budget', Date.parse('2026-11-22T00:00:00Z')]);
            return true;
        });
        await rates.admit(20, 'urgent');
        await clock.advance(DAY);
        assert.equal(rates.left('ordinary'), 80, '900 for nine days');
        assert.deepEqual(ratesWith({ callsPerMonth: 1000 }).month, { used: 100, limit: 1000 });
        clock.time = Date.parse('2026-12-01T00:00:00Z');
        assert.deepEqual(rates.month, { used: 0, limit: 1000 });
    });

    it('an execute counts for each call in it, or for one, as it is set', async () => {
        for (const [countExecute, used] of [
            ['each', 25],
            ['one', 1],
        ] as const) {
            kept = null;
            const rates = ratesWith({ callsPerMonth: 10_000, countExecute });
            await rates.admit(25, 'ordinary');
            assert.equal(rates.month.used, used);
        }
    });

    it('two nodes with one token share what it allows', async () => {
        const one = VkRates.for('owner', LIMITS, store, clock);
        const other = VkRates.for('owner', { ...LIMITS, callsPerSecond: 2 }, store, clock);
        assert.equal(one, other);
        await one.admit(1, 'ordinary');
        const start = clock.now();
        let waited = 0;
        void other.admit(1, 'ordinary').then(() => (waited = clock.now() - start));
        await clock.advance(2000);
        assert.ok(waited > 300 && waited < 600, `${waited}`);
        assert.equal(one.timeOf(2) > 1000, true);
    });

    it('a client that is slowed down and one whose gate is shut never ask VK again too early', async () => {
        const vk = new VkSimulator({ now: clock.now });
        await vk.listen();
        vk.addCommunity(GROUP);
        vk.limits.perSecond = 3;
        const rates = ratesWith();
        const settings = { url: vk.url, apiVersion: '5.199', timeout: 5, ca: '' };
        const client = new VkClient(settings, pastedToken(vk.tokens.add({ life: null })), rates);
        try {
            // the connection stands: what is sent arrives at once
            await client.call(market.items(GROUP));
            await clock.advance(2000);
            const results: unknown[] = [];
            for (let n = 0; n < 9; n++)
                client.call(market.items(GROUP)).then(
                    () => results.push(null),
                    (error: unknown) => results.push((error as VkError).errorCode),
                );
            while (results.length < 9) {
                await clock.advance(100);
                // what was sent at this moment arrives at this moment
                while (vk.requests.some(({ status }) => status === null)) await settle();
                await new Promise((resolve) => setTimeout(resolve, 5));
            }
            assert.deepEqual(results, Array(9).fill(null));
            vk.limits.shutGate();
            await clock.advance(2000);
            await assert.rejects(client.call(market.items(GROUP)), VkError);
            const asked = vk.requestCount;
            for (let n = 0; n < 5; n++) await assert.rejects(client.call(market.items(GROUP)), GateClosedError);
            assert.equal(vk.requestCount, asked);
            await clock.advance(HOUR + 1);
            await client.call(market.items(GROUP));
        } finally {
            client.close();
            await vk.close();
        }
    });
});
