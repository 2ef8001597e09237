import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, journalName } from '../../../../lib/store/engine/journal';
import { StoreInUse } from '../../../../lib/store/engine/lock/store-lock';
import { StoreReloaded } from '../../../../lib/store/engine/not-writable';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { holdLedger } from '../../../../lib/store/ledger/open-ledgers';
import { printRecord } from '../../../fixtures/print-record';

describe('the store: closing and opening', () => {
    let folder: string;
    let file: string;
    let journal: Journal;
    const options = { onWarning: (text: string) => assert.fail(text) };

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), 'unit-'));
        file = join(folder, 'store.json');
    });

    afterEach(() => rm(folder, { recursive: true }));

    it('one append after the other is written, however soon it comes', async () => {
        journal = await Journal.create(file, 1);
        for (const line of ['a', 'b', 'c']) await journal.append(`${line}\n`);
        await journal.close();
        assert.equal(await readFile(journalName(file, 1), 'utf8'), 'a\nb\nc\n');
    });

    for (const [what, end] of [
        ['took the store', () => Promise.reject(new StoreInUse(file, null))],
        [
            'had the store and let it go',
            () => {
                journal.abandon(new StoreReloaded(file));
                return Promise.resolve();
            },
        ],
    ] as const)
        it(`what was being written when another process ${what} is not acknowledged`, async () => {
            let looks = 0;
            let isOver = false;
            journal = await Journal.create(file, 1, () => {
                // the process was stopped after its first look: what it found then is of before
                if (looks++ === 0 || isOver) return null;
                isOver = true;
                return end();
            });
            const expected = what === 'took the store' ? StoreInUse : StoreReloaded;
            await assert.rejects(journal.append('a\n'), expected);
            await journal.close();
        });

    it('what was being written while the process was stopped, and nobody took the store, is acknowledged', async () => {
        const looks: string[] = [];
        journal = await Journal.create(file, 1, () => {
            looks.push('look');
            return looks.length === 2 ? Promise.resolve() : null;
        });
        await journal.append('a\n');
        await journal.close();
        assert.equal(looks.length, 3);
        assert.equal(await readFile(journalName(file, 1), 'utf8'), 'a\n');
    });

    it('when it is closed nothing is written any more: no compaction goes on while the next owner writes', async () => {
        for (let round = 0; round < 20; round++) {
            const ledger = await Ledger.open(file, { ...options, compactAfter: 1 });
            const writes = Array.from({ length: 5 }, (_, i) => ledger.setPrintDurable(printRecord(`${round}-${i}`)));
            const closing = ledger.close();
            await Promise.all(writes);
            await closing;
            const before = (await readdir(folder)).sort();
            await new Promise((resolve) => setTimeout(resolve, 5));
            assert.deepEqual((await readdir(folder)).sort(), before);
            const next = await Ledger.open(file, options);
            for (let i = 0; i < 5; i++) assert.ok(next.print(`${round}-${i}`) !== undefined);
            await next.setPrintDurable(printRecord(`next-${round}`));
            await next.close();
        }
        const last = await Ledger.open(file, options);
        for (let round = 0; round < 20; round++) assert.ok(last.print(`next-${round}`) !== undefined);
        await last.close();
    });

    it('a deploy that opens the new and closes the old in the same turn gets a store that is open', async () => {
        const old = await holdLedger(file, options);
        const opening = holdLedger(file, options);
        const closing = old.release();
        const next = await opening;
        await closing;
        await next.ledger.setPrintDurable(printRecord('b-1'));
        await next.release();
    });

    it('releasing twice does not close it for the others', async () => {
        const a = await holdLedger(file, options);
        const b = await holdLedger(file, options);
        await a.release();
        await a.release();
        await b.ledger.setPrintDurable(printRecord('b-1'));
        await b.release();
    });

    it('a run that gets another code is never there under both, wherever the line was torn', async () => {
        const run = { archiveId: 1, startedAt: '2026-11-22T04:33:35Z' };
        const ledger = await Ledger.open(file, options);
        await ledger.setPrintDurable(printRecord('b-1', run));
        const before = (await readFile(journalName(file, 1))).length;
        await ledger.rebind('b-1', printRecord('b-1-7', run));
        await ledger.close();
        const whole = await readFile(journalName(file, 1));
        for (let end = before; end <= whole.length; end++) {
            await writeFile(journalName(file, 1), whole.subarray(0, end));
            const torn = await Ledger.open(file, { onWarning: () => undefined });
            const codes = Array.from(torn.prints(), ({ batch }) => batch);
            assert.deepEqual(codes, [end >= whole.length - 1 ? 'b-1-7' : 'b-1']);
            await torn.close();
        }
    });

    it('where lines are damaged, the next start compares with InvenTree again, once', async () => {
        let ledger = await Ledger.open(file, options);
        await ledger.setMetaDurable('scanned:bambuddy', 'then');
        await ledger.setPrintDurable(printRecord('b-1', { quantity: 5 }));
        await ledger.setPrintDurable(printRecord('b-2'));
        await ledger.close();
        const journal = journalName(file, 1);
        await writeFile(journal, (await readFile(journal, 'utf8')).replace('"quantity":5', '"quantity":7'));
        const warnings: string[] = [];
        ledger = await Ledger.open(file, { onWarning: (text) => void warnings.push(text) });
        assert.match(warnings.join(), /1 damaged lines/);
        assert.equal(ledger.print('b-1'), undefined);
        assert.ok(ledger.print('b-2') !== undefined);
        assert.equal(ledger.meta('scanned:bambuddy'), undefined);
        await ledger.setMetaDurable('scanned:bambuddy', 'now');
        await ledger.close();
        ledger = await Ledger.open(file, options);
        assert.equal(ledger.meta('scanned:bambuddy'), 'now');
        await ledger.close();
    });

    it('a store copied without its journal is reported as incomplete', async () => {
        let ledger = await Ledger.open(file, options);
        await ledger.setPrintDurable(printRecord('b-1'));
        await ledger.compact();
        await ledger.setPrintDurable(printRecord('b-2'));
        await ledger.close();
        await rm(journalName(file, 2));
        const warnings: string[] = [];
        ledger = await Ledger.open(file, { onWarning: (text) => void warnings.push(text) });
        assert.match(warnings.join(), /journal\.2 is missing/);
        assert.ok(ledger.print('b-1') !== undefined);
        await ledger.close();
    });
});
