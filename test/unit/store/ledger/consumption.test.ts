import assert from 'node:assert/strict';
import { toFormat1 } from '../../../../lib/store/ledger/format';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { LEDGER } from '../../../../lib/store/ledger/schema';
import type { ConsumptionRecord } from '../../../../lib/store/ledger/consumption';
import { lookInto } from '../../../../lib/store/maintenance/inspect';
import { exportOf, readExport } from '../../../../lib/store/maintenance/transfer';
import { StoreFolder } from '../../../fixtures/store-folder';

const used: Omit<ConsumptionRecord, 'at'> = {
    run: 'bambuddy:1@2026-11-22T04:33:35',
    batch: 'bambuddy-1',
    from: 'usage',
    usageIds: [3],
    slots: [{ slot: 'spool 1', grams: 12.5, material: 'PLA', color: null, tray: 'A1', spool: null, state: 'open' }],
};

describe('what runs used of their spools, in the ledger', () => {
    const stores = new StoreFolder<Ledger>();
    const open = (): Promise<Ledger> => stores.keep(Ledger.open(stores.file, { onWarning: stores.onWarning }));

    it('is there after a restart and a compaction', async () => {
        let ledger = await open();
        const written = await ledger.setConsumptionDurable(used);
        await stores.close(ledger);
        ledger = await open();
        assert.deepEqual(ledger.consumption(used.run), written);
        await ledger.compact();
        assert.deepEqual([...ledger.consumptions()], [written]);
    });

    it('tells which run a row of the list was fixed for, after a restart and as more come', async () => {
        const rows = (ledger: Ledger): (string | undefined)[] => [7, 8, 9].map((id) => ledger.runOfUsage(id));
        let ledger = await open();
        await ledger.setConsumptionDurable({ ...used, usageIds: [7] });
        await stores.close(ledger);
        ledger = await open();
        assert.deepEqual(rows(ledger), [used.run, undefined, undefined]);
        await ledger.setConsumptionDurable({ ...used, run: 'another', usageIds: [8, 9] });
        assert.deepEqual(rows(ledger), [used.run, 'another', 'another']);
    });

    it('makes the store one of format 2, and keeps it as it was before', async () => {
        const ledger = await open();
        await ledger.setConsumptionDurable(used);
        await ledger.compact();
        assert.equal((await lookInto(stores.file))!.format, 2);
        assert.equal((await lookInto(`${stores.file}.format-1`))!.format, 1);
    });

    it('is in an export of format 2, and not in one of format 1; exports from before are read', async () => {
        const ledger = await open();
        await ledger.setConsumptionDurable(used);
        const { data } = (await lookInto(stores.file))!;
        const text = [...exportOf(data, new Date())].join('');
        assert.equal((JSON.parse(text) as { store: { format: number } }).store.format, 2);
        assert.deepEqual({ ...readExport(text).consumptions }, { [used.run]: ledger.consumption(used.run) });
        const earlier = [...exportOf(toFormat1(data), new Date())].join('');
        assert.equal((JSON.parse(earlier) as { store: { format: number } }).store.format, 1);
        assert.ok(!earlier.includes('consumptions'));
        assert.deepEqual({ ...readExport(earlier).consumptions }, {});
    });

    it('is refused where it comes from outside and is none', () => {
        assert.equal(LEDGER.faultOf('consumptions', 'x', { ...used }), 'does not carry its own run');
        assert.equal(LEDGER.faultOf('consumptions', used.run, { ...used, slots: null }), 'has no slots');
        assert.equal(LEDGER.faultOf('consumptions', used.run, { ...used }), null);
    });
});
