import assert from 'node:assert/strict';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { PrintState } from '../../../lib/store/ledger/records';
import { bareBatch, batchFor, nextBatch, runBatch, stamped, type RunKey } from '../../../lib/print/batch-code';
import { StoreFolder } from '../../fixtures/store-folder';

const run = (startedAt: string | null, runId: number | null = 7, successful = true): RunKey => ({
    archiveId: 11,
    runId,
    startedAt,
    successful,
});
const FIRST = '2026-11-22T04:33:35Z';
const SECOND = '2026-11-23T10:00:00.5Z';

describe('batch: which code a run gets', () => {
    const stores = new StoreFolder<Ledger>();
    let ledger: Ledger;

    beforeEach(async () => {
        ledger = await stores.keep(Ledger.open(stores.file, { onWarning: () => undefined }));
    });

    /** Binds the code a run would get, as accepting it does. */
    async function accept(key: RunKey, state: PrintState = 'accepted'): Promise<string> {
        const batch = batchFor(ledger, 'bambuddy', 'bambuddy', key);
        await ledger.setPrintDurable({
            batch,
            source: 'bambuddy',
            archiveId: key.archiveId,
            runId: key.runId,
            startedAt: key.startedAt,
            identity: 'name:x',
            name: 'x',
            state,
        });
        return batch;
    }

    it('gives the archive’s own code to its first successful run, once', async () => {
        assert.equal(await accept(run(FIRST)), 'bambuddy-11');
        assert.equal(await accept(run(SECOND, 8)), 'bambuddy-11-8');
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', run(FIRST)), 'bambuddy-11');
    });

    it('gives the archive’s own code to an archive without runs', () => {
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', run(FIRST, null)), 'bambuddy-11');
    });

    it('never gives the archive’s own code to a run that failed', async () => {
        assert.equal(await accept(run(FIRST, 7, false)), 'bambuddy-11-7');
        assert.equal(await accept(run(SECOND, 8)), 'bambuddy-11');
    });

    it('tells runs apart by their start: the same start under a new row id is the same run', async () => {
        await accept(run(FIRST, 7));
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', run('2026-11-22T04:33:35.987Z', 1)), 'bambuddy-11');
    });

    it('a row id that comes back for another start gets the start appended', async () => {
        await accept(run(FIRST, 7));
        await accept(run(SECOND, 8));
        const third = run('2026-12-24T18:00:01Z', 8);
        assert.equal(await accept(third), 'bambuddy-11-8-20261224180001');
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', third), 'bambuddy-11-8-20261224180001');
    });

    it('an archive id that comes back never gets the code of the archive before', async () => {
        await accept(run(FIRST, null));
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', run(SECOND, null)), 'bambuddy-11-20261123100000');
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', run(SECOND, 1)), 'bambuddy-11-1');
    });

    it('a code stays bound after its print is done, and after the store is opened again', async () => {
        await accept(run(FIRST), 'done');
        await stores.close(ledger);
        ledger = await stores.keep(Ledger.open(stores.file, { onWarning: () => undefined }));
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', run(SECOND, 8)), 'bambuddy-11-8');
    });

    it('reads only: asking twice changes nothing', () => {
        assert.equal(
            batchFor(ledger, 'bambuddy', 'bambuddy', run(FIRST)),
            batchFor(ledger, 'bambuddy', 'bambuddy', run(FIRST)),
        );
        assert.equal([...ledger.prints()].length, 0);
    });

    it('a run that was skipped is judged anew', async () => {
        const batch = await accept(run(FIRST, 7, false), 'skipped');
        assert.equal(batch, 'bambuddy-11-7');
        assert.equal(batchFor(ledger, 'bambuddy', 'bambuddy', run(FIRST, 7, true)), 'bambuddy-11');
    });

    it('where its code is somebody else’s, a run takes its own, then its own with its start', () => {
        assert.equal(nextBatch(ledger, 'bambuddy', run(FIRST), 'bambuddy-11'), 'bambuddy-11-7');
        assert.equal(nextBatch(ledger, 'bambuddy', run(FIRST), 'bambuddy-11-7'), 'bambuddy-11-7-20261122043335');
        assert.equal(nextBatch(ledger, 'bambuddy', run(FIRST, null), 'bambuddy-11'), 'bambuddy-11-20261122043335');
    });

    it('codes are put together as users know them', () => {
        assert.equal(bareBatch('farm', 3), 'farm-3');
        assert.equal(runBatch('farm', { ...run(FIRST, 9), archiveId: 3 }), 'farm-3-9');
        assert.equal(stamped('farm-3', SECOND), 'farm-3-20261123100000');
        assert.equal(stamped('farm-3', null), 'farm-3');
    });
});
