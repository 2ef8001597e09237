import assert from 'node:assert/strict';
import type { Print } from '../../../../../lib/print/print';
import { Fixture } from '../../../fixture';
import { Flow } from '../../../flow';

const SECOND = /another Node-RED or sidecar writes to this InvenTree/;

describe('two Node-REDs with ledgers of their own on one InvenTree', () => {
    let one: Fixture;
    let two: Fixture;
    beforeEach(async () => {
        one = await Fixture.open();
        two = await Fixture.open({ beside: one });
    });
    afterEach(async () => {
        await two.close();
        await one.close();
    });

    /** A print that ends now. */
    const printNow = (name: string): void =>
        void one.bambuddy.print({ name, startedAt: new Date(Date.now() - 1000).toISOString(), seconds: 2 });
    /** Each has looked for the item of its print before the first of them sends. */
    const bothLook = async (prints: readonly Print[]): Promise<void> => {
        const lookUps = [one, two].map(async ({ sync: { destination }, signal }, n) => {
            destination.askStockAhead(prints[n]!.batch, signal);
            await destination.stockOf(prints[n]!.batch, false, signal);
        });
        await Promise.all(lookUps);
    };
    const reported = (fixture: Fixture): string[] => fixture.warnings.filter((text) => SECOND.test(text));

    it('make each live print once, and the second says once that there is another', async () => {
        const flows = [new Flow(one, { startWith: 'now' }), new Flow(two, { startWith: 'now' })];
        for (const flow of flows) await flow.poll();
        for (const name of ['A', 'B', 'C', 'D']) {
            printNow(name);
            for (const flow of flows) await flow.poll();
        }
        assert.equal(one.inventree.state.stock.size, 4);
        assert.deepEqual([reported(one).length, reported(two).length], [0, 1]);
        assert.match(reported(two)[0]!, /Stop one of the two/);
        for (const { stockPk } of two.ledger.prints()) assert.ok(one.inventree.state.stock.has(stockPk!));
        for (const flow of flows) await flow.source.close();
    });

    it('that began between two prints of one archive, and so gave its code to different ones, make each once', async () => {
        const first = new Flow(one, { startWith: 'now' });
        await first.poll();
        const now = Date.now();
        const at = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
        const { archiveId } = one.bambuddy.print({ name: 'A', startedAt: at(50), seconds: 600 });
        const second = new Flow(two, { startWith: 'now' });
        await second.poll();
        one.bambuddy.print({ archive: archiveId, startedAt: at(30), seconds: 600 });
        await second.poll();
        assert.deepEqual(
            [...one.inventree.state.stock.values()].map(({ batch }) => batch),
            ['bambuddy-1'],
        );
        await first.poll();
        const items = [...one.inventree.state.stock.values()];
        assert.deepEqual(
            items.map(({ batch }) => batch),
            ['bambuddy-1', 'bambuddy-1-1'],
        );
        assert.deepEqual(
            [...one.ledger.prints()].map(({ startedAt, stockPk }) => [startedAt?.slice(0, 16), stockPk]).sort(),
            [
                [at(50).slice(0, 16), items[1]!.pk],
                [at(30).slice(0, 16), items[0]!.pk],
            ],
        );
        for (const flow of [first, second]) await flow.source.close();
    });

    it('of which one made a print while its row was in the log, and the other after the log was cleared, make it once', async () => {
        const first = new Flow(one, { startWith: 'now' });
        await first.poll();
        const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
        const { archiveId } = one.bambuddy.print({ name: 'A', startedAt: at(50), seconds: 600 });
        await first.poll();
        const second = new Flow(two, { startWith: 'now' });
        await second.poll();
        one.bambuddy.print({ archive: archiveId, startedAt: at(30), seconds: 600 });
        await second.poll();
        one.bambuddy.clearLog();
        await first.poll();
        assert.deepEqual(
            [...one.inventree.state.stock.values()].map(({ batch }) => batch),
            ['bambuddy-1', 'bambuddy-1-2'],
        );
        assert.equal([...one.ledger.prints()].length, 2);
        for (const flow of [first, second]) await flow.source.close();
    });

    it('of which one made prints while their rows were in the log, and the other imports after the log was cleared, make each once', async () => {
        const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
        // the code of each archive goes to a print that only the first has seen
        const archives = [1, 2, 3].map((n) => one.bambuddy.print({ name: `${n}`, startedAt: at(90 + n), seconds: 60 }));
        const [first, second] = [new Flow(one, { startWith: 'all' }), new Flow(two, { startWith: 'now' })];
        for (const flow of [first, second]) await flow.poll();
        for (const { archiveId } of archives)
            one.bambuddy.print({ archive: archiveId, startedAt: at(60 - archiveId), seconds: 60 });
        await first.poll();
        const made = [...one.inventree.state.stock.values()].map(({ batch }) => batch).sort();
        assert.deepEqual(made, [
            'bambuddy-1',
            'bambuddy-1-4',
            'bambuddy-2',
            'bambuddy-2-5',
            'bambuddy-3',
            'bambuddy-3-6',
        ]);
        one.bambuddy.clearLog();
        const { created, failed } = await second.backfill();
        await second.idle();
        assert.deepEqual([created, failed], [0, 0]);
        assert.deepEqual([...one.inventree.state.stock.values()].map(({ batch }) => batch).sort(), made);
        for (const { stockPk } of two.ledger.prints()) assert.ok(one.inventree.state.stock.has(stockPk!));
        for (const flow of [first, second]) await flow.source.close();
    });

    it('that make the same at the same moment say so when they look once more', async () => {
        const prints = [await one.printed({ name: 'A' }), await two.accepted(1)];
        const parts = [await one.part(prints[0]!), await two.part(prints[1]!)];
        await bothLook(prints);
        await one.stock(prints[0]!, parts[0]!.pk);
        await two.stock(prints[1]!, parts[1]!.pk);
        assert.equal(one.inventree.state.stock.size, 2, 'the double came about');
        for (const fixture of [one, two]) {
            await fixture.sync.destination.lookForDoubles();
            assert.match(reported(fixture).join(), /2 StockItems for bambuddy-1 \(#1, #2\)/);
            await fixture.sync.destination.lookForDoubles();
            assert.equal(reported(fixture).length, 1);
        }
    });

    it('that make the same at the same moment under different codes say so, and of nobody else’s print', async () => {
        const first = await one.printed({ name: 'A', startedAt: '2026-11-22T08:00:00Z', seconds: 600 });
        one.inventree.person.sellOut((await one.stored(first)).stock.pk);
        const { archiveId, runId } = one.bambuddy.print({
            archive: first.archiveId!,
            startedAt: '2026-11-22T09:00:00Z',
            seconds: 600,
        });
        // the second knows nothing of the first print: the archive's code is free there
        const prints = [await one.accepted(archiveId, runId!), await two.accepted(archiveId, runId!)];
        const parts = [await one.part(prints[0]!), await two.part(prints[1]!)];
        await bothLook(prints);
        await one.stock(prints[0]!, parts[0]!.pk);
        await two.stock(prints[1]!, parts[1]!.pk);
        assert.deepEqual(
            [...one.inventree.state.stock.values()].map(({ pk, batch }) => [pk, batch]),
            [
                [2, 'bambuddy-1-2'],
                [3, 'bambuddy-1'],
            ],
        );
        for (const fixture of [one, two]) await fixture.sync.destination.lookForDoubles();
        assert.match(reported(one).join(), /^InvenTree has 2 StockItems for bambuddy-1-2 \(#2, #3 as bambuddy-1\):/);
        assert.match(reported(two).join(), /^InvenTree has 2 StockItems for bambuddy-1 \(#3, #2 as bambuddy-1-2\):/);
    });

    it('items of other prints of the archive are no doubles', async () => {
        const first = await one.printed({ name: 'A', startedAt: '2026-11-22T08:00:00Z', seconds: 600 });
        await one.stored(first);
        one.bambuddy.print({ archive: first.archiveId!, startedAt: '2026-11-22T09:00:00Z', seconds: 600 });
        await one.stored(await one.accepted(first.archiveId!));
        assert.deepEqual(
            [...one.inventree.state.stock.values()].map(({ batch }) => batch),
            ['bambuddy-1', 'bambuddy-1-2'],
        );
        await one.sync.destination.lookForDoubles();
        assert.deepEqual(one.warnings, []);
    });

    it('one that was split by a person is no double', async () => {
        const print = await one.printed({ name: 'A' });
        const part = await one.part(print);
        const stock = (await one.stock(print, part.pk, { quantity: 4 }))!;
        one.inventree.person.split(stock.pk, 1);
        await one.sync.destination.lookForDoubles();
        assert.deepEqual(one.warnings, []);
    });

    it('an item from before this process, found after its ledger was put back from a backup, is nobody’s second', async () => {
        const print = await one.printed({ name: 'A', startedAt: '2026-10-20T08:00:00Z', seconds: 600 });
        await one.stored(print);
        await one.forget();
        assert.equal((await one.stored(await one.accepted(print.archiveId!))).stock.created, false);
        assert.deepEqual(reported(one), []);
    });

    it('what this process made itself and did not hear of is nobody’s second', async () => {
        printNow('A');
        const print = await one.accepted(1);
        const part = await one.part(print);
        let left = 1;
        one.inventree.interfere = ({ method, url }) =>
            method === 'POST' && url === '/api/stock/' && left-- > 0 ? { at: 'after', kind: 'reset' } : undefined;
        await one.stock(print, part.pk);
        assert.deepEqual(reported(one), []);
    });
});
