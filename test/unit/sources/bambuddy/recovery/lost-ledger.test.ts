import assert from 'node:assert/strict';
import { actionOf } from '../../../../../lib/sources/bambuddy/commands/action';
import { perform } from '../../../../../lib/sources/bambuddy/commands/perform';
import { Flow } from '../../../flow';
import { Fixture } from '../../../fixture';

const at = (minute: number): string => `2026-10-20T08:${String(minute).padStart(2, '0')}:00Z`;

describe('after the ledger was lost', () => {
    let fixture: Fixture;
    let flow: Flow;
    /** what our own clock was set forward or back by, ms */
    let skew = 0;
    afterEach(async () => {
        await flow.source.close();
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    /** Prints that are in stock: archives 1 to `count`, each of a file of its own, but for those named. */
    async function inStock(apiVersion: number, files: readonly string[]): Promise<void> {
        skew = 0;
        fixture = await Fixture.open({ apiVersion, now: () => Date.now() + skew });
        flow = new Flow(fixture, { startWith: 'now' });
        await flow.poll();
        for (const [n, filename] of files.entries())
            fixture.bambuddy.print({ filename, startedAt: at(2 * n), seconds: 60 });
        await flow.poll();
        assert.equal(fixture.inventree.state.stock.size, files.length);
    }

    async function lose(startWith: 'now' | 'all' = 'now'): Promise<void> {
        await flow.source.close();
        await fixture.forget();
        flow = new Flow(fixture, { startWith });
        await flow.poll();
    }

    const batches = (): string[] => [...fixture.inventree.state.stock.values()].map(({ batch }) => batch!).sort();
    const of = (batch: string): number =>
        [...fixture.inventree.state.stock.values()].find((item) => item.batch === batch)!.pk;
    const ask = (payload: unknown): Promise<object> => perform(flow.source, actionOf(payload), () => undefined);

    it('prints of which InvenTree has no trace are imported without asking', async () => {
        await inStock(530, ['a.3mf', 'b.3mf']);
        await flow.source.close();
        // it ended while Node-RED was away
        fixture.bambuddy.print({ filename: 'c.3mf', startedAt: at(6), seconds: 60 });
        fixture.bambuddy.print({ filename: 'a.3mf', startedAt: at(8), seconds: 60 });
        await lose();
        assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2', 'bambuddy-3', 'bambuddy-4']);
        assert.equal(flow.source.status().offered, 0);
    });

    it('an item whose batch a person changed is known by the line in its notes, and not made again', async () => {
        await inStock(530, ['a.3mf', 'b.3mf', 'c.3mf']);
        const pk = of('bambuddy-3');
        fixture.inventree.person.editStock(pk, { batch: 'red box' });
        await lose();
        assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2', 'red box']);
        const record = fixture.ledger.printOfRun('bambuddy', 3, at(4))!;
        assert.deepEqual([record.state, record.stockPk], ['done', pk]);
    });

    it('an item that was merged into another, or sold, is offered and not made again', async () => {
        await inStock(530, ['a.3mf', 'a.3mf', 'b.3mf']);
        // the second print's item goes into the first's; the third is sold
        fixture.inventree.person.merge([of('bambuddy-1'), of('bambuddy-2')]);
        fixture.inventree.person.sellOut(of('bambuddy-3'));
        await lose();
        assert.deepEqual(batches(), ['bambuddy-1']);
        assert.equal(flow.source.status().offered, 2);
        assert.match(fixture.warnings.join(), /The ledger was lost.*import them\?/);
        const { prints } = (await ask('offered')) as { prints: { batch: string }[] };
        assert.deepEqual(
            prints.map(({ batch }) => batch),
            ['bambuddy-2', 'bambuddy-3'],
        );
        // it stays so, whatever looks and starts come
        await flow.poll();
        await flow.source.close();
        await fixture.restart();
        flow = new Flow(fixture, { startWith: 'now' });
        await flow.poll();
        assert.equal(flow.source.status().offered, 2);
        assert.deepEqual(batches(), ['bambuddy-1']);
    });

    it('an answer takes one of them, or lets it go', async () => {
        await inStock(530, ['a.3mf', 'b.3mf', 'c.3mf', 'd.3mf']);
        for (const batch of ['bambuddy-2', 'bambuddy-3', 'bambuddy-4']) fixture.inventree.person.sellOut(of(batch));
        await lose();
        assert.equal(flow.source.status().offered, 3);
        assert.deepEqual(await ask({ action: 'dismiss-offered', batch: 'bambuddy-2' }), {
            action: 'dismiss-offered',
            dismissed: 1,
        });
        assert.deepEqual(await ask({ action: 'import-offered', batch: 'bambuddy-3' }), {
            action: 'import-offered',
            sent: 1,
            remaining: 0,
        });
        await flow.idle();
        assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-3']);
        await assert.rejects(ask({ action: 'import-offered', batch: 'bambuddy-3' }), /No print with the batch/);
        assert.deepEqual(await ask('import-offered'), { action: 'import-offered', sent: 1, remaining: 0 });
        await flow.idle();
        await flow.poll();
        assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-3', 'bambuddy-4']);
        assert.equal(flow.source.status().offered, 0);
    });

    it('an import and a dismissal at the same moment: each print is stocked or let go, never both', async () => {
        await inStock(530, ['a.3mf', 'b.3mf', 'c.3mf', 'd.3mf', 'e.3mf']);
        for (const n of [1, 2, 3, 4]) fixture.inventree.person.sellOut(of(`bambuddy-${n}`));
        await lose();
        const imported = ask('import-offered');
        // while the archive of the first is read
        const { dismissed } = (await ask('dismiss-offered')) as { dismissed: number };
        const { sent } = (await imported) as { sent: number };
        await flow.idle();
        await flow.poll();
        const offered = ['bambuddy-1', 'bambuddy-2', 'bambuddy-3', 'bambuddy-4'];
        const states = offered.map((batch) => fixture.ledger.print(batch)!.state);
        assert.equal(states.filter((state) => state === 'skipped').length, dismissed);
        assert.equal(states.filter((state) => state === 'done').length, sent);
        assert.equal(sent + dismissed, 4);
        assert.deepEqual(batches(), [...offered.filter((_batch, n) => states[n] === 'done'), 'bambuddy-5']);
    });

    it('an import of the history takes them', async () => {
        await inStock(530, ['a.3mf', 'b.3mf']);
        fixture.inventree.person.sellOut(of('bambuddy-2'));
        await lose();
        assert.equal(flow.source.status().offered, 1);
        const report = await flow.backfill();
        await flow.idle();
        assert.equal(report.created, 1);
        assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2']);
    });

    for (const [what, apiVersion, unreadable] of [
        ['keeps no history of what is gone (API 425)', 425, null],
        ['does not let the token read it', 530, '/api/stock/track/'],
    ] as const)
        it(`where InvenTree ${what}, nothing is made on a guess`, async () => {
            await inStock(apiVersion, ['a.3mf']);
            await flow.source.close();
            fixture.bambuddy.print({ filename: 'b.3mf', startedAt: at(6), seconds: 60 });
            fixture.bambuddy.print({ filename: 'a.3mf', startedAt: at(8), seconds: 60 });
            fixture.inventree.interfere = ({ url }) =>
                unreadable !== null && url.startsWith(unreadable)
                    ? {
                          at: 'before',
                          kind: 403,
                          body: '{"detail":"You do not have permission to perform this action."}',
                      }
                    : undefined;
            await lose();
            const made = batches();
            // of a Part that does not exist there never was an item, where histories are kept
            assert.deepEqual(made, apiVersion === 425 ? ['bambuddy-1'] : ['bambuddy-1', 'bambuddy-2']);
            assert.equal(flow.source.status().offered, apiVersion === 425 ? 2 : 1);
        });

    it('prints that end from then on are taken as ever', async () => {
        await inStock(425, ['a.3mf']);
        await lose();
        fixture.bambuddy.print({ filename: 'b.3mf', startedAt: new Date(), seconds: 60 });
        await flow.poll();
        assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2']);
    });

    describe('whatever a clock shows, what was in stock is not made again:', () => {
        const DAY_MS = 24 * 3600_000;
        const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

        /** Two prints of one file, whose items a person puts together after the second, and one that stays. */
        async function merged(startOfSecond: Date): Promise<void> {
            await inStock(530, []);
            fixture.bambuddy.print({ filename: 'b.3mf', startedAt: ago(40), seconds: 60 });
            fixture.bambuddy.print({ filename: 'a.3mf', startedAt: ago(30), seconds: 60 });
            fixture.bambuddy.print({ filename: 'a.3mf', startedAt: startOfSecond, seconds: 60 });
            await flow.poll();
            assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2', 'bambuddy-3']);
            fixture.inventree.person.merge([of('bambuddy-2'), of('bambuddy-3')]);
        }

        for (const days of [-1, -30, 1])
            it(`our own clock is ${days} days off when the ledger is lost, and right again afterwards`, async () => {
                await merged(ago(20));
                skew = days * DAY_MS;
                // it is put right between the comparison and the first look, as by NTP after a start
                await flow.source.close();
                await fixture.forget();
                flow = new Flow(fixture, { startWith: 'now' });
                await ask('import-offered');
                assert.notEqual(fixture.ledger.meta('lost:bambuddy'), undefined);
                skew = 0;
                await flow.poll();
                assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2']);
                assert.equal(flow.source.status().offered, 1);
                // and what comes now is new
                fixture.bambuddy.print({ filename: 'a.3mf', startedAt: new Date(), seconds: 60 });
                await flow.poll();
                assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2', 'bambuddy-4']);
            });

        it('the printer’s server wrote the year 2036', async () => {
            await merged(new Date('2036-02-07T06:28:15Z'));
            await lose();
            assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2']);
            assert.equal(flow.source.status().offered, 1);
        });

        it('the row of the newest print was deleted, and later the log was cleared', async () => {
            await merged(ago(20));
            fixture.bambuddy.deleteRow(3);
            await lose();
            fixture.bambuddy.clearLog();
            await flow.poll();
            assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2']);
            assert.equal(flow.source.status().offered, 1);
        });

        it('Bambuddy’s answers come without a Date: ours counts, and the newest end in its log', async () => {
            await merged(ago(20));
            fixture.bambuddy.sendsDate = false;
            skew = -DAY_MS;
            await lose();
            assert.deepEqual(batches(), ['bambuddy-1', 'bambuddy-2']);
            assert.equal(flow.source.status().offered, 1);
        });
    });
});
