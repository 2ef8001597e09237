import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { StoreReloaded } from '../../../../lib/store/engine/not-writable';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { pause } from '../../flow';
import { Fixture } from '../../fixture';

const SOON = new AbortController().signal;

describe('what was looked up in InvenTree, when the ledger is opened again from the disk', () => {
    let fixture: Fixture;
    let now: number;

    beforeEach(async () => {
        now = 0;
        fixture = await Fixture.open({
            lock: { clocks: () => [now], beatMs: 1_000_000, patienceMs: 500, staleMs: 2000 },
        });
    });
    afterEach(() => fixture.close());

    /** Another process has the ledger for a while, and does this. */
    async function meanwhile(work: (other: Ledger) => Promise<unknown>): Promise<void> {
        const { file } = fixture.ledger;
        await rm(`${file}.lock`, { recursive: true });
        await rm(`${file}.owner`);
        const other = await Ledger.open(file, { onWarning: () => undefined });
        await work(other);
        await other.close();
        now += 6000;
        // whoever writes next finds that out
        await assert.rejects(fixture.ledger.setMetaDurable('x', 'y'), StoreReloaded);
    }

    it('is asked again: items and Parts that another process made are found', async () => {
        const print = await fixture.printed();
        const { destination } = fixture.sync;
        const ipn = fixture.ipn(print);
        destination.rememberStock(print.batch, []);
        destination.rememberParts(ipn, []);
        assert.deepEqual(await destination.stockOf(print.batch, false, SOON), []);

        await meanwhile(async (other) => {
            const { pk } = fixture.inventree.addPart({ name: 'Made', IPN: ipn });
            const item = fixture.inventree.addStock({ part: pk, quantity: 1, batch: print.batch });
            await other.setPrintDurable({ ...other.print(print.batch)!, state: 'stock', stockPk: item.pk });
        });

        assert.equal((await destination.stockOf(print.batch, false, SOON)).length, 1);
        assert.equal((await destination.partsOf(print.identity, [ipn], false, SOON))[0]?.length, 1);
    });

    it('is not waited for: a look-up that was under way is of before', async () => {
        const print = await fixture.printed();
        const { destination } = fixture.sync;
        fixture.inventree.interfere = ({ method, url }) =>
            method === 'GET' && url.startsWith('/api/stock/') ? { at: 'before', kind: 'hang' } : undefined;
        const closing = new AbortController();
        destination.askStockAhead(print.batch, closing.signal);
        await meanwhile((other) => other.setMetaDurable('a', 'b'));
        fixture.inventree.interfere = undefined;
        fixture.inventree.addStock({
            part: fixture.inventree.addPart({ name: 'Made' }).pk,
            quantity: 1,
            batch: print.batch,
        });
        const found = await Promise.race([destination.stockOf(print.batch, false, SOON), pause(5000)]);
        closing.abort();
        assert.equal(found?.length, 1);
    });

    it('a template that another process made is found', async () => {
        const { destination } = fixture.sync;
        assert.equal(await destination.template('Made', SOON), undefined);
        await meanwhile((other) => {
            fixture.inventree.addTemplate({ name: 'Made' });
            return other.setMetaDurable('a', 'b');
        });
        assert.equal((await destination.template('Made', SOON))?.name, 'Made');
    });
});
