import assert from 'node:assert/strict';
import type { SourceSettings } from '../../../../../lib/sources/bambuddy/source';
import { Flow } from '../../../flow';
import { Fixture } from '../../../fixture';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.parse('2026-11-20T08:00:00Z');

for (const version of ['1.2.5.2', '1.2.5.7'])
    describe(`the feed finds every print whatever the clocks do (Bambuddy ${version})`, () => {
        let fixture: Fixture;
        let flow: Flow;

        async function open(settings: Partial<SourceSettings> = {}): Promise<void> {
            fixture = await Fixture.open({ version });
            begin(settings);
        }

        function begin(settings: Partial<SourceSettings> = {}): void {
            flow = new Flow(fixture, { startWith: 'now', pageSize: 5, ...settings });
        }

        afterEach(() => flow.end());

        /** A print of a minute that ends then, by Bambuddy's clock. */
        const at = (time: number | string, run = {}): number =>
            fixture.bambuddy.print({
                startedAt: new Date(typeof time === 'number' ? T0 + time * MINUTE - MINUTE : time),
                seconds: 60,
                run,
            }).archiveId;
        const asked = async (): Promise<number> => {
            const from = fixture.bambuddy.requestCount;
            await flow.poll();
            return fixture.bambuddy.requestCount - from;
        };

        /** Before anything is wrong: a history, and a source that has seen it. */
        async function watching(history = 30): Promise<void> {
            for (let n = history; n > 0; n--) at(-n * 10);
            await flow.poll();
            assert.deepEqual(flow.sent, []);
        }

        for (const [what, times] of [
            ['once in the year 2036', ['2036-02-07T06:00:00Z', 10, 20]],
            ['once in the year 1970', ['1970-01-01T00:10:00Z', 10, 20]],
            ['40 minutes behind for one print', [10, -30, 20]],
            [
                'behind by days for many prints, more than a page',
                [10, ...Array.from({ length: 12 }, (_, n) => -4000 + n * 10), 20],
            ],
            ['ahead by a day, and then set right', [10, 24 * 60 + 20, 24 * 60 + 30, 40, 50]],
            ['to and fro', [10, -3000, '2036-02-07T06:00:00Z', -50, '1970-01-01T00:10:00Z', 30]],
        ] as const)
            for (const polls of ['after each', 'after all'])
                it(`a clock that stood wrong (${what}), a look ${polls}: every print once, then one request again`, async () => {
                    await open();
                    await watching();
                    const expected: string[] = [];
                    for (const time of times) {
                        expected.push(`bambuddy-${at(time)}`);
                        if (polls === 'after each') await flow.poll();
                    }
                    await flow.poll();
                    assert.deepEqual([...flow.sent].sort(), expected.sort());
                    assert.equal(await asked(), 1);
                });

        it('a print written in the past is found after a restart too', async () => {
            await open();
            await watching();
            const lost = at(-4000);
            await flow.source.close();
            await fixture.restart();
            begin();
            await flow.poll();
            assert.deepEqual(flow.sent, [`bambuddy-${lost}`]);
        });

        it('prints from before "now" are not taken, whatever else is found', async () => {
            await open();
            // more than what a first look remembers
            for (let n = 600; n > 0; n--) at(-n * 10);
            await flow.poll();
            const lost = at(-4005);
            await flow.poll();
            assert.deepEqual(flow.sent, [`bambuddy-${lost}`]);
        });

        it('a row written in the past while another was deleted is found where a look reads', async () => {
            await open({ pageSize: 50 });
            await watching();
            fixture.bambuddy.deleteRow(5);
            const lost = at(-35);
            await flow.poll();
            assert.deepEqual(flow.sent, [`bambuddy-${lost}`]);
        });

        describe('a row written in the past while another was deleted, with more rows than a page', () => {
            /** `n` rows from the newest one on, 1: the newest */
            const newestRow = (n: number): number =>
                [...fixture.bambuddy.state.runs.keys()].sort((a, b) => b - a)[n - 1]!;

            for (const [what, remove] of [
                ['the newest row, whose number is given again', () => fixture.bambuddy.deleteRow(newestRow(1))],
                ['the two newest rows', () => [1, 1].forEach((n) => fixture.bambuddy.deleteRow(newestRow(n)))],
                ['a row of the newest ones', () => fixture.bambuddy.deleteRow(newestRow(3))],
                ['an archive with its row', () => fixture.bambuddy.purge(58)],
            ] as const)
                for (const minutes of [-40, -4000])
                    it(`(${what}; ${-minutes} minutes back) is found by the next look`, async () => {
                        await open();
                        // it must not be among the rows that a look sees anyway
                        for (let n = 60; n > 0; n--) at(-n / 2);
                        await flow.poll();
                        remove();
                        const lost = at(minutes);
                        await flow.poll();
                        assert.deepEqual(flow.sent, [`bambuddy-${lost}`]);
                        assert.equal(await asked(), 1);
                    });

            it('(one that no look sees any more) is found when the next print comes', async () => {
                await open();
                await watching();
                fixture.bambuddy.deleteRow(5);
                const lost = at(-4000);
                assert.equal(await asked(), 1);
                const next = at(10);
                await flow.poll();
                assert.deepEqual([...flow.sent].sort(), [`bambuddy-${lost}`, `bambuddy-${next}`].sort());
                assert.equal(await asked(), 1);
            });

            it('costs nothing where rows are deleted and none comes', async () => {
                await open();
                await watching();
                fixture.bambuddy.deleteRow(newestRow(3));
                assert.equal(await asked(), 1);
                fixture.bambuddy.deleteRow(newestRow(2));
                fixture.bambuddy.deleteRow(4);
                assert.equal(await asked(), 1);
                assert.deepEqual(flow.sent, []);
            });
        });

        it('our own clock set back or ahead by a day hides nothing', async () => {
            await open();
            await watching();
            const expected: string[] = [];
            for (const [minute, ours] of [
                [10, 0],
                [20, -24 * HOUR],
                [30, 24 * HOUR],
                [40, 0],
            ] as const) {
                Object.assign(fixture.sync.delivery, { now: () => T0 + minute * MINUTE + ours });
                expected.push(`bambuddy-${at(minute)}`);
                await flow.poll();
            }
            assert.deepEqual(flow.sent, expected);
        });

        it('the cursor never passes the present', async () => {
            await open();
            await watching();
            Object.assign(fixture.sync.delivery, { now: () => T0 });
            at('2036-02-07T06:00:00Z');
            at(10 * 60);
            await flow.poll();
            assert.ok(fixture.ledger.cursor('source')!.since! <= new Date(T0).toISOString());
        });

        describe('with a database of another zone, which changes', () => {
            const zones = {
                'east by 3 hours': () => 3 * HOUR,
                'west by 5 hours': () => -5 * HOUR,
                'east by 5:45 hours': () => 5.75 * HOUR,
                'summer time that ends': (utc: number) => (utc < T0 + 25 * MINUTE ? 2 * HOUR : HOUR),
                'summer time that begins': (utc: number) => (utc < T0 + 25 * MINUTE ? HOUR : 2 * HOUR),
                'put right by an update': (utc: number) => (utc < T0 + 25 * MINUTE ? 3 * HOUR : 0),
            };
            for (const [what, databaseOffset] of Object.entries(zones)) {
                it(`${what}: every print once, one request for an idle look`, async () => {
                    fixture = await Fixture.open({ version, databaseOffset });
                    begin();
                    await watching();
                    const expected = [10, 20, 30, 40, 100, 110].map((minute) => `bambuddy-${at(minute)}`);
                    await flow.poll();
                    expected.push(`bambuddy-${at(125)}`);
                    await flow.poll();
                    assert.deepEqual([...flow.sent].sort(), expected.sort());
                    assert.equal(await asked(), 1);
                });

                it(`${what}: after a lost ledger what is in stock is known, what came meanwhile is taken`, async () => {
                    fixture = await Fixture.open({ version, databaseOffset });
                    begin();
                    await watching();
                    at(10);
                    await flow.poll();
                    await flow.source.close();
                    await flow.idle();
                    await fixture.forget();
                    begin();
                    const next = at(60);
                    await flow.poll();
                    assert.deepEqual(flow.sent, [`bambuddy-${next}`]);
                });
            }

            // an archive from before an update that puts the zone right has no clock any more by which to read it
            const steady = Object.entries(zones).filter(([what]) => what !== 'put right by an update');
            for (const [what, databaseOffset] of steady)
                it(`${what}: an earlier run of a reprinted archive is still its own`, async () => {
                    fixture = await Fixture.open({ version, databaseOffset });
                    begin({ startWith: 'all' });
                    const archive = at(10);
                    fixture.bambuddy.print({ archive, startedAt: new Date(T0 + 60 * MINUTE), seconds: 60 });
                    await flow.poll();
                    const first = fixture.ledger.printOfRun(
                        'bambuddy',
                        archive,
                        new Date(T0 + 9 * MINUTE).toISOString(),
                    )!;
                    assert.notEqual(await fixture.intake().classifier.identityNow(first, fixture.signal), null);
                });

            it('an id given again is another archive, there too', async () => {
                fixture = await Fixture.open({ version, databaseOffset: () => 3 * HOUR });
                begin({ startWith: 'all' });
                const first = at(10);
                await flow.poll();
                const record = fixture.ledger.print(`bambuddy-${first}`)!;
                fixture.bambuddy.purge(first);
                assert.equal(at(300), first);
                await flow.poll();
                assert.equal(await fixture.intake().classifier.identityNow(record, fixture.signal), null);
            });
        });
    });
