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
