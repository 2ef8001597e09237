import assert from 'node:assert/strict';
import { ShopGate } from '../../../../lib/delivery/products/shop-gate';
import { FakeClock } from '../../fake-clock';

describe('the gate of a shop', () => {
    let clock: FakeClock;
    let opened: number;
    let gate: ShopGate;
    beforeEach(() => {
        clock = new FakeClock();
        opened = 0;
        gate = new ShopGate(clock, () => void opened++);
    });
    afterEach(() => gate.close());

    it('closes after a failure, opens by itself, and stays closed longer after each failure in a row', async () => {
        assert.equal(gate.failed(null), true);
        assert.equal(gate.isOpen, false);
        await clock.advance(5000);
        assert.deepEqual([gate.isOpen, opened], [true, 1]);
        assert.equal(gate.failed(null), false);
        await clock.advance(29_000);
        assert.equal(gate.isOpen, false);
        await clock.advance(1000);
        assert.deepEqual([gate.isOpen, opened], [true, 2]);
        gate.worked();
        assert.equal(gate.failed(null), true);
    });

    it('stays closed as long as the server says', async () => {
        gate.failed(clock.now() + 3 * 3_600_000);
        await clock.advance(3 * 3_600_000 - 1000);
        assert.equal(gate.isOpen, false);
        await clock.advance(1000);
        assert.equal(gate.isOpen, true);
    });

    it('is told of many products that fail together, and opens once', async () => {
        gate.failed(clock.now() + 60_000);
        for (let n = 0; n < 10; n++) gate.failed(clock.now() + 60_000);
        await clock.advance(60_000);
        assert.deepEqual([gate.isOpen, opened], [true, 1]);
    });

    it('tells nobody any more once it is closed for good', async () => {
        gate.failed(null);
        gate.close();
        await clock.advance(3_600_000);
        assert.equal(opened, 0);
    });
});
