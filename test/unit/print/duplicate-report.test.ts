import assert from 'node:assert/strict';
import { ADMISSION_DEFAULTS } from '../../../lib/sources/bambuddy/admission-rules';
import { Flow } from '../flow';
import { Fixture } from '../fixture';

const HOUR = 3600;
const at = (time: string): string => `2026-10-20T${time}:00Z`;

for (const version of ['1.2.5.2', '1.2.5.7'])
    describe(`one print that Bambuddy ${version} reports twice`, () => {
        let fixture: Fixture;
        let flow: Flow;
        let north: number;

        async function begin(settings: ConstructorParameters<typeof Flow>[1] = {}): Promise<void> {
            fixture = await Fixture.open({ version });
            north = fixture.bambuddy.addPrinter({ name: 'North' }).id;
            flow = new Flow(fixture, { startWith: 'now', ...settings });
            await flow.poll();
        }

        afterEach(() => flow.end());

        const print = (from: string, seconds: number, more: object = {}): number =>
            fixture.bambuddy.print({
                name: 'Bracket',
                filename: 'bracket.3mf',
                printer: north,
                startedAt: at(from),
                seconds,
                ...more,
            }).archiveId;

        const states = (): string[] =>
            [...fixture.ledger.prints()].map(({ archiveId, state }) => `${archiveId} ${state}`).sort();

        it('is one item: the second waits for a person, with the reason', async () => {
            await begin();
            const first = print('08:00', 3 * HOUR);
            const second = print('09:00', 2 * HOUR + 60);
            await flow.poll();
            assert.equal(fixture.inStock.length, 1);
            assert.deepEqual(states(), [`${first} done`, `${second} parked`]);
            const [parked] = flow.source.manual.parked();
            assert.match(parked!.reason, /^suspected double: same printer and content as bambuddy-1 \(archive 1\)/);
            assert.match(flow.failures.join(), /Archive 2 is parked: suspected double/);
        });

        it('is taken by release as a print of its own, or let go by it; nobody else is released so', async () => {
            await begin();
            print('08:00', 3 * HOUR);
            print('09:00', 2 * HOUR);
            print('12:00', HOUR);
            print('12:10', HOUR);
            await flow.poll();
            const [second, third] = ['bambuddy-2', 'bambuddy-4'];
            assert.deepEqual(await flow.source.release(second, 'good'), {
                batch: second,
                verdict: 'good',
                sent: true,
            });
            assert.deepEqual(await flow.source.release(third, 'reject'), {
                batch: third,
                verdict: 'reject',
                sent: false,
            });
            await flow.idle();
            assert.equal(fixture.inStock.length, 3);
            assert.deepEqual(states(), ['1 done', '2 done', '3 done', '4 skipped']);
            for (const batch of ['bambuddy-1', second, third])
                await assert.rejects(flow.source.release(batch, 'good'), /waits for its outcome/);
        });

        it('is the one that began first, where both ended in one second', async () => {
            await begin();
            const first = print('08:00', 3 * HOUR);
            const second = print('09:00', 2 * HOUR);
            await flow.poll();
            assert.deepEqual(states(), [`${first} done`, `${second} parked`]);
        });

        it('is the one that began first, although the other ended first', async () => {
            await begin();
            const later = print('09:00', HOUR);
            const first = print('08:00', 3 * HOUR);
            await flow.poll();
            assert.deepEqual(states(), [`${first} done`, `${later} parked`].sort());
        });

        it('is the one that began first where ends of other prints lie between, over pages', async () => {
            await begin({ pageSize: 2 });
            const later = print('09:00', HOUR);
            for (let n = 10; n < 18; n++)
                print(`${n}:05`, 600, { name: `Other ${n}`, filename: `${n}.3mf`, printer: undefined });
            const first = print('08:00', 12 * HOUR);
            await flow.poll();
            assert.equal(fixture.ledger.printOfArchive('bambuddy', first)?.state, 'done');
            assert.equal(fixture.ledger.printOfArchive('bambuddy', later)?.state, 'parked');
            assert.equal(fixture.inStock.length, 9);
        });

        it('is the one that began first in an import and its preview, of the newest few too', async () => {
            await begin();
            const later = print('09:00', HOUR);
            const first = print('08:00', 3 * HOUR);
            await flow.backfill({ max: 2 });
            await flow.idle();
            assert.deepEqual(states(), [`${first} done`, `${later} parked`].sort());
        });

        it('is the one that is in stock where that began later: nothing is taken back', async () => {
            await begin();
            const later = print('09:00', HOUR);
            await flow.poll();
            const first = print('08:00', 3 * HOUR);
            await flow.poll();
            assert.deepEqual(states(), [`${first} parked`, `${later} done`].sort());
            assert.equal(fixture.inStock.length, 1);
        });

        it('is found when the second is told later, after a restart too', async () => {
            await begin();
            print('08:00', 3 * HOUR);
            await flow.poll();
            await flow.source.close();
            await fixture.restart();
            flow = new Flow(fixture, { startWith: 'now' });
            print('09:00', 2 * HOUR);
            await flow.poll();
            assert.equal(fixture.inStock.length, 1);
            assert.equal(flow.source.manual.parked().length, 1);
        });

        it('is found in the history, and a preview says so', async () => {
            await begin();
            print('08:00', 3 * HOUR);
            print('09:00', 2 * HOUR);
            const report = await flow.backfill();
            await flow.idle();
            assert.deepEqual([report.created, report.skipped, report.reasons], [1, 1, { 'suspected double': 1 }]);
            assert.equal(fixture.inStock.length, 1);
        });

        it('is found where the second archive has no file', async () => {
            await begin();
            print('08:00', 3 * HOUR);
            print('09:00', 2 * HOUR, { no3mf: true });
            await flow.poll();
            assert.equal(fixture.inStock.length, 1);
        });

        it('goes into stock when a person says so by its name, and stays where all are tried again', async () => {
            await begin();
            print('08:00', 3 * HOUR);
            print('09:00', 2 * HOUR);
            await flow.poll();
            const { manual } = flow.source;
            const { batch } = manual.parked()[0]!;
            assert.deepEqual(await manual.retry(null), { sent: 0, remaining: 0 });
            assert.equal(fixture.inStock.length, 1);
            assert.deepEqual(await manual.retry(batch), { sent: 1, remaining: 0 });
            await flow.idle();
            assert.equal(fixture.inStock.length, 2);
            assert.equal(fixture.ledger.print(batch)?.doubleOf, undefined);
        });

        it('is let go by hand', async () => {
            await begin();
            print('08:00', 3 * HOUR);
            print('09:00', 2 * HOUR);
            await flow.poll();
            await flow.source.manual.forget(flow.source.manual.parked()[0]!.batch);
            await flow.poll();
            assert.equal(fixture.inStock.length, 1);
            assert.equal(flow.source.manual.parked().length, 0);
        });

        it('a third one is held too', async () => {
            await begin();
            print('08:00', 3 * HOUR);
            print('09:00', 2 * HOUR);
            print('10:00', HOUR);
            await flow.poll();
            assert.equal(fixture.inStock.length, 1);
            assert.equal(flow.source.manual.parked().length, 2);
        });

        it('both are taken where the setting says so', async () => {
            await begin({ admission: { ...ADMISSION_DEFAULTS, doubles: 'take' } });
            print('08:00', 3 * HOUR);
            print('09:00', 2 * HOUR);
            await flow.poll();
            assert.equal(fixture.inStock.length, 2);
        });

        it('two that are let in at once are still held apart', async () => {
            await begin();
            const ids = [print('08:00', 3 * HOUR), print('09:00', 2 * HOUR)];
            await Promise.allSettled(ids.map((id) => flow.source.manual.offerArchive(id, false)));
            await flow.idle();
            assert.equal(fixture.inStock.length, 1);
        });

        describe('holds no print', () => {
            const both = async (): Promise<void> => {
                await flow.poll();
                assert.equal(fixture.inStock.length, 2);
                assert.deepEqual(flow.failures, []);
            };

            it('where the same file is printed on two printers at once', async () => {
                await begin();
                const south = fixture.bambuddy.addPrinter({ name: 'South' }).id;
                print('08:00', 3 * HOUR);
                print('08:00', 3 * HOUR, { printer: south });
                await both();
            });

            it('where one comes right after the other, the clock a little off', async () => {
                await begin();
                print('08:00', HOUR + 50);
                print('09:00', HOUR);
                await both();
            });

            it('where less than half of the shorter one overlaps', async () => {
                await begin();
                print('08:00', HOUR);
                print('08:35', HOUR);
                await both();
            });

            it('where the contents differ', async () => {
                await begin();
                print('08:00', 3 * HOUR);
                print('09:00', 2 * HOUR, { name: 'Hook', filename: 'hook.3mf' });
                await both();
            });

            it('where the printer is not known', async () => {
                await begin();
                for (const from of ['08:00', '08:10']) {
                    const archiveId = print(from, 3 * HOUR);
                    fixture.bambuddy.editArchive(archiveId, { printer_id: null });
                    for (const run of fixture.bambuddy.state.runsOf(archiveId))
                        fixture.bambuddy.editRun(run.id, { printer_id: null });
                }
                await both();
            });

            it('where a clock was set back during a print: it ends before it began', async () => {
                await begin();
                print('08:00', 3 * HOUR);
                const archiveId = print('10:00', HOUR);
                fixture.bambuddy.editArchive(archiveId, { completed_at: '2026-10-20T09:10:00' });
                for (const run of fixture.bambuddy.state.runsOf(archiveId))
                    fixture.bambuddy.editRun(run.id, { completed_at: '2026-10-20T09:10:00' });
                await both();
            });

            it('where the first one failed', async () => {
                await begin({ filter: { successOnly: false, printers: [], projects: [], tags: [] } });
                print('08:00', 3 * HOUR, { status: 'aborted' });
                print('09:00', 2 * HOUR);
                await both();
            });
        });
    });
