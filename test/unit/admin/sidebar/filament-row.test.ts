import assert from 'node:assert/strict';
import { rowOf } from '../../../../lib/admin/sidebar/print-row';
import { runKeyOf } from '../../../../lib/print/filament';
import type { PrintRecord } from '../../../../lib/store/ledger/records';
import type { SlotState } from '../../../../lib/store/ledger/consumption';
import { printRecord } from '../../../fixtures/print-record';
import { Fixture } from '../../fixture';

describe('the filament of a print in the list', () => {
    let fixture: Fixture;
    beforeEach(async () => void (fixture = await Fixture.open()));
    afterEach(() => fixture.close());

    async function filament(fields: Partial<PrintRecord>, slots: readonly SlotState[] | null): Promise<unknown> {
        const record = await fixture.ledger.setPrintDurable(printRecord('bambuddy-1', { archiveId: 1, ...fields }));
        if (slots !== null)
            await fixture.ledger.setConsumptionDurable({
                run: runKeyOf(record),
                batch: record.batch,
                from: 'run',
                usageIds: [],
                slots: slots.map((state, n) => {
                    const slot = String(n + 1);
                    return { slot, grams: 1, material: null, color: null, tray: null, spool: null, state };
                }),
            });
        return rowOf(fixture.sync, record).filament;
    }

    it('is no step where nothing is subtracted', async () => {
        assert.equal(await filament({ state: 'done', stockPk: 1 }, null), null);
        assert.equal(await filament({ state: 'parked' }, null), null);
    });

    it('is done when every slot is, and to come until then', async () => {
        assert.equal(await filament({ state: 'stock', stockPk: 1 }, ['done', 'open']), 'pending');
        assert.equal(await filament({ state: 'done', stockPk: 1 }, ['done', 'done']), 'done');
    });

    it('is what failed of a print that is parked and in stock, or here for its filament alone', async () => {
        assert.equal(await filament({ state: 'parked', stockPk: 1 }, ['done', 'parked']), 'failed');
        assert.equal(await filament({ state: 'parked', filamentOnly: true }, null), 'failed');
        assert.equal(await filament({ state: 'accepted', filamentOnly: true }, null), 'pending');
    });
});
