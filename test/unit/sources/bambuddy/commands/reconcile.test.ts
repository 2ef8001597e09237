import assert from 'node:assert/strict';
import type { Reconciliation } from '../../../../../lib/sources/bambuddy/commands/reports';
import { Flow } from '../../../flow';
import { FILTER, Fixture } from '../../../fixture';

const at = (hour: number): string => `2026-11-20T${String(hour).padStart(2, '0')}:00:00Z`;

describe('comparing ledger, InvenTree and Bambuddy', () => {
    let fixture: Fixture;
    let flow: Flow;

    beforeEach(async () => {
        fixture = await Fixture.open();
        flow = new Flow(fixture);
        for (let i = 0; i < 6; i++) fixture.bambuddy.print({ name: `Print ${i + 1}`, startedAt: at(i), quantity: 2 });
        fixture.bambuddy.print({ archive: 6, startedAt: at(10) });
        fixture.bambuddy.print({ name: 'Came off', startedAt: at(11), status: 'failed' });
        await flow.backfill();
    });

    afterEach(async () => {
        await flow.source.close();
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    const pkOf = (batch: string): number => fixture.ledger.print(batch)!.stockPk!;
    const figures = ({ lists: _lists, ...counts }: Reconciliation): Omit<Reconciliation, 'lists'> => counts;
    const GOOD = { runs: 7, items: 7, matches: 7, missing: 0, gone: 0, extra: 0, differing: 0 };

    /** What it says, after seeing that it changed nothing anywhere. */
    async function reconciled(): Promise<Reconciliation> {
        const state = (): string => JSON.stringify([...fixture.ledger.prints()]);
        const before = state();
        const from = [fixture.bambuddy.requests.length, fixture.inventree.requests.length] as const;
        const result = await flow.source.reconcile();
        const asked = [...fixture.bambuddy.requests.slice(from[0]), ...fixture.inventree.requests.slice(from[1])];
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
        fixture.bambuddy.print({ name: 'New', startedAt: at(14) });
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 8, missing: 1 });
        const [missing] = result.lists.missing;
        assert.deepEqual(
            [missing!.archiveId, missing!.name, missing!.startedAt?.slice(0, 19)],
            [8, 'New', at(14).slice(0, 19)],
        );
    });

    it('missing: one without a row in the log, and one that is parked', async () => {
        fixture.bambuddy.addArchive({ name: 'Old', status: 'completed', startedAt: at(1), completedAt: at(2) });
        fixture.bambuddy.print({ name: 'Refused', startedAt: at(14) });
        flow.handle = (print) => fixture.sync.delivery.park(print, 'part', 'no');
        await flow.poll();
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 9, missing: 2 });
    });

    it('gone: sold out, merged into another, deleted by a person', async () => {
        fixture.inventree.person.sellOut(pkOf('bambuddy-1'));
        const reprint = [...fixture.ledger.prints()]
            .map(({ batch }) => batch)
            .find((batch) => batch.startsWith('bambuddy-6-'))!;
        fixture.inventree.person.merge([pkOf('bambuddy-6'), pkOf(reprint)]);
        fixture.inventree.person.deleteStock(pkOf('bambuddy-3'));
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, items: 4, matches: 4, gone: 3 });
        assert.deepEqual(result.lists.gone.map(({ batch }) => batch).sort(), ['bambuddy-1', 'bambuddy-3', reprint]);
        assert.ok(result.lists.gone.every(({ stock }) => stock !== null));
        // and is not made again
        assert.equal((await flow.backfill()).created, 0);
    });

    it('extra: an item with our batch code and no print; other items in stock are ignored', async () => {
        const part = fixture.inventree.addPart({ name: 'Other' });
        fixture.inventree.addStock({ part: part.pk, quantity: 1, batch: 'bambuddy-77' });
        fixture.inventree.addStock({ part: part.pk, quantity: 1, batch: 'another-1' });
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, items: 8, extra: 1 });
        assert.equal(result.lists.extra[0]!.batch, 'bambuddy-77');
    });

    it('extra: one whose archive was deleted with its runs, with what its mark says', async () => {
        fixture.bambuddy.purge(2);
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 6, matches: 6, extra: 1 });
        const [extra] = result.lists.extra;
        assert.deepEqual(
            [extra!.batch, extra!.archiveId, extra!.startedAt?.slice(0, 19)],
            ['bambuddy-2', 2, at(1).slice(0, 19)],
        );
    });

    it('extra: a second item of a batch, made by a write that came through too late; a split is none', async () => {
        const { part, quantity } = fixture.inventree.state.stock.get(pkOf('bambuddy-2'))!;
        fixture.inventree.person.split(pkOf('bambuddy-1'), 1);
        const second = fixture.inventree.addStock({ part, quantity, batch: 'bambuddy-2' });
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, extra: 1 });
        assert.deepEqual([result.lists.extra[0]!.batch, result.lists.extra[0]!.stock], ['bambuddy-2', second.pk]);
    });

    it('a soft-deleted archive whose item is there is a match', async () => {
        fixture.bambuddy.softDelete(2);
        assert.deepEqual(figures(await reconciled()), GOOD);
    });

    it('differing: status, quantity and name as they were edited since', async () => {
        fixture.bambuddy.editRun(1, { status: 'failed' });
        fixture.bambuddy.editArchive(2, { quantity: 5 });
        fixture.bambuddy.editArchive(3, { print_name: 'Renamed' });
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
        fixture.bambuddy.clearLog();
        const result = await reconciled();
        assert.deepEqual(figures(result), { ...GOOD, runs: 6, matches: 6, extra: 1 });
        assert.equal(result.lists.extra[0]!.batch, 'bambuddy-6');
    });

    it('what the source leaves out is not missing', async () => {
        await flow.source.close();
        flow = new Flow(fixture, { filter: { ...FILTER, tags: ['sale'] } });
        fixture.bambuddy.print({ name: 'Untagged', startedAt: at(14) });
        fixture.bambuddy.addArchive({ name: 'Only uploaded' });
        assert.deepEqual(figures(await reconciled()), GOOD);
    });

    it('lists the first 500 of each, and counts all', async () => {
        const part = fixture.inventree.addPart({ name: 'Other' });
        for (let i = 0; i < 600; i++)
            fixture.inventree.addStock({ part: part.pk, quantity: 1, batch: `bambuddy-${1000 + i}` });
        const result = await reconciled();
        assert.equal(result.extra, 600);
        assert.equal(result.lists.extra.length, 500);
    });
});
