import assert from 'node:assert/strict';
import { Flow } from '../../flow';
import { Fixture } from '../../fixture';

// seen on InvenTree with PostgreSQL: writes that meet in the tree of Parts deadlock, and one of them ends in a 500
describe('more than one write at a time, and a database that deadlocks', () => {
    let fixture: Fixture;
    let flow: Flow;

    beforeEach(async () => {
        fixture = await Fixture.open({ locking: 'postgresql', writes: 4 });
        fixture.inventree.writeMs = 5;
        fixture.inventree.deadlockMs = 20;
        flow = new Flow(fixture, { window: 8 });
    });

    afterEach(async () => {
        await flow.source.close();
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    const answered = (status: number): number =>
        fixture.inventree.requests.filter(
            (request) => request.method === 'POST' && request.url === '/api/part/' && request.status === status,
        ).length;

    function print(count: number): void {
        for (let i = 0; i < count; i++)
            fixture.bambuddy.print({
                name: `Print ${i}`,
                startedAt: new Date(Date.UTC(2026, 10, 20, i)).toISOString(),
            });
    }

    const everyPrintOnce = (count: number): void =>
        assert.deepEqual(
            fixture.inStock.sort(),
            Array.from({ length: count }, (_, i) => `bambuddy-${i + 1} x1`).sort(),
        );

    it('new Parts are made one after the other, so that none meets another', async () => {
        print(24);
        await flow.backfill();
        await flow.idle();
        everyPrintOnce(24);
        assert.equal(fixture.inventree.state.parts.size, 24);
        assert.equal(answered(500), 0);
    });

    it('where they meet those of somebody else, every print still comes into stock once', async () => {
        print(24);
        let isOver = false;
        const somebody = (async () => {
            for (let n = 0; !isOver; n++) {
                await fetch(`${fixture.inventree.url}/api/part/`, {
                    method: 'POST',
                    headers: { 'Content-Type': 'application/json', Authorization: `Token ${fixture.inventree.token}` },
                    body: JSON.stringify({ name: `Somebody's ${n}`, category: fixture.category }),
                });
            }
        })();
        await flow.backfill();
        await flow.idle();
        isOver = true;
        await somebody;
        everyPrintOnce(24);
        const ours = [...fixture.inventree.state.parts.values()].filter(({ IPN }) => IPN !== '' && IPN !== null);
        assert.equal(ours.length, 24);
        assert.ok(answered(500) > 0, 'writes met');
    });
});
