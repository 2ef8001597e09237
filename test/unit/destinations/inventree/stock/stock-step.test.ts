import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RejectedError } from '../../../../../lib/http/errors';
import { markOf } from '../../../../../lib/print/stock-marker';
import { printOf } from '../../../../../lib/print/print';
import type { StepEvent } from '../../../../../lib/delivery/delivery';
import { FORCE, once, Fixture } from '../../../fixture';

const POST_STOCK = /^\/api\/stock\/$/;

/** All that lies in a folder, but for who has it. */
async function textOf(folder: string): Promise<string> {
    const names = (await readdir(folder)).filter(
        (name) => name.startsWith('store.json') && !/(lock|owner)$/.test(name),
    );
    return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}

for (const apiVersion of [388, 479]) {
    describe(`the StockItem of a print (API ${apiVersion})`, () => {
        let fixture: Fixture;
        beforeEach(async () => void (fixture = await Fixture.open({ apiVersion })));
        afterEach(async () => {
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });

        it('is created with its batch, mark, place and link', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            const stock = (await fixture.stock(print, part.pk, { quantity: 3, status: 50 }))!;
            assert.deepEqual(stock, {
                pk: stock.pk,
                batch: `bambuddy-${print.archiveId}`,
                quantity: 3,
                location: fixture.location,
                url: `${fixture.inventree.url}/web/stock/item/${stock.pk}/`,
                created: true,
            });
            const row = fixture.inventree.state.stock.get(stock.pk)!;
            assert.equal(row.status, 50);
            assert.equal(row.link, print.url);
            assert.ok(row.notes!.startsWith(markOf(print)));
            assert.equal(fixture.ledger.print(print.batch)?.stockPk, stock.pk);
        });

        it('is there once, however often the message comes', async () => {
            const print = await fixture.printed();
            const { part, stock } = await fixture.stored(print);
            for (const pass of [undefined, FORCE]) {
                const again = (await fixture.stock(print, part.pk, {}, pass))!;
                assert.equal(again.created, false);
                assert.equal(again.pk, stock.pk);
            }
            await fixture.restart();
            assert.equal((await fixture.stock(print, part.pk))!.pk, stock.pk);
            assert.deepEqual(fixture.inStock, [`${print.batch} x1`]);
        });

        it('is there once although two copies of the message come at the same time: the first takes the batch', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            const other = fixture.inventree.addPart({ name: 'Other' });
            const [first, second] = await Promise.all([fixture.stock(print, part.pk), fixture.stock(print, other.pk)]);
            assert.equal(first!.created, true);
            assert.equal(second!.created, false);
            assert.equal(second!.pk, first!.pk);
            assert.equal(fixture.inventree.state.stock.size, 1);
            assert.match(fixture.warnings.join(), new RegExp(`Part #${part.pk}.*Part #${other.pk}`));
        });

        for (const kind of ['reset', 'cut', 500, 502, 503, 429] as const) {
            it(`a lost answer to POST stock makes no second item (${kind})`, async () => {
                const print = await fixture.printed();
                const part = await fixture.part(print);
                fixture.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind });
                const stock = (await fixture.stock(print, part.pk))!;
                assert.deepEqual(fixture.inStock, [`${print.batch} x1`]);
                assert.equal(fixture.ledger.print(print.batch)?.stockPk, stock.pk);
                assert.equal(fixture.inventree.count('POST', POST_STOCK), 1);
            });

            it(`a POST stock that never came through is ${apiVersion < 450 ? 'a person’s to judge' : 'sent again'} (${kind})`, async () => {
                const print = await fixture.printed();
                const part = await fixture.part(print);
                fixture.inventree.interfere = once('POST', POST_STOCK, { at: 'before', kind });
                if (apiVersion < 450) {
                    // no history tells whether it was made, sold out and deleted meanwhile
                    await assert.rejects(fixture.stock(print, part.pk), (error: Error) => {
                        assert.ok(error instanceof RejectedError);
                        assert.match(error.message, new RegExp(`history of Part #${part.pk}`));
                        return true;
                    });
                    assert.equal(fixture.inventree.count('POST', POST_STOCK), 1);
                    assert.deepEqual(fixture.inStock, []);
                }
                // at the second time by `retry`: whoever does that has looked
                assert.equal((await fixture.stock(print, part.pk))!.created, true);
                assert.deepEqual(fixture.inStock, [`${print.batch} x1`]);
            });
        }

        it('an answer lost and the process ended: the item is found by its mark', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            fixture.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind: 'reset' });
            const closing = new AbortController();
            fixture.clock.sleep = () => {
                closing.abort();
                return new Promise(() => undefined);
            };
            Object.assign(fixture, { signal: closing.signal });
            await assert.rejects(fixture.stock(print, part.pk), { code: 'CLOSED' });
            assert.ok(fixture.ledger.print(print.batch)?.intent !== undefined);
            Object.assign(fixture, { signal: new AbortController().signal });
            await fixture.restart();
            assert.equal((await fixture.stock(print, part.pk))!.created, false);
            assert.deepEqual(fixture.inStock, [`${print.batch} x1`]);
        });

        it('with the store lost nothing is made twice', async () => {
            const archive = fixture.bambuddy.print({ startedAt: '2026-11-01T08:00:00Z' }).archiveId;
            const { runId } = fixture.bambuddy.print({ archive, startedAt: '2026-11-02T08:00:00Z' });
            const [first] = (await fixture.intake().reader.runs(archive, fixture.signal)).reverse();
            const runs = [first!.runId!, runId!];
            for (const run of runs) await fixture.stored(await fixture.accepted(archive, run));
            assert.deepEqual(fixture.inStock, [`bambuddy-${archive} x1`, `bambuddy-${archive}-${runId} x1`]);
            await fixture.forget();
            for (const run of runs) {
                const { stock } = await fixture.stored(await fixture.accepted(archive, run));
                assert.equal(stock.created, false);
            }
            assert.equal(fixture.inventree.state.stock.size, 2);
            assert.equal(fixture.inventree.state.parts.size, 1);
        });

        it('with the store lost, the look at InvenTree before the first print knows every run’s item', async () => {
            const archive = fixture.bambuddy.print({ startedAt: '2026-11-01T08:00:00Z' }).archiveId;
            const first = await fixture.accepted(archive);
            const one = (await fixture.stored(first)).stock;
            const { runId } = fixture.bambuddy.print({ archive, startedAt: '2026-11-02T08:00:00Z' });
            const two = (await fixture.stored(await fixture.accepted(archive, runId!))).stock;
            await fixture.forget();
            await fixture.scan();
            assert.equal(fixture.ledger.printOfRun('bambuddy', archive, first.startedAt)?.stockPk, one.pk);
            assert.equal(fixture.ledger.printOfRun('bambuddy', archive, '2026-11-02T08:00:00Z')?.stockPk, two.pk);
            const runs = await fixture.intake().reader.runs(archive, fixture.signal);
            for (const run of runs) {
                const classification = await fixture
                    .intake()
                    .classifier.classify({ archiveId: archive, run, archive: null }, fixture.signal);
                assert.equal(classification.kind, 'known');
            }
        });

        it('sold out and deleted by InvenTree does not come back while the store lives', async () => {
            const print = await fixture.printed();
            const { part, stock } = await fixture.stored(print);
            fixture.inventree.person.sellOut(stock.pk);
            assert.equal(fixture.inventree.state.stock.size, 0);
            for (const pass of [undefined, FORCE])
                assert.equal((await fixture.stock(print, part.pk, {}, pass))!.created, false);
            assert.equal(fixture.inventree.state.stock.size, 0);
        });

        it('where it is kept when depleted, says so to InvenTree', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            const stock = (await fixture.stock(print, part.pk, { deleteOnDeplete: false }))!;
            assert.equal(fixture.inventree.state.stock.get(stock.pk)!.delete_on_deplete, false);
        });

        it('of an unknown or structural location is refused with the setting’s name, and the next print goes on', async () => {
            const structural = fixture.inventree.addLocation({ name: 'House', structural: true });
            const print = await fixture.printed();
            const part = await fixture.part(print);
            for (const location of [999, structural.pk]) {
                await assert.rejects(
                    fixture.stock(print, part.pk, { location }),
                    (error) => error instanceof RejectedError && error.setting === 'location',
                );
            }
            assert.equal(fixture.inventree.state.stock.size, 0);
            assert.equal((await fixture.stored(await fixture.printed({ filename: 'b.3mf' }))).stock.created, true);
            assert.equal((await fixture.stock(print, part.pk))!.created, true);
        });

        it('of a Part that was deleted meanwhile goes to the one made anew', async () => {
            const print = await fixture.printed({ filename: 'Bin.3mf' });
            const { part } = await fixture.stored(print);
            fixture.inventree.person.deletePart(part.pk);
            const next = await fixture.printed({ filename: 'Bin.3mf' });
            const { stock } = await fixture.stored(next);
            const item = fixture.inventree.state.stock.get(stock.pk)!;
            assert.notEqual(item.part, part.pk);
            assert.equal(fixture.inventree.state.parts.size, 1);
            assert.equal(fixture.ledger.part(print.identity)?.pk, item.part);
            assert.equal(fixture.ledger.print(next.batch)?.partPk, item.part);
        });

        it('in a pass that makes Parts only is not made', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print, {}, { force: false, mode: 'parts' });
            assert.equal(await fixture.stock(print, part.pk, {}, { force: false, mode: 'parts' }), null);
            assert.equal(fixture.inventree.state.stock.size, 0);
        });

        it('of another source is made once as well, though nobody accepted the print', async () => {
            const print = printOf({ source: 'octoprint', batch: 'octo-7', identity: 'name:Hook', name: 'Hook' });
            const part = await fixture.part(print);
            fixture.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind: 'reset' });
            await fixture.stock(print, part.pk);
            assert.equal((await fixture.stock(print, part.pk))!.created, false);
            assert.equal(fixture.ledger.print('octo-7')?.state, 'done');
            await fixture.forget();
            await fixture.stock(print, part.pk);
            assert.deepEqual(fixture.inStock, ['octo-7 x1']);
        });
    });
}

describe('the StockItem of a print', () => {
    it('a POST that hangs until its time is up makes no second item', async () => {
        const fixture = await Fixture.open({ timeout: 0.4 });
        const print = await fixture.printed();
        const part = await fixture.part(print);
        fixture.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind: 'hang' });
        await fixture.stock(print, part.pk);
        assert.deepEqual(fixture.inStock, [`${print.batch} x1`]);
        await fixture.close();
    });

    it('a crash right after the POST makes neither a second item nor a second Part', async () => {
        const fixture = await Fixture.open();
        const print = await fixture.printed();
        /** The store as a crash just now would leave it. */
        const crashed = { '/api/part/': '', '/api/stock/': '' };
        fixture.inventree.interfere = ({ method, url }) => {
            const path = new URL(url, 'http://any').pathname;
            if (method === 'POST' && path in crashed) {
                const copy = `${fixture.folder}${path.replaceAll('/', '-')}`;
                cpSync(fixture.folder, copy, { recursive: true });
                crashed[path as keyof typeof crashed] = copy;
            }
            return undefined;
        };
        const part = await fixture.part(print);
        const stock = (await fixture.stock(print, part.pk))!;
        for (const [path, copy] of Object.entries(crashed)) {
            // that the item was sent is on the disk by then: without that note none was
            assert.equal((await textOf(copy)).includes('"intent"'), path === '/api/stock/');
            await fixture.restart(copy);
            const again = await fixture.part(print);
            assert.deepEqual([again.pk, again.created], [part.pk, false]);
            const item = (await fixture.stock(print, again.pk))!;
            assert.deepEqual([item.pk, item.created], [stock.pk, false]);
        }
        assert.deepEqual([fixture.inventree.state.parts.size, fixture.inventree.state.stock.size], [1, 1]);
        await fixture.close();
    });

    for (const [kind, body, waits] of [
        ['reset', undefined, true],
        [504, undefined, true],
        [500, '{"error":"x","error_class":"x","detail":"x","path":"/api/stock/","status_code":500}', false],
    ] as const)
        it(`after ${kind} it is ${waits ? 'looked for, and sent again after 90 s' : 'sent again soon: the server said it made nothing'}`, async () => {
            const fixture = await Fixture.open();
            const print = await fixture.printed();
            const part = await fixture.part(print);
            const began = fixture.clock.now();
            fixture.inventree.interfere = once('POST', POST_STOCK, { at: 'before', kind, ...(body && { body }) });
            assert.equal((await fixture.stock(print, part.pk))!.created, true);
            assert.equal(fixture.clock.now() - began >= 80_000, waits);
            await fixture.close();
        });

    it('the intent is known before the POST is sent', async () => {
        const fixture = await Fixture.open();
        const print = await fixture.printed();
        const part = await fixture.part(print);
        let intent: string | undefined;
        fixture.inventree.interfere = (request) => {
            if (request.method === 'POST') intent = fixture.ledger.print(print.batch)?.intent;
            return undefined;
        };
        await fixture.stock(print, part.pk);
        assert.ok(intent !== undefined);
        assert.equal(fixture.ledger.print(print.batch)?.intent, undefined);
        await fixture.close();
    });

    it('a Part deleted while InvenTree was away is made anew, though another print waits for that Part', async () => {
        const fixture = await Fixture.open();
        const [print, other] = [
            await fixture.printed({ filename: 'A.3mf' }),
            await fixture.printed({ filename: 'A.3mf' }),
        ];
        const part = await fixture.part(print);
        fixture.inventree.person.deletePart(part.pk);
        fixture.inventree.interfere = once('POST', POST_STOCK, { at: 'before', kind: 'reset' }, 2);
        let another: Promise<unknown> = Promise.resolve();
        fixture.sync.destination.breaker.watch(({ downSince }) => {
            if (downSince !== null) another = fixture.part(other, {}, FORCE);
        });
        const stock = (await fixture.stock(print, part.pk))!;
        await another;
        const made = [...fixture.inventree.state.parts.values()];
        assert.equal(made.length, 1);
        assert.equal(fixture.inventree.state.stock.get(stock.pk)!.part, made[0]!.pk);
        await fixture.close();
    });

    it('items of one Part are made one after the other, of several at the same time', async () => {
        const fixture = await Fixture.open({ writes: 4, locking: 'postgresql' });
        const prints = await Promise.all(
            ['A', 'A', 'B', 'B'].map((name) => fixture.printed({ filename: `${name}.3mf` })),
        );
        const parts = await Promise.all(prints.map((print) => fixture.part(print)));
        const underWay: number[] = [];
        let most = 0;
        const write = fixture.sync.destination.client.write.bind(fixture.sync.destination.client);
        fixture.sync.destination.client.write = async (method, path, body, signal) => {
            const { part } = body as { part: number };
            assert.ok(!underWay.includes(part), `two of Part ${part} at the same time`);
            most = Math.max(most, underWay.push(part));
            await new Promise((resolve) => setTimeout(resolve, 10));
            return write(method, path, body, signal).finally(() => void underWay.splice(underWay.indexOf(part), 1));
        };
        await Promise.all(prints.map((print, n) => fixture.stock(print, parts[n]!.pk)));
        assert.equal(fixture.inventree.state.stock.size, 4);
        assert.equal(most, 2);
        await fixture.close();
    });

    it('an error of the look-up is never taken for "not found"', async () => {
        const fixture = await Fixture.open();
        const print = await fixture.printed();
        const { part } = await fixture.stored(print);
        await fixture.forget();
        const again = await fixture.accepted(print.archiveId!);
        fixture.inventree.interfere = once('GET', /^\/api\/stock\/$/, { at: 'before', kind: 500 }, 3);
        assert.equal((await fixture.stock(again, part.pk))!.created, false);
        assert.equal(fixture.inventree.state.stock.size, 1);
        await fixture.close();
    });

    it('is done when every node that was to answer has', async () => {
        const fixture = await Fixture.open();
        const print = await fixture.printed();
        const part = await fixture.part(print);
        assert.equal(fixture.ledger.print(print.batch)?.state, 'part');
        await fixture.stock(print, part.pk);
        assert.equal(fixture.ledger.print(print.batch)?.state, 'stock');
        assert.deepEqual(fixture.ledger.print(print.batch)?.want, ['image', 'link']);
        await fixture.sync.delivery.answer(print, 'image', { image: 'done' });
        await fixture.sync.delivery.answer(print, 'link', { link: 'kept' });
        const record = fixture.ledger.print(print.batch)!;
        assert.equal(record.state, 'done');
        assert.equal(record.print, undefined);
        assert.equal(record.want, undefined);
        await fixture.close();
    });

    it('a parked print keeps what is needed to try again, with the server’s words', async () => {
        const fixture = await Fixture.open();
        const print = await fixture.printed();
        await fixture.sync.delivery.park(print, 'stock', 'location: no');
        const record = fixture.ledger.print(print.batch)!;
        assert.equal(record.state, 'parked');
        assert.equal(record.reason, 'location: no');
        assert.equal(printOf(record.print).batch, print.batch);
        await fixture.restart();
        assert.equal(fixture.ledger.print(print.batch)?.state, 'parked');
        await fixture.close();
    });

    it('a print that is in stock is not parked by what fails beside it', async () => {
        const fixture = await Fixture.open();
        const print = await fixture.printed();
        await fixture.stored(print);
        await fixture.sync.delivery.park(print, 'part', 'late');
        assert.equal(fixture.ledger.print(print.batch)?.state, 'stock');
        await fixture.sync.delivery.failBeside(print, 'image');
        assert.equal(fixture.ledger.print(print.batch)?.image, 'failed');
        await fixture.close();
    });

    it('tells who listens that it was created, once', async () => {
        const fixture = await Fixture.open();
        const events: StepEvent[] = [];
        const stop = fixture.sync.delivery.onStep((event) => void events.push(event));
        const print = await fixture.printed();
        const part = await fixture.part(print);
        await fixture.stock(print, part.pk);
        await fixture.stock(print, part.pk);
        stop();
        await fixture.stock(print, part.pk);
        const created = events.filter((event) => event.kind === 'answered' && event.step === 'stock');
        assert.deepEqual(
            created.map((event) => event.kind === 'answered' && event.created),
            [true, false],
        );
        await fixture.close();
    });
});
