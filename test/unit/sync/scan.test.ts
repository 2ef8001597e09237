import assert from 'node:assert/strict';
import { Workshop } from '../workshop';

describe('the comparison with InvenTree before the first print', () => {
    let shop: Workshop;

    beforeEach(async () => void (shop = await Workshop.open()));
    afterEach(() => shop.close());

    it('ends in words where the disk is full, and not in the end of the process', async () => {
        for (let n = 0; n < 3; n++)
            await shop.stored(await shop.printed({ filename: `${n}.gcode.3mf`, name: `N${n}` }));
        // Parts of a person's numbers are read one by one
        for (const { pk } of shop.inventree.state.parts.values()) shop.inventree.person.renumber(pk, `SKU-${pk}`);
        await shop.forget();
        const unhandled: unknown[] = [];
        const note = (reason: unknown): void => void unhandled.push(reason);
        const others = process.listeners('unhandledRejection');
        process.removeAllListeners('unhandledRejection');
        process.on('unhandledRejection', note);
        try {
            shop.inventree.latencyMs = 30;
            shop.ledger.putPrint = () => Promise.reject(new Error('no space left on device'));
            await assert.rejects(shop.scan(), /no space left/);
            assert.deepEqual(unhandled, []);
        } finally {
            process.off('unhandledRejection', note);
            for (const listener of others) process.on('unhandledRejection', listener);
        }
        assert.equal(shop.ledger.meta('scanned:bambuddy'), undefined);
    });
});
