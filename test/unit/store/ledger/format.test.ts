import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { needsFormat2 } from '../../../../lib/store/ledger/format';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { lookInto, type StoreLook } from '../../../../lib/store/maintenance/inspect';
import { NotWritable } from '../../../../lib/store/engine/not-writable';
import { GONE, OFFERED, type PrintRecord } from '../../../../lib/store/ledger/records';
import { report } from '../../../../lib/store/maintenance/report';
import { LEDGER } from '../../../../lib/store/ledger/schema';
import { readSnapshot } from '../../../../lib/store/engine/snapshot';
import { acceptedRecord } from '../../../fixtures/print-record';
import { StoreFolder } from '../../../fixtures/store-folder';
import { standBetween } from '../../../faults/torture/handles';

const BUILD = { order: 1, reference: 'BO-0001', quantity: 4, rest: 0 };

describe('records that an earlier version would misread', () => {
    const reported: [string, Partial<PrintRecord>, boolean][] = [
        ['a print that waits for a verdict', { state: 'accepted', hold: 'verdict' }, true],
        ['a print that waits for a number', { state: 'accepted', hold: 'number' }, true],
        ['a likely double', { state: 'parked', reason: 'suspected double of b-1', doubleOf: 'b-1' }, true],
        ['a print whose item was made and is gone', { state: 'done', reason: GONE }, true],
        ['a print offered after a lost ledger', { state: 'skipped', reason: OFFERED }, true],
        [
            'a rejected print that goes into stock with a status of its own',
            { state: 'accepted', stockStatus: 55 },
            true,
        ],
        ['a rejected print that is in stock', { state: 'stock', stockStatus: 55, stockPk: 9 }, false],
        ['a failed print, sent for its filament', { state: 'accepted', filamentOnly: true }, true],
        ['a print whose good pieces a person counted', { state: 'accepted', pieces: 3 }, true],
        ['the same in stock', { state: 'done', pieces: 3, stockPk: 9 }, false],
        ['a print on its way into a build order', { state: 'part', build: BUILD }, true],
        ['an output that is completed', { state: 'done', build: BUILD, stockPk: 9 }, false],
        ['a print under way', { state: 'accepted', printerId: 2, content: 'hash:1' }, false],
        ['a print parked with the words of a server', { state: 'parked', reason: GONE }, false],
        ['a print whose archive is gone', { state: 'skipped', reason: 'archive gone' }, false],
        ['a print that is done', { state: 'done' }, false],
    ];
    for (const [what, fields, expected] of reported)
        it(`${what}: ${expected ? 'yes' : 'no'}`, () => {
            assert.equal(needsFormat2({ state: 'accepted', ...fields }), expected);
        });
});

describe('a ledger of format 2', () => {
    const stores = new StoreFolder<Ledger>();
    const open = (): Promise<Ledger> => stores.keep(Ledger.open(stores.file, { onWarning: stores.onWarning }));
    /** Format in the head of a snapshot; null where there is none. */
    const formatIn = async (path = stores.file): Promise<number | null> => {
        const reading = await readSnapshot(path, LEDGER);
        return reading.kind === 'read' ? reading.format : null;
    };
    const copy = (): Promise<StoreLook | null> => lookInto(`${stores.file}.format-1`);
    const held = (n: number): PrintRecord => print(n, { hold: 'verdict', holdSince: '2026-11-30T10:00:00Z' });

    it('is one of format 1 until the first such record, whatever else is written and however often it is compacted', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(
            print(1, { printerId: 3, content: 'hash:1', completedAt: '2026-11-22T05:00:00Z' }),
        );
        await ledger.compact();
        assert.equal(await formatIn(), 1);
        await stores.close(ledger);
        ledger = await open();
        await ledger.compact();
        assert.equal(await formatIn(), 1);
        assert.equal(await copy(), null);
        assert.deepEqual(stores.warnings, []);
    });

    it('keeps the store as it was beside it, snapshot and journal, before the first of them is written; a person is told', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(print(1));
        await ledger.compact();
        await ledger.setPrintDurable(print(2));
        await ledger.setPrintDurable(held(3));
        const kept = (await copy())!;
        assert.equal(kept.format, 1);
        assert.deepEqual(Object.keys(kept.data.prints), ['b-1', 'b-2']);
        assert.equal(report(`${stores.file}.format-1`, kept).healthy, true);
        assert.equal(await formatIn(), 2);
        assert.match(stores.warnings.join(), /has format 2 from now on.*kept as .*store\.json\.format-1/);
        await ledger.setPrintDurable(print(4));
        await ledger.compact();
        assert.deepEqual(Object.keys((await copy())!.data.prints), ['b-1', 'b-2']);
    });

    it('whole, too, where nothing was written since the last compaction', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(print(1));
        await ledger.compact();
        await ledger.setPrintDurable(held(2));
        const kept = (await copy())!;
        assert.deepEqual(Object.keys(kept.data.prints), ['b-1']);
        assert.equal(kept.missing, null);
    });

    it('of a new store, too', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(held(1));
        assert.equal(await formatIn(), 2);
        assert.deepEqual(Object.keys((await copy())!.data.prints), []);
    });

    it('stays one after a restart, and is not copied again', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(held(1));
        await stores.close(ledger);
        ledger = await open();
        assert.equal(ledger.print('b-1')?.hold, 'verdict');
        await ledger.setPrintDurable(held(2));
        await ledger.compact();
        assert.equal(await formatIn(), 2);
        assert.deepEqual(Object.keys((await copy())!.data.prints), []);
        assert.equal(stores.warnings.length, 1);
    });

    it('never has such a record behind a head of format 1: also where it comes while the store is compacted', async () => {
        const ledger = await open();
        await Promise.all(Array.from({ length: 600 }, (_, n) => ledger.setPrintDurable(print(n + 1))));
        const compacting = ledger.compact();
        await new Promise((resolve) => setImmediate(resolve));
        const written = ledger.setPrintDurable(held(600));
        await Promise.all([compacting, written]);
        assert.equal(await formatIn(), 2);
        assert.equal(Object.keys((await copy())!.data.prints).length, 600);
        assert.equal((await copy())!.data.prints['b-600']?.hold, undefined);
        assert.equal((await lookInto(stores.file))!.data.prints['b-600']?.hold, 'verdict');
    });

    it('is not begun where the copy cannot be made: nothing of it is written, and it is made when there is room', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(print(1));
        const restore = await standBetween({
            sync: () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })),
        });
        const late = ledger.setPrintDurable(held(2));
        await assert.rejects(late, NotWritable).finally(restore);
        assert.equal((await lookInto(stores.file))!.format, 1);
        assert.equal(await copy(), null);
        // what came behind it waited for it, and nothing is lost
        await ledger.setPrintDurable(print(3));
        assert.equal(await formatIn(), 2);
        assert.deepEqual(Object.keys((await lookInto(stores.file))!.data.prints), ['b-1', 'b-2', 'b-3']);
        assert.deepEqual(Object.keys((await copy())!.data.prints), ['b-1']);
    });

    it('is written in the order of its changes: what came after the first such record is not on the disk before it', async () => {
        const ledger = await open();
        const first = ledger.setPrintDurable(held(1));
        ledger.setPrintDeferred(print(2));
        const cursor = ledger.setCursorDurable('source', { since: '2026-11-30T10:00:00Z', start: null, before: [] });
        await Promise.race([first, cursor]);
        const { data } = (await lookInto(stores.file))!;
        assert.equal(data.prints['b-1']?.hold, 'verdict');
        await Promise.all([first, cursor]);
    });

    it('is known as one where only the backup of format 1 and the journals are left', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print(1));
        await ledger.compact();
        await ledger.setPrintDurable(held(2));
        await stores.close(ledger);
        await rm(stores.file);
        ledger = await open();
        assert.equal(ledger.print('b-2')?.hold, 'verdict');
        await ledger.compact();
        assert.equal(await formatIn(), 2);
    });

    it('has a head that earlier versions take for a newer format, and not for damage that they set aside', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(held(1));
        const head = JSON.parse((await readFile(stores.file, 'utf8')).split('\n')[0]!) as Record<string, number>;
        // the rule of 0.1.0 and of what followed until now
        assert.equal(head['check'], crc32(`${head['format']},${head['journal']}`));
        assert.equal(head['format'], 2);
    });
});

function print(n: number, fields: Partial<PrintRecord> = {}): PrintRecord {
    return acceptedRecord(n, { startedAt: `2026-11-22T04:33:35.${n}Z`, ...fields });
}
