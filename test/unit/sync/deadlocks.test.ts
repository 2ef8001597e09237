import assert from 'node:assert/strict';
import { Flow } from '../flow';
import { Workshop } from '../workshop';

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

    it('every print comes into stock once, and soon no write meets another', async () => {
        for (let i = 0; i < 24; i++)
            shop.bambuddy.print({ name: `Print ${i}`, startedAt: new Date(Date.UTC(2026, 10, 20, i)).toISOString() });
        await flow.backfill();
        await flow.idle();
        assert.deepEqual(shop.shelf.sort(), Array.from({ length: 24 }, (_, i) => `bambuddy-${i + 1} x1`).sort());
        assert.equal(shop.inventree.state.parts.size, 24);
        const failed = answered(500);
        assert.ok(failed >= 2, 'writes met');
        assert.ok(failed <= 6, `one write at a time since: ${failed} failed`);
    });
});
