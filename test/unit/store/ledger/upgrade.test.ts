import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runCommand } from '../../../../lib/store/maintenance/command';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { lookInto } from '../../../../lib/store/maintenance/inspect';
import { GONE, OFFERED, type LedgerData, type PrintRecord } from '../../../../lib/store/ledger/records';

const FIXTURES = join(__dirname, '../../../fixtures/ledgers');

for (const version of ['0.1.0', '2026-11-26'])
    describe(`a ledger of ${version}`, () => {
        let folder: string;
        let file: string;

        const open = (): Promise<Ledger> => Ledger.open(file, { onWarning: () => undefined });
        const dataOf = async (path = file): Promise<LedgerData> => (await lookInto(path))!.data;
        const run = async (...args: string[]): Promise<number> =>
            runCommand(args, {
                out: new PassThrough().resume(),
                err: new PassThrough().resume(),
                in: new PassThrough(),
                now: () => new Date('2026-11-30T12:00:00Z'),
            });
        /** One record of each kind that an earlier version would misread. */
        const writeFormat2 = async (ledger: Ledger): Promise<void> => {
            await ledger.changePrint('bambuddy-1', {
                hold: 'verdict',
                holdSince: '2026-11-30T10:00:00Z',
                printerId: 2,
            });
            await ledger.changePrint('bambuddy-17', { hold: 'number' });
            await ledger.changePrint('bambuddy-7', {
                state: 'parked',
                reason: 'suspected double of bambuddy-4',
                doubleOf: 'bambuddy-4',
            });
            await ledger.changePrint('bambuddy-5', { state: 'done', reason: GONE });
            await ledger.setPrintDurable({ ...ledger.print('bambuddy-8')!, state: 'skipped', reason: OFFERED });
            await ledger.changePrint('bambuddy-12', { stockStatus: 55 });
        };

        beforeEach(async () => {
            folder = await mkdtemp(join(tmpdir(), 'unit-'));
            await cp(join(FIXTURES, version), folder, { recursive: true });
            file = join(folder, 'ledger');
        });
        afterEach(() => rm(folder, { recursive: true }));

        it('is read whole, and only gains a note of when this version began', async () => {
            const before = await dataOf();
            const ledger = await open();
            await ledger.close();
            const { meta, ...after } = await dataOf();
            const { meta: metaBefore, ...rest } = before;
            assert.deepEqual(after, rest);
            assert.deepEqual({ ...meta }, { ...metaBefore, 'earlier-until': meta['earlier-until'] });
            assert.equal((await lookInto(file))!.format, 1);
            assert.equal(Object.keys(after.prints).length, 18);
        });

        it('is kept byte for byte when it becomes format 2', async () => {
            const ledger = await open();
            await writeFormat2(ledger);
            await ledger.close();
            assert.equal((await lookInto(file))!.format, 2);
            for (const name of await readdir(join(FIXTURES, version))) {
                if (name !== 'ledger' && name !== 'ledger.journal.2') continue;
                const fixture = await readFile(join(FIXTURES, version, name));
                const copy = await readFile(join(folder, name.replace('ledger', 'ledger.format-1')));
                // behind it only the note of when this version began
                assert.deepEqual(copy.subarray(0, fixture.length), fixture);
                assert.doesNotMatch(copy.subarray(fixture.length).toString(), /"prints"/);
            }
        });

        it('goes back to that version by an export of format 1: what is held is parked, and nothing is in it that came later', async () => {
            const before = await dataOf();
            const ledger = await open();
            await writeFormat2(ledger);
            await ledger.close();
            const copy = join(folder, 'copy.json');
            const restored = join(folder, 'restored');
            assert.equal(await run('export', file, '--format', '1', '--out', copy), 0);
            assert.equal((JSON.parse(await readFile(copy, 'utf8')) as { store: { format: number } }).store.format, 1);
            assert.equal(await run('import', restored, '--from', copy), 0);
            assert.match((await readFile(restored, 'utf8')).split('\n')[0]!, /"format":1,/);

            const { prints, parts, cursors, codes, meta } = await dataOf(restored);
            assert.deepEqual(
                { parts, cursors, codes },
                { parts: before.parts, cursors: before.cursors, codes: before.codes },
            );
            assert.deepEqual(Object.keys(meta).sort(), ['created', 'paused:source-1']);
            const changed = ['bambuddy-1', 'bambuddy-17', 'bambuddy-7', 'bambuddy-5', 'bambuddy-8', 'bambuddy-12'];
            const reported = Object.fromEntries(
                changed.map((batch) => [batch, [prints[batch]!.state, prints[batch]!.reason]]),
            );
            assert.deepEqual(reported, {
                'bambuddy-1': [
                    'parked',
                    "it waited for Bambuddy's verdict when the store was exported as format 1: retry takes it as good",
                ],
                'bambuddy-17': [
                    'parked',
                    'it waited for the number of good pieces when the store was exported as format 1: retry takes them all',
                ],
                'bambuddy-7': ['parked', 'suspected double of bambuddy-4'],
                'bambuddy-12': [
                    'parked',
                    'it was rejected in Bambuddy, and not in stock when the store was exported as format 1: retry takes it as good',
                ],
                'bambuddy-5': ['done', undefined],
                'bambuddy-8': [
                    'skipped',
                    'it was not in InvenTree after the ledger was lost, and nobody had answered when it was exported as format 1',
                ],
            });
            const known = new Set(Object.values(before.prints).flatMap((record) => Object.keys(record)));
            for (const [batch, record] of Object.entries(prints)) {
                assert.deepEqual(
                    Object.keys(record).filter((name) => !known.has(name)),
                    [],
                );
                if (changed.includes(batch)) assert.deepEqual(kept(record), kept(before.prints[batch]!));
                else assert.deepEqual(record, before.prints[batch]);
            }
        });

        it('is exported as format 1 of itself, as long as nothing of format 2 is in it', async () => {
            const ledger = await open();
            await ledger.changePrint('bambuddy-1', { printerId: 2 });
            await ledger.close();
            const copy = join(folder, 'copy.json');
            assert.equal(await run('export', file, '--out', copy), 0);
            assert.equal((JSON.parse(await readFile(copy, 'utf8')) as { store: { format: number } }).store.format, 1);
        });
    });

/** What no change of state may touch. */
function kept({ batch, source, archiveId, startedAt, identity, name, stockPk, print }: PrintRecord): object {
    return { batch, source, archiveId, startedAt, identity, name, stockPk, print };
}
