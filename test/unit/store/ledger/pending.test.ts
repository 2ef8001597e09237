import assert from 'node:assert/strict';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import type { PrintRecord } from '../../../../lib/store/ledger/records';
import { printRecord } from '../../../fixtures/print-record';
import { StoreFolder } from '../../../fixtures/store-folder';

const DONE: Partial<PrintRecord> = { state: 'done', stockPk: 7, image: 'done', link: 'done' };

/** What of a print keeps it pending. */
const PENDING: Record<string, Partial<PrintRecord>> = {
    accepted: { state: 'accepted' },
    parked: { ...DONE, state: 'parked', reason: 'refused' },
    offered: { state: 'skipped', reason: 'offered after a lost ledger' },
    image: { ...DONE, image: 'pending' },
    file: { ...DONE, fileAwaited: '2026-11-22T12:00:00Z' },
    steps: { ...DONE, want: ['consume'] },
    applied: { ...DONE, apply: { less: true } },
};

describe('prints that are not over', () => {
    const stores = new StoreFolder<Ledger>();
    const open = (): Promise<Ledger> => stores.keep(Ledger.open(stores.file, { onWarning: stores.onWarning }));
    const batches = (ledger: Ledger): string[] => [...ledger.pending()].map(({ batch }) => batch).sort();

    it('are found without a look at those that are, also after a start', async () => {
        let ledger = await open();
        for (const [batch, fields] of Object.entries(PENDING)) ledger.setPrintDeferred(printRecord(batch, fields));
        ledger.setPrintDeferred(printRecord('done', DONE));
        ledger.setPrintDeferred(printRecord('skipped', { state: 'skipped', reason: 'canceled' }));
        const expected = Object.keys(PENDING).sort();
        assert.deepEqual(batches(ledger), expected);
        await stores.close(ledger);
        ledger = await open();
        assert.deepEqual(batches(ledger), expected);
        for (const batch of expected) await ledger.setPrintDurable(printRecord(batch, DONE));
        assert.deepEqual(batches(ledger), []);
        assert.equal([...ledger.prints()].length, expected.length + 2);
    });

    it('and those that are, are found by run, archive and printer, also where one has moved to another code', async () => {
        let ledger = await open();
        const startedAt = (n: number): string => `2026-11-22T04:${String(n).padStart(2, '0')}:00Z`;
        for (let n = 0; n < 60; n++) {
            const ended = { completedAt: startedAt(n), printerId: 1, content: 'x' };
            ledger.setPrintDeferred(
                printRecord(`b-${n}`, { ...DONE, archiveId: n % 20, startedAt: startedAt(n), ...ended }),
            );
        }
        const moved = { ...ledger.print('b-50')!, batch: 'other-50' };
        await ledger.rebind('b-50', moved);
        for (let turn = 0; turn < 2; turn++) {
            assert.equal(ledger.printOfRun('bambuddy', 10, startedAt(50))?.batch, 'other-50');
            assert.equal(ledger.printOfRun('bambuddy', 10, startedAt(30))?.batch, 'b-30');
            assert.equal(ledger.printOfRun('octoprint', 10, startedAt(30)), undefined);
            assert.equal(ledger.printOfArchive('bambuddy', 9)?.batch, 'b-49');
            assert.equal(ledger.printOfArchive('bambuddy', 20), undefined);
            const around = ledger.printsAround(1, startedAt(50));
            assert.deepEqual(
                around.sort(),
                [...Array.from({ length: 18 }, (_, n) => `b-${n + 42}`), 'other-50']
                    .filter((batch) => batch !== 'b-50' && batch !== 'b-58' && batch !== 'b-59')
                    .sort(),
            );
            await stores.close(ledger);
            ledger = await open();
        }
    });
});
