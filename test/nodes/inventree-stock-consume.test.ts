import assert from 'node:assert/strict';
import { NodeFixture, until } from './fixture';
import { line, type FlowNode } from './flow';
import type { ConsumptionPreview } from '../../lib/destinations/inventree/consume/preview';

describe('inventree-stock-consume', () => {
    const fixture = new NodeFixture();
    let spool: number;
    beforeEach(async () => {
        await fixture.open();
        fixture.bambuddy.spools.add({ tag_uid: 'A1B2' });
        fixture.bambuddy.spools.load(1, 1);
        spool = item('A1B2');
    });
    afterEach(() => fixture.close());

    function item(batch: string, quantity = 1000, delete_on_deplete = false): number {
        const { inventree } = fixture;
        const part = inventree.addPart({ name: `PLA ${batch}`, units: 'g', category: fixture.category });
        return inventree.addStock({ part: part.pk, quantity, batch, delete_on_deplete }).pk;
    }
    const left = (pk = spool): number => fixture.inventree.state.stock.get(pk)!.quantity;
    const deploy = (changes: Record<string, unknown> = {}): Promise<void> =>
        fixture.deploy(
            line(fixture, ['source', 'part', 'stock', 'consume'], {
                source: { startWith: 'all' },
                consume: { startWith: 'all', ...changes },
            }),
        );
    const poll = async (): Promise<void> => {
        fixture.send('source', { payload: 'poll' });
        await until('the answer', () => fixture.at('answers').length > 0);
    };

    it('subtracts what a print used, after its stock', async () => {
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[1, 12.5]] });
        await deploy();
        await poll();
        await until('the print', () => fixture.at('out').length > 0);
        const [msg] = fixture.at('out');
        const filament = msg!['filament'] as { from: string; slots: { removed: number; stock: number }[] };
        assert.deepEqual([filament.from, filament.slots[0]!.removed, filament.slots[0]!.stock], ['usage', 12.5, spool]);
        assert.equal(left(), 987.5);
        assert.equal(fixture.status('consume'), 'green dot −12.5 g');
        assert.equal(fixture.ledger().print('bambuddy-1')!.state, 'done');
    });

    it('a spool that is not found parks the print that is in stock; the message goes on, and a retry subtracts once', async () => {
        fixture.bambuddy.spools.add({ tag_uid: 'LATER', material: 'PETG' });
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[2, 5]] });
        await deploy();
        await poll();
        await until('the error', () => fixture.at('caught').length > 0);
        await until('the message', () => fixture.at('out').length > 0);
        const parked = fixture.ledger().print('bambuddy-1')!;
        assert.equal(parked.state, 'parked');
        assert.match(parked.reason!, /^Filament of slot spool 2 \(5 g\): The spool was not found/);
        assert.ok(parked.stockPk !== undefined, 'the stock stands');
        assert.equal(fixture.status('consume'), 'red dot not subtracted: needs attention');
        const later = item('LATER');
        fixture.send('source', { payload: 'retry-all' });
        await until('done', () => fixture.ledger().print('bambuddy-1')!.state === 'done');
        assert.equal(left(later), 995);
        assert.equal(fixture.inventree.state.stock.size, 3, 'no second StockItem');
    });

    it('a print that is forgotten stays in stock', async () => {
        fixture.bambuddy.spools.add({ tag_uid: 'NEVER' });
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[2, 5]] });
        await deploy();
        await poll();
        await until('parked', () => fixture.ledger().print('bambuddy-1')?.state === 'parked');
        fixture.send('source', { payload: { action: 'forget', batch: 'bambuddy-1' } });
        await until('forgotten', () => fixture.ledger().print('bambuddy-1')!.state !== 'parked');
        const { state, stockPk } = fixture.ledger().print('bambuddy-1')!;
        assert.deepEqual([state, stockPk !== undefined], ['done', true]);
    });

    it('by default, prints from before its first deploy are left alone', async () => {
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[1, 12.5]] });
        await deploy({ startWith: 'now' });
        await poll();
        await until('the print', () => fixture.at('out').length > 0);
        assert.equal(left(), 1000);
        assert.equal(fixture.status('consume'), 'grey dot before the start: left alone');
        assert.equal(fixture.ledger().print('bambuddy-1')!.state, 'done');
    });

    it('finds spools by a table: the first row that fits', async () => {
        const other = item('OTHER');
        const printer = fixture.bambuddy.state.printers.get(1)!.name;
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[1, 10]] });
        await deploy({
            findBy: 'table',
            spools: [
                { printer: '', tray: 'B1', material: '', color: '', stock: '1' },
                { printer: printer.toUpperCase(), tray: 'a1', material: 'pla', color: 'ff6a13', stock: String(other) },
                { printer: '', tray: '', material: '', color: '', stock: spool },
            ],
        });
        await poll();
        await until('the print', () => fixture.at('out').length > 0);
        assert.deepEqual([left(), left(other)], [1000, 990]);
    });

    it('finds spools by barcode and by a parameter of their Part', async () => {
        const { inventree } = fixture;
        await fixture.deploy([]).catch(() => undefined);
        const template = inventree.addTemplate({ name: 'Filament' });
        inventree.person.setParameter(inventree.state.stock.get(spool)!.part, template.pk, 'PLA #FF6A13');
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[1, 10]] });
        await deploy({ findBy: 'parameter', parameter: 'filament', key: '{material} {color}' });
        await poll();
        await until('the print', () => fixture.at('out').length > 0);
        assert.equal(left(), 990);
    });

    it('what it looks for is missing: it says so at the deploy', async () => {
        await deploy({ findBy: 'parameter', parameter: 'nowhere' });
        await fixture.showing('consume', 'red ring no such parameter in InvenTree');
        await fixture.undeploy();
        await deploy({ findBy: 'table' });
        await fixture.showing('consume', 'yellow ring no spools in the table');
    });

    it('a preview tells what the history would take, and writes nothing', async () => {
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[1, 600]] });
        fixture.bambuddy.spools.add({ tag_uid: 'NONE' });
        fixture.bambuddy.print({
            name: 'Lid',
            printer: 1,
            usage: [
                [1, 500],
                [2, 1],
            ],
            startedAt: new Date(Date.now() - 8000_000),
            seconds: 100,
        });
        await fixture.deploy(line(fixture, ['source', 'part', 'stock'], { source: { startWith: 'all' } }));
        await poll();
        await until('both prints', () => fixture.at('out').length === 2);
        await fixture.undeploy();
        await deploy();
        const writes = (): number => fixture.inventree.requests.filter(({ method }) => method !== 'GET').length;
        const before = writes();
        fixture.send('consume', { payload: { action: 'preview', max: 10 } });
        await until('the preview', () => fixture.at('answers').some(({ topic }) => topic === 'filament/preview'));
        const { payload } = fixture.at('answers').find(({ topic }) => topic === 'filament/preview')!;
        const { prints, spools, since } = payload as ConsumptionPreview;
        assert.equal(since, null);
        assert.deepEqual(
            prints.map(({ name, action, slots }) => [name, action, slots.map(({ quantity }) => quantity)]),
            [
                ['Bin', 'subtract', [600]],
                ['Lid', 'subtract', [500, null]],
            ],
        );
        assert.match(prints[1]!.slots[1]!.reason!, /no StockItem with the batch NONE/);
        assert.deepEqual(spools, [
            { stock: spool, batch: 'A1B2', unit: 'g', there: 1000, subtracted: 1000, missing: 100 },
        ]);
        assert.equal(writes(), before);
        assert.equal([...fixture.ledger().consumptions()].length, 0);
        assert.equal(left(), 1000);
    });

    it('a preview leaves out what was before the start', async () => {
        fixture.bambuddy.print({ name: 'Bin', printer: 1, usage: [[1, 600]] });
        await deploy({ startWith: 'now' });
        await poll();
        await until('the print', () => fixture.at('out').length > 0);
        fixture.send('consume', { payload: 'preview' });
        await until('the preview', () => fixture.at('answers').some(({ topic }) => topic === 'filament/preview'));
        const { payload } = fixture.at('answers').find(({ topic }) => topic === 'filament/preview')!;
        assert.deepEqual(
            (payload as ConsumptionPreview).prints.map(({ action }) => action),
            ['before'],
        );
    });
    describe('failed prints', () => {
        const wired = (changes: Record<string, unknown> = {}): FlowNode[] =>
            line(fixture, ['source', 'part', 'stock', 'consume'], {
                source: { wires: [['part'], ['answers'], ['part']], ...changes },
                consume: { startWith: 'all' },
            });

        it('come on the third output for their filament alone: nodes before this one make nothing of them', async () => {
            await fixture.deploy(wired());
            await poll();
            fixture.bambuddy.print({ name: 'Bin', printer: 1, status: 'failed', usage: [[1, 7.5]] });
            fixture.bambuddy.print({ name: 'Lid', printer: 1, status: 'cancelled', usage: [[1, 2.5]], seconds: 900 });
            fixture.send('source', { payload: 'poll' });
            await until('both prints', () => fixture.at('out').length === 2);
            assert.equal(left(), 990);
            assert.equal(fixture.inventree.state.stock.size, 1, 'no StockItem');
            assert.equal(fixture.inventree.state.parts.size, 1, 'no Part');
            const [msg] = fixture.at('out');
            assert.equal((msg!['payload'] as { filamentOnly: boolean }).filamentOnly, true);
            assert.equal(msg!['stock'], undefined);
            for (const record of fixture.ledger().prints()) assert.equal(record.state, 'done');
        });

        it('are left out where the third output leads to no such node, as always', async () => {
            await fixture.deploy(
                line(fixture, ['source', 'part', 'stock', 'consume'], { consume: { startWith: 'all' } }),
            );
            await poll();
            fixture.bambuddy.print({ name: 'Bin', printer: 1, status: 'failed', usage: [[1, 7.5]] });
            fixture.send('source', { payload: 'poll' });
            await until('the second answer', () => fixture.at('answers').length > 1);
            assert.equal(left(), 1000);
            assert.equal([...fixture.ledger().prints()].length, 0);
        });

        it('are not of the history, and not counted in its preview', async () => {
            fixture.bambuddy.print({ name: 'Bin', printer: 1, status: 'failed', usage: [[1, 7.5]] });
            await fixture.deploy(wired({ startWith: 'now' }));
            fixture.send('source', { payload: { action: 'backfill', mode: 'preview' } });
            await until('the preview', () => fixture.at('answers').some(({ topic }) => topic === 'bambuddy/backfill'));
            const { payload } = fixture.at('answers').find(({ topic }) => topic === 'bambuddy/backfill')!;
            assert.equal((payload as { created: number }).created, 0);
            assert.equal(left(), 1000);
        });

        it('are retried when their spool is there, and never stocked', async () => {
            fixture.bambuddy.spools.add({ tag_uid: 'LATER' });
            await fixture.deploy(wired());
            await poll();
            fixture.bambuddy.print({ name: 'Bin', printer: 1, status: 'failed', usage: [[2, 7.5]] });
            fixture.send('source', { payload: 'poll' });
            await until('parked', () => [...fixture.ledger().parked()].length === 1);
            const later = item('LATER');
            fixture.send('source', { payload: 'retry-all' });
            await until('subtracted', () => left(later) === 992.5);
            assert.equal(fixture.inventree.state.stock.size, 2);
        });

        it('are offered again after a restart', async () => {
            await fixture.deploy(wired());
            await poll();
            fixture.readOnly = true;
            fixture.bambuddy.print({ name: 'Bin', printer: 1, status: 'failed', usage: [[1, 7.5]] });
            fixture.send('source', { payload: 'poll' });
            await until('accepted', () => [...fixture.ledger().unfinished()].length === 1);
            await fixture.undeploy();
            fixture.readOnly = false;
            await fixture.deploy(wired());
            await until('subtracted', () => left() === 992.5);
            assert.equal(fixture.inventree.state.stock.size, 1);
        });
    });
});
