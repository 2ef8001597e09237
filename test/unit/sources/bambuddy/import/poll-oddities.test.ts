import assert from 'node:assert/strict';
import type { Print } from '../../../../../lib/print/print';
import type { SourceSettings } from '../../../../../lib/sources/bambuddy/source';
import type { Fault } from '../../../../simulators/simulator';
import { Flow, until } from '../../../flow';
import { FILTER, Fixture, type FixtureOptions } from '../../../fixture';

const MINUTE = 60_000;
const T0 = Date.parse('2026-11-20T08:00:00Z');
const at = (minute: number): string => new Date(T0 + minute * MINUTE).toISOString();

describe('the print log with what servers and people do to it', () => {
    let fixture: Fixture;
    let flow: Flow;
    let prints: Print[];

    async function open(options: FixtureOptions = {}, settings: Partial<SourceSettings> = {}): Promise<void> {
        fixture = await Fixture.open(options);
        begin(settings);
    }

    function begin(settings: Partial<SourceSettings> = {}): void {
        flow = new Flow(fixture, settings);
        prints = [];
        const { handle } = flow;
        flow.handle = (print, pass) => {
            prints.push(print);
            return handle(print, pass);
        };
    }

    afterEach(() => flow.end());

    const print = (minute: number, options: Parameters<typeof fixture.bambuddy.print>[0] = {}): number =>
        fixture.bambuddy.print({ startedAt: at(minute), seconds: 60, ...options }).archiveId;

    /** Requests of one poll, `GET /print-log/?…` and so on. */
    async function asked(): Promise<string[]> {
        const from = fixture.bambuddy.requests.length;
        await flow.poll();
        return fixture.bambuddy.requests.slice(from).map(({ method, url }) => `${method} ${url.split('?')[0]}`);
    }

    describe('an idle poll is one request', () => {
        for (const archives of [100, 100_000])
            it(`with ${archives.toLocaleString('en-US')} archives`, async function () {
                this.timeout(120_000);
                await open({}, { startWith: 'now', pageSize: 50 });
                for (let i = 0; i < archives; i++)
                    fixture.bambuddy.print({ startedAt: new Date(T0 - (archives - i) * MINUTE), seconds: 30 });
                await flow.poll();
                assert.deepEqual(await asked(), ['GET /api/v1/print-log/']);
                const next = print(60);
                await flow.poll();
                assert.deepEqual(flow.sent, [`bambuddy-${next}`]);
                assert.deepEqual(await asked(), ['GET /api/v1/print-log/']);
                assert.equal(fixture.bambuddy.count('GET', /archives\/$/), 0);
            });

        it('though its last rows are of prints that the filter leaves out', async () => {
            await open({}, { filter: { ...FILTER, tags: ['sale'], printers: [], projects: ['shop'] } });
            for (let i = 0; i < 4; i++) print(i);
            await flow.poll();
            assert.deepEqual(await asked(), ['GET /api/v1/print-log/']);
            assert.deepEqual(flow.sent, []);
        });

        it('though its last rows are of archives that are gone, or of none', async () => {
            await open();
            fixture.bambuddy.softDelete(print(1));
            fixture.bambuddy.purge(print(2), { keepRuns: true });
            await flow.poll();
            assert.deepEqual(await asked(), ['GET /api/v1/print-log/']);
        });
    });

    describe('rows', () => {
        it('of one second, a hundred of them over several pages and looks, are all taken once', async () => {
            await open({}, { startWith: 'now', pageSize: 7 });
            await flow.poll();
            for (let i = 0; i < 50; i++) print(5, { name: `A${i}` });
            await flow.poll();
            for (let i = 0; i < 50; i++) print(5, { name: `B${i}` });
            await flow.poll();
            assert.equal(new Set(flow.sent).size, 100);
            assert.equal(flow.sent.length, 100);
            assert.equal(fixture.inventree.state.stock.size, 100);
        });

        it('are found where the server leaves out the very second it is asked from', async () => {
            await open({}, { startWith: 'now' });
            print(1);
            await flow.poll();
            // SQLite compares texts: "08:02:00" is less than "08:02:00.000000"
            const [last] = [...fixture.bambuddy.state.runs.values()];
            const next = print(30, { run: { created_at: last!.created_at } });
            await flow.poll();
            assert.deepEqual(flow.sent, [`bambuddy-${next}`]);
        });

        it('deleted one by one, before and after the cursor, change nothing', async () => {
            await open();
            const { runId } = fixture.bambuddy.print({ startedAt: at(1), seconds: 60 });
            print(2);
            await flow.poll();
            fixture.bambuddy.deleteRow(runId!);
            const { runId: gone } = fixture.bambuddy.print({ startedAt: at(3), seconds: 60 });
            fixture.bambuddy.deleteRow(gone!);
            const next = print(4);
            await flow.poll();
            assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-2', `bambuddy-${next}`]);
        });

        it('of a log that was cleared and numbered again, for an archive with the same row id', async () => {
            await open();
            const archive = print(1);
            await flow.poll();
            for (const minute of [20, 40]) {
                fixture.bambuddy.clearLog();
                print(minute, { archive });
                await flow.poll();
            }
            // both reprints are row 1 of archive 1: the second carries its start
            assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-1-1', 'bambuddy-1-1-20261120084000']);
            assert.equal(fixture.inventree.state.stock.size, 3);
        });

        it('with an archive whose id was given again: two prints, two Parts, two items', async () => {
            await open();
            const first = print(1, { filename: 'a.gcode.3mf', name: 'A' });
            await flow.poll();
            fixture.bambuddy.purge(first);
            assert.equal(print(30, { filename: 'b.gcode.3mf', name: 'B' }), first);
            await flow.poll();
            assert.equal(fixture.inventree.state.stock.size, 2);
            assert.equal(fixture.inventree.state.parts.size, 2);
        });
    });

    describe('clocks', () => {
        for (const hours of [-26, -5, 5, 26])
            it(`Bambuddy’s, ${Math.abs(hours)} hours ${hours < 0 ? 'behind' : 'ahead of'} ours: every print once, none held up`, async () => {
                await open({}, { startWith: 'now', settle: 5 });
                const theirs = (minute: number): string =>
                    new Date(Date.now() + hours * 3600_000 + minute * MINUTE).toISOString();
                fixture.bambuddy.print({ startedAt: theirs(-10), seconds: 60 });
                await flow.poll();
                for (const minute of [-5, -4, -3]) {
                    fixture.bambuddy.print({ startedAt: theirs(minute), seconds: 60 });
                    await flow.poll();
                }
                assert.deepEqual(flow.sent, ['bambuddy-2', 'bambuddy-3', 'bambuddy-4']);
                assert.equal(fixture.inventree.state.stock.size, 3);
            });
    });

    describe('times', () => {
        /** The server writes its times another way. */
        function writing(change: (time: string) => string): void {
            const { runs, archives } = fixture.bambuddy.state;
            for (const row of [...runs.values()])
                fixture.bambuddy.editRun(row.id, {
                    started_at: change(row.started_at!),
                    completed_at: change(row.completed_at!),
                });
            for (const row of [...archives.values()])
                fixture.bambuddy.editArchive(row.id, {
                    started_at: change(row.started_at!),
                    completed_at: change(row.completed_at!),
                });
        }

        for (const [what, change] of [
            ['with Z', (time: string) => `${time}Z`],
            ['with +00:00', (time: string) => `${time}+00:00`],
            ['with a blank in the middle', (time: string) => time.replace('T', ' ')],
        ] as const)
            it(`without a zone, and then ${what}, are the same prints`, async () => {
                await open();
                for (const minute of [1, 2, 3]) print(minute);
                await flow.poll();
                const before = fixture.inStock;
                writing(change);
                print(20);
                await flow.poll();
                assert.equal((await flow.backfill()).created, 0);
                assert.deepEqual(fixture.inStock, [...before, 'bambuddy-4 x1']);
                for (const { startedAt, completedAt } of prints) {
                    assert.match(startedAt!, /^2026-11-20T08:\d\d:\d\d(\.\d+)?Z$/);
                    assert.match(completedAt!, /Z$/);
                }
            });
    });

    describe('costs', () => {
        it('and energy of a print are its run’s, though the log leaves them out', async () => {
            await open();
            const archive = print(1);
            const { runId } = fixture.bambuddy.print({ archive, startedAt: at(10), seconds: 60 });
            fixture.bambuddy.editRun(1, { cost: 1.5, energy_cost: 0.25 });
            fixture.bambuddy.editRun(runId!, { cost: 2.5, energy_cost: 0.75 });
            await flow.poll();
            assert.deepEqual(
                prints.map(({ cost, energyCost }) => [cost, energyCost]),
                [
                    [1.5, 0.25],
                    [2.5, 0.75],
                ],
            );
            assert.ok(fixture.bambuddy.count('GET', /archives\/1\/runs$/) >= 1);
        });
    });

    describe('servers without a print log', () => {
        const walk = { printLog: false };

        it('have a print that began a day before the newest seen, and ended after it', async () => {
            await open(walk, { startWith: 'now' });
            const { archiveId } = fixture.bambuddy.start({ startedAt: at(-24 * 60) });
            print(1);
            await flow.poll();
            print(30);
            await flow.poll();
            fixture.bambuddy.finish(archiveId, { completedAt: at(60) });
            await flow.poll();
            assert.deepEqual(flow.sent, ['bambuddy-3', `bambuddy-${archiveId}`]);
        });

        it('have reprints: the same archive with another start', async () => {
            await open(walk);
            const archive = print(1);
            await flow.poll();
            print(60, { archive });
            await flow.poll();
            await flow.poll();
            assert.equal(flow.sent.length, 2);
            assert.match(flow.sent[1]!, new RegExp(`^bambuddy-${archive}-\\d+$`));
        });

        it('have an idle poll of two requests, whatever the history before the last week', async () => {
            await open(walk, { startWith: 'now', pageSize: 50 });
            for (let i = 0; i < 500; i++) print(-60 * 24 * 30 - i);
            for (let i = 0; i < 20; i++) print(i);
            await flow.poll();
            await flow.poll();
            assert.deepEqual(await asked(), ['GET /api/v1/print-log/', 'GET /api/v1/archives/']);
        });

        it('take an ended archive at the first look after its event', async () => {
            await open(walk, { startWith: 'now' });
            await flow.poll();
            const archive = print(60);
            flow.source.heard(archive, 'completed');
            await until('the print', () => flow.sent.length === 1);
            await flow.idle();
            assert.deepEqual(fixture.inStock, [`bambuddy-${archive} x1`]);
        });
    });

    describe('answers of something else than Bambuddy', () => {
        for (const [what, body] of [
            ['an object without its list', '{"results": []}'],
            ['an object in place of the list', '{"items": {"0": {}}, "total": 1}'],
            ['a list in place of the object', '[]'],
            ['null', 'null'],
            ['nothing', ''],
        ] as const)
            it(`${what}: somebody else's; said in words, and the look goes on when Bambuddy itself answers`, async () => {
                await open();
                print(1);
                await flow.poll();
                print(20);
                await waitsFor('/print-log/', body);
                assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-2']);
                assert.equal(flow.source.status().lastError, null);
            });

        it('rows that are none: said in words, and the next look works', async () => {
            await open();
            print(1);
            await flow.poll();
            print(20);
            fixture.bambuddy.interfere = ({ url }) =>
                url.includes('/print-log/') ? answerOf('{"items": [1, null], "total": 2}') : undefined;
            await assert.rejects(flow.poll(), /Bambuddy answered GET \/print-log\/ in an unexpected form/);
            assert.match(flow.source.status().lastError!, /unexpected form/);
            fixture.bambuddy.interfere = undefined;
            await flow.poll();
            assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-2']);
            assert.equal(flow.source.status().lastError, null);
        });

        it('an archive list that is an object, on a server without a print log: just so', async () => {
            await open({ printLog: false });
            print(1);
            await waitsFor('/archives/?', '{"items": []}');
            assert.deepEqual(flow.sent, ['bambuddy-1']);
        });

        const answerOf = (body: string): Fault => ({
            at: 'before',
            kind: 200,
            body,
            headers: { 'content-type': 'application/json' },
        });

        /** A look meets such an answer, waits, and ends when that is over. */
        async function waitsFor(path: string, body: string): Promise<void> {
            const breaker = fixture.sync.bambuddyBreaker!;
            const reported = new Promise<string | null>((resolve) => breaker.watch((state) => resolve(state.error)));
            fixture.bambuddy.interfere = ({ url }) => (url.includes(path) ? answerOf(body) : undefined);
            const look = flow.poll();
            assert.match((await reported) ?? '', /not as Bambuddy does/);
            fixture.bambuddy.interfere = undefined;
            await look;
        }
    });
});
