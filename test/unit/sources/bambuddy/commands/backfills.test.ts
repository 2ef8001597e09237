import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClosedError } from '../../../../../lib/http/errors';
import type { BackfillReport } from '../../../../../lib/sources/bambuddy/commands/backfill';
import type { SourceSettings } from '../../../../../lib/sources/bambuddy/source';
import { Flow, pause, until } from '../../../flow';
import { FILTER, Fixture, type FixtureOptions } from '../../../fixture';

const at = (hour: number): string => new Date(Date.parse('2026-11-10T00:00:00Z') + hour * 3600_000).toISOString();

describe('going through the history', () => {
    let fixture: Fixture;
    let flow: Flow;

    async function open(options: FixtureOptions = {}, settings: Partial<SourceSettings> = {}): Promise<void> {
        fixture = await Fixture.open(options);
        flow = new Flow(fixture, settings);
    }

    afterEach(async () => {
        await flow.source.close();
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    function prints(count: number, first = 0): void {
        for (let i = first; i < first + count; i++)
            fixture.bambuddy.print({ name: `Print ${i}`, startedAt: at(i * 2) });
    }

    /** Archives from before there was a print log. */
    const unlogged = (hour: number, options: { name?: string } = {}): number =>
        fixture.bambuddy.addArchive({
            status: 'completed',
            startedAt: at(hour),
            completedAt: at(hour + 1),
            ...options,
        });

    /** As after the end of the process; what the nodes had in hand is lost with it. */
    async function restart(settings: Partial<SourceSettings> = {}): Promise<void> {
        await flow.source.close();
        await fixture.restart();
        flow = new Flow(fixture, settings);
    }

    const inStock = (items: number): Promise<void> =>
        until(`${items} items`, () => fixture.inventree.state.stock.size === items);

    /** No code twice. */
    function nothingTwice(): void {
        const codes = fixture.inStock.map((line) => line.split(' ')[0]);
        assert.equal(new Set(codes).size, codes.length, codes.join());
    }

    describe('in order', () => {
        it('takes the runs first, then the archives without runs, each oldest first', async () => {
            await open();
            const old = [unlogged(30), unlogged(5), unlogged(17)];
            prints(7);
            fixture.bambuddy.print({ archive: 5, startedAt: at(40) });
            await flow.backfill();
            const runs = fixture.bambuddy.state.runs.size;
            assert.deepEqual(flow.sent.slice(0, 3), ['bambuddy-4', 'bambuddy-5', 'bambuddy-6']);
            assert.match(flow.sent[runs - 1]!, /^bambuddy-5-\d+$/);
            assert.deepEqual(
                flow.sent.slice(runs),
                [old[1], old[2], old[0]].map((archive) => `bambuddy-${archive}`),
            );
        });

        it('sends nothing that is not on the disk yet', async () => {
            await open();
            prints(9);
            const { handle } = flow;
            let known = 0;
            flow.handle = async (print, pass) => {
                const journal = readFileSync(join(fixture.folder, 'store.json.journal.1'), 'utf8');
                if (journal.includes(`"${print.batch}"`)) known++;
                await handle(print, pass);
            };
            await flow.backfill();
            assert.deepEqual([flow.sent.length, known], [9, 9]);
        });

        it('on a server without a print log takes every archive that ended', async () => {
            await open({ printLog: false });
            prints(7);
            fixture.bambuddy.start({ name: 'Still printing' });
            fixture.bambuddy.addArchive({ name: 'Only uploaded' });
            const report = await flow.backfill();
            assert.equal(report.created, 7);
            assert.deepEqual(report.reasons, { 'never printed': 1 });
        });

        it('of archives without runs asks for none a second time', async () => {
            await open();
            for (let n = 0; n < 12; n++) unlogged(n * 3);
            await flow.backfill();
            await restart();
            const asked = (): number => fixture.bambuddy.count('GET', /\/archives\/\d+/);
            const before = asked();
            const inventree = fixture.inventree.requestCount;
            const report = await flow.backfill();
            assert.deepEqual([report.created, report.existing], [0, 12]);
            assert.deepEqual([asked(), fixture.inventree.requestCount], [before, inventree]);
        });

        it('takes all of it though the log is cleared on the way: archives tell of their last print', async () => {
            await open({}, { window: 1 });
            prints(12);
            const { handle } = flow;
            flow.handle = async (print, pass) => {
                if (print.archiveId === 3) fixture.bambuddy.clearLog();
                return handle(print, pass);
            };
            await flow.backfill();
            await flow.backfill();
            assert.equal(fixture.inventree.state.stock.size, 12);
            nothingTwice();
        });

        it('takes all of it though rows are deleted on the way', async () => {
            await open({}, { window: 1 });
            prints(12);
            const { handle } = flow;
            flow.handle = async (print, pass) => {
                if (print.runId === 3) [1, 2, 3].forEach((row) => fixture.bambuddy.deleteRow(row));
                return handle(print, pass);
            };
            await flow.backfill();
            await flow.backfill();
            assert.equal(fixture.inventree.state.stock.size, 12);
            nothingTwice();
        });
    });

    describe('in part', () => {
        it('only the newest so many of runs and archives together', async () => {
            await open();
            const archives = [unlogged(1), unlogged(3)];
            prints(2, 10);
            const report = await flow.backfill({ max: 3 });
            assert.deepEqual(flow.sent, [`bambuddy-${archives[1]}`, 'bambuddy-3', 'bambuddy-4']);
            assert.equal(report.created, 3);
            assert.equal(report.total, 3);
        });

        it('only what ended in between, archives without runs too', async () => {
            await open();
            const [, second] = [unlogged(0), unlogged(10), unlogged(20)];
            prints(3, 2);
            const report = await flow.backfill({ since: at(6.5), until: at(12) });
            // prints end at 5, 7 and 9 o'clock
            assert.deepEqual([...flow.sent].sort(), [`bambuddy-${second}`, 'bambuddy-5', 'bambuddy-6'].sort());
            assert.equal(report.created, 3);
        });

        it('only what was chosen: all runs of an archive, single runs, archives without runs', async () => {
            await open();
            const old = [unlogged(1), unlogged(3)];
            prints(5, 4);
            const again = fixture.bambuddy.print({ archive: 4, startedAt: at(40) });
            fixture.bambuddy.print({ archive: 5, startedAt: at(44) });
            const chosen = [
                { archiveId: 3 },
                { archiveId: 4, startedAt: at(40) },
                { archiveId: 5 },
                { archiveId: old[1]!, startedAt: at(3) },
                // nothing of these is there
                { archiveId: 6, startedAt: at(1) },
                { archiveId: 99 },
            ];
            const report = await flow.backfill({ prints: chosen });
            assert.deepEqual([report.created, report.done, report.total], [5, 5, 5]);
            const runs = [...fixture.ledger.prints()].map(({ archiveId, startedAt }) => `${archiveId} ${startedAt}`);
            const zulu = (hour: number): string => at(hour).replace('.000Z', 'Z');
            assert.deepEqual(
                runs.sort(),
                [`2 ${zulu(3)}`, `3 ${zulu(8)}`, `4 ${zulu(40)}`, `5 ${zulu(12)}`, `5 ${zulu(44)}`].sort(),
            );
            assert.notEqual(again.runId, null);
        });

        it('only what is not older than what was chosen is read', async () => {
            await open({}, { pageSize: 5 });
            prints(60);
            const pages = async (work: () => Promise<BackfillReport>): Promise<number> => {
                const before = fixture.bambuddy.count('GET', /\/print-log\//);
                await work();
                return fixture.bambuddy.count('GET', /\/print-log\//) - before;
            };
            const whole = await pages(() => flow.backfill({ mode: 'preview' }));
            const one = await pages(() => flow.backfill({ prints: [{ archiveId: 60, startedAt: at(118) }] }));
            assert.equal(fixture.inventree.state.stock.size, 1);
            assert.ok(2 * one < whole, `${one} pages of ${whole}`);
        });

        it('only what the filters take, and it says why not the others', async () => {
            await open();
            const left = fixture.bambuddy.addPrinter({ name: 'P1S left' });
            const right = fixture.bambuddy.addPrinter({ name: 'P1S right' });
            const project = fixture.bambuddy.addProject({ name: 'Shop' });
            for (const [n, printer, inProject, tags] of [
                [0, left.id, true, 'sale'],
                [1, right.id, true, 'sale'],
                [2, left.id, false, 'sale'],
                [3, left.id, true, 'gift'],
                [4, left.id, true, 'gift, Sale'],
            ] as const) {
                const { archiveId } = fixture.bambuddy.print({ name: `Print ${n}`, startedAt: at(n), printer });
                fixture.bambuddy.editArchive(archiveId, { tags, project_id: inProject ? project.id : null });
            }
            flow = new Flow(fixture, {
                filter: { successOnly: true, printers: ['p1s LEFT'], projects: ['shop'], tags: ['sale'] },
            });
            const preview = await flow.backfill({ mode: 'preview' });
            const report = await flow.backfill();
            assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-5']);
            assert.deepEqual(report.reasons, { 'other printer': 1, 'other project': 1, 'other tags': 1 });
            assert.deepEqual(preview.reasons, report.reasons);
            assert.equal(preview.created, report.created);
        });

        it('failed prints too, where they are wanted, under codes of their own', async () => {
            await open({}, { filter: { ...FILTER, successOnly: false } });
            fixture.bambuddy.print({ startedAt: at(1), status: 'failed' });
            fixture.bambuddy.print({ startedAt: at(3) });
            await flow.backfill();
            assert.deepEqual(flow.sent, ['bambuddy-1-1', 'bambuddy-2']);
        });
    });

    describe('interrupted', () => {
        /** A backfill of which the nodes finish so many, and then the process ends. */
        async function interruptedAfter(
            finished: number,
            options: Parameters<Flow['backfill']>[0] = {},
            settings: Partial<SourceSettings> = {},
        ): Promise<void> {
            await open({}, { window: 2, ...settings });
            prints(12);
            const { handle } = flow;
            let n = 0;
            flow.handle = (print, pass) => (n++ < finished ? handle(print, pass) : new Promise(() => undefined));
            const backfill = flow.backfill(options);
            const ended = assert.rejects(backfill, ClosedError);
            await until('the middle', () => n === finished + 2);
            await restart(settings);
            await ended;
        }

        it('goes on by itself at the next start and ends; nothing is made twice', async () => {
            await interruptedAfter(5);
            assert.ok(fixture.inventree.state.stock.size < 12);
            flow.source.start();
            await inStock(12);
            await until('its end', () => flow.progress.at(-1)?.phase === 'done');
            nothingTwice();
            const last = flow.progress.at(-1)!;
            assert.equal(last.done, 12);
            assert.equal(last.failed, 0);
        });

        it('and once it has ended, no later start begins it again', async () => {
            await interruptedAfter(3);
            flow.source.start();
            await until('its end', () => flow.progress.at(-1)?.phase === 'done');
            await flow.idle();
            await restart();
            prints(1, 50);
            flow.source.start();
            await pause(150);
            assert.deepEqual(flow.progress, []);
            assert.equal(fixture.inventree.state.stock.size, 12);
        });

        it('a second time goes on the second time', async () => {
            await interruptedAfter(3);
            const { handle } = flow;
            let n = 0;
            flow.handle = (print, pass) => (n++ < 4 ? handle(print, pass) : new Promise(() => undefined));
            flow.source.start();
            await until('the middle', () => n >= 6);
            await restart();
            flow.source.start();
            await inStock(12);
            nothingTwice();
        });

        it('goes on with its own limits, in its own mode', async () => {
            await interruptedAfter(2, { mode: 'parts', since: at(10) });
            flow.source.start();
            await until('its end', () => flow.progress.at(-1)?.phase === 'done');
            await flow.idle();
            assert.equal(flow.progress.at(-1)!.mode, 'parts');
            assert.equal(fixture.inventree.state.stock.size, 0);
            // ended since 10 o'clock: the sixth to the twelfth
            assert.equal(fixture.inventree.state.parts.size, 7);
        });

        it('goes on with what was chosen, and takes no other', async () => {
            await open();
            prints(12);
            const chosen = [2, 5, 7, 11].map((archiveId) => ({ archiveId }));
            fixture.inventree.writeMs = 30;
            const going = flow.backfill({ prints: chosen }).catch((error: unknown) => error);
            await inStock(1);
            await restart();
            assert.ok((await going) instanceof ClosedError);
            flow.source.start();
            await inStock(4);
            await until('its end', () => flow.progress.at(-1)?.phase === 'done');
            const archives = [...fixture.ledger.prints()].map(({ archiveId }) => archiveId);
            assert.deepEqual(
                archives.sort((x, y) => x! - y!),
                [2, 5, 7, 11],
            );
        });

        it('with a print in InvenTree whose answer was lost makes no second one', async () => {
            await open({ timeout: 1 }, { window: 1 });
            prints(3);
            let end: () => void = () => undefined;
            const crashed = new Promise<void>((resolve) => (end = resolve));
            fixture.inventree.interfere = ({ method, url }) => {
                if (method !== 'POST' || !url.startsWith('/api/stock/')) return undefined;
                end();
                return { at: 'after', kind: 'hang' };
            };
            const backfill = flow.backfill();
            const ended = assert.rejects(backfill, ClosedError);
            await crashed;
            await until('the item', () => fixture.inventree.state.stock.size === 1);
            fixture.inventree.interfere = undefined;
            await restart();
            await ended;
            flow.source.start();
            await inStock(3);
            await flow.idle();
            nothingTwice();
        });

        it('a preview is over with its process', async () => {
            await open();
            prints(3);
            fixture.bambuddy.latencyMs = 30;
            const ended = assert.rejects(flow.backfill({ mode: 'preview' }), ClosedError);
            await pause(50);
            const closing = restart();
            fixture.bambuddy.latencyMs = 0;
            await closing;
            await ended;
            flow.source.start();
            await pause(100);
            assert.deepEqual(flow.progress, []);
            assert.deepEqual(flow.sent, []);
        });
    });

    describe('held', () => {
        it('by a pause stands, over a restart too, and goes on where it was', async () => {
            await open({}, { window: 1 });
            prints(8);
            const { handle } = flow;
            flow.handle = async (print, pass) => {
                if (print.archiveId === 3) await flow.source.pause();
                return handle(print, pass);
            };
            const ended = assert.rejects(flow.backfill(), ClosedError);
            await inStock(3);
            await pause(50);
            assert.equal(flow.sent.length, 3);
            await restart({ window: 1 });
            await ended;
            flow.source.start();
            await until('the backfill', () => flow.source.status().backfill !== null);
            await pause(100);
            assert.equal(flow.source.status().paused, true);
            assert.equal(fixture.inventree.state.stock.size, 3);
            await flow.source.resume();
            await inStock(8);
            nothingTwice();
            await flow.idle();
            await restart();
            flow.source.start();
            assert.equal(flow.source.status().paused, false);
        });

        it('and stopped, it ends with what it has done so far, and no start begins it again', async () => {
            await open({}, { window: 1 });
            prints(8);
            const { handle } = flow;
            flow.handle = async (print, pass) => {
                if (print.archiveId === 3) flow.source.stop();
                return handle(print, pass);
            };
            const report = await flow.backfill();
            assert.equal(report.phase, 'stopped');
            assert.ok(report.done >= 2 && report.done <= 3, String(report.done));
            await inStock(3);
            await flow.idle();
            await restart();
            flow.source.start();
            await pause(100);
            assert.equal(fixture.inventree.state.stock.size, 3);
            assert.equal((await flow.backfill()).created, 5);
        });

        it('is stopped at once in a pause, and while no slot is free: another may begin', async () => {
            await open({}, { window: 1 });
            prints(4);
            await flow.source.pause();
            const paused = flow.backfill();
            await until('the backfill', () => flow.source.status().backfill !== null);
            await pause(50);
            assert.deepEqual(flow.source.stop(), { stopped: true });
            assert.equal((await paused).phase, 'stopped');
            assert.deepEqual(flow.source.stop(), { stopped: false });
            await flow.source.resume();
            // the one under way is in its node's hands and comes back never
            flow.handle = () => new Promise(() => undefined);
            const stuck = flow.backfill();
            await until('the first', () => flow.sent.length === 1);
            await pause(50);
            flow.source.stop();
            assert.equal((await stuck).phase, 'stopped');
            assert.equal(flow.sent.length, 1);
        });

        it('is overtaken by new prints', async () => {
            await open({}, { window: 1, startWith: 'now' });
            prints(6);
            await flow.poll();
            const { handle } = flow;
            let poll = Promise.resolve();
            let begun = false;
            flow.handle = async (print, pass) => {
                if (!begun) {
                    begun = true;
                    fixture.bambuddy.print({ name: 'Live', startedAt: at(200) });
                    poll = flow.source.poll();
                    // it waits for the slot that this print has
                    await until('the archive', () => fixture.bambuddy.count('GET', /print-log\/$/) > 4);
                    await pause(50);
                }
                return handle(print, pass);
            };
            await flow.backfill();
            await poll;
            assert.equal(flow.sent.indexOf('bambuddy-7'), 1, flow.sent.join());
            assert.equal(flow.sent.length, 7);
        });
    });

    describe('told on the way', () => {
        it('is phase, how far of how many, what became of them, and how long it will take', async () => {
            await open({}, { window: 2 });
            prints(10);
            fixture.bambuddy.print({ name: 'failed', startedAt: at(30), status: 'failed' });
            fixture.inventree.latencyMs = 15;
            const report = await flow.backfill();
            const reported = flow.progress;
            assert.ok(reported.length >= 2);
            reported.reduce((before, next) => {
                assert.ok(next.done >= before.done);
                assert.ok(next.done <= next.total, `${next.done} of ${next.total}`);
                return next;
            });
            const sum = ({ created, existing, skipped, failed }: BackfillReport): number =>
                created + existing + skipped + failed;
            for (const each of reported) {
                assert.equal(each.done, sum(each));
                assert.ok(each.secondsLeft === null || each.secondsLeft >= 0);
            }
            assert.equal(reported[0]!.phase, 'working');
            assert.deepEqual(reported.at(-1), report);
            assert.deepEqual(
                [report.phase, report.done, report.total, report.created, report.skipped, report.secondsLeft],
                ['done', 11, 11, 10, 1, 0],
            );
        });

        it('is in the status while it runs, and not after', async () => {
            await open({}, { window: 1 });
            prints(2);
            const { handle } = flow;
            const seen: (string | undefined)[] = [];
            flow.handle = (print, pass) => {
                seen.push(flow.source.status().backfill?.phase);
                return handle(print, pass);
            };
            await flow.backfill();
            assert.deepEqual(seen, ['working', 'working']);
            assert.equal(flow.source.status().backfill, null);
        });
    });
});
