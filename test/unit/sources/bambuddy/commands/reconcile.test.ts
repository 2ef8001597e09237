import assert from 'node:assert/strict';
import type { Reconciliation } from '../../../../../lib/sources/bambuddy/commands/reports';
import { Flow } from '../../../flow';
import { FILTER, Workshop } from '../../../workshop';

const at = (hour: number): string => `2026-11-20T${String(hour).padStart(2, '0')}:00:00Z`;

describe('holding ledger, InvenTree and Bambuddy against one another', () => {
    let shop: Workshop;
    let flow: Flow;

    beforeEach(async () => {
        shop = await Workshop.open();
        flow = new Flow(shop);
        for (let i = 0; i < 6; i++) shop.bambuddy.print({ name: `Print ${i + 1}`, startedAt: at(i), quantity: 2 });
        shop.bambuddy.print({ archive: 6, startedAt: at(10) });
        shop.bambuddy.print({ name: 'Came off', startedAt: at(11), status: 'failed' });
        await flow.backfill();
    });

    afterEach(async () => {
        await flow.source.close();
        assert.deepEqual(shop.inventree.state.violations, []);
        await shop.close();
    });

    const pkOf = (batch: string): number => shop.ledger.print(batch)!.stockPk!;
    const figures = ({ lists: _lists, ...counts }: Reconciliation): Omit<Reconciliation, 'lists'> => counts;
    const GOOD = { runs: 7, items: 7, matches: 7, missing: 0, gone: 0, extra: 0, differing: 0 };

    /** What it says, after seeing that it changed nothing anywhere. */
    async function reconciled(): Promise<Reconciliation> {
        const state = (): string => JSON.stringify([...shop.ledger.prints()]);
        const before = state();
        const from = [shop.bambuddy.requests.length, shop.inventree.requests.length] as const;
        const result = await flow.source.reconcile();
        const asked = [...shop.bambuddy.requests.slice(from[0]), ...shop.inventree.requests.slice(from[1])];
        assert.ok(asked.length > 0);
        assert.deepEqual(
            asked.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`),
            [],
        );
        assert.equal(state(), before);
        return result;
    }

    it('all is well after an import', async () => {
        const result = await reconciled();
        assert.deepEqual(figures(result), GOOD);
        assert.deepEqual(result.lists, { missing: [], gone: [], extra: [], differing: [] });
    });

    it('missing: a print that never came into stock, with archive, name and start', async () => {
        shop.bambuddy.print({ name: 'New', startedAt: at(14) });
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 8, missing: 1 });
        const [missing] = result.lists.missing;
        assert.deepEqual(
            [missing!.archiveId, missing!.name, missing!.startedAt?.slice(0, 19)],
            [8, 'New', at(14).slice(0, 19)],
        );
    });

    it('missing: one without a row in the log, and one that is parked', async () => {
        shop.bambuddy.addArchive({ name: 'Old', status: 'completed', startedAt: at(1), completedAt: at(2) });
        shop.bambuddy.print({ name: 'Refused', startedAt: at(14) });
        flow.handle = (print) => shop.sync.delivery.park(print, 'part', 'no');
        await flow.poll();
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 9, missing: 2 });
    });

    it('gone: sold out, merged into another, deleted by a person', async () => {
        shop.inventree.person.sellOut(pkOf('bambuddy-1'));
        const reprint = [...shop.ledger.prints()]
            .map(({ batch }) => batch)
            .find((batch) => batch.startsWith('bambuddy-6-'))!;
        shop.inventree.person.merge([pkOf('bambuddy-6'), pkOf(reprint)]);
        shop.inventree.person.deleteStock(pkOf('bambuddy-3'));
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, items: 4, matches: 4, gone: 3 });
        assert.deepEqual(result.lists.gone.map(({ batch }) => batch).sort(), ['bambuddy-1', 'bambuddy-3', reprint]);
        assert.ok(result.lists.gone.every(({ stock }) => stock !== null));
        // and is not made again
        assert.equal((await flow.backfill()).created, 0);
    });

    it('extra: an item with our code that is no print’s; others of the shelf are none of ours', async () => {
        const part = shop.inventree.addPart({ name: 'Other' });
        shop.inventree.addStock({ part: part.pk, quantity: 1, batch: 'bambuddy-77' });
        shop.inventree.addStock({ part: part.pk, quantity: 1, batch: 'another-1' });
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, items: 8, extra: 1 });
        assert.equal(result.lists.extra[0]!.batch, 'bambuddy-77');
    });

    it('extra: one whose archive was deleted with its runs, with what its mark says', async () => {
        shop.bambuddy.purge(2);
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 6, matches: 6, extra: 1 });
        const [extra] = result.lists.extra;
        assert.deepEqual(
            [extra!.batch, extra!.archiveId, extra!.startedAt?.slice(0, 19)],
            ['bambuddy-2', 2, at(1).slice(0, 19)],
        );
    });

    it('extra: a second item of a batch, made by a write that came through too late; a split is none', async () => {
        const { part, quantity } = shop.inventree.state.stock.get(pkOf('bambuddy-2'))!;
        shop.inventree.person.split(pkOf('bambuddy-1'), 1);
        const second = shop.inventree.addStock({ part, quantity, batch: 'bambuddy-2' });
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, extra: 1 });
        assert.deepEqual([result.lists.extra[0]!.batch, result.lists.extra[0]!.stock], ['bambuddy-2', second.pk]);
    });

    it('a soft-deleted archive whose item is there is a match', async () => {
        shop.bambuddy.softDelete(2);
        assert.deepEqual(figures(await reconciled()), GOOD);
    });

    it('differing: status, quantity and name as they were edited since', async () => {
        shop.bambuddy.editRun(1, { status: 'failed' });
        shop.bambuddy.editArchive(2, { quantity: 5 });
        shop.bambuddy.editArchive(3, { print_name: 'Renamed' });
        const result = await reconciled();
        assert.equal(result.differing, 3);
        assert.equal(result.missing + result.extra + result.gone, 0);
        assert.deepEqual(
            result.lists.differing.map(({ batch, what, was, is }) => [batch, what, was, is]),
            [
                ['bambuddy-1', 'status', 'completed', 'failed'],
                ['bambuddy-2', 'quantity', 2, 5],
                ['bambuddy-3', 'name', 'Print 3', 'Renamed'],
            ],
        );
    });

    it('a log that was cleared: each archive stands for its last run, and the run before it is extra', async () => {
        shop.bambuddy.clearLog();
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 6, matches: 6, extra: 1 });
        assert.equal(result.lists.extra[0]!.batch, 'bambuddy-6');
    });

    it('what the source leaves out is not missing', async () => {
        await flow.source.close();
        flow = new Flow(shop, { filter: { ...FILTER, tags: ['sale'] } });
        shop.bambuddy.print({ name: 'Untagged', startedAt: at(14) });
        shop.bambuddy.addArchive({ name: 'Only uploaded' });
        assert.deepEqual(figures(await reconciled()), GOOD);
    });

    it('lists the first 500 of each, and counts all', async () => {
        const part = shop.inventree.addPart({ name: 'Other' });
        for (let i = 0; i < 600; i++)
            shop.inventree.addStock({ part: part.pk, quantity: 1, batch: `bambuddy-${1000 + i}` });
        const result = await reconciled();
        assert.equal(result.extra, 600);
        assert.equal(result.lists.extra.length, 500);
    });
});
