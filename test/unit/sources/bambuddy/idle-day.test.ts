import assert from 'node:assert/strict';
import { Chain } from '../../../faults/chain';
import { VirtualClock } from '../../../faults/chain/virtual-clock';
import { BambuddySimulator } from '../../../simulators/bambuddy';
import { InvenTreeSimulator } from '../../../simulators/inventree';

const INTERVAL_S = 300;
const DAY_MS = 24 * 3600_000;

describe('a day on which nothing is printed', () => {
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator({ writeMs: 0 });
    let chain: Chain;

    before(async () => {
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        chain = await Chain.open({
            bambuddy,
            inventree,
            clock: new VirtualClock(false),
            source: { interval: INTERVAL_S, live: true, startWith: 'all' },
        });
    });
    after(async () => {
        await chain.close();
        await Promise.all([bambuddy.close(), inventree.close()]);
    });

    it('costs one request for each poll, and none beside it', async () => {
        const { clock } = chain;
        bambuddy.print({ name: 'Clip', startedAt: new Date(clock.now() - 5 * 3600_000) });
        chain.start();
        // the last things that follow from a print
        await clock.advance(2 * 3600_000);
        assert.equal(inventree.state.stock.size, 1);
        assert.equal(chain.source.status().live, true);
        const before = { bambuddy: bambuddy.requestCount, inventree: inventree.requestCount };
        await clock.advance(DAY_MS);
        const polls = DAY_MS / 1000 / INTERVAL_S;
        const asked = bambuddy.requests.slice(-(bambuddy.requestCount - before.bambuddy));
        const others = asked.filter(({ url }) => !url.includes('/print-log/'));
        assert.deepEqual(
            others.map(({ method, url }) => `${method} ${url}`),
            [],
        );
        assert.ok(asked.length <= polls, `${asked.length} requests for ${polls} polls`);
        assert.ok(asked.length >= polls - 1, `${asked.length} polls`);
        assert.equal(inventree.requestCount, before.inventree);
    });
});
