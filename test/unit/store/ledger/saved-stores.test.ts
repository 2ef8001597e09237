import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommand } from '../../../../lib/store/maintenance/command';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { lookInto } from '../../../../lib/store/maintenance/inspect';
import { EARLIER_UNTIL, PRINT_STATES, COLLECTIONS, type LedgerData } from '../../../../lib/store/ledger/records';

const FIXTURES = join(__dirname, '../../../fixtures');

/** What `print-to-stock-store export` of that version wrote of its ledger; the format of the ledger. */
const VERSIONS = [
    { version: '2026-11-26', format: 1 },
    { version: '2026-11-30', format: 2 },
] as const;

type Exported = LedgerData & { store: { format: number } };

for (const { version, format } of VERSIONS)
    describe(`the store of ${version}`, () => {
        let folder: string;
        let file: string;
        const exported = async (): Promise<Exported> =>
            JSON.parse(await readFile(join(FIXTURES, 'exports', `${version}.json`), 'utf8')) as Exported;
        const run = async (...args: string[]): Promise<{ status: number; out: string }> => {
            const out = new PassThrough();
            const status = await runCommand(args, {
                out,
                err: new PassThrough().resume(),
                in: new PassThrough(),
                now: () => new Date('2026-12-01T12:00:00Z'),
            });
            out.end();
            return { status, out: await text(out) };
        };
        const dataOf = async (path: string): Promise<LedgerData> => (await lookInto(path))!.data;

        beforeEach(async () => {
            folder = await mkdtemp(join(tmpdir(), 'unit-'));
            for (const name of await readdir(join(FIXTURES, 'ledgers', version)))
                await cp(join(FIXTURES, 'ledgers', version, name), join(folder, name));
            file = join(folder, 'ledger');
        });
        afterEach(() => rm(folder, { recursive: true }));

        it('has a record of every state, and is read as that version read it', async () => {
            const { store, ...records } = await exported();
            assert.equal(store.format, format);
            const { data, format: found } = (await lookInto(file))!;
            assert.equal(found, format);
            for (const collection of COLLECTIONS)
                assert.deepEqual({ ...data[collection] }, records[collection] ?? {}, collection);
            const states = new Set(Object.values(data.prints).map(({ state }) => state));
            assert.deepEqual([...states].sort(), [...PRINT_STATES].sort());
        });

        it('is opened without a change of any record, and read again as it was', async () => {
            const before = await exported();
            const warnings: string[] = [];
            const ledger = await Ledger.open(file, { onWarning: (warning) => void warnings.push(warning) });
            for (const [batch, record] of Object.entries(before.prints)) assert.deepEqual(ledger.print(batch), record);
            for (const [identity, record] of Object.entries(before.parts))
                assert.deepEqual(ledger.part(identity), record);
            for (const [source, record] of Object.entries(before.cursors))
                assert.deepEqual(ledger.cursor(source), record);
            await ledger.close();
            assert.deepEqual(warnings, []);
            const after = await dataOf(file);
            for (const collection of COLLECTIONS.filter((each) => each !== 'meta'))
                assert.deepEqual({ ...after[collection] }, before[collection] ?? {}, collection);
            const { [EARLIER_UNTIL]: _mine, ...meta } = after.meta;
            const { [EARLIER_UNTIL]: _its, ...metaBefore } = before.meta;
            assert.deepEqual(meta, metaBefore);
        });

        it('keeps every other record through changes, a compaction and a restart', async () => {
            const before = await exported();
            const ledger = await Ledger.open(file, { onWarning: () => undefined });
            const changed = await ledger.changePrint('bambuddy-1', { state: 'done', partPk: 1, stockPk: 2 });
            await ledger.compact();
            await ledger.setMetaDurable('after', 'yes');
            await ledger.close();
            const after = await dataOf(file);
            assert.deepEqual({ ...after.prints }, { ...before.prints, 'bambuddy-1': changed });
            assert.deepEqual({ ...after.parts }, before.parts);
            assert.deepEqual({ ...after.cursors }, before.cursors);
            assert.deepEqual({ ...after.codes }, before.codes);
            assert.equal(after.meta['after']!.value, 'yes');
        });

        it('is healthy to check, and exported and compacted as it is', async () => {
            const { status, out } = await run('check', file);
            assert.equal(status, 0, out);
            assert.match(out, new RegExp(`\\b${Object.keys((await exported()).prints).length}\\b`));
            const own = JSON.parse((await run('export', file)).out) as Exported;
            const { store: _own, ...records } = own;
            const { store: _its, ...before } = await exported();
            assert.deepEqual(records, before);
            assert.equal((await run('compact', file)).status, 0);
            const compacted = await dataOf(file);
            for (const collection of COLLECTIONS.filter((each) => each !== 'meta'))
                assert.deepEqual({ ...compacted[collection] }, before[collection] ?? {}, collection);
        });

        it('is made anew of an export of that version: only the comparison with InvenTree is due again', async () => {
            const restored = join(folder, 'restored');
            const { status } = await run('import', restored, '--from', join(FIXTURES, 'exports', `${version}.json`));
            assert.equal(status, 0);
            const before = await exported();
            const { format: found, data } = (await lookInto(restored))!;
            assert.equal(found, format);
            for (const collection of ['prints', 'parts', 'cursors', 'codes', 'deliveries'] as const)
                assert.deepEqual({ ...data[collection] }, before[collection], collection);
            const { 'scanned:bambuddy': _due, ...meta } = before.meta;
            for (const [key, value] of Object.entries(meta)) assert.deepEqual(data.meta[key], value, key);
            assert.equal(data.meta['scanned:bambuddy'], undefined);
        });
    });
