import assert from 'node:assert/strict';
import type { StockItem } from '../simulators/inventree';
import { NodeFixture } from './fixture';
import { line, manualPrint } from './flow';

type Settings = Record<string, unknown>;

describe('the quantity by rules', () => {
    const fixture = new NodeFixture();
    beforeEach(async () => {
        await fixture.open();
        fixture.inventree.addPart({ name: 'Hook', IPN: 'HOOK', category: fixture.category });
    });
    afterEach(() => fixture.close());

    const part = { pk: 1, IPN: 'HOOK', name: 'Hook' };
    const deploy = (stock: Settings = {}): Promise<void> => fixture.deploy(line(fixture, ['stock'], { stock }));
    const through = async (msg: Settings = {}): Promise<StockItem> => {
        const done = await fixture.through('stock', { payload: manualPrint({ name: 'Clip' }), part, ...msg });
        return fixture.inventree.state.stock.get((done['stock'] as { pk: number }).pk)!;
    };
    const quantityLine = ({ notes }: StockItem): string | undefined =>
        notes?.split('\n').find((text) => text.startsWith('Quantity'));
    const addParameter = (data: string): void => {
        const { pk } = fixture.inventree.addTemplate({ name: 'Pieces per plate' });
        fixture.inventree.person.setParameter(1, pk, data);
    };

    it('is that of the first row that fits, by print and by Part', async () => {
        const pieces = [
            { field: 'name', match: 'Clip*', pieces: '6' },
            { field: 'part', match: 'HOOK', pieces: '2,5' },
        ];
        await deploy({ pieces });
        const clip = await through();
        assert.deepEqual([clip.quantity, quantityLine(clip)], [6, 'Quantity: 6 (by rule 1 of the table)']);
        const hook = await through({ payload: manualPrint({ name: 'Other' }) });
        assert.deepEqual([hook.quantity, quantityLine(hook)], [2.5, 'Quantity: 2.5 (by rule 2 of the table)']);
        const other = await through({ payload: manualPrint({ name: 'Other' }), part: { pk: 1 } });
        assert.deepEqual([other.quantity, quantityLine(other)], [1, 'Quantity: 1 (fixed number)']);
    });

    it('is what the Part says in its parameter; a Part without one has the count', async () => {
        await deploy({ piecesParameter: 'Pieces per plate', quantity: '1', quantityType: 'plate' });
        assert.equal((await through({ payload: manualPrint({ quantity: 3 }) })).quantity, 3);
        addParameter('8');
        await deploy({ piecesParameter: 'Pieces per plate', quantity: '1', quantityType: 'plate' });
        const item = await through({ payload: manualPrint({ quantity: 3 }) });
        assert.equal(item.quantity, 8);
        assert.equal(quantityLine(item), 'Quantity: 8 (by the parameter Pieces per plate of the Part)');
    });

    it('waits for the parameter while InvenTree is away, and asks nothing for what is in stock', async () => {
        addParameter('8');
        await deploy({ piecesParameter: 'Pieces per plate' });
        let refused = 0;
        fixture.inventree.interfere = ({ method, url }) => {
            if (method !== 'GET' || !url.startsWith('/api/parameter/?') || refused++ > 1) return undefined;
            return { kind: 'reset', at: 'before' };
        };
        const payload = manualPrint();
        assert.equal((await through({ payload })).quantity, 8);
        const asked = fixture.inventree.count('GET', /parameter/);
        await fixture.through('stock', { payload, part });
        assert.equal(fixture.inventree.count('GET', /parameter/), asked);
    });

    it('a number in msg.quantity counts first, where that is on', async () => {
        await deploy({ pieces: [{ field: 'name', match: '*', pieces: '6' }] });
        assert.equal((await through({ quantity: 4 })).quantity, 6);
        await deploy({ pieces: [{ field: 'name', match: '*', pieces: '6' }], messageQuantity: true });
        assert.equal((await through({ quantity: 4 })).quantity, 4);
        assert.equal((await through()).quantity, 6);
        const error = await fixture.failing('stock', { payload: manualPrint(), part, quantity: 'many' });
        assert.match(error.message, /"quantity" must be a number above 0, and is "many"/);
    });

    it('is in packs', async () => {
        await deploy({ packSize: '6', pieces: [{ field: 'name', match: 'Clip', pieces: '9' }] });
        const item = await through();
        assert.equal(item.quantity, 1.5);
        assert.equal(quantityLine(item), 'Quantity: 1.5 (9 pieces in packs of 6; by rule 1 of the table)');
        const thirds = await through({ payload: manualPrint({ name: 'Other' }) });
        assert.equal(thirds.quantity, 0.16667);
    });

    it('divides weight and time of the Part, as its own parameter says', async () => {
        fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
        addParameter('8');
        const stock = { piecesParameter: 'Pieces per plate' };
        await fixture.deploy(line(fixture, ['part', 'stock'], { stock }));
        const estimate = { grams: 100 };
        const identity = 'file:clip';
        await fixture.through('part', { payload: manualPrint({ identity, name: 'Clip', estimate }) });
        const made = [...fixture.inventree.state.parts.values()].find(({ name }) => name === 'Clip')!;
        const weight = (): string | undefined =>
            fixture.inventree.state.parametersOf(made.pk).find(({ template }) => template === 1)?.data;
        // a new Part says nothing yet: the fixed number is 1
        assert.equal(weight(), '100');
        fixture.inventree.person.setParameter(made.pk, 2, '4');
        await fixture.through('part', { payload: manualPrint({ identity, name: 'Clip', estimate }) });
        assert.equal(weight(), '25');
    });

    it('without these settings the notes say nothing of it, and no request is more', async () => {
        await deploy({ quantity: '1', quantityType: 'plate' });
        const before = fixture.inventree.requestCount;
        const item = await through({ payload: manualPrint({ quantity: 3 }) });
        assert.equal(quantityLine(item), undefined);
        assert.equal(fixture.inventree.count('GET', /parameter/), 0);
        const requests = fixture.inventree.requestCount - before;
        await through({ payload: manualPrint({ quantity: 3 }) });
        assert.ok(fixture.inventree.requestCount - before <= 2 * requests);
    });
});

describe('place, owner and price by rules', () => {
    const fixture = new NodeFixture();
    beforeEach(async () => {
        await fixture.open();
        fixture.inventree.addPart({ name: 'Hook', IPN: 'HOOK', category: fixture.category });
        for (const name of ['Second shelf', 'Third shelf']) fixture.inventree.addLocation({ name });
    });
    afterEach(() => fixture.close());

    const part = { pk: 1, IPN: 'HOOK', name: 'Hook' };
    const deploy = (stock: Settings = {}): Promise<void> => fixture.deploy(line(fixture, ['stock'], { stock }));
    const through = async (print: Settings = {}, msg: Settings = {}): Promise<StockItem> => {
        const done = await fixture.through('stock', { payload: manualPrint(print), part, ...msg });
        return fixture.inventree.state.stock.get((done['stock'] as { pk: number }).pk)!;
    };
    const RULES = [
        { field: 'printer', match: 'P1S*', location: '2', status: '', owner: '' },
        { field: 'tag', match: 'scrap', location: '3', status: '65', owner: '' },
        { field: 'project', match: 'Fair', location: '', status: '55', owner: '2' },
    ];

    it('each of location, status and owner is that of the first row that fits and names one', async () => {
        await deploy({ rules: RULES });
        const shown = ({ location, status, owner }: StockItem): unknown[] => [location, status, owner];
        assert.deepEqual(shown(await through({ printer: { name: 'P1S left' }, tags: ['scrap'] })), [2, 65, null]);
        assert.deepEqual(shown(await through({ tags: ['scrap'], project: { name: 'fair' } })), [3, 65, 2]);
        assert.deepEqual(shown(await through({ project: { name: 'Fair' } })), [1, 55, 2]);
        assert.deepEqual(shown(await through()), [1, 10, null]);
    });

    it('an owner may be an expression; one that InvenTree does not know is told with its words', async () => {
        await deploy({ owner: 'wanted', ownerType: 'msg' });
        assert.equal((await through({}, { wanted: 3 })).owner, 3);
        assert.equal((await through()).owner, null);
        const error = await fixture.failing('stock', { payload: manualPrint(), part, wanted: 999 });
        assert.match(error.message, /999.*setting "owner"/);
    });

    it('one location per printer lies below the location that a rule names, which may be structural', async () => {
        fixture.inventree.allow('stock_location', 'add');
        const { pk: house } = fixture.inventree.addLocation({ name: 'House', structural: true });
        await deploy({ location: house, rules: RULES, locationPerPrinter: true });
        const names = (item: StockItem): string[] => {
            const { name, parent } = fixture.inventree.state.locations.get(item.location!)!;
            return [name, fixture.inventree.state.locations.get(parent!)!.name];
        };
        assert.deepEqual(names(await through({ printer: { id: 1, name: 'P1S left' } })), ['P1S left', 'Second shelf']);
        assert.deepEqual(names(await through({ printer: { id: 2, name: 'X1C' } })), ['X1C', 'House']);
        const asked = fixture.inventree.count('GET', /location/);
        await through({ printer: { id: 2, name: 'X1C' } });
        assert.equal(fixture.inventree.count('GET', /location/), asked);
        assert.equal(fixture.inventree.count('POST', /location/), 2);
        assert.doesNotMatch(fixture.statuses('stock').join(), /location/);
    });

    it('the price is what the run cost, over the quantity, in the currency that is set', async () => {
        await deploy({ price: 'filamentEnergy', currency: 'eur', quantity: '1', quantityType: 'plate' });
        const item = await through({ cost: 0.6, energyCost: 0.15, quantity: 6 });
        assert.deepEqual([item.purchase_price, item.purchase_price_currency], [0.125, 'EUR']);
        assert.equal((await through({ cost: 0.6, quantity: 6 })).purchase_price, null);
        await deploy({ price: 'filament', priceDecimals: 2 });
        const other = await through({ cost: 0.666 });
        assert.deepEqual([other.purchase_price, other.purchase_price_currency], [0.67, 'USD']);
        await deploy();
        assert.equal((await through({ cost: 0.6 })).purchase_price, null);
    });

    it('a currency that InvenTree does not know parks the print, with its words', async () => {
        await deploy({ price: 'filament', currency: 'XXX' });
        const error = await fixture.failing('stock', { payload: manualPrint({ cost: 1 }), part });
        assert.match(error.message, /XXX.*setting "purchase_price_currency"/);
        assert.equal(fixture.inventree.state.stock.size, 0);
    });

    it('a cost that comes late is written by a forced refresh, where there is no price', async () => {
        await deploy({ price: 'filament', quantity: '1', quantityType: 'plate' });
        const print = { batch: 'octoprint-9', identity: 'x', quantity: 4 };
        const force = { sync: { force: true } };
        const { pk } = await through(print);
        const price = (): number | null => fixture.inventree.state.stock.get(pk)!.purchase_price;
        await through({ ...print, cost: 1, quantity: 2 });
        assert.equal(price(), null);
        // over what was put into stock, whatever the count says now
        await through({ ...print, cost: 1, quantity: 2 }, force);
        assert.equal(price(), 0.25);
        fixture.inventree.person.editStock(pk, { purchase_price: 9 });
        await through({ ...print, cost: 2 }, force);
        assert.equal(price(), 9);
        assert.equal(fixture.inventree.count('PATCH', /stock/), 1);
    });

    it('a new Part goes into the category that a rule names', async () => {
        const { pk } = fixture.inventree.addCategory({ name: 'Clips' });
        const rules = [{ field: 'name', match: 'Clip*', category: String(pk) }];
        await fixture.deploy(line(fixture, ['part'], { part: { rules } }));
        for (const name of ['Clip', 'Bin'])
            await fixture.through('part', { payload: manualPrint({ name, identity: `name:${name}` }) });
        const category = (name: string): number | null =>
            [...fixture.inventree.state.parts.values()].find((each) => each.name === name)!.category;
        assert.deepEqual([category('Clip'), category('Bin')], [pk, fixture.category]);
    });
});
