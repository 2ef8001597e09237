import assert from 'node:assert/strict';
import { appendFile, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { journalName } from '../../../../lib/store/engine/journal';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import type { PrintRecord, PrintState } from '../../../../lib/store/ledger/records';
import { printRecord } from '../../../fixtures/print-record';
import { StoreFolder } from '../../../fixtures/store-folder';
import { standBetween } from '../../../faults/torture/handles';

const stores = new StoreFolder<Ledger>();

function open(compactAfter?: number): Promise<Ledger> {
    return stores.keep(Ledger.open(stores.file, { onWarning: stores.onWarning, compactAfter }));
}

/** Closes as a process does that ends: nothing is written any more. */
async function reopen(ledger: Ledger, compactAfter?: number): Promise<Ledger> {
    await stores.close(ledger);
    return open(compactAfter);
}

function print(batch: string, state: PrintState = 'accepted', fields: Partial<PrintRecord> = {}): PrintRecord {
    return printRecord(batch, { state, ...fields });
}

const journal = (n = 1): string => journalName(stores.file, n);
/** What lies there, but for the lock. */
const files = async (): Promise<string[]> =>
    (await readdir(stores.folder)).filter((name) => !/\.(lock|owner)$/.test(name)).sort();

describe('the store: what was acknowledged is there', () => {
    it('after it is opened again', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(
            print('b-1', 'stock', { archiveId: 1, startedAt: '2026-11-22T04:33:35.5Z', stockPk: 9 }),
        );
        await ledger.setPartDurable({
            identity: 'name:x',
            pk: 5,
            IPN: 'BMB-1',
            name: 'x',
            parameters: { Weight: null },
        });
        await ledger.setCursorDurable('source', { since: '2026-11-22T00:00:00Z', start: null, before: ['1@x'] });
        ledger = await reopen(ledger);
        assert.equal(ledger.print('b-1')?.stockPk, 9);
        assert.equal(ledger.printOfRun('bambuddy', 1, '2026-11-22T04:33:35Z')?.batch, 'b-1');
        assert.deepEqual(ledger.part('name:x')?.parameters, { Weight: null });
        assert.deepEqual(ledger.cursor('source')?.before, ['1@x']);
        assert.equal(ledger.lost, false);
        assert.deepEqual(stores.warnings, []);
    });

    it('on the disk when the write was acknowledged, not only at the end', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        stores.file = join(stores.folder, 'copy.json');
        await copyFile(journalName(join(stores.folder, 'store.json'), 1), journal());
        assert.ok((await open()).print('b-1') !== undefined);
    });

    it('in a folder that was not there', async () => {
        stores.file = join(stores.folder, 'a', 'b', 'store.json');
        const ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        assert.ok((await reopen(ledger)).print('b-1') !== undefined);
    });

    it('with many writes at once, in few flushes, each with its last value', async () => {
        let ledger = await open();
        await Promise.all(
            Array.from({ length: 500 }, (_, i) =>
                ledger.setPrintDurable(print(`b-${i % 100}`, 'part', { quantity: i })),
            ),
        );
        ledger = await reopen(ledger);
        for (let i = 0; i < 100; i++) assert.equal(ledger.print(`b-${i}`)?.quantity, 400 + i);
    });

    for (const [what, text] of [
        ['line separators of Unicode', 'a\u2028b\u2029c\u0085d'],
        ['line breaks', 'a\r\nb\nc\rd'],
        ['a lone surrogate', 'a\ud800b'],
        ['characters beyond the first plane', '龍🐉'.repeat(50)],
    ] as const)
        it(`with ${what} in a name, and what was written after it`, async () => {
            let ledger = await open();
            await ledger.setPrintDurable(print('b-1', 'part', { name: text }));
            await ledger.setPrintDurable(print('b-2'));
            ledger = await reopen(ledger);
            await ledger.setPrintDurable(print('b-3'));
            await ledger.compact();
            ledger = await reopen(ledger);
            assert.equal(ledger.print('b-1')?.name, text);
            assert.ok(ledger.print('b-2') !== undefined && ledger.print('b-3') !== undefined);
            assert.deepEqual(stores.warnings, []);
        });

    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'a/b', 'prints/x'])
        it(`under the key "${key}"`, async () => {
            let ledger = await open();
            assert.equal(ledger.print(key), undefined);
            assert.equal(ledger.part(key), undefined);
            assert.equal(ledger.cursor(key), undefined);
            await ledger.setPrintDurable(print(key, 'done'));
            await ledger.setPartDurable({ identity: key, IPN: 'x', name: 'x', pk: 3 });
            for (let round = 0; round < 2; round++) {
                assert.equal(ledger.print(key)?.state, 'done');
                assert.equal(ledger.part(key)?.pk, 3);
                assert.equal([...ledger.prints()].length, 1);
                assert.equal(ledger.counts().done, 1);
                await ledger.compact();
                ledger = await reopen(ledger);
            }
            assert.equal(({} as Record<string, unknown>)['batch'], undefined);
        });
});

describe('the store: a crash in the middle of a write', () => {
    it('drops the torn last line with a word, and the next write stands on a line of its own', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await stores.close(ledger);
        await appendFile(journal(), '["prints","b-2",{"batch":"b-2","na');
        ledger = await open();
        assert.ok(ledger.print('b-1') !== undefined);
        assert.equal(ledger.print('b-2'), undefined);
        assert.equal(stores.warnings.length, 1);
        assert.match(stores.warnings[0]!, /last line is incomplete/);
        await ledger.setPrintDurable(print('b-3'));
        ledger = await reopen(ledger);
        assert.ok(ledger.print('b-3') !== undefined);
        assert.equal(stores.warnings.length, 1);
    });

    it('in the middle of a character is a torn line too', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1', 'part', { name: '🐉' }));
        await stores.close(ledger);
        await appendFile(journal(), Buffer.from('["prints","b-2",{"name":"🐉').subarray(0, -2));
        ledger = await open();
        await ledger.setPrintDurable(print('b-3'));
        ledger = await reopen(ledger);
        assert.equal(ledger.print('b-1')?.name, '🐉');
        assert.ok(ledger.print('b-3') !== undefined);
    });

    it('a last line that only lacks its line break counts', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await stores.close(ledger);
        await writeFile(journal(), (await readFile(journal(), 'utf8')).trimEnd());
        ledger = await open();
        assert.ok(ledger.print('b-1') !== undefined);
        await ledger.setPrintDurable(print('b-2'));
        ledger = await reopen(ledger);
        assert.ok(ledger.print('b-1') !== undefined && ledger.print('b-2') !== undefined);
        assert.deepEqual(stores.warnings, []);
    });

    it('a damaged line in the middle is passed over with a word; what is after it counts', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await stores.close(ledger);
        await appendFile(journal(), '{"no":"line"}\n["nowhere","x",{}]\n');
        ledger = await open();
        await ledger.setPrintDurable(print('b-2'));
        ledger = await reopen(ledger);
        assert.ok(ledger.print('b-2') !== undefined);
    });

    it('damaged bytes before a torn line do not move the place where it is cut off', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await stores.close(ledger);
        const good = await readFile(journal());
        await writeFile(
            journal(),
            Buffer.concat([
                Buffer.from([0x5b, 0xff, 0xfe, 0xff, 0x0a]),
                good,
                Buffer.from('["prints","b-2",{"batch":"b'),
            ]),
        );
        ledger = await open();
        assert.ok(ledger.print('b-1') !== undefined);
        await ledger.setPrintDurable(print('b-3'));
        ledger = await reopen(ledger);
        assert.ok(ledger.print('b-1') !== undefined);
        assert.ok(ledger.print('b-3') !== undefined);
    });

    it('a temp file left behind is swept away', async () => {
        await writeFile(`${stores.file}.tmp`, 'half a snapsh');
        await open();
        assert.ok(!(await files()).includes('store.json.tmp'));
    });
});

describe('the store: compaction', () => {
    it('keeps everything, the writes during it too', async () => {
        let ledger = await open();
        for (let i = 0; i < 300; i++) void ledger.setPrintDurable(print(`b-${i}`, 'part', { quantity: 1 }));
        await ledger.setPartDurable({ identity: 'name:x', IPN: 'x', name: 'x', pk: 1 });
        const compacting = ledger.compact();
        const during = Array.from({ length: 50 }, (_, i) =>
            ledger.setPrintDurable(print(`b-${i}`, 'stock', { quantity: 2 })),
        );
        await ledger.setPrintDurable(print('new'));
        await Promise.all([compacting, ...during]);
        ledger = await reopen(ledger);
        for (let i = 0; i < 300; i++) assert.equal(ledger.print(`b-${i}`)?.quantity, i < 50 ? 2 : 1);
        assert.ok(ledger.print('new') !== undefined);
        assert.equal(ledger.part('name:x')?.pk, 1);
        assert.deepEqual(ledger.counts(), { ...ledger.counts(), part: 250, stock: 50, accepted: 1 });
    });

    it('comes by itself when the journal has grown, and leaves few files', async () => {
        let ledger = await open(20);
        for (let i = 0; i < 200; i++) await ledger.setPrintDurable(print('b-1', 'part', { quantity: i }));
        ledger = await reopen(ledger, 20);
        assert.equal(ledger.print('b-1')?.quantity, 199);
        const names = await files();
        assert.ok(names.includes('store.json') && names.includes('store.json.bak'));
        assert.ok(names.length <= 5, names.join());
    });

    it('what was given up stays given up', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await ledger.rebind('b-1', print('b-1-7'));
        await ledger.compact();
        ledger = await reopen(ledger);
        assert.equal(ledger.print('b-1'), undefined);
        assert.ok(ledger.print('b-1-7') !== undefined);
    });

    it('asked for twice at once is done once', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await Promise.all([ledger.compact(), ledger.compact()]);
        assert.deepEqual(await files(), ['store.json', 'store.json.journal.1', 'store.json.journal.2']);
    });
});

describe('the store: damage', () => {
    /** Two generations: the backup has b-1, the snapshot b-2 too, the journal b-3. */
    async function grown(): Promise<void> {
        const ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await ledger.compact();
        await ledger.setPrintDurable(print('b-2'));
        await ledger.compact();
        await ledger.setPrintDurable(print('b-3'));
        await stores.close(ledger);
    }

    for (const [what, damage] of [
        ['cut off', (text: string) => text.slice(0, text.length / 2)],
        ['empty', () => ''],
        ['overwritten with something else', () => '{"flows":[]}'],
        ['with a broken line', (text: string) => text.replace('"b-1"', '"b-1')],
        ['with its last line missing', (text: string) => text.trimEnd().split('\n').slice(0, -1).join('\n')],
        [
            'with a record missing',
            (text: string) =>
                text
                    .split('\n')
                    .filter((line) => !line.includes('b-1'))
                    .join('\n'),
        ],
    ] as const)
        it(`a snapshot that is ${what} is set aside; the one before it and the journals know everything`, async () => {
            await grown();
            await writeFile(stores.file, damage(await readFile(stores.file, 'utf8')));
            const ledger = await open();
            for (const batch of ['b-1', 'b-2', 'b-3']) assert.ok(ledger.print(batch) !== undefined, batch);
            assert.equal(ledger.lost, false);
            assert.ok(stores.warnings.length > 0);
            assert.ok((await files()).some((name) => name.startsWith('store.json.unreadable-')));
        });

    it('a snapshot that is missing is made good from the one before it', async () => {
        await grown();
        await rm(stores.file);
        const ledger = await open();
        for (const batch of ['b-1', 'b-2', 'b-3']) assert.ok(ledger.print(batch) !== undefined, batch);
        assert.match(stores.warnings.join(), /missing/);
    });

    it('where both are unreadable they are set aside with a warning, never overwritten, and the store reports itself lost', async () => {
        await grown();
        await writeFile(stores.file, 'first ruin');
        await writeFile(`${stores.file}.bak`, 'second ruin');
        const ledger = await open();
        assert.equal(ledger.lost, true);
        await ledger.setPrintDurable(print('b-9'));
        await ledger.compact();
        await ledger.compact();
        const aside = (await files()).filter((name) => name.includes('unreadable'));
        const ruins = await Promise.all(aside.map((name) => readFile(join(stores.folder, name), 'utf8')));
        assert.deepEqual(ruins.sort(), ['first ruin', 'second ruin']);
        assert.equal(stores.warnings.filter((text) => text.includes('STORE UNREADABLE')).length, 2);
    });

    it('a new store is not a lost one', async () => assert.equal((await open()).lost, false));

    it('a file of a newer version is refused and not touched', async () => {
        const text = '{"format":99,"journal":1}\n{"end":0}\n';
        await writeFile(stores.file, text);
        await assert.rejects(open(), /format 99.*newer version/);
        assert.equal(await readFile(stores.file, 'utf8'), text);
        assert.deepEqual(await files(), ['store.json']);
    });

    it('after a compaction that was interrupted, the way back through the backup still knows everything', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await ledger.compact();
        await ledger.setPrintDurable(print('b-2'));
        await stores.close(ledger);
        // the process ended when the next journal was begun and the snapshot was not written yet
        await writeFile(journal(3), '');
        ledger = await open();
        await ledger.setPrintDurable(print('b-3'));
        await ledger.compact();
        await stores.close(ledger);
        await writeFile(stores.file, 'ruin');
        ledger = await open();
        for (const batch of ['b-1', 'b-2', 'b-3']) assert.ok(ledger.print(batch) !== undefined, batch);
    });

    it('in a place that cannot be written it says so at once', async () => {
        await writeFile(join(stores.folder, 'a file'), '');
        stores.file = join(stores.folder, 'a file', 'store.json');
        await assert.rejects(open(), /ENOTDIR|EEXIST/);
    });
});

describe('the ledger', () => {
    it('counts prints by state, through every change', async () => {
        let ledger = await open();
        await ledger.setPrintDurable(print('b-1'));
        await ledger.setPrintDurable(print('b-2', 'parked'));
        await ledger.changePrint('b-1', { state: 'part' });
        await ledger.changePrint('b-1', { state: 'done' });
        await ledger.rebind('b-2', print('b-2-7', 'stock'));
        const expected = { accepted: 0, part: 0, stock: 1, done: 1, skipped: 0, passed: 0, parked: 0 };
        assert.deepEqual(ledger.counts(), expected);
        ledger = await reopen(ledger);
        assert.deepEqual(ledger.counts(), expected);
    });

    it('knows what is unfinished, also after it was opened again', async () => {
        let ledger = await open();
        for (const state of ['accepted', 'part', 'stock', 'done', 'skipped', 'passed', 'parked'] as const)
            await ledger.setPrintDurable(print(state, state));
        for (let round = 0; round < 2; round++) {
            assert.deepEqual(Array.from(ledger.unfinished(), ({ batch }) => batch).sort(), [
                'accepted',
                'part',
                'stock',
            ]);
            ledger = await reopen(ledger);
        }
    });

    it('who asks for a code that was given up gets the new record, also after it moved twice', async () => {
        const ledger = await open();
        const run = { archiveId: 1, startedAt: '2026-11-22T04:33:35Z' };
        await ledger.setPrintDurable(print('b-1', 'accepted', run));
        await ledger.rebind('b-1', print('b-1-7', 'accepted', run));
        assert.equal(ledger.print('b-1')?.batch, 'b-1-7');
        await ledger.rebind('b-1-7', print('b-1-7-2026', 'accepted', run));
        assert.equal(ledger.print('b-1')?.batch, 'b-1-7-2026');
        assert.equal(ledger.print('b-1-7')?.batch, 'b-1-7-2026');
        assert.equal(ledger.printOfRun('bambuddy', 1, run.startedAt)?.batch, 'b-1-7-2026');
        assert.equal(ledger.counts().accepted, 1);
        assert.equal(Array.from(ledger.unfinished()).length, 1);
    });

    it('a run is an archive and its start, to the second', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(print('b-1', 'done', { archiveId: 1, startedAt: '2026-11-22T04:33:35.1Z' }));
        assert.ok(ledger.printOfRun('bambuddy', 1, '2026-11-22T04:33:35.9Z') !== undefined);
        assert.equal(ledger.printOfRun('bambuddy', 1, '2026-11-22T04:33:36Z'), undefined);
        assert.equal(ledger.printOfRun('bambuddy', 1, null), undefined);
        assert.equal(ledger.printOfRun('bambuddy', 2, '2026-11-22T04:33:35Z'), undefined);
    });

    it('a record that was returned does not change later', async () => {
        const ledger = await open();
        const before = await ledger.setPrintDurable(print('b-1'));
        await ledger.changePrint('b-1', { state: 'done' });
        assert.equal(before.state, 'accepted');
        await assert.rejects(ledger.changePrint('b-2', { state: 'done' }), /no print b-2/);
    });
});

describe('the store: deferred writes', () => {
    it('is known at once, and on the disk with the next write, in one line with it', async () => {
        const ledger = await open();
        ledger.setPartDeferred({ identity: 'name:x', pk: 5, IPN: 'BMB-1', name: 'x' });
        ledger.setPrintDeferred(print('b-1', 'part'));
        assert.equal(ledger.part('name:x')?.pk, 5);
        assert.deepEqual([ledger.print('b-1')?.state, ledger.counts().part], ['part', 1]);
        await ledger.setPrintDurable(print('b-2'));
        const last = (await readFile(journal(), 'utf8')).trim().split('\n').at(-1)!;
        for (const batch of ['name:x', 'b-1', 'b-2']) assert.ok(last.includes(batch), last);
    });

    it('comes to the disk a moment later where nothing else is written', async () => {
        const ledger = await open();
        ledger.setPrintDeferred(print('b-1'));
        for (let tries = 0; !(await readFile(journal(), 'utf8')).includes('b-1'); tries++) {
            assert.ok(tries < 200);
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    });

    it('is there after a close', async () => {
        let ledger = await open();
        ledger.setPrintDeferred(print('b-1'));
        ledger = await reopen(ledger);
        assert.equal(ledger.print('b-1')?.state, 'accepted');
    });
});

describe('the store: writes with a deferred flush', () => {
    const isThere = async (batch: string): Promise<boolean> => (await readFile(journal(), 'utf8')).includes(batch);

    it('is told when the next write has taken it along, in one line', async () => {
        const ledger = await open();
        let reported = false;
        const patient = ledger.setPrintDurable(print('b-1'), true).then(() => (reported = true));
        assert.equal(ledger.print('b-1')?.state, 'accepted');
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.deepEqual([reported, await isThere('b-1')], [false, false]);
        await ledger.setPrintDurable(print('b-2'));
        await patient;
        const last = (await readFile(journal(), 'utf8')).trim().split('\n').at(-1)!;
        assert.ok(last.includes('b-1') && last.includes('b-2'), last);
    });

    it('is told a moment later where nobody else writes', async () => {
        const ledger = await open();
        await ledger.setPrintDurable(print('b-1'), true);
        assert.ok(await isThere('b-1'));
    });

    it('is never told before the flush that has it', async () => {
        const ledger = await open();
        let goOn: () => void = () => undefined;
        const flushing = new Promise<void>((resolve) => (goOn = resolve));
        const restore = await standBetween({ datasync: (_handle, real) => flushing.then(real) });
        try {
            // the flush under way has taken up what it takes
            const first = ledger.setPrintDurable(print('b-1'));
            await new Promise((resolve) => setTimeout(resolve, 5));
            let reported = false;
            const patient = ledger.setPrintDurable(print('b-2'), true).then(() => (reported = true));
            await new Promise((resolve) => setTimeout(resolve, 5));
            assert.equal(reported, false);
            goOn();
            await first;
            assert.deepEqual([reported, await isThere('b-2')], [false, false]);
            await patient;
            assert.ok(await isThere('b-2'));
        } finally {
            restore();
        }
    });

    it('is told of a failure as whoever wrote, and what it wanted is written with the next', async () => {
        const ledger = await open();
        let full = true;
        const restore = await standBetween({
            write: async (_handle, bytes, real) => {
                if (full) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
                return real(bytes);
            },
        });
        try {
            const patient = assert.rejects(ledger.setPrintDurable(print('b-1'), true), /disk is full/);
            await assert.rejects(ledger.setPrintDurable(print('b-2')), /disk is full/);
            await patient;
            full = false;
            await ledger.setPrintDurable(print('b-3'));
            for (const batch of ['b-1', 'b-2', 'b-3']) assert.ok(await isThere(batch), batch);
        } finally {
            restore();
        }
    });

    it('has it on the disk after a close, and is told', async () => {
        let ledger = await open();
        const patient = ledger.setPrintDurable(print('b-1'), true);
        ledger = await reopen(ledger);
        await patient;
        assert.equal(ledger.print('b-1')?.state, 'accepted');
        await stores.close(ledger);
        await assert.rejects(ledger.setPrintDurable(print('b-2'), true), { code: 'CLOSED' });
    });
});
