import assert from 'node:assert/strict';
import type { SourceSettings } from '../../../../../lib/sources/bambuddy/source';
import { Flow } from '../../../flow';
import { Fixture } from '../../../fixture';

const MINUTE = 60_000;
const T0 = Date.parse('2026-11-20T08:00:00Z');
const LOG = 'GET /api/v1/print-log/';
const ARCHIVES = 'GET /api/v1/archives/';

describe('a print log that was cleared before anybody looked', () => {
    let fixture: Fixture;
    let flow: Flow;

    async function open(settings: Partial<SourceSettings> = {}): Promise<void> {
        fixture = await Fixture.open();
        flow = new Flow(fixture, settings);
    }

    afterEach(() => flow.end());

    const print = (minute: number, options: Parameters<typeof fixture.bambuddy.print>[0] = {}): number =>
        fixture.bambuddy.print({ startedAt: new Date(T0 + minute * MINUTE), seconds: 60, ...options }).archiveId;
    const clear = (): void => fixture.bambuddy.clearLog();

    /** Requests of one poll to lists, `GET /api/v1/print-log/` and so on. */
    async function asked(): Promise<string[]> {
        const from = fixture.bambuddy.requests.length;
        await flow.poll();
        return fixture.bambuddy.requests
            .slice(from)
            .map(({ method, url }) => `${method} ${url.split('?')[0]}`)
            .filter((request) => [LOG, ARCHIVES].includes(request));
    }

    async function restart(): Promise<void> {
        await flow.source.close();
        await fixture.restart();
        flow = new Flow(fixture, { startWith: 'now' });
    }

    it('takes nothing away: the archive itself is taken, once', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        const unseen = print(10);
        clear();
        await flow.poll();
        await flow.poll();
        assert.deepEqual(flow.sent, [`bambuddy-${unseen}`]);
        assert.deepEqual(fixture.inStock, [`bambuddy-${unseen} x1`]);
    });

    it('is noticed after a restart too, and behind newer rows', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        await restart();
        const unseen = print(10);
        clear();
        const next = print(30);
        assert.deepEqual((await asked()).slice(-2), [LOG, ARCHIVES]);
        assert.deepEqual(flow.sent, [`bambuddy-${unseen}`, `bambuddy-${next}`]);
    });

    it('costs one request more for each look until a row comes, and then none', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        assert.deepEqual(await asked(), [LOG]);
        clear();
        assert.deepEqual(await asked(), [LOG, ARCHIVES]);
        print(10);
        clear();
        assert.deepEqual(await asked(), [LOG, ARCHIVES]);
        print(20);
        assert.deepEqual(await asked(), [LOG, ARCHIVES]);
        assert.deepEqual(await asked(), [LOG]);
        assert.equal(flow.sent.length, 2);
    });

    it('costs the same whatever the history', async function () {
        this.timeout(30_000);
        await open({ startWith: 'now', pageSize: 50 });
        for (let n = 0; n < 5000; n++) print((n - 6000) * 60);
        print(0);
        await flow.poll();
        const unseen = print(10);
        clear();
        // 50 to a page, and a print every hour: a week has four pages at most
        assert.ok((await asked()).length <= 5);
        assert.deepEqual(flow.sent, [`bambuddy-${unseen}`]);
    });

    it('does not bring back what was before "now", nor what was sold out', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        const sold = print(20);
        await flow.poll();
        const [item] = [...fixture.inventree.state.stock.values()];
        fixture.inventree.person.sellOut(item!.pk);
        clear();
        for (let n = 0; n < 3; n++) await flow.poll();
        assert.deepEqual(flow.sent, [`bambuddy-${sold}`]);
        assert.deepEqual(fixture.inStock, []);
    });

    it('does not take what failed, or was never printed', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        print(10, { status: 'failed' });
        fixture.bambuddy.editArchive(print(11), { status: 'archived' });
        clear();
        await flow.poll();
        assert.deepEqual(flow.sent, []);
    });

    it('is not mistaken for a row that comes a moment after its print ended', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        clear();
        const archive = fixture.bambuddy.print({
            startedAt: new Date(Date.now() - 3600_000),
            seconds: 3590,
            logged: false,
        }).archiveId;
        await flow.poll();
        assert.deepEqual(flow.sent, []);
        fixture.bambuddy.logRun(archive);
        await flow.poll();
        assert.deepEqual(flow.sent, [`bambuddy-${archive}`]);
        assert.equal(fixture.ledger.print(`bambuddy-${archive}`)?.runId, 1);
    });

    it('a print that is too young at one look is taken at a later one, though other rows came', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        const unseen = fixture.bambuddy.print({ startedAt: new Date(Date.now() - 3600_000), seconds: 3590 }).archiveId;
        clear();
        await flow.poll();
        const next = fixture.bambuddy.print({ startedAt: new Date(Date.now() - 600_000), seconds: 595 }).archiveId;
        await flow.poll();
        assert.deepEqual(flow.sent, [`bambuddy-${next}`]);
        Object.assign(fixture.sync.delivery, { now: () => Date.now() + 5 * MINUTE });
        await flow.poll();
        assert.deepEqual(flow.sent, [`bambuddy-${next}`, `bambuddy-${unseen}`]);
        assert.deepEqual((await asked()).length, 1);
    });

    it('one row that a person deletes brings nothing, and costs one look more', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        const { archiveId, runId } = fixture.bambuddy.print({ startedAt: new Date(T0 + 5 * MINUTE), seconds: 60 });
        await flow.poll();
        fixture.bambuddy.deleteRow(runId!);
        assert.deepEqual(await asked(), [LOG, ARCHIVES]);
        assert.deepEqual(await asked(), [LOG]);
        assert.deepEqual(flow.sent, [`bambuddy-${archiveId}`]);
    });

    it('goes on where it was after the process ended in the middle', async () => {
        await open({ startWith: 'now' });
        print(0);
        await flow.poll();
        const unseen = [10, 20, 30].map((minute) => print(minute));
        clear();
        const next = print(50);
        let taken = 0;
        const { handle } = flow;
        flow.handle = async (each, pass) => {
            if (++taken === 2) void flow.source.close();
            await handle(each, pass);
        };
        await flow.poll().catch(() => undefined);
        await flow.idle();
        await restart();
        await flow.poll();
        await flow.source.poll();
        await flow.idle();
        const batches = [...fixture.inventree.state.stock.values()].map(({ batch }) => batch).sort();
        assert.deepEqual(batches, [...unseen, next].map((archive) => `bambuddy-${archive}`).sort());
    });
});
