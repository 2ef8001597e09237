import assert from 'node:assert/strict';
import { RejectedError } from '../../../../../lib/http/errors';
import { markOf } from '../../../../../lib/print/stock-marker';
import type { Print } from '../../../../../lib/print/print';
import type { StockResult, StockSettings } from '../../../../../lib/destinations/inventree/stock/stock-settings';
import type { Build, StockItem } from '../../../../simulators/inventree';
import { Fixture, once } from '../../../fixture';

const CREATE = /^\/api\/build\/\d+\/create-output\/$/;
const COMPLETE = /^\/api\/build\/\d+\/complete\/$/;
const STOCK = /^\/api\/stock\/$/;
const ITEM = /^\/api\/stock\/\d+\/$/;

for (const apiVersion of [388, 479, 530]) {
    describe(`a print becomes the output of a build order (API ${apiVersion})`, () => {
        let fixture: Fixture;
        let print: Print;
        let part: number;
        beforeEach(async () => {
            fixture = await Fixture.open({ apiVersion });
            fixture.inventree.allow('build', 'view');
            fixture.inventree.allow('build', 'add');
            print = await fixture.printed();
            part = (await fixture.part(print)).pk;
        });
        afterEach(async () => {
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });

        const order = (quantity: number, fields: Partial<Build> = {}): Build =>
            fixture.inventree.addBuild({ part, quantity, ...fields });
        const stock = async (settings: Partial<StockSettings> = {}): Promise<StockResult> =>
            (await fixture.stock(print, part, { quantity: 4, buildOrders: true, ...settings }))!;
        const items = (): StockItem[] => [...fixture.inventree.state.stock.values()];
        const outputs = (): StockItem[] => items().filter(({ build }) => build !== null);

        /** Each piece is there once: what the orders have, and what is plain stock. */
        function onlyOnce(build: Build, pieces: number, rest = 0): void {
            const [output, ...more] = outputs();
            assert.deepEqual(more, []);
            assert.equal(output!.is_building, false);
            assert.ok(output!.notes!.startsWith(markOf(print)));
            assert.equal(output!.quantity, pieces);
            assert.equal(build.completed, pieces);
            assert.deepEqual(
                fixture.inStock.sort(),
                [`${print.batch} x${pieces}`, ...(rest === 0 ? [] : [`${print.batch}-r x${rest}`])].sort(),
            );
            const record = fixture.ledger.print(print.batch)!;
            assert.equal(record.stockPk, output!.pk);
            assert.equal(record.quantity, pieces + rest);
        }

        it('with its batch, place, status, notes and link', async () => {
            const build = order(10);
            const made = await stock({ status: 50 });
            onlyOnce(build, 4);
            assert.deepEqual([made.created, made.quantity, made.batch], [true, 4, print.batch]);
            const [output] = outputs();
            assert.deepEqual([output!.location, output!.status, output!.link], [fixture.location, 50, print.url]);
            assert.equal((await stock()).created, false);
            onlyOnce(build, 4);
        });

        it('of the oldest that is in production and has a remainder; outputs that are being built count', async () => {
            order(10, { status: 25 });
            order(10, { status: 10 });
            order(10, { completed: 10 });
            const full = order(3);
            fixture.inventree.addStock({ part, quantity: 3, build: full.pk, is_building: true, batch: 'by hand' });
            const wanted = order(10);
            const later = order(10);
            const made = await stock();
            assert.equal(fixture.ledger.print(print.batch)?.build?.order, wanted.pk);
            assert.equal(fixture.inventree.state.stock.get(made.pk)!.build, wanted.pk);
            assert.deepEqual([wanted.completed, later.completed, full.completed], [4, 0, 0]);
        });

        it('and what the order has no need of is plain stock with the suffix -r', async () => {
            const build = order(3);
            const made = await stock();
            onlyOnce(build, 3, 1);
            assert.equal(made.quantity, 4);
            assert.equal(fixture.ledger.print(print.batch)?.build?.rest, 1);
        });

        it('not where there is no order, or it was not asked for: plain stock', async () => {
            order(10, { part: fixture.inventree.addPart({ name: 'Other' }).pk });
            await stock();
            assert.deepEqual(outputs(), []);
            assert.deepEqual(fixture.inStock, [`${print.batch} x4`]);
            const build = order(10);
            print = await fixture.printed();
            await stock({ buildOrders: false });
            assert.equal(build.completed, 0);
            assert.deepEqual(outputs(), []);
        });

        const CALLS: [name: string, method: string, path: RegExp][] = [
            ['make the output', 'POST', CREATE],
            ['mark it', 'PATCH', ITEM],
            ['complete it', 'POST', COMPLETE],
            ['make the rest', 'POST', STOCK],
        ];
        for (const [name, method, path] of CALLS)
            for (const at of ['before', 'after'] as const)
                for (const kind of ['reset', 'cut', 500, 502, 503, 429] as const) {
                    it(`once, although the request to ${name} failed (${kind}, ${at} it was done)`, async () => {
                        const build = order(3);
                        fixture.inventree.interfere = once(method, path, { at, kind });
                        await stock();
                        onlyOnce(build, 3, 1);
                    });

                    it(`once, although the process ended when the request to ${name} failed (${kind}, ${at})`, async () => {
                        const build = order(3);
                        const closing = new AbortController();
                        fixture.inventree.interfere = once(method, path, { at, kind });
                        const sleep = fixture.clock.sleep.bind(fixture.clock);
                        fixture.clock.sleep = () => {
                            closing.abort();
                            return new Promise(() => undefined);
                        };
                        Object.assign(fixture, { signal: closing.signal });
                        await stock().catch((error: unknown) => {
                            assert.equal((error as { code?: unknown }).code, 'CLOSED');
                        });
                        fixture.clock.sleep = sleep;
                        Object.assign(fixture, { signal: new AbortController().signal });
                        await fixture.restart();
                        await stock();
                        onlyOnce(build, 3, 1);
                    });
                }

        it('parked where InvenTree refuses the output; nothing is made, and a retry takes the next order', async () => {
            const motor = fixture.inventree.addPart({ name: 'Motor', trackable: true });
            const build = order(10, { bom: [motor.pk] });
            await assert.rejects(stock(), (error: Error) => {
                assert.ok(error instanceof RejectedError);
                assert.match(error.message, new RegExp(`${build.reference}.*[Ss]erial numbers`));
                return true;
            });
            assert.deepEqual(items(), []);
            assert.equal(fixture.ledger.print(print.batch)?.build, undefined);
            build.status = 30;
            await stock();
            assert.deepEqual(fixture.inStock, [`${print.batch} x4`]);
        });

        it('parked where allocations are missing: they are never accepted, and a retry completes the same output', async () => {
            const motor = fixture.inventree.addPart({ name: 'Motor' });
            const build = order(10, { bom: [motor.pk] });
            fixture.inventree.interfere = ({ url }) => {
                // somebody switched the Part to tracked between the two calls
                if (COMPLETE.test(url)) fixture.inventree.person.editPart(motor.pk, { trackable: true });
                return undefined;
            };
            await assert.rejects(stock(), /not fully allocated.*then retry/);
            assert.deepEqual(
                outputs().map(({ is_building }) => is_building),
                [true],
            );
            fixture.inventree.interfere = () => undefined;
            fixture.inventree.person.editPart(motor.pk, { trackable: false });
            await fixture.restart();
            await stock();
            onlyOnce(build, 4);
        });

        /** The order gets a tracked Part between the two calls, so that the output is made and cannot be completed. */
        async function isLeftBeingBuilt(build: Build): Promise<void> {
            const motor = fixture.inventree.addPart({ name: 'Motor', trackable: true });
            fixture.inventree.interfere = ({ url }) => {
                if (COMPLETE.test(url)) build.bom = [motor.pk];
                return undefined;
            };
            await assert.rejects(stock(), RejectedError);
        }

        it('a person completed the output meanwhile: it is taken as it is', async () => {
            const build = order(10);
            await isLeftBeingBuilt(build);
            const [output] = outputs();
            fixture.inventree.state.changeStock(output!, { is_building: false });
            build.completed += output!.quantity;
            await stock();
            onlyOnce(build, 4);
        });

        it('a person canceled the output: parked with what to look for; a retry takes the print in anew', async () => {
            const build = order(10);
            await isLeftBeingBuilt(build);
            fixture.inventree.interfere = () => undefined;
            fixture.inventree.state.removeStock(outputs()[0]!);
            build.bom = [];
            await assert.rejects(stock(), new RegExp(`${build.reference} is gone`));
            await stock();
            onlyOnce(build, 4);
        });

        it('the order was closed while the request was lost: parked, and a retry makes plain stock', async () => {
            const build = order(10);
            let lost = false;
            fixture.inventree.interfere = ({ url }) => {
                if (lost || !CREATE.test(url)) return undefined;
                lost = true;
                build.status = 30;
                return { at: 'before', kind: 'reset' };
            };
            await assert.rejects(stock(), new RegExp(`${build.reference} is not in production any more`));
            await stock();
            assert.deepEqual(outputs(), []);
            assert.deepEqual(fixture.inStock, [`${print.batch} x4`]);
        });

        it("beside others' stock under a code that begins alike", async () => {
            await fixture.close();
            fixture = await Fixture.open({ apiVersion, printLog: false });
            for (const action of ['view', 'add'] as const) fixture.inventree.allow('build', action);
            print = await fixture.printed();
            part = (await fixture.part(print)).pk;
            const other = fixture.inventree.addPart({ name: 'Other' });
            fixture.inventree.addStock({ part: other.pk, quantity: 1, batch: `${print.batch}-99` });
            const build = order(10);
            await stock();
            assert.equal(build.completed, 4);
            assert.equal(outputs().length, 1);
        });

        it('two prints at the same time share the remainder', async () => {
            const build = order(6);
            const first = print;
            const second = await fixture.accepted(fixture.bambuddy.print({ name: 'Again' }).archiveId);
            await Promise.all(
                [first, second].map((each) => fixture.stock(each, part, { quantity: 4, buildOrders: true })),
            );
            assert.equal(build.completed, 6);
            assert.equal(
                items().reduce((sum, { quantity }) => sum + quantity, 0),
                8,
            );
        });

        it('after a loss of the ledger, an output that is being built is completed, not made again', async () => {
            const build = order(10);
            await isLeftBeingBuilt(build);
            fixture.inventree.interfere = () => undefined;
            build.bom = [];
            await fixture.forget();
            print = await fixture.accepted(print.archiveId!);
            await stock();
            onlyOnce(build, 4);
        });

        if (apiVersion >= 494) {
            it('waits for the background worker', async () => {
                const build = order(10);
                fixture.inventree.state.workerMs = 20;
                const sleep = fixture.clock.sleep.bind(fixture.clock);
                fixture.clock.sleep = async (ms, signal) => {
                    await new Promise((resolve) => setTimeout(resolve, 15));
                    return sleep(ms, signal);
                };
                await stock();
                onlyOnce(build, 4);
                assert.equal(fixture.inventree.count('POST', COMPLETE), 1);
            });
        }
    });
}
