import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RejectedError } from '../../../../../lib/http/errors';
import { markOf } from '../../../../../lib/print/stock-marker';
import { printOf } from '../../../../../lib/print/print';
import type { StepEvent } from '../../../../../lib/delivery/delivery';
import { FORCE, once, Workshop } from '../../../workshop';

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
        let shop: Workshop;
        beforeEach(async () => void (shop = await Workshop.open({ apiVersion })));
        afterEach(async () => {
            assert.deepEqual(shop.inventree.state.violations, []);
            await shop.close();
        });

        it('is created with its batch, mark, place and link', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            const stock = (await shop.stock(print, part.pk, { quantity: 3, status: 50 }))!;
            assert.deepEqual(stock, {
                pk: stock.pk,
                batch: `bambuddy-${print.archiveId}`,
                quantity: 3,
                location: shop.location,
                url: `${shop.inventree.url}/web/stock/item/${stock.pk}/`,
                created: true,
            });
            const row = shop.inventree.state.stock.get(stock.pk)!;
            assert.equal(row.status, 50);
            assert.equal(row.link, print.url);
            assert.ok(row.notes!.startsWith(markOf(print)));
            assert.equal(shop.ledger.print(print.batch)?.stockPk, stock.pk);
        });

        it('is there once, however often the message comes', async () => {
            const print = await shop.printed();
            const { part, stock } = await shop.stored(print);
            for (const pass of [undefined, FORCE]) {
                const again = (await shop.stock(print, part.pk, {}, pass))!;
                assert.equal(again.created, false);
                assert.equal(again.pk, stock.pk);
            }
            await shop.restart();
            assert.equal((await shop.stock(print, part.pk))!.pk, stock.pk);
            assert.deepEqual(shop.shelf, [`${print.batch} x1`]);
        });

        it('is there once although two copies of the message come at the same time: the first takes the batch', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            const other = shop.inventree.addPart({ name: 'Other' });
            const [first, second] = await Promise.all([shop.stock(print, part.pk), shop.stock(print, other.pk)]);
            assert.equal(first!.created, true);
            assert.equal(second!.created, false);
            assert.equal(second!.pk, first!.pk);
            assert.equal(shop.inventree.state.stock.size, 1);
            assert.match(shop.warnings.join(), new RegExp(`Part #${part.pk}.*Part #${other.pk}`));
        });

        for (const kind of ['reset', 'cut', 500, 502, 503, 429] as const) {
            it(`a lost answer to POST stock makes no second item (${kind})`, async () => {
                const print = await shop.printed();
                const part = await shop.part(print);
                shop.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind });
                const stock = (await shop.stock(print, part.pk))!;
                assert.deepEqual(shop.shelf, [`${print.batch} x1`]);
                assert.equal(shop.ledger.print(print.batch)?.stockPk, stock.pk);
                assert.equal(shop.inventree.count('POST', POST_STOCK), 1);
            });

            it(`a POST stock that never came through is ${apiVersion < 450 ? 'a person’s to judge' : 'sent again'} (${kind})`, async () => {
                const print = await shop.printed();
                const part = await shop.part(print);
                shop.inventree.interfere = once('POST', POST_STOCK, { at: 'before', kind });
                if (apiVersion < 450) {
                    // no history tells whether it was made, sold out and deleted meanwhile
                    await assert.rejects(shop.stock(print, part.pk), (error: Error) => {
                        assert.ok(error instanceof RejectedError);
                        assert.match(error.message, new RegExp(`history of Part #${part.pk}`));
                        return true;
                    });
                    assert.equal(shop.inventree.count('POST', POST_STOCK), 1);
                    assert.deepEqual(shop.shelf, []);
                }
                // at the second time by `retry`: whoever does that has looked
                assert.equal((await shop.stock(print, part.pk))!.created, true);
                assert.deepEqual(shop.shelf, [`${print.batch} x1`]);
            });
        }

        it('an answer lost and the process ended: the item is found by its mark', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            shop.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind: 'reset' });
            const closing = new AbortController();
            shop.clock.sleep = () => {
                closing.abort();
                return new Promise(() => undefined);
            };
            Object.assign(shop, { signal: closing.signal });
            await assert.rejects(shop.stock(print, part.pk), { code: 'CLOSED' });
            assert.ok(shop.ledger.print(print.batch)?.intent !== undefined);
            Object.assign(shop, { signal: new AbortController().signal });
            await shop.restart();
            assert.equal((await shop.stock(print, part.pk))!.created, false);
            assert.deepEqual(shop.shelf, [`${print.batch} x1`]);
        });

        it('with the store lost nothing is made twice', async () => {
            const archive = shop.bambuddy.print({ startedAt: '2026-11-01T08:00:00Z' }).archiveId;
            const { runId } = shop.bambuddy.print({ archive, startedAt: '2026-11-02T08:00:00Z' });
            const [first] = (await shop.intake().reader.runs(archive, shop.signal)).reverse();
            const runs = [first!.runId!, runId!];
            for (const run of runs) await shop.stored(await shop.accepted(archive, run));
            assert.deepEqual(shop.shelf, [`bambuddy-${archive} x1`, `bambuddy-${archive}-${runId} x1`]);
            await shop.forget();
            for (const run of runs) {
                const { stock } = await shop.stored(await shop.accepted(archive, run));
                assert.equal(stock.created, false);
            }
            assert.equal(shop.inventree.state.stock.size, 2);
            assert.equal(shop.inventree.state.parts.size, 1);
        });

        it('with the store lost, the look at InvenTree before the first print knows every run’s item', async () => {
            const archive = shop.bambuddy.print({ startedAt: '2026-11-01T08:00:00Z' }).archiveId;
            const first = await shop.accepted(archive);
            const one = (await shop.stored(first)).stock;
            const { runId } = shop.bambuddy.print({ archive, startedAt: '2026-11-02T08:00:00Z' });
            const two = (await shop.stored(await shop.accepted(archive, runId!))).stock;
            await shop.forget();
            await shop.scan();
            assert.equal(shop.ledger.printOfRun(archive, first.startedAt)?.stockPk, one.pk);
            assert.equal(shop.ledger.printOfRun(archive, '2026-11-02T08:00:00Z')?.stockPk, two.pk);
            const runs = await shop.intake().reader.runs(archive, shop.signal);
            for (const run of runs) {
                const classification = await shop
                    .intake()
                    .classifier.classify({ archiveId: archive, run, archive: null }, shop.signal);
                assert.equal(classification.kind, 'known');
            }
        });

        it('sold out and deleted by InvenTree does not come back while the store lives', async () => {
            const print = await shop.printed();
            const { part, stock } = await shop.stored(print);
            shop.inventree.person.sellOut(stock.pk);
            assert.equal(shop.inventree.state.stock.size, 0);
            for (const pass of [undefined, FORCE])
                assert.equal((await shop.stock(print, part.pk, {}, pass))!.created, false);
            assert.equal(shop.inventree.state.stock.size, 0);
        });

        it('where it is kept when depleted, says so to InvenTree', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            const stock = (await shop.stock(print, part.pk, { deleteOnDeplete: false }))!;
            assert.equal(shop.inventree.state.stock.get(stock.pk)!.delete_on_deplete, false);
        });

        it('of an unknown or structural location is refused with the setting’s name, and the next print goes on', async () => {
            const structural = shop.inventree.addLocation({ name: 'House', structural: true });
            const print = await shop.printed();
            const part = await shop.part(print);
            for (const location of [999, structural.pk]) {
                await assert.rejects(
                    shop.stock(print, part.pk, { location }),
                    (error) => error instanceof RejectedError && error.setting === 'location',
                );
            }
            assert.equal(shop.inventree.state.stock.size, 0);
            assert.equal((await shop.stored(await shop.printed({ filename: 'b.3mf' }))).stock.created, true);
            assert.equal((await shop.stock(print, part.pk))!.created, true);
        });

        it('of a Part that was deleted meanwhile goes to the one made anew', async () => {
            const print = await shop.printed({ filename: 'Bin.3mf' });
            const { part } = await shop.stored(print);
            shop.inventree.person.deletePart(part.pk);
            const next = await shop.printed({ filename: 'Bin.3mf' });
            const { stock } = await shop.stored(next);
            const item = shop.inventree.state.stock.get(stock.pk)!;
            assert.notEqual(item.part, part.pk);
            assert.equal(shop.inventree.state.parts.size, 1);
            assert.equal(shop.ledger.part(print.identity)?.pk, item.part);
            assert.equal(shop.ledger.print(next.batch)?.partPk, item.part);
        });

        it('in a pass that makes Parts only is not made', async () => {
            const print = await shop.printed();
            const part = await shop.part(print, {}, { force: false, mode: 'parts' });
            assert.equal(await shop.stock(print, part.pk, {}, { force: false, mode: 'parts' }), null);
            assert.equal(shop.inventree.state.stock.size, 0);
        });

        it('of another source is made once as well, though nobody accepted the print', async () => {
            const print = printOf({ source: 'octoprint', batch: 'octo-7', identity: 'name:Hook', name: 'Hook' });
            const part = await shop.part(print);
            shop.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind: 'reset' });
            await shop.stock(print, part.pk);
            assert.equal((await shop.stock(print, part.pk))!.created, false);
            assert.equal(shop.ledger.print('octo-7')?.state, 'done');
            await shop.forget();
            await shop.stock(print, part.pk);
            assert.deepEqual(shop.shelf, ['octo-7 x1']);
        });
    });
}

describe('the StockItem of a print', () => {
    it('a POST that hangs until its time is up makes no second item', async () => {
        const shop = await Workshop.open({ timeout: 0.4 });
        const print = await shop.printed();
        const part = await shop.part(print);
        shop.inventree.interfere = once('POST', POST_STOCK, { at: 'after', kind: 'hang' });
        await shop.stock(print, part.pk);
        assert.deepEqual(shop.shelf, [`${print.batch} x1`]);
        await shop.close();
    });

    it('a crash right after the POST makes neither a second item nor a second Part', async () => {
        const shop = await Workshop.open();
        const print = await shop.printed();
        /** The store as a crash just now would leave it. */
        const crashed = { '/api/part/': '', '/api/stock/': '' };
        shop.inventree.interfere = ({ method, url }) => {
            const path = new URL(url, 'http://any').pathname;
            if (method === 'POST' && path in crashed) {
                const copy = `${shop.folder}${path.replaceAll('/', '-')}`;
                cpSync(shop.folder, copy, { recursive: true });
                crashed[path as keyof typeof crashed] = copy;
            }
            return undefined;
        };
        const part = await shop.part(print);
        const stock = (await shop.stock(print, part.pk))!;
        for (const [path, copy] of Object.entries(crashed)) {
            // that the item was sent is on the disk by then: without that note none was
            assert.equal((await textOf(copy)).includes('"intent"'), path === '/api/stock/');
            await shop.restart(copy);
            const again = await shop.part(print);
            assert.deepEqual([again.pk, again.created], [part.pk, false]);
            const item = (await shop.stock(print, again.pk))!;
            assert.deepEqual([item.pk, item.created], [stock.pk, false]);
        }
        assert.deepEqual([shop.inventree.state.parts.size, shop.inventree.state.stock.size], [1, 1]);
        await shop.close();
    });

    for (const [kind, body, waits] of [
        ['reset', undefined, true],
        [504, undefined, true],
        [500, '{"error":"x","error_class":"x","detail":"x","path":"/api/stock/","status_code":500}', false],
    ] as const)
        it(`after ${kind} it is ${waits ? 'looked for, and sent again after 90 s' : 'sent again soon: the server said it made nothing'}`, async () => {
            const shop = await Workshop.open();
            const print = await shop.printed();
            const part = await shop.part(print);
            const began = shop.clock.now();
            shop.inventree.interfere = once('POST', POST_STOCK, { at: 'before', kind, ...(body && { body }) });
            assert.equal((await shop.stock(print, part.pk))!.created, true);
            assert.equal(shop.clock.now() - began >= 80_000, waits);
            await shop.close();
        });

    it('the intent is known before the POST is sent', async () => {
        const shop = await Workshop.open();
        const print = await shop.printed();
        const part = await shop.part(print);
        let intent: string | undefined;
        shop.inventree.interfere = (request) => {
            if (request.method === 'POST') intent = shop.ledger.print(print.batch)?.intent;
            return undefined;
        };
        await shop.stock(print, part.pk);
        assert.ok(intent !== undefined);
        assert.equal(shop.ledger.print(print.batch)?.intent, undefined);
        await shop.close();
    });

    it('a Part deleted while InvenTree was away is made anew, though another print waits for that Part', async () => {
        const shop = await Workshop.open();
        const [print, other] = [await shop.printed({ filename: 'A.3mf' }), await shop.printed({ filename: 'A.3mf' })];
        const part = await shop.part(print);
        shop.inventree.person.deletePart(part.pk);
        shop.inventree.interfere = once('POST', POST_STOCK, { at: 'before', kind: 'reset' }, 2);
        let another: Promise<unknown> = Promise.resolve();
        shop.sync.destination.breaker.watch(({ downSince }) => {
            if (downSince !== null) another = shop.part(other, {}, FORCE);
        });
        const stock = (await shop.stock(print, part.pk))!;
        await another;
        const made = [...shop.inventree.state.parts.values()];
        assert.equal(made.length, 1);
        assert.equal(shop.inventree.state.stock.get(stock.pk)!.part, made[0]!.pk);
        await shop.close();
    });

    it('items of one Part are made one after the other, of several at the same time', async () => {
        const shop = await Workshop.open({ writes: 4, locking: 'postgresql' });
        const prints = await Promise.all(['A', 'A', 'B', 'B'].map((name) => shop.printed({ filename: `${name}.3mf` })));
        const parts = await Promise.all(prints.map((print) => shop.part(print)));
        const underWay: number[] = [];
        let most = 0;
        const write = shop.sync.destination.client.write.bind(shop.sync.destination.client);
        shop.sync.destination.client.write = async (method, path, body, signal) => {
            const { part } = body as { part: number };
            assert.ok(!underWay.includes(part), `two of Part ${part} at the same time`);
            most = Math.max(most, underWay.push(part));
            await new Promise((resolve) => setTimeout(resolve, 10));
            return write(method, path, body, signal).finally(() => void underWay.splice(underWay.indexOf(part), 1));
        };
        await Promise.all(prints.map((print, n) => shop.stock(print, parts[n]!.pk)));
        assert.equal(shop.inventree.state.stock.size, 4);
        assert.equal(most, 2);
        await shop.close();
    });

    it('an error of the look-up is never taken for "not found"', async () => {
        const shop = await Workshop.open();
        const print = await shop.printed();
        const { part } = await shop.stored(print);
        await shop.forget();
        const again = await shop.accepted(print.archiveId!);
        shop.inventree.interfere = once('GET', /^\/api\/stock\/$/, { at: 'before', kind: 500 }, 3);
        assert.equal((await shop.stock(again, part.pk))!.created, false);
        assert.equal(shop.inventree.state.stock.size, 1);
        await shop.close();
    });

    it('is done when every node that was to answer has', async () => {
        const shop = await Workshop.open();
        const print = await shop.printed();
        const part = await shop.part(print);
        assert.equal(shop.ledger.print(print.batch)?.state, 'part');
        await shop.stock(print, part.pk);
        assert.equal(shop.ledger.print(print.batch)?.state, 'stock');
        assert.deepEqual(shop.ledger.print(print.batch)?.want, ['image', 'link']);
        await shop.sync.delivery.answer(print, 'image', { image: 'done' });
        await shop.sync.delivery.answer(print, 'link', { link: 'kept' });
        const record = shop.ledger.print(print.batch)!;
        assert.equal(record.state, 'done');
        assert.equal(record.print, undefined);
        assert.equal(record.want, undefined);
        await shop.close();
    });

    it('a parked print keeps what is needed to try again, with the server’s words', async () => {
        const shop = await Workshop.open();
        const print = await shop.printed();
        await shop.sync.delivery.park(print, 'stock', 'location: no');
        const record = shop.ledger.print(print.batch)!;
        assert.equal(record.state, 'parked');
        assert.equal(record.reason, 'location: no');
        assert.equal(printOf(record.print).batch, print.batch);
        await shop.restart();
        assert.equal(shop.ledger.print(print.batch)?.state, 'parked');
        await shop.close();
    });

    it('a print that is in stock is not parked by what fails beside it', async () => {
        const shop = await Workshop.open();
        const print = await shop.printed();
        await shop.stored(print);
        await shop.sync.delivery.park(print, 'part', 'late');
        assert.equal(shop.ledger.print(print.batch)?.state, 'stock');
        await shop.sync.delivery.failBeside(print, 'image');
        assert.equal(shop.ledger.print(print.batch)?.image, 'failed');
        await shop.close();
    });

    it('tells who listens that it was created, once', async () => {
        const shop = await Workshop.open();
        const events: StepEvent[] = [];
        const stop = shop.sync.delivery.onStep((event) => void events.push(event));
        const print = await shop.printed();
        const part = await shop.part(print);
        await shop.stock(print, part.pk);
        await shop.stock(print, part.pk);
        stop();
        await shop.stock(print, part.pk);
        const created = events.filter((event) => event.kind === 'answered' && event.step === 'stock');
        assert.deepEqual(
            created.map((event) => event.kind === 'answered' && event.created),
            [true, false],
        );
        await shop.close();
    });
});
