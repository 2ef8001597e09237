import assert from 'node:assert/strict';
import { AuthError, RejectedError } from '../../../../../lib/http/errors';
import { SlotsFailed } from '../../../../../lib/destinations/inventree/consume/consume-step';
import type { Print } from '../../../../../lib/print/print';
import type { StockItem } from '../../../../simulators/inventree/types';
import { Fixture, FORCE, once, PASS } from '../../../fixture';
import { BY_TAG, consume, consumed, removals, spoolItem } from './fixture';

const REMOVE = /^\/api\/stock\/remove\/$/;

describe('filament is subtracted from the stock of its spool', () => {
    let fixture: Fixture;
    let item: StockItem;
    beforeEach(async () => {
        fixture = await Fixture.open();
        const spool = fixture.bambuddy.spools.add({ tag_uid: 'A1B2C3D4' });
        fixture.bambuddy.spools.load(spool.id, fixture.bambuddy.addPrinter().id);
        item = spoolItem(fixture, 'A1B2C3D4');
    });
    afterEach(async () => {
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    const printed = (grams = 12.5): Promise<Print> => fixture.printed({ name: 'Bin', printer: 1, usage: [[1, grams]] });
    const left = (): number => fixture.inventree.state.stock.get(item.pk)!.quantity;
    const rejection = async (work: Promise<unknown>): Promise<string> => {
        const error: unknown = await work.then(
            () => assert.fail('it went through'),
            (failed: unknown) => failed,
        );
        assert.ok(error instanceof RejectedError, String(error));
        return error.message;
    };

    it('but not where the build order of the print takes it: the slot names the order', async () => {
        fixture.inventree.allow('build', 'view');
        fixture.inventree.allow('build', 'add');
        const print = await printed();
        const part = await fixture.part(print);
        const order = fixture.inventree.addBuild({ part: part.pk, quantity: 5, bom: [item.part] });
        await fixture.stock(print, part.pk, { buildOrders: true });
        const [slot] = (await consume(fixture, print))!.slots;
        assert.deepEqual([slot!.removed, slot!.leftTo, slot!.stock], [0, order.reference, item.pk]);
        assert.equal(left(), 1000);
        await fixture.restart();
        assert.equal(consumed(fixture, print)!.slots[0]!.leftTo, order.reference);
        assert.equal((await consume(fixture, print))!.subtracted, false);
        assert.equal(left(), 1000);
    });

    it('by what Bambuddy lists for the spool, with run, slot and spool in the history', async () => {
        const print = await printed();
        const result = await consume(fixture, print);
        assert.equal(left(), 987.5);
        assert.deepEqual(result, {
            from: 'usage',
            subtracted: true,
            slots: [
                {
                    slot: 'spool 1',
                    grams: 12.5,
                    material: 'PLA',
                    stock: item.pk,
                    removed: 12.5,
                    unit: 'g',
                    leftTo: null,
                    shortGrams: 0,
                    reason: null,
                },
            ],
        });
        const [, entry] = fixture.inventree.state.tracking.get(item.pk)!;
        const start = print.startedAt!.slice(0, 19).replace('T', ' ');
        assert.equal(
            entry!.notes,
            `Bambuddy archive ${print.archiveId}, printed ${start} UTC, slot spool 1, spool 1 Bambu Lab Orange PLA #FF6A13, 12.5 g`,
        );
    });

    it('once, however often the print comes', async () => {
        const print = await printed();
        await consume(fixture, print);
        await consume(fixture, print, {}, FORCE);
        await fixture.restart();
        await Promise.all([consume(fixture, print), consume(fixture, print)]);
        assert.deepEqual(removals(fixture, item.pk), [12.5]);
    });

    it('once, also after the ledger is lost, and where another Node-RED did it', async () => {
        const print = await printed();
        await consume(fixture, print);
        await fixture.forget();
        const again = await fixture.accepted(print.archiveId!);
        assert.equal((await consume(fixture, again))!.slots[0]!.removed, 12.5);
        assert.deepEqual(removals(fixture, item.pk), [12.5]);
    });

    it('each run of one archive by itself', async () => {
        const print = await printed(10);
        await consume(fixture, print);
        fixture.bambuddy.print({ archive: print.archiveId!, printer: 1, usage: [[1, 20]], startedAt: new Date() });
        const second = await fixture.accepted(print.archiveId!);
        await consume(fixture, second);
        assert.deepEqual(removals(fixture, item.pk), [10, 20]);
    });

    it('what was fixed stays, whatever Bambuddy lists later', async () => {
        const print = await fixture.printed({ name: 'Bin', printer: 1, grams: 30 });
        item = spoolItem(fixture, 'PLA');
        const rule = { spools: { ...BY_TAG, key: '{material}' } };
        fixture.inventree.interfere = once('POST', REMOVE, {
            at: 'before',
            kind: 400,
            body: '{"items":["no"]}',
            headers: { 'content-type': 'application/json' },
        });
        await rejection(consume(fixture, print, rule));
        fixture.bambuddy.spools.use(1, 99, {
            printer: 1,
            name: 'Bin',
            end: new Date(print.completedAt!).toISOString().replace('Z', '000'),
        });
        assert.equal((await consume(fixture, print, rule))!.from, 'run');
        assert.deepEqual(removals(fixture, item.pk), [30]);
    });

    for (const [kind, done] of [
        ['reset', true],
        ['cut', true],
        [500, true],
        [504, true],
        [302, true],
    ] as const)
        it(`an answer that did not come (${kind}): the history says that it was done`, async () => {
            const print = await printed();
            fixture.inventree.interfere = once('POST', REMOVE, { at: done ? 'after' : 'before', kind });
            await consume(fixture, print);
            assert.deepEqual(removals(fixture, item.pk), [12.5]);
            assert.equal(left(), 987.5);
        });

    for (const kind of ['reset', 500, 504] as const)
        it(`an answer that did not come (${kind}): the history says that it was not done, and it is done after the wait`, async () => {
            const print = await printed();
            fixture.inventree.interfere = once('POST', REMOVE, { at: 'before', kind });
            await consume(fixture, print);
            assert.deepEqual(removals(fixture, item.pk), [12.5]);
            if (kind !== 500) assert.ok(fixture.clock.slept.some((ms) => ms > 60_000));
        });

    it('a run whose StockItem is found under another rule by now is asked for where it was sent', async () => {
        const print = await printed();
        const other = spoolItem(fixture, 'OTHER');
        const ended = new AbortController();
        fixture.inventree.interfere = ({ url }) => {
            if (url !== '/api/stock/remove/') return undefined;
            setImmediate(() => ended.abort());
            return { at: 'after', kind: 'hang' };
        };
        await assert.rejects(consume(fixture, print, {}, PASS, ended.signal));
        fixture.inventree.interfere = undefined;
        await fixture.restart();
        await consume(fixture, print, { spools: { ...BY_TAG, key: 'OTHER' } });
        assert.deepEqual([removals(fixture, item.pk), removals(fixture, other.pk)], [[12.5], []]);
    });

    it('never below 0: what is missing is told', async () => {
        fixture.inventree.state.changeStock(fixture.inventree.state.stock.get(item.pk)!, { quantity: 10 });
        const print = await printed();
        const result = await consume(fixture, print);
        assert.deepEqual([left(), removals(fixture, item.pk)], [0, [10]]);
        assert.deepEqual([result!.slots[0]!.removed, result!.slots[0]!.shortGrams], [10, 2.5]);
        assert.match(fixture.warnings.join('\n'), /StockItem #\d+ had 2\.5 g less than the print used/);
        const next = await printed();
        assert.equal((await consume(fixture, next))!.slots[0]!.shortGrams, 12.5);
        assert.deepEqual(removals(fixture, item.pk), [10]);
    });

    for (const [units, quantity, removed] of [
        ['kg', 1, 0.0125],
        ['m', 330, 4.19105],
        ['mm', 330_000, 4191.04524],
    ] as const)
        it(`in the unit of the Part: ${units}`, async () => {
            item = spoolItem(fixture, 'BY-UNIT', quantity, units);
            const print = await printed();
            const result = await consume(fixture, print, { spools: { ...BY_TAG, key: 'BY-UNIT' } });
            assert.deepEqual([result!.slots[0]!.removed, result!.slots[0]!.unit], [removed, units]);
        });

    it('a Part in pieces, or of an unknown density, parks the print with what to do', async () => {
        spoolItem(fixture, 'PIECES', 1, '');
        const print = await printed();
        const why = await rejection(consume(fixture, print, { spools: { ...BY_TAG, key: 'PIECES' } }));
        assert.match(why, /its Part has no unit: set g, kg or m in InvenTree/);
        fixture.bambuddy.spools.add({ id: 2, material: 'Unobtainium', tag_uid: 'X' });
        spoolItem(fixture, 'X', 100, 'm');
        const odd = await fixture.printed({ name: 'Odd', printer: 1, usage: [[2, 1]] });
        assert.match(await rejection(consume(fixture, odd)), /the density of Unobtainium is not known/);
        assert.ok((await consume(fixture, odd, { density: 1.3 })) !== null);
    });

    it('a spool that would be deleted when it is empty is not touched', async () => {
        const deleted = spoolItem(fixture, 'DELETED', 100, 'g', { delete_on_deplete: true });
        const print = await printed();
        const why = await rejection(consume(fixture, print, { spools: { ...BY_TAG, key: 'DELETED' } }));
        assert.match(why, /Switch off "Delete on Deplete"/);
        assert.deepEqual(removals(fixture, deleted.pk), []);
    });

    it('a spool with a serial number, of which InvenTree removes nothing without saying so, is refused', async () => {
        spoolItem(fixture, 'SERIAL', 1, 'g', { serial: '7' });
        const print = await printed();
        const why = await rejection(consume(fixture, print, { spools: { ...BY_TAG, key: 'SERIAL' } }));
        assert.match(why, /has the serial number 7/);
    });

    it('a spool that is not found keeps its slot, the others are through; a retry does what is left', async () => {
        fixture.bambuddy.spools.add({ id: 2, tag_uid: 'LATER', material: 'PETG' });
        const print = await fixture.printed({
            name: 'Two',
            printer: 1,
            usage: [
                [1, 5],
                [2, 7],
            ],
        });
        const failed = await consume(fixture, print).catch((error: unknown) => error);
        assert.ok(failed instanceof SlotsFailed);
        assert.equal(
            failed.message,
            'Filament of slot spool 2 (7 g): The spool was not found: there is no StockItem with the batch LATER',
        );
        assert.equal(consumed(fixture, print)!.slots[1]!.reason?.includes('LATER'), true);
        const later = spoolItem(fixture, 'LATER');
        await consume(fixture, print);
        assert.deepEqual([removals(fixture, item.pk), removals(fixture, later.pk)], [[5], [7]]);
        assert.equal(consumed(fixture, print)!.slots[1]!.reason, null);
    });

    it('prints from before this node are left alone, unless all were asked for', async () => {
        const before = await printed();
        await new Promise((resolve) => setTimeout(resolve, 5));
        assert.deepEqual(await consume(fixture, before, { startWith: 'now' }), {
            from: null,
            subtracted: false,
            slots: [],
        });
        assert.equal(fixture.ledger.print(before.batch)!.want!.includes('consume'), false);
        const start = new Date(Date.now() + 1000);
        const after = await fixture.printed({
            name: 'After',
            printer: 1,
            usage: [[1, 3]],
            startedAt: start,
            seconds: 5,
        });
        await consume(fixture, after, { startWith: 'now' });
        await consume(fixture, before, { startWith: 'all' });
        assert.deepEqual(removals(fixture, item.pk), [3, 12.5]);
    });

    it('a failed print by what it used', async () => {
        const print = await fixture.printed({ name: 'Failed', printer: 1, status: 'failed', usage: [[1, 7.5]] });
        await consume(fixture, print);
        const cancelled = await fixture.printed({ name: 'Cancelled', printer: 2, status: 'cancelled', grams: 4 });
        await consume(fixture, cancelled, { spools: { ...BY_TAG, key: 'A1B2C3D4' } });
        assert.deepEqual(removals(fixture, item.pk), [7.5, 4]);
    });

    it('a failed print whose weight nobody measured is parked: the estimate is of a whole one', async () => {
        const print = await fixture.printed({ name: 'Failed', printer: 2, status: 'failed' });
        assert.match(await rejection(consume(fixture, print)), /It is not known how much/);
        assert.equal(consumed(fixture, print), null);
    });

    it('in a pass that makes Parts only nothing is subtracted', async () => {
        const print = await printed();
        assert.equal(await consume(fixture, print, {}, { force: false, mode: 'parts' }), null);
        assert.deepEqual(removals(fixture, item.pk), []);
    });

    it('a token that may not remove leaves no intent: the print waits', async () => {
        const print = await printed();
        fixture.inventree.interfere = once('POST', REMOVE, {
            at: 'before',
            kind: 403,
            body: '{"detail":"You do not have permission to perform this action."}',
            headers: { 'content-type': 'application/json' },
        });
        await assert.rejects(consume(fixture, print), AuthError);
        await consume(fixture, print);
        assert.deepEqual(removals(fixture, item.pk), [12.5]);
    });

    it('two prints of one spool at a time leave what both left', async () => {
        const [a, b] = [await printed(100), await fixture.printed({ name: 'Lid', printer: 1, usage: [[1, 950]] })];
        await Promise.all([consume(fixture, a), consume(fixture, b)]);
        assert.equal(left(), 0);
        assert.deepEqual(
            removals(fixture, item.pk).reduce((sum, each) => sum + each, 0),
            1000,
        );
    });
});
