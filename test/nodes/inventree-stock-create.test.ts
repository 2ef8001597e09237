import assert from 'node:assert/strict';
import type { StockItem } from '../simulators/inventree';
import { NodeFixture } from './fixture';
import { line, manualPrint } from './flow';

type Settings = Record<string, unknown>;

describe('inventree-stock-create', () => {
    const fixture = new NodeFixture();
    beforeEach(async () => {
        await fixture.open();
        fixture.inventree.addPart({ name: 'Hook', IPN: 'HOOK', category: fixture.category });
        fixture.inventree.addLocation({ name: 'Second shelf' });
        process.env['TEST_WANTED'] = '2';
    });
    afterEach(async () => {
        delete process.env['TEST_WANTED'];
        await fixture.close();
    });

    const part = { pk: 1 };
    const deploy = (stock: Settings = {}): Promise<void> => fixture.deploy(line(fixture, ['stock'], { stock }));
    const through = async (msg: Settings = {}): Promise<StockItem> => {
        const done = await fixture.through('stock', { payload: manualPrint(), part, ...msg });
        return fixture.inventree.state.stock.get((done['stock'] as { pk: number }).pk)!;
    };

    it('adds one item: quantity 1, status 10, with the mark in its notes', async () => {
        await deploy();
        const payload = manualPrint({
            source: 'bambuddy',
            archiveId: 11,
            batch: 'bambuddy-11',
            startedAt: '2026-11-22T04:33:35Z',
            url: 'http://127.0.0.1:8000/archives?highlight=11',
            printSeconds: 14_820,
            weightGrams: 148.2,
            printer: { name: 'P1S left' },
        });
        const item = await through({ payload });
        const { quantity, status, batch, location, delete_on_deplete, link, notes } = item;
        assert.deepEqual([quantity, status, batch, location, delete_on_deplete], [1, 10, 'bambuddy-11', 1, true]);
        assert.equal(link, payload['url']);
        assert.equal(notes?.split('\n')[0], 'Bambuddy archive 11, printed 2026-11-22 04:33:35 UTC');
        assert.match(notes ?? '', /P1S left[^]*4h 07m[^]*148\.2 g/);
        assert.equal(fixture.status('stock'), 'green dot +1');
        assert.deepEqual(fixture.at('out')[0]!['stock'], {
            pk: item.pk,
            batch: 'bambuddy-11',
            quantity: 1,
            location: 1,
            url: `${fixture.inventree.url}/web/stock/item/${item.pk}/`,
            created: true,
        });
    });

    it('a print that is in stock is not added again, now and after a restart', async () => {
        const payload = manualPrint();
        await deploy();
        await through({ payload });
        await through({ payload });
        assert.equal(fixture.status('stock'), 'grey dot already in stock');
        await deploy();
        await through({ payload });
        assert.equal(fixture.status('stock'), 'grey dot already in stock');
        assert.equal(fixture.inventree.state.stock.size, 1);
    });

    it('a pass that makes Parts only adds nothing, and the message goes on', async () => {
        await deploy();
        const msg = await fixture.through('stock', { payload: manualPrint(), part, sync: { mode: 'parts' } });
        assert.ok(!('stock' in msg));
        assert.equal(fixture.status('stock'), 'grey dot parts only');
        assert.equal(fixture.inventree.state.stock.size, 0);
    });

    it('on request the item is the output of a build order; the message names the order and the rest', async () => {
        fixture.inventree.allow('build', 'view');
        fixture.inventree.allow('build', 'add');
        const order = fixture.inventree.addBuild({ part: 1, quantity: 4 });
        await deploy({ quantity: '6', buildOrders: true });
        const payload = manualPrint();
        const item = await through({ payload });
        assert.deepEqual([item.build, item.is_building, item.quantity], [order.pk, false, 4]);
        assert.equal(fixture.status('stock'), 'green dot +6');
        const rest = [...fixture.inventree.state.stock.values()].find(({ batch }) => batch === `${item.batch}-r`)!;
        const build = {
            order: order.pk,
            reference: order.reference,
            quantity: 4,
            rest: { pk: rest.pk, quantity: 2 },
        };
        assert.deepEqual((fixture.at('out')[0]!['stock'] as Settings)['build'], build);
        await deploy({ quantity: '6', buildOrders: true });
        await through({ payload });
        assert.deepEqual((fixture.at('out').at(-1)!['stock'] as Settings)['build'], build);
        assert.equal(fixture.inventree.state.stock.size, 2);
    });

    const WAYS: [type: string, value: unknown][] = [
        ['num', 2],
        ['num', '2'],
        ['print', 'project.id'],
        ['msg', 'wanted'],
        ['env', 'TEST_WANTED'],
        ['jsonata', '1 + 1'],
    ];
    for (const [type, value] of WAYS) {
        it(`location and quantity by ${type}: ${String(value)}`, async () => {
            await deploy({ location: value, locationType: type, quantity: value, quantityType: type });
            const item = await through({ payload: manualPrint({ project: { id: 2 } }), wanted: 2 });
            assert.deepEqual([item.location, item.quantity], [2, 2]);
            assert.equal(fixture.status('stock'), 'green dot +2');
        });
    }

    for (const name of ['stockStatus', 'status']) {
        for (const [type, value] of [
            ['num', 55],
            ['num', '55'],
            ['msg', 'wanted'],
            ['print', 'quantity'],
            ['jsonata', '50 + 5'],
        ] as const) {
            it(`status as ${name} by ${type}: ${value}`, async () => {
                await deploy({ [name]: value, [`${name}Type`]: type });
                const item = await through({ payload: manualPrint({ quantity: 55 }), wanted: 55 });
                assert.equal(item.status, 55);
            });
        }
    }

    const COUNTS: [count: unknown, quantity: number][] = [
        [4, 4],
        [null, 3],
        [undefined, 3],
        [0, 3],
        [-2, 3],
    ];
    for (const [count, quantity] of COUNTS) {
        it(`quantity by the plate, of which Bambuddy says ${String(count)}: ${quantity}`, async () => {
            await deploy({ quantity: '3', quantityType: 'plate' });
            assert.equal((await through({ payload: manualPrint({ quantity: count }) })).quantity, quantity);
        });
    }

    it("parameters are per piece where the quantity is the plate's count", async () => {
        fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
        await fixture.deploy(line(fixture, ['part', 'stock'], { stock: { quantity: 1, quantityType: 'plate' } }));
        await fixture.through('part', { payload: manualPrint({ quantity: 4, estimate: { grams: 100 } }) });
        assert.deepEqual(
            [...fixture.inventree.state.parameters.values()].map(({ data }) => data),
            ['25'],
        );
    });

    it("notes of one's own stand below the mark", async () => {
        for (const [notesType, notes] of [
            ['str', 'for the fair'],
            ['msg', 'wanted'],
            ['jsonata', '"for " & "the fair"'],
        ] as const) {
            await deploy({ notes, notesType });
            const payload = manualPrint({ startedAt: '2026-11-22T04:33:35Z' });
            const item = await through({ payload, wanted: 'for the fair' });
            const mark = `OctoPrint print ${String(payload['batch'])}, printed 2026-11-22 04:33:35 UTC`;
            assert.deepEqual(item.notes?.split('\n').filter(Boolean), [mark, 'for the fair']);
        }
    });

    it('InvenTree may not delete a used-up item where that is off', async () => {
        await deploy({ deleteOnDeplete: false });
        assert.equal((await through()).delete_on_deplete, false);
    });

    const BAD_QUANTITIES: [string, unknown][] = [
        ['-1', -1],
        ['"-1"', '-1'],
        ['"many"', 'many'],
        ['0', 0],
        ['nothing', ''],
        ['null', null],
        ['a list', [1]],
        ['true', true],
        ['no number', Number.NaN],
    ];
    for (const [what, wanted] of BAD_QUANTITIES) {
        it(`quantity ${what}: one error that names the setting, nothing in stock, and the next goes on`, async () => {
            await deploy({ quantity: 'wanted', quantityType: 'msg' });
            const error = await fixture.failing('stock', { payload: manualPrint(), part, wanted });
            assert.match(error.message, /"quantity" must be a number above 0, and is /);
            assert.equal(error['code'], 'SETTING');
            assert.match(fixture.status('stock'), /^red \w+ invalid quantity$/);
            assert.equal(fixture.inventree.state.stock.size, 0);
            assert.equal((await through({ wanted: 2 })).quantity, 2);
            assert.equal(fixture.at('caught').length, 1);
        });
    }

    for (const pk of [0, -1, 1.5, 1e308, '0x1', '1e0', 'one', [1], {}, true, NaN])
        it(`location ${typeof pk} ${JSON.stringify(pk)} of a message: one error that names it, nothing in stock`, async () => {
            await deploy({ location: 'wanted', locationType: 'msg' });
            const error = await fixture.failing('stock', { payload: manualPrint(), part, wanted: pk });
            assert.match(error.message, /"location" must be a whole number from 1, and is /);
            assert.equal(fixture.inventree.state.stock.size, 0);
        });

    it('a quantity with a decimal comma is what it says', async () => {
        await deploy({ quantity: 'wanted', quantityType: 'msg' });
        assert.equal((await through({ payload: manualPrint(), wanted: '2,5' })).quantity, 2.5);
    });

    it("a fixed value that is no number, where the plate's count is unknown: one error, nothing in stock", async () => {
        await deploy({ quantity: 'some', quantityType: 'plate' });
        const error = await fixture.failing('stock', { payload: manualPrint(), part });
        assert.match(error.message, /"quantity" must be a number above 0, and is "some"/);
        assert.equal(fixture.inventree.state.stock.size, 0);
    });

    for (const quantity of [-1, 'many', 0, '', '0x10', '1,234', '1e308', 1e-9]) {
        it(`quantity ${JSON.stringify(quantity)} typed into the dialog: one error, nothing in stock`, async () => {
            await deploy({ quantity, quantityType: 'num' });
            const error = await fixture.failing('stock', { payload: manualPrint(), part });
            assert.match(error.message, /"quantity" must be a number above 0/);
            assert.equal(fixture.inventree.state.stock.size, 0);
        });
    }

    it('a location that is empty: one error that names the setting', async () => {
        await deploy({ location: '' });
        const error = await fixture.failing('stock', { payload: manualPrint(), part });
        assert.match(error.message, /"location" is empty/);
        assert.match(fixture.status('stock'), /^red \w+ location missing$/);
    });

    it("a location that does not exist, or is structural: one error with the server's words", async () => {
        const structural = fixture.inventree.addLocation({ name: 'House', structural: true });
        await deploy({ location: 'wanted', locationType: 'msg' });
        const unknown = await fixture.failing('stock', { payload: manualPrint(), part, wanted: 99 });
        assert.match(unknown.message, /InvenTree \(http.*answered 400.*99.*setting "location"/);
        assert.equal(fixture.status('stock'), 'red dot location refused');
        const refused = await fixture.failing('stock', { payload: manualPrint(), part, wanted: structural.pk });
        assert.match(refused.message, /InvenTree \(http.*answered 400.*structural.*setting "location"/);
        assert.equal((await through({ wanted: 1 })).location, 1);
        assert.equal(fixture.at('caught').length, 2);
    });

    it('an expression that throws is an error on that message alone', async () => {
        await deploy({ quantity: 'wanted > 0 ? wanted : $error("nothing wanted")', quantityType: 'jsonata' });
        const error = await fixture.failing('stock', { payload: manualPrint(), part });
        assert.match(error.message, /"quantity" cannot be evaluated.*nothing wanted/);
        assert.equal((await through({ wanted: 3 })).quantity, 3);
    });

    it('a link that InvenTree does not take is left out, with one warning however many prints', async () => {
        await deploy();
        for (const archive of [1, 2, 3]) {
            const item = await through({
                payload: manualPrint({ url: `http://bambuddy:8000/archives?highlight=${archive}` }),
            });
            assert.equal(item.link, '');
        }
        assert.equal(fixture.warnings('store').length, 1);
        assert.match(fixture.warnings('store')[0]!, /InvenTree rejects links like .*Web address/);
    });

    it('a Part that does not exist: one error', async () => {
        await deploy();
        const error = await fixture.failing('stock', { payload: manualPrint(), part: { pk: 99 } });
        assert.match(error.message, /InvenTree .*answered 400.*part: .*setting "part"/);
        assert.equal(fixture.inventree.state.stock.size, 0);
    });

    it('a message that failed may come again, and is then done', async () => {
        await deploy({ location: 'wanted', locationType: 'msg' });
        const payload = manualPrint();
        await fixture.failing('stock', { payload, part, wanted: 99 });
        assert.equal((await through({ payload, wanted: 1 })).batch, payload['batch']);
        assert.equal(fixture.ledger().print(String(payload['batch']))?.state, 'done');
    });
});
