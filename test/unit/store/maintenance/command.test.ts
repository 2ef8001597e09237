import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runCommand } from '../../../../lib/store/maintenance/command';
import { journalName } from '../../../../lib/store/engine/journal';
import { EARLIER_UNTIL } from '../../../../lib/store/ledger/records';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import type { LedgerData } from '../../../../lib/store/ledger/records';
import { printRecord } from '../../../fixtures/print-record';

const NOW = new Date('2026-11-22T04:33:35Z');
const NAMES = ['Gridfinity Bin', 'Büchse · 龍🐉', 'a\u2028b\u2029c', 'lone \ud800', '"quoted\\"\n'];

let folder: string;
let file: string;
let out: string;
let err: string;

interface Call {
    input?: string;
    terminal?: boolean;
}

function collect(take: (text: string) => void): Writable {
    return new Writable({
        write: (chunk: Buffer, _encoding, done) => {
            take(chunk.toString());
            done();
        },
    });
}

async function command(args: string[], { input = '', terminal = false }: Call = {}): Promise<number> {
    out = '';
    err = '';
    return runCommand(args, {
        out: collect((text) => (out += text)),
        err: collect((text) => (err += text)),
        in: Object.assign(Readable.from([Buffer.from(input)]), { isTTY: terminal }),
        now: () => NOW,
    });
}

const open = (path = file): Promise<Ledger> => Ledger.open(path, { onWarning: () => undefined });

/** Two snapshots, a journal, every shelf, names and keys of all kinds. */
async function fill(): Promise<void> {
    const ledger = await open();
    for (const [i, name] of NAMES.entries()) await ledger.setPrintDurable(printRecord(`bambuddy-${i}`, { name }));
    for (const key of ['__proto__', 'constructor', '', 'a/b']) {
        await ledger.setPrintDurable(printRecord(key, { state: 'parked', reason: 'no key' }));
        await ledger.setPartDurable({ identity: key, IPN: 'BMB-1', name: 'x', pk: 5, parameters: { Weight: null } });
    }
    await ledger.compact();
    await ledger.setCursorDurable('source', { since: '2026-11-22T00:00:00Z', start: null, before: ['1@x'] });
    await ledger.compact();
    await ledger.setCodeDurable('bambuddy-77', { stockPk: 1, partPk: 2 });
    await ledger.setMetaDurable('scanned:bambuddy', '2026-11-22T00:00:00Z');
    await ledger.close();
}

/** Every file that lies there, with its bytes and times. */
async function traces(): Promise<string[]> {
    const names = (await readdir(folder)).sort();
    return Promise.all(
        names.map(async (name) => {
            const { mtimeNs, isDirectory } = await stat(join(folder, name), { bigint: true }).then((found) => ({
                mtimeNs: found.mtimeNs,
                isDirectory: found.isDirectory(),
            }));
            return `${name} ${mtimeNs} ${isDirectory ? 'folder' : await readFile(join(folder, name), 'hex')}`;
        }),
    );
}

async function exported(path = file): Promise<LedgerData> {
    assert.equal(await command(['export', path]), 0, err);
    const { store, ...data } = JSON.parse(out) as LedgerData & { store: unknown };
    assert.deepEqual(store, { format: 1, exported: NOW.toISOString() });
    return data;
}

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unit-'));
    file = join(folder, 'store.json');
});

afterEach(() => rm(folder, { recursive: true }));

describe('the command: how it is called', () => {
    for (const [args, text] of [
        [[], /No command given/],
        [['shrink', 'x'], /no "shrink"/],
        [['toString', 'x'], /no "toString"/],
        [['check'], /No file given to check/],
        [['check', 'a', 'b'], /Only one file/],
        [['check', 'a', '--out', 'b'], /"check" has no --out/],
        [['export', 'a', '--force'], /"export" has no --force/],
        [['export', 'a', '--nonsense'], /nonsense/],
        [['export', 'a', '--format', '2'], /--format can only be 1, not "2"/],
        [['import', 'a', '--format', '1'], /"import" has no --format/],
    ] as const)
        it(`"${args.join(' ')}" is told how, and ends with 2`, async () => {
            assert.equal(await command([...args]), 2);
            assert.match(err, text);
            assert.match(err, /print-to-stock-store check <file>/);
        });

    it('--help is an answer, not an error', async () => {
        assert.equal(await command(['--help']), 0);
        assert.match(out, /compact <file>/);
    });

    for (const name of ['check', 'export', 'compact'])
        it(`"${name}" of a store that is not there says so and makes none`, async () => {
            assert.equal(await command([name, file]), 1);
            assert.match(err, /There is no store/);
            assert.equal(await command([name, join(folder, 'no', 'folder', 'store.json')]), 1);
            assert.match(err, /There is no store/);
            assert.deepEqual(await traces(), []);
        });

    for (const name of ['check', 'export', 'compact'])
        it(`"${name}" of a newer format is refused, with what to do`, async () => {
            await writeFile(file, '{"format":99,"journal":1}\n{"end":0}\n');
            const before = await traces();
            assert.equal(await command([name, file]), 1);
            assert.match(err, /format 99.*Update the package/);
            assert.deepEqual(await traces(), before);
        });
});

describe('the command: check', () => {
    it('says what is in a healthy store and changes nothing', async () => {
        await fill();
        const before = await traces();
        assert.equal(await command(['check', file]), 0);
        assert.deepEqual(await traces(), before);
        assert.match(out, /format +1/);
        assert.match(out, /backup .* usable/);
        assert.match(out, /prints +9: accepted 0, .*done 5, .*parked 4/);
        assert.match(out, /Parts +4/);
        assert.match(out, /source: up to 2026-11-22T00:00:00Z/);
        assert.match(out, /in use +no/);
        assert.match(out, / healthy/);
    });

    it('says who has it in use', async () => {
        await fill();
        const ledger = await open();
        assert.equal(await command(['check', file]), 0);
        assert.match(out, new RegExp(`in use +by process ${process.pid} on `));
        await ledger.close();
    });

    it('a line cut short by a crash is mentioned, and is no fault', async () => {
        await fill();
        await appendFile(journalName(file, 3), '["prints","b-2",{"batch":"b-2","na');
        const before = await traces();
        assert.equal(await command(['check', file]), 0);
        assert.match(out, /cut short.*nothing acknowledged is lost/);
        assert.deepEqual(await traces(), before);
    });

    it('damaged lines are', async () => {
        await fill();
        const journal = journalName(file, 3);
        await writeFile(journal, (await readFile(journal, 'utf8')).replace('"stockPk":1', '"stockPk":7'));
        const before = await traces();
        assert.equal(await command(['check', file]), 1);
        assert.match(out, /NOT healthy:\n +1 lines of journal 3 are damaged/);
        assert.deepEqual(await traces(), before);
    });

    it('so are a damaged snapshot, though the backup leads to the same', async () => {
        await fill();
        await writeFile(file, (await readFile(file, 'utf8')).replace('"state":"parked"', '"state":"barked"'));
        const before = await traces();
        assert.equal(await command(['check', file]), 1);
        assert.match(out, /snapshot +DAMAGED: line \d+ is damaged/);
        assert.match(out, /backup and the journal have the same records/);
        assert.match(out, /prints +9:/);
        assert.deepEqual(await traces(), before);
    });

    it('both snapshots damaged, and a journal that is missing', async () => {
        await fill();
        await writeFile(file, 'ruin');
        await writeFile(`${file}.bak`, 'ruin');
        const before = await traces();
        assert.equal(await command(['check', file]), 1);
        assert.match(out, /there is no backup/);
        assert.match(out, /Journal 1 is missing/);
        assert.deepEqual(await traces(), before);
    });
});

describe('the command: export and import', () => {
    it('a copy made of an export is the same store, but compares with InvenTree again', async () => {
        await fill();
        const before = await traces();
        const data = await exported();
        assert.deepEqual(await traces(), before);
        assert.equal(Object.keys(data.prints).length, 9);
        const document = out;
        const copy = join(folder, 'deep', 'copy.json');
        assert.equal(await command(['import', copy], { input: document }), 0, err);
        assert.match(out, /9 prints and 4 Parts/);
        const { meta, ...rest } = await exported(copy);
        const { meta: oldMeta, ...oldRest } = data;
        assert.deepEqual(rest, oldRest);
        assert.deepEqual(Object.keys(oldMeta).sort(), ['created', EARLIER_UNTIL, 'scanned:bambuddy']);
        assert.deepEqual(meta, { created: oldMeta['created'], [EARLIER_UNTIL]: oldMeta[EARLIER_UNTIL] });
        assert.equal(await command(['check', copy]), 0, out);

        const ledger = await open(copy);
        assert.equal(ledger.print('__proto__')?.state, 'parked');
        assert.equal(ledger.print('bambuddy-3')?.name, 'lone \ud800');
        await ledger.setPrintDurable(printRecord('next'));
        await ledger.close();
        const again = await open(copy);
        assert.ok(again.print('next') !== undefined && again.print('bambuddy-1') !== undefined);
        await again.close();
    });

    it('works while the store is in use, also through compactions', async () => {
        const ledger = await Ledger.open(file, { onWarning: () => undefined, compactAfter: 5 });
        let writing = true;
        let n = 0;
        const writer = (async () => {
            while (writing) await ledger.setPrintDurable(printRecord(`b-${n % 10}`, { quantity: n++ }));
        })();
        for (let i = 0; i < 20; i++) {
            const floor = n;
            // between two renames of a compaction the backup is read, and that is said: the next moment it is whole
            let read = await command(['export', file]);
            for (let again = 0; read !== 0 && again < 20; again++) read = await command(['export', file]);
            assert.equal(read, 0, err);
            const data = JSON.parse(out) as LedgerData;
            assert.ok(Math.max(-1, ...Object.values(data.prints).map((each) => each.quantity!)) >= floor - 1);
        }
        writing = false;
        await writer;
        await ledger.close();
    });

    it('to a file and from it; never onto the store itself', async () => {
        await fill();
        const copy = join(folder, 'copy.export');
        assert.equal(await command(['export', file, '--out', copy]), 0, err);
        assert.equal(await command(['import', join(folder, 'new.json'), '--from', copy]), 0, err);
        assert.ok(!(await readdir(folder)).includes('copy.export.tmp'));
        for (const end of ['', '.bak', '.journal.3']) {
            assert.equal(await command(['export', file, '--out', `${file}${end}`]), 1);
            assert.match(err, /is a file of the store itself/);
        }
        assert.equal(await command(['check', file]), 0);
    });

    it('an export of a damaged store has what can be read, and says that it is not all', async () => {
        await fill();
        await appendFile(journalName(file, 3), '{"no":"line"}\n');
        assert.equal(await command(['export', file]), 1);
        assert.match(err, /Some records could not be read:\n.*1 lines of journal 3/);
        assert.equal(Object.keys((JSON.parse(out) as LedgerData).prints).length, 9);
    });

    it('a store that is there is not overwritten; with --force it is kept beside', async () => {
        await fill();
        const data = await exported();
        const document = JSON.stringify({ ...data, store: { format: 1 }, prints: {} });
        const before = await traces();
        assert.equal(await command(['import', file], { input: document }), 1);
        assert.match(err, /already exists.*--force/);
        assert.deepEqual(await traces(), before);

        assert.equal(await command(['import', file, '--force'], { input: document }), 0, err);
        const old = /is kept as (.*)\.\n/.exec(out)![1]!;
        assert.deepEqual((await exported()).prints, {});
        assert.deepEqual(await exported(old), data);
        const ledger = await open();
        assert.equal(ledger.print('bambuddy-1'), undefined);
        assert.equal(ledger.part('a/b')?.pk, 5);
        await ledger.close();
    });

    it('a store in use is not imported over', async () => {
        await fill();
        const data = await exported();
        const ledger = await open();
        const document = JSON.stringify({ ...data, store: { format: 1 } });
        assert.equal(await command(['import', file, '--force'], { input: document }), 1);
        assert.match(err, /is in use by process \d+/);
        await ledger.close();
    });

    for (const [what, document, text] of [
        ['half a document', '{"store":{"format":1},"prints":{', /incomplete JSON/],
        ['something else', '[]', /not a JSON object/],
        ['another JSON', '{"flows":[]}', /no "store"/],
        ['a newer one', '{"store":{"format":3}}', /format 3.*Update the package/],
        ['one with a shelf missing', '{"store":{"format":1},"prints":{}}', /"parts" is missing/],
        ['one with a record that is none', collections({ prints: { a: 5 } }), /prints "a" is no record/],
        [
            'a state of a newer version',
            collections({ prints: { a: { batch: 'a', state: 'x' } } }),
            /no state that is known/,
        ],
        ['a record under another key', collections({ parts: { a: { identity: 'b' } } }), /its own identity/],
    ] as const)
        it(`${what} is refused, and nothing is made of it`, async () => {
            assert.equal(await command(['import', file], { input: document }), 1);
            assert.match(err, text);
            assert.deepEqual(await traces(), []);
        });

    it('without a document it asks for one', async () => {
        assert.equal(await command(['import', file], { terminal: true }), 2);
        assert.match(err, /--from/);
        assert.equal(await command(['import', file, '--from', join(folder, 'none')]), 1);
        assert.match(err, /ENOENT.*none/);
    });
});

describe('the command: report', () => {
    it('tells counts and the newest parked prints, without names and addresses unless they are asked for', async () => {
        const ledger = await open();
        const reason = 'InvenTree (http://inventory.lan:8001) refused "Gridfinity Bin 4x4": location';
        await ledger.setPrintDurable(
            printRecord('bambuddy-7', { name: 'Gridfinity Bin 4x4', state: 'parked', reason }),
        );
        await ledger.close();
        assert.equal(await command(['report', file]), 0);
        const told = JSON.parse(out) as { counts: Record<string, number>; parked: { batch: string; reason: string }[] };
        assert.equal(told.counts['parked'], 1);
        assert.deepEqual(
            told.parked.map(({ batch, reason: words }) => [batch, words]),
            [['bambuddy-7', 'InvenTree (<address>) refused "<name>": location']],
        );
        assert.equal(await command(['report', file, '--keep', 'names,addresses']), 0);
        assert.ok(out.includes(JSON.stringify(reason).slice(1, -1)));
    });
});

describe('the command: compact', () => {
    it('writes the store anew, and nothing in it changes', async () => {
        await fill();
        const before = await exported();
        const lines = (await readFile(journalName(file, 3), 'utf8')).length;
        assert.ok(lines > 0);
        assert.equal(await command(['compact', file]), 0, err);
        assert.match(out, /one snapshot of \d+ bytes/);
        assert.deepEqual(await exported(), before);
        assert.equal((await stat(journalName(file, 4))).size, 0);
    });

    it('a store in use is left alone', async () => {
        await fill();
        const ledger = await open();
        assert.equal(await command(['compact', file]), 1);
        assert.match(err, /is in use by process \d+ on .*stop one of them/);
        await ledger.close();
    });
});

function collections(some: object): string {
    const empty = { prints: {}, parts: {}, cursors: {}, codes: {}, meta: {} };
    return JSON.stringify({ store: { format: 1 }, ...empty, ...some });
}
