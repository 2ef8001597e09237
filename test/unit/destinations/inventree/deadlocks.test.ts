import assert from 'node:assert/strict';
import { Flow } from '../../flow';
import { Workshop } from '../../workshop';

// seen on InvenTree with PostgreSQL: writes that meet in the tree of Parts deadlock, and one of them ends in a 500
describe('more than one write at a time, and a database that deadlocks', () => {
    let shop: Workshop;
    let flow: Flow;

    beforeEach(async () => {
        shop = await Workshop.open({ locking: 'postgresql', writes: 4 });
        shop.inventree.writeMs = 5;
        shop.inventree.deadlockMs = 20;
        flow = new Flow(shop, { window: 8 });
    });

    afterEach(async () => {
        await flow.source.close();
        assert.deepEqual(shop.inventree.state.violations, []);
        await shop.close();
    });

    const answered = (status: number): number =>
        shop.inventree.requests.filter(
            (request) => request.method === 'POST' && request.url === '/api/part/' && request.status === status,
        ).length;

    function print(count: number): void {
        for (let i = 0; i < count; i++)
            shop.bambuddy.print({ name: `Print ${i}`, startedAt: new Date(Date.UTC(2026, 10, 20, i)).toISOString() });
    }

    const everyPrintOnce = (count: number): void =>
        assert.deepEqual(shop.shelf.sort(), Array.from({ length: count }, (_, i) => `bambuddy-${i + 1} x1`).sort());

    it('new Parts are made one after the other, so that none meets another', async () => {
        print(24);
        await flow.backfill();
        await flow.idle();
        everyPrintOnce(24);
        assert.equal(shop.inventree.state.parts.size, 24);
        assert.equal(answered(500), 0);
    });

    it('where they meet those of somebody else, every print still comes into stock once', async () => {
        print(24);
        let isOver = false;
        const somebody = (async () => {
            for (let n = 0; !isOver; n++) {
                await fetch(`${shop.inventree.url}/api/part/`, {
                    method: 'POST',
                    headers: { 'Content-Type': 'application/json', Authorization: `Token ${shop.inventree.token}` },
                    body: JSON.stringify({ name: `Somebody's ${n}`, category: shop.category }),
                });
            }
        })();
        await flow.backfill();
        await flow.idle();
        isOver = true;
        await somebody;
        everyPrintOnce(24);
        const ours = [...shop.inventree.state.parts.values()].filter(({ IPN }) => IPN !== '' && IPN !== null);
        assert.equal(ours.length, 24);
        assert.ok(answered(500) > 0, 'writes met');
    });
});
