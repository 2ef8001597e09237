import assert from 'node:assert/strict';
import { Fixture } from '../../../fixture';

describe('the comparison with InvenTree before the first print', () => {
    let fixture: Fixture;

    beforeEach(async () => void (fixture = await Fixture.open()));
    afterEach(() => fixture.close());

    it('reports a full disk as an error, and the process goes on', async () => {
        for (let n = 0; n < 3; n++)
            await fixture.stored(await fixture.printed({ filename: `${n}.gcode.3mf`, name: `N${n}` }));
        // Parts of a person's numbers are read one by one
        for (const { pk } of fixture.inventree.state.parts.values()) fixture.inventree.person.renumber(pk, `SKU-${pk}`);
        await fixture.forget();
        const unhandled: unknown[] = [];
        const note = (reason: unknown): void => void unhandled.push(reason);
        const others = process.listeners('unhandledRejection');
        process.removeAllListeners('unhandledRejection');
        process.on('unhandledRejection', note);
        try {
            fixture.inventree.latencyMs = 30;
            fixture.ledger.setPrintDurable = () => Promise.reject(new Error('no space left on device'));
            await assert.rejects(fixture.scan(), /no space left/);
            assert.deepEqual(unhandled, []);
        } finally {
            process.off('unhandledRejection', note);
            for (const listener of others) process.on('unhandledRejection', listener);
        }
        assert.equal(fixture.ledger.meta('scanned:bambuddy'), undefined);
    });

    it('that is interrupted in the middle finds the Parts of a person’s numbers all the same', async () => {
        await fixture.stored(await fixture.printed({ name: 'Clip' }));
        const [part] = [...fixture.inventree.state.parts.values()];
        fixture.inventree.person.renumber(part!.pk, 'SKU-1');
        await fixture.forget();
        // the process ends when the first of the two is written
        for (const name of ['setPartDurable', 'setPrintDurable'] as const) {
            const write = fixture.ledger[name].bind(fixture.ledger) as (record: never) => Promise<unknown>;
            const last = async (record: never): Promise<never> => {
                await write(record);
                Object.assign(fixture.ledger, { setPartDurable: gone, setPrintDurable: gone });
                return gone();
            };
            Object.assign(fixture.ledger, { [name]: last });
        }
        await assert.rejects(fixture.scan(), /process ends/);
        await fixture.restart();
        // where the feed goes on: as if it had not been interrupted
        assert.equal(await fixture.scan(), [...fixture.ledger.prints()][0]?.startedAt);
        const [record] = [...fixture.ledger.prints()];
        assert.equal(fixture.ledger.part(record!.identity)?.pk, part!.pk);
    });
});

function gone(): Promise<never> {
    return Promise.reject(new Error('the process ends'));
}
