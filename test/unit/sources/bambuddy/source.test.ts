import assert from 'node:assert/strict';
import { RejectedError } from '../../../../lib/http/errors';
import { Flow } from '../../flow';
import { Fixture, type FixtureOptions } from '../../fixture';
import type { SourceSettings } from '../../../../lib/sources/bambuddy/source';

const at = (hour: number): string => `2026-11-20T${String(hour).padStart(2, '0')}:00:00Z`;

describe('the source', () => {
    let fixture: Fixture;
    let flow: Flow;
    const open = async (options: FixtureOptions = {}, settings: Partial<SourceSettings> = {}): Promise<void> => {
        fixture = await Fixture.open(options);
        flow = new Flow(fixture, settings);
    };

    afterEach(() => flow.end());

    /** Successful, failed, uploaded only, deleted, twice printed, without a 3MF. @returns how many count */
    function history(): number {
        for (let i = 0; i < 8; i++) fixture.bambuddy.print({ name: `Part ${i}`, startedAt: at(i) });
        fixture.bambuddy.print({ archive: 3, startedAt: at(12) });
        fixture.bambuddy.print({ name: 'failed', status: 'failed', startedAt: at(13) });
        fixture.bambuddy.addArchive({ name: 'uploaded' });
        const { archiveId } = fixture.bambuddy.print({ name: 'deleted', startedAt: at(14) });
        fixture.bambuddy.softDelete(archiveId);
        fixture.bambuddy.addRun({ archive_id: null, started_at: at(15).slice(0, 19) });
        fixture.bambuddy.addArchive({
            name: 'before the log',
            status: 'completed',
            startedAt: at(1),
            completedAt: at(2),
        });
        return 10;
    }

    const writes = (): string[] =>
        [...fixture.bambuddy.requests, ...fixture.inventree.requests]
            .filter(({ method, url }) => method !== 'GET' && !/token/.test(url))
            .map(({ method, url }) => `${method} ${url}`);

    it('makes stock of the whole history, oldest first, and the second time of nothing', async () => {
        await open();
        const count = history();
        const report = await flow.backfill();
        assert.equal(report.created, count);
        assert.equal(report.failed, 0);
        assert.equal(report.existing, 0);
        assert.equal(fixture.inventree.state.stock.size, count);
        assert.deepEqual(flow.sent.slice(0, 3), ['bambuddy-1', 'bambuddy-2', 'bambuddy-3']);
        const again = await flow.backfill();
        assert.equal(again.created, 0);
        assert.equal(again.existing, count);
        assert.equal(fixture.inventree.state.stock.size, count);
        assert.equal(flow.sent.length, count);
    });

    it('previews what would happen and writes nothing, nowhere', async () => {
        await open();
        const count = history();
        const size = fixture.ledger.counts();
        const report = await flow.backfill({ mode: 'preview' });
        assert.equal(report.created, count);
        assert.equal(report.existing, 0);
        assert.equal(report.phase, 'done');
        assert.deepEqual(writes(), []);
        assert.deepEqual(fixture.ledger.counts(), size);
        assert.deepEqual(flow.sent, []);
        assert.equal(report.prints?.length, report.done);
        assert.equal(
            report.skipped,
            Object.values(report.reasons).reduce((sum, n) => sum + n, 0),
        );
        assert.equal(report.reasons['status failed'], 1);
        assert.equal(report.reasons['archive gone'], 1);
        assert.equal(report.reasons['no archive'], 1);
        assert.equal(report.reasons['never printed'], 1);
    });

    it('previews as many as it then makes, and afterwards none', async () => {
        await open();
        history();
        const preview = await flow.backfill({ mode: 'preview' });
        const import_ = await flow.backfill();
        assert.equal(import_.created, preview.created);
        assert.equal(import_.skipped, preview.skipped);
        const codes = preview.prints!.filter(({ outcome }) => outcome === 'create').map(({ batch }) => batch);
        assert.deepEqual(codes.sort(), [...flow.sent].sort());
        const after = await flow.backfill({ mode: 'preview' });
        assert.equal(after.created, 0);
        assert.equal(after.existing, preview.created);
    });

    it('adopts what the sidecar made and creates nothing; the import then makes the rest', async () => {
        await open();
        const count = history();
        const part = fixture.inventree.addPart({ name: 'From before', IPN: 'BMB-0123456789ab' });
        for (const archive of [1, 2])
            fixture.inventree.addStock({ part: part.pk, quantity: 1, batch: `bambuddy-${archive}` });
        const preview = await flow.backfill({ mode: 'preview' });
        const adopted = await flow.backfill({ mode: 'adopt' });
        assert.equal(adopted.adopted, 2);
        assert.equal(adopted.created, 0);
        assert.deepEqual(writes(), []);
        assert.deepEqual(flow.sent, []);
        assert.ok(preview.created >= count - 2);
        const report = await flow.backfill();
        assert.equal(report.created, count - 2);
        assert.equal(fixture.inventree.state.stock.size, count);
        assert.equal((await flow.backfill({ mode: 'adopt' })).adopted, 0);
    });

    it('takes only the newest so many, oldest first; skipped ones do not count', async () => {
        await open();
        for (let i = 0; i < 12; i++)
            fixture.bambuddy.print({ name: `P${i}`, startedAt: at(i), status: i % 3 === 2 ? 'failed' : 'completed' });
        const report = await flow.backfill({ max: 3 });
        assert.deepEqual(flow.sent, ['bambuddy-8', 'bambuddy-10', 'bambuddy-11']);
        assert.equal(report.created, 3);
        assert.ok(report.skipped >= 1);
    });

    it('takes what ended between two times', async () => {
        await open();
        for (let i = 0; i < 10; i++) fixture.bambuddy.print({ name: `P${i}`, startedAt: at(i), seconds: 60 });
        await flow.backfill({ since: '2026-11-20T03:00:00.000Z', until: '2026-11-20T05:30:00.000Z' });
        assert.deepEqual(flow.sent, ['bambuddy-4', 'bambuddy-5', 'bambuddy-6']);
    });

    it('in a pass for Parts makes Parts and no stock, and the stock later', async () => {
        await open();
        const count = history();
        await flow.backfill({ mode: 'parts' });
        assert.equal(fixture.inventree.state.stock.size, 0);
        const parts = fixture.inventree.state.parts.size;
        assert.ok(parts > 0);
        assert.equal((await flow.backfill()).created, count);
        assert.equal(fixture.inventree.state.parts.size, parts);
    });

    it('has never more prints under way than its window', async () => {
        await open({}, { window: 2 });
        history();
        await flow.backfill();
        assert.ok(flow.together <= 2, String(flow.together));
    });

    it('counts what failed, and the others go on', async () => {
        await open();
        const count = history();
        const { handle } = flow;
        flow.handle = async (print, pass) => {
            if (print.archiveId === 2) return fixture.sync.delivery.park(print, 'part', 'no');
            return handle(print, pass);
        };
        const report = await flow.backfill();
        assert.equal(report.failed, 1);
        assert.equal(report.created, count - 1);
        assert.deepEqual(
            flow.source.manual.parked().map(({ batch, reason }) => [batch, reason]),
            [['bambuddy-2', 'no']],
        );
        flow.handle = handle;
        assert.deepEqual(await flow.source.manual.retry(null), { sent: 1, remaining: 0 });
        await flow.idle();
        assert.equal(fixture.inventree.state.stock.size, count);
    });

    it('refuses a second backfill while one runs', async () => {
        await open();
        history();
        const first = flow.backfill();
        await assert.rejects(flow.backfill(), /already running/);
        await first;
    });

    it('the same print from poll, backfill and by hand at once makes one item', async () => {
        await open();
        fixture.bambuddy.print({ startedAt: at(1) });
        await Promise.all([flow.poll(), flow.backfill(), flow.source.manual.offerArchive(1, false)]);
        await flow.idle();
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1']);
    });

    it('one archive by hand: its newest successful run, and forced no second item', async () => {
        await open();
        fixture.bambuddy.print({ startedAt: at(1) });
        fixture.bambuddy.print({ archive: 1, startedAt: at(3) });
        fixture.bambuddy.print({ archive: 1, startedAt: at(5), status: 'failed' });
        const answer = await flow.source.manual.offerArchive(1, false);
        await flow.idle();
        assert.equal(answer.sent, true);
        assert.equal(fixture.ledger.print(answer.batch)?.startedAt?.slice(0, 19), at(3).slice(0, 19));
        assert.deepEqual(await flow.source.manual.offerArchive(1, false), { ...answer, sent: false, state: 'done' });
        assert.equal((await flow.source.manual.offerArchive(1, true)).sent, true);
        await flow.idle();
        assert.equal(fixture.inventree.state.stock.size, 1);
        await flow.backfill();
        assert.equal(fixture.inventree.state.stock.size, 2);
    });

    it('one archive by hand that is not there, or does not count, is refused in words', async () => {
        await open();
        fixture.bambuddy.print({ startedAt: at(1), status: 'failed' });
        fixture.bambuddy.addArchive({ name: 'uploaded' });
        for (const [archive, words] of [
            [99, /no archive 99/],
            [1, /status failed/],
            [2, /never printed/],
        ] as const)
            await assert.rejects(
                flow.source.manual.offerArchive(archive, true),
                (error) => error instanceof RejectedError && words.test(error.message),
            );
        assert.equal(flow.source.status().underWay, 0);
        assert.deepEqual(flow.sent, []);
    });

    it('a print without a key is parked with that reason, and the next goes on', async () => {
        await open();
        fixture.bambuddy.print({ name: null, no3mf: true, startedAt: at(1) });
        fixture.bambuddy.print({ name: 'Good', startedAt: at(2) });
        await flow.poll();
        assert.equal(fixture.inventree.state.stock.size, 1);
        assert.match(flow.source.manual.parked()[0]!.reason, /no key/);
        assert.match(flow.failures[0]!, /no key/);
        fixture.bambuddy.editArchive(1, { print_name: 'Named now' });
        assert.deepEqual(await flow.source.manual.retry(null), { sent: 1, remaining: 0 });
        await flow.idle();
        assert.equal(fixture.inventree.state.stock.size, 2);
    });

    it('what was accepted and not finished is offered again after a restart, once', async () => {
        await open();
        fixture.bambuddy.print({ startedAt: at(1) });
        // the message is lost with the process
        flow.handle = () => Promise.resolve();
        await flow.poll();
        assert.equal(fixture.ledger.print('bambuddy-1')?.state, 'accepted');
        await flow.source.close();
        await fixture.restart();
        flow = new Flow(fixture);
        await flow.poll();
        while (flow.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
        await flow.idle();
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1']);
        assert.equal(fixture.ledger.print('bambuddy-1')?.state, 'done');
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-1']);
        assert.equal(fixture.inventree.state.stock.size, 1);
    });

    it('with none of our nodes wired a print is done when it is sent', async () => {
        fixture = await Fixture.open();
        flow = new Flow(fixture, {}, []);
        flow.handle = () => Promise.resolve();
        fixture.bambuddy.print({ startedAt: at(1) });
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-1']);
        assert.equal(fixture.ledger.print('bambuddy-1')?.state, 'done');
    });

    it('with the store lost it makes nothing twice, from whichever start', async () => {
        await open();
        const count = history();
        await flow.backfill();
        await flow.source.close();
        await fixture.forget();
        flow = new Flow(fixture, { startWith: 'all' });
        await flow.poll();
        assert.equal((await flow.backfill()).created, 0);
        assert.equal(fixture.inventree.state.stock.size, count);
        assert.equal(fixture.ledger.counts().done, count);
    });

    it('finds prints on a server without authentication, and on one without a print log', async () => {
        await open({ auth: false, printLog: false });
        fixture.bambuddy.print({ name: 'A', startedAt: at(1) });
        fixture.bambuddy.print({ name: 'B', startedAt: at(2) });
        assert.equal((await flow.backfill()).created, 2);
        assert.equal((await flow.backfill()).created, 0);
    });

    it('paused, it sends nothing; resumed, it goes on', async () => {
        await open();
        fixture.bambuddy.print({ startedAt: at(1) });
        await flow.source.pause();
        const poll = flow.poll();
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.deepEqual(flow.sent, []);
        await flow.source.resume();
        await poll;
        assert.deepEqual(flow.sent, ['bambuddy-1']);
    });
});
