import assert from 'node:assert/strict';
import { UnreadableRowError } from '../../../../lib/http/errors';
import { templates } from '../../../../lib/clients/inventree/parameters';
import { partsByIpn, partsByIpns } from '../../../../lib/clients/inventree/parts';
import { stockByBatch, stockByBatches, stockByPrefix } from '../../../../lib/clients/inventree/stock';
import { Flow } from '../../flow';
import { Fixture } from '../../fixture';

type Row = Record<string, unknown>;

describe('rows of InvenTree that cannot be read', () => {
    let fixture: Fixture;
    /** how the rows of a list are spoiled */
    let spoil: ((row: Row, path: string) => unknown) | undefined;

    beforeEach(async () => {
        fixture = await Fixture.open();
        spoil = undefined;
        fixture.inventree.rewrite = (path, body) => {
            const page = body as { results?: Row[] };
            if (spoil === undefined || page.results === undefined) return body;
            return { ...page, results: page.results.map((row) => spoil!(row, path)) };
        };
    });
    afterEach(() => fixture.close());

    const unreadable = (lookUp: Promise<unknown>, field: RegExp): Promise<void> =>
        assert.rejects(lookUp, (error) => error instanceof UnreadableRowError && field.test(error.message));

    describe('in a look-up that decides about creating', () => {
        let batches: string[];
        let ipns: string[];
        beforeEach(async () => {
            const [one, two] = [await fixture.printed({ name: 'One' }), await fixture.printed({ name: 'Two' })];
            await fixture.stored(one);
            await fixture.stored(two);
            batches = [one.batch, two.batch];
            ipns = [fixture.ipn(one), fixture.ipn(two)];
        });

        for (const [what, change] of [
            ['no Part', (row: Row) => ({ ...row, part: null })],
            ['a quantity that is no number', (row: Row) => ({ ...row, quantity: 'many' })],
            ['a batch that is a number', (row: Row) => ({ ...row, batch: 7 })],
        ] as const)
            it(`an item of the batch with ${what}: whether it is there is unknown, not "no"`, async () => {
                spoil = (row, path) => (path.endsWith('/stock/') && row['batch'] === batches[0] ? change(row) : row);
                await unreadable(stockByBatch(fixture.sync.destination.client, batches[0]!), /part|quantity|batch/);
                await unreadable(stockByBatches(fixture.sync.destination.client, batches), /part|quantity|batch/);
                // what certainly is another's says nothing
                assert.equal((await stockByBatch(fixture.sync.destination.client, batches[1]!)).length, 1);
            });

        for (const [what, change] of [
            ['no name', (row: Row) => ({ ...row, name: null })],
            ['an IPN that is a number', (row: Row) => ({ ...row, IPN: 7 })],
        ] as const)
            it(`a Part of the IPN with ${what}: unknown, too`, async () => {
                spoil = (row, path) => (path.endsWith('/part/') && row['IPN'] === ipns[0] ? change(row) : row);
                await unreadable(partsByIpn(fixture.sync.destination.client, ipns[0]!), /name|IPN/);
                await unreadable(partsByIpns(fixture.sync.destination.client, ipns), /name|IPN/);
                assert.equal((await partsByIpn(fixture.sync.destination.client, ipns[1]!)).length, 1);
            });

        it('an item of another batch beside it is no reason to wait', async () => {
            spoil = (row) => (row['batch'] === batches[1] ? { ...row, part: 'none' } : row);
            const asked = stockByBatches(fixture.sync.destination.client, [batches[0]!]);
            assert.equal((await asked).get(batches[0]!.toLowerCase())!.length, 1);
        });

        it('the comparison after a lost ledger goes past it', async () => {
            spoil = (row) => (row['batch'] === batches[0] ? { ...row, part: null } : row);
            const found: unknown[] = [];
            const fetch = (query: Record<string, string | number>) =>
                fixture.sync.destination.client.read('/api/stock/', query);
            for await (const page of stockByPrefix(fetch, 'bambuddy')) found.push(...page.map(({ batch }) => batch));
            assert.deepEqual(found, [batches[1]]);
        });

        it('after a lost ledger the print of that item is not made a second time', async () => {
            await fixture.forget();
            spoil = (row) => (row['batch'] === batches[0] ? { ...row, part: null } : row);
            const flow = new Flow(fixture, { startWith: 'all' });
            const next = fixture.bambuddy.print({ name: 'Three' }).archiveId;
            await flow.poll();
            await flow.source.close();
            await flow.idle();
            const made = [...fixture.inventree.state.stock.values()].map(({ batch }) => batch);
            assert.deepEqual(made, [...batches, `bambuddy-${next}`]);
        });
    });

    it('templates: one without a name is left out, those behind it are found', async () => {
        for (let n = 0; n < 5; n++) fixture.inventree.addTemplate({ name: `T${n}` });
        spoil = (row) => (row['name'] === 'T1' ? { ...row, name: null } : row);
        const names = (await templates(fixture.sync.destination.client)).map(({ name }) => name);
        assert.deepEqual(names, ['T0', 'T2', 'T3', 'T4']);
    });
});
