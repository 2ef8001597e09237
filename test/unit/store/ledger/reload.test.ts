import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { StoreInUse, type LockTimes } from '../../../../lib/store/engine/lock/store-lock';
import { lookInto } from '../../../../lib/store/maintenance/inspect';
import { StoreReloaded } from '../../../../lib/store/engine/not-writable';
import { acceptedRecord } from '../../../fixtures/print-record';
import { StoreFolder } from '../../../fixtures/store-folder';
import { standBetween } from '../../../faults/torture/handles';

describe('a ledger after its machine was suspended', () => {
    const stores = new StoreFolder<Ledger>();
    let now: number;

    const open = (lock: Partial<LockTimes> = {}): Promise<Ledger> =>
        stores.keep(Ledger.open(stores.file, { onWarning: stores.onWarning, lock }));
    /** One whose clock is ours, and that looks at it only when it writes. */
    const sleeper = (): Promise<Ledger> =>
        open({ clocks: () => [now], beatMs: 1_000_000, patienceMs: 500, staleMs: 2000 });
    /** Another takes the store over, as it may of one who shows no life. */
    const takeOver = async (): Promise<Ledger> => {
        await rm(`${stores.file}.lock`, { recursive: true });
        await rm(`${stores.file}.owner`);
        return open();
    };

    beforeEach(() => {
        now = 0;
    });

    it('goes on writing without a warning where no other process came', async () => {
        const ledger = await sleeper();
        await ledger.setPrintDurable(acceptedRecord(1));
        now += 3_600_000;
        await ledger.setPrintDurable(acceptedRecord(2));
        now += 3_600_000;
        await Promise.all([
            ledger.setPrintDurable(acceptedRecord(3)),
            ledger.compact(),
            ledger.setPrintDurable(acceptedRecord(4)),
        ]);
        assert.deepEqual(Object.keys((await lookInto(stores.file))!.data.prints), ['b-1', 'b-2', 'b-3', 'b-4']);
        assert.deepEqual(stores.warnings, []);
    });

    it('that woke while it was writing does not take its own bytes for another’s', async () => {
        const ledger = await sleeper();
        const restore = await standBetween({
            datasync: async (_handle, real) => {
                await real();
                now += 60_000;
                await new Promise((resolve) => setTimeout(resolve, 30));
            },
        });
        try {
            for (let n = 1; n <= 5; n++)
                await Promise.all([ledger.setPrintDurable(acceptedRecord(n)), ledger.setCursorDurable(`${n}`, CURSOR)]);
            await ledger.compact();
        } finally {
            restore();
        }
        assert.equal(ledger.counts().accepted, 5);
        assert.deepEqual(stores.warnings, []);
    });

    it('reads what another process wrote meanwhile, and writes nothing older', async () => {
        const ledger = await sleeper();
        await ledger.setPrintDurable(acceptedRecord(1));
        await ledger.setPrintDurable(acceptedRecord(2));
        let reported = 0;
        ledger.onRecovery(() => void reported++);

        const other = await takeOver();
        await other.setPrintDurable(acceptedRecord(1, { state: 'done', stockPk: 9 }));
        await other.setPrintDurable(acceptedRecord(3));
        await other.compact();
        await other.rebind('b-2', acceptedRecord(22));
        await stores.close(other);

        now += 6000;
        await assert.rejects(ledger.setPrintDurable(acceptedRecord(1, { state: 'stock', stockPk: 8 })), StoreReloaded);
        assert.equal(reported, 1);
        assert.equal(ledger.print('b-1')?.stockPk, 9);
        assert.equal(ledger.print('b-2'), undefined);
        assert.equal(ledger.printOfRun('bambuddy', 22, '2026-11-22T04:33:35Z')?.batch, 'b-22');
        assert.equal(ledger.counts().accepted, 2);
        assert.match(stores.warnings.join(), /in use by another process.*opened again from the disk/);

        await ledger.setPrintDurable(acceptedRecord(4));
        await ledger.compact();
        const { data, missing } = (await lookInto(stores.file))!;
        assert.equal(missing, null);
        assert.deepEqual(Object.keys(data.prints).sort(), ['b-1', 'b-22', 'b-3', 'b-4']);
        assert.equal(data.prints['b-1']?.stockPk, 9);
    });

    it('does not put an older snapshot in the place of another’s', async () => {
        const ledger = await sleeper();
        await ledger.setPrintDurable(acceptedRecord(1));
        let other: Ledger | null = null;
        let syncs = 0;
        const restore = await standBetween({
            // the first is of the new journal’s name, the second of the snapshot before it takes its place
            sync: async (_handle, real) => {
                await real();
                if (++syncs !== 2) return;
                other = await takeOver();
                await other.setPrintDurable(acceptedRecord(2));
                await other.compact();
                await stores.close(other);
                now += 6000;
            },
        });
        await assert.rejects(ledger.compact(), StoreReloaded).finally(restore);
        assert.deepEqual(
            [...ledger.prints()].map(({ batch }) => batch),
            ['b-1', 'b-2'],
        );
        assert.deepEqual(Object.keys((await lookInto(stores.file))!.data.prints), ['b-1', 'b-2']);
    });

    it('and whose store another has now writes nothing more, and says whose it is', async () => {
        const ledger = await sleeper();
        await ledger.setPrintDurable(acceptedRecord(1));
        const other = await takeOver();
        now += 6000;
        await assert.rejects(ledger.setPrintDurable(acceptedRecord(1, { state: 'done' })), StoreInUse);
        await assert.rejects(ledger.setPrintDurable(acceptedRecord(2)), StoreInUse);
        assert.match(stores.warnings.join(), /taken over by another process.*in use by process/);
        await other.setPrintDurable(acceptedRecord(3));
        assert.deepEqual(Object.keys((await lookInto(stores.file))!.data.prints), ['b-1', 'b-3']);
        assert.equal((await lookInto(stores.file))!.data.prints['b-1']?.state, 'accepted');
    });
});

const CURSOR = { since: '2026-11-22T05:00:00Z', start: null, before: [] };
