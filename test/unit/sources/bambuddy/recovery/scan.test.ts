import assert from 'node:assert/strict';
import { Workshop } from '../../../workshop';

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
            shop.ledger.setPrintDurable = () => Promise.reject(new Error('no space left on device'));
            await assert.rejects(shop.scan(), /no space left/);
            assert.deepEqual(unhandled, []);
        } finally {
            process.off('unhandledRejection', note);
            for (const listener of others) process.on('unhandledRejection', listener);
        }
        assert.equal(shop.ledger.meta('scanned:bambuddy'), undefined);
    });

    it('that is interrupted in the middle finds the Parts of a person’s numbers all the same', async () => {
        await shop.stored(await shop.printed({ name: 'Clip' }));
        const [part] = [...shop.inventree.state.parts.values()];
        shop.inventree.person.renumber(part!.pk, 'SKU-1');
        await shop.forget();
        // the process ends when the first of the two is written
        for (const name of ['setPartDurable', 'setPrintDurable'] as const) {
            const write = shop.ledger[name].bind(shop.ledger) as (record: never) => Promise<unknown>;
            const last = async (record: never): Promise<never> => {
                await write(record);
                Object.assign(shop.ledger, { setPartDurable: gone, setPrintDurable: gone });
                return gone();
            };
            Object.assign(shop.ledger, { [name]: last });
        }
        await assert.rejects(shop.scan(), /process ends/);
        await shop.restart();
        // where the feed goes on: as if it had not been interrupted
        assert.equal(await shop.scan(), [...shop.ledger.prints()][0]?.startedAt);
        const [record] = [...shop.ledger.prints()];
        assert.equal(shop.ledger.part(record!.identity)?.pk, part!.pk);
    });
});

function gone(): Promise<never> {
    return Promise.reject(new Error('the process ends'));
}
