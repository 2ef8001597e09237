import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { NodeInitializer } from 'node-red';
import sidebar from '../../../plugins/print-to-stock-sidebar/plugin';
import type {
    LongJobReport,
    PreviewPage,
    PrinterCard,
    PrintRow,
    StoreOverview,
    WebhookOverview,
} from '../../../lib/admin/sidebar/wire';
import type { Figures } from '../../../lib/admin/prints/wire';
import { readCsv } from '../../../lib/text/csv';
import type { ParkedPage } from '../../../lib/webhook/outbox/parked-delivery';
import { answering, Listener } from '../../unit/webhook/listener';
import { NodeFixture, pause, until } from '../fixture';
import { ALL, line, PLACE } from '../flow';

const ROOT = '/print-to-stock/sidebar/stores';

/** Each load of the helper has routes of its own; the runtime halves of before go on, unheard. */
let loads = 0;
const published: { topic: string; data: Record<string, unknown>; at: number }[] = [];
const plugin: NodeInitializer = (RED) => {
    const load = ++loads;
    const comms = {
        publish: (topic: string, data: Record<string, unknown>, retain: boolean) => {
            assert.equal(retain, false);
            if (load === loads) published.push({ topic, data, at: Date.now() });
        },
    };
    void sidebar({ ...RED, comms });
};

describe('the routes of the sidebar', () => {
    const fixture = new NodeFixture();

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const get = (path: string) => helper.request().get(`${ROOT}${path}`);
    const stores = async (): Promise<StoreOverview[]> =>
        ((await get('').expect(200)).body as { stores: StoreOverview[] }).stores;
    const rows = async (query = ''): Promise<PrintRow[]> =>
        ((await get(`/store/prints${query}`).expect(200)).body as { prints: PrintRow[] }).prints;
    const act = (body: object) => helper.request().post(`${ROOT}/store/actions`).send(body);

    async function running(source: Record<string, unknown> = {}): Promise<void> {
        await fixture.deploy(line(fixture, ALL, { source }), {}, [plugin]);
        await until('the source', () => fixture.statuses('source').some((status) => status.includes('watching')));
    }

    async function printed(count: number): Promise<void> {
        for (let n = 1; n <= count; n++)
            fixture.bambuddy.print({ name: `Hook ${n}`, startedAt: `2026-11-0${n}T10:00:00Z` });
        await fixture.ask('backfill');
        await fixture.messages('out', count);
        await until('all done', () => fixture.ledger().counts().done === count);
    }

    it('tell of the stores that run, and of none after they are closed', async () => {
        await running();
        const [store] = await stores();
        assert.equal(store?.ready, true);
        assert.deepEqual(store.off, []);
        assert.equal(store.sources?.[0]?.id, 'source');
        await fixture.undeploy();
        await get('/store/prints').expect(404);
    });

    it('give prints page by page, with their links, and pictures with a tag', async () => {
        await running();
        await printed(3);
        const page = await rows('?limit=2');
        assert.deepEqual(
            page.map(({ name, state, quantity }) => [name, state, quantity]),
            [
                ['Hook 3', 'done', 1],
                ['Hook 2', 'done', 1],
            ],
        );
        const last = page[1]!;
        const next = await get('/store/prints').query({
            limit: 2,
            after: last.batch,
            afterTime: '2026-11-02T10:00:00Z',
        });
        assert.equal((next.body as { prints: PrintRow[] }).prints[0]?.name, 'Hook 1');
        assert.match(page[0]!.stock!.url, /\/web\/stock\/item\/\d+\/$/);
        assert.deepEqual((await rows('?states=parked')).length, 0);
        await get('/store/prints?states=lost').expect(400);

        const picture = await get(`/store/thumbnail?batch=${page[0]!.batch}`).expect(200);
        assert.match(String(picture.headers['content-type']), /^image\//);
        assert.match(String(picture.headers['cache-control']), /^private/);
        const asked = fixture.bambuddy.requestCount;
        await get(`/store/thumbnail?batch=${page[0]!.batch}`)
            .set('If-None-Match', String(picture.headers['etag']))
            .expect(304);
        assert.equal(fixture.bambuddy.requestCount, asked, 'the second comes from memory');
        await get('/store/thumbnail?batch=nobody').expect(204);
    });

    it('give figures, and the prints as a table, of what is filtered', async () => {
        await running();
        const { id: printer } = fixture.bambuddy.addPrinter({ name: 'P1S left', model: 'P1S' });
        const estimate = { grams: 21.5, seconds: 3600 };
        for (const [day, name, filamentType] of [
            [1, 'Hook', 'PLA'],
            [2, '=Bin', 'PETG'],
            [3, 'Clip', 'PLA'],
        ] as const) {
            const startedAt = `2026-11-0${day}T10:00:00Z`;
            fixture.bambuddy.print({ name, filamentType, startedAt, estimate, printer });
        }
        await fixture.ask('backfill');
        await fixture.messages('out', 3);
        await until('all done', () => fixture.ledger().counts().done === 3);

        const filter = 'material=PLA&from=2026-11-01&to=2026-11-03T00:00:00%2B01:00';
        const figures = async (query: string): Promise<Figures> =>
            (await get(`/store/figures?${query}`).expect(200)).body as Figures;
        const { total, printers, days } = await figures(`${filter}&days=2026-11-02,2026-11-03,2026-11-04`);
        const { unknown, ...sums } = total;
        assert.deepEqual(sums, { prints: 1, pieces: 1, grams: 21.5, seconds: 3600, cost: 0.54, without: 0 });
        assert.deepEqual(unknown, { pieces: 0, grams: 0, seconds: 0, cost: 0 });
        assert.deepEqual(
            printers.map(({ name, prints }) => [name, prints]),
            [['P1S left', 1]],
        );
        assert.deepEqual(
            days.map(({ prints }) => prints),
            [0, 1],
        );
        assert.deepEqual(
            (await rows(`?${filter}`)).map(({ name }) => name),
            ['Hook'],
        );
        const groups: unknown = (await get('/store/groups').expect(200)).body;
        assert.deepEqual(groups, { printers: ['P1S left'], materials: ['PETG', 'PLA'] });

        const file = await get('/store/prints.csv?search=bin').expect(200);
        assert.match(String(file.headers['content-type']), /^text\/csv/);
        assert.match(String(file.headers['content-disposition']), /attachment; filename="prints.csv"/);
        const [head = [], ...table] = readCsv(file.text);
        assert.equal(table.length, 1);
        const bin = Object.fromEntries(head.map((name, n) => [name, table[0]![n]]));
        const { name, printer: its, state, quantity, grams, seconds, cost, material } = bin;
        assert.deepEqual([name, its, state, quantity], ["'=Bin", 'P1S left', 'done', '1']);
        assert.deepEqual([grams, seconds, cost, material], ['21.5', '3600', '0.54', 'PETG']);
        assert.match(bin['part_url'] ?? '', /\/web\/part\/\d+/);
        assert.match(bin['stock_url'] ?? '', /\/web\/stock\/item\/\d+\/$/);

        for (const path of ['prints', 'figures', 'prints.csv']) await get(`/store/${path}?from=today`).expect(400);
        await get('/store/figures?days=2026-11-02').expect(400);
        await get('/another/prints.csv').expect(404);
    });

    it('do what is asked, and say what cannot be done', async () => {
        await running();
        await printed(1);
        const again = await act({ action: 'again', batch: 'bambuddy-1' }).expect(200);
        assert.equal((again.body as { sent: boolean }).sent, true);
        await fixture.messages('out', 2);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
        await act({ action: 'again', batch: 'nobody' }).expect(404);
        await act({ action: 'retry', batch: 'bambuddy-1' }).expect(404);
        await act({ action: 'dance' }).expect(400);
        await act({ action: 'status' }).expect(400);
        await act({ action: 'poll', source: 'another' }).expect(503);
    });

    it('begin long work, and tell its result to who asks later', async () => {
        await running();
        fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await act({ action: 'backfill', mode: 'preview' }).expect(202);
        const longJobs = async () => {
            const [store] = await stores();
            assert.ok(store?.ready);
            return store.sources[0]!.longJobs;
        };
        let ended = (await longJobs())[0]?.endedAt ?? null;
        for (let tries = 0; ended === null && tries < 200; tries++) {
            await pause(10);
            ended = (await longJobs())[0]?.endedAt ?? null;
        }
        const [preview] = await longJobs();
        assert.equal(preview?.mode, 'preview');
        assert.equal((preview?.result as { created: number }).created, 1);
        assert.deepEqual(fixture.batches(), []);
    });

    it('list what a preview found page by page with pictures, and import exactly what was ticked of it', async () => {
        await running();
        for (let n = 1; n <= 6; n++)
            fixture.bambuddy.print({ name: `Hook ${n}`, startedAt: `2026-11-0${n}T10:00:00Z` });
        const reprinted = fixture.bambuddy.print({ archive: 2, startedAt: '2026-11-08T10:00:00Z' });
        const job = async (): Promise<LongJobReport> => {
            for (;;) {
                const [store] = await stores();
                assert.ok(store?.ready);
                const last = store.sources[0]!.longJobs.find(({ action }) => action === 'backfill');
                if (last !== undefined && last.endedAt !== null) return last;
                await pause(10);
            }
        };
        const page = async (query: object): Promise<PreviewPage> =>
            (await get('/store/preview').query({ source: 'source', ...query })).body as PreviewPage;
        await get('/store/preview').query({ source: 'source' }).expect(404);
        await act({ action: 'backfill', mode: 'preview' }).expect(202);
        const { startedAt: at, listed, tickable } = await job();
        assert.deepEqual([listed, tickable], [7, 7]);
        const first = await page({ limit: 4 });
        assert.deepEqual([first.total, first.next], [7, 4]);
        const second = await page({ limit: 4, after: 4 });
        assert.deepEqual([second.prints.length, second.next], [3, null]);
        const found = [...first.prints, ...second.prints];
        // newest first, and the reprint of an archive is a print of its own
        assert.deepEqual(
            found.map(({ name, archiveId }) => [name, archiveId]),
            [
                ['Hook 2', 2],
                ['Hook 6', 6],
                ['Hook 5', 5],
                ['Hook 4', 4],
                ['Hook 3', 3],
                ['Hook 2', 2],
                ['Hook 1', 1],
            ],
        );
        assert.equal(found[0]!.runId, reprinted.runId);
        assert.equal(found[0]!.printer, 'P1S left');
        const picture = await get('/store/preview/picture').query({ source: 'source', archive: 6 }).expect(200);
        assert.match(String(picture.headers['content-type']), /^image\//);
        await get('/store/preview/picture').query({ source: 'source', archive: 60 }).expect(204);

        // one that ended meanwhile was not seen, and is not taken
        fixture.bambuddy.print({ name: 'Later', startedAt: '2026-11-09T10:00:00Z' });
        const left = [found[5]!.key, found[1]!.key];
        const ticked = { at, all: true, except: left };
        const begin = (asked: object) => act({ action: 'backfill', mode: 'all', source: 'source', ticked: asked });
        await begin({ ...ticked, at: '2026-11-01T00:00:00Z' }).expect(409);
        await begin({ ...ticked, except: ['1/never'] }).expect(400);
        await begin({ at, all: false, except: [] }).expect(400);
        await begin({ at, all: 'yes', except: [] }).expect(400);
        await begin(ticked).expect(202);
        const { chosen, result } = await job();
        assert.equal(chosen, 5);
        const { created, done, total } = result as { created: number; done: number; total: number };
        assert.deepEqual([created, done, total], [5, 5, 5]);
        const names = [...fixture.ledger().prints()].map(({ name, startedAt }) => `${name} ${startedAt}`).sort();
        assert.deepEqual(names, [
            'Hook 1 2026-11-01T10:00:00Z',
            'Hook 2 2026-11-08T10:00:00Z',
            'Hook 3 2026-11-03T10:00:00Z',
            'Hook 4 2026-11-04T10:00:00Z',
            'Hook 5 2026-11-05T10:00:00Z',
        ]);

        // what the import created: a list, and a table with links
        const [store] = await stores();
        assert.ok(store?.ready);
        const [note, ...others] = store.sources[0]!.imports;
        assert.equal(note?.created, 5);
        assert.deepEqual(others, []);
        fixture.bambuddy.print({ name: 'By itself', startedAt: '2026-11-10T10:00:00Z' });
        await fixture.ask('poll');
        await until('all done', () => fixture.ledger().counts().done > 5);
        const imported = await rows(`?imported=${note.id}`);
        assert.deepEqual(
            imported.map(({ name }) => name),
            ['Hook 2', 'Hook 5', 'Hook 4', 'Hook 3', 'Hook 1'],
        );
        const file = await get(`/store/prints.csv?imported=${note.id}`).expect(200);
        const [head = [], ...table] = readCsv(file.text);
        assert.equal(table.length, 5);
        for (const line of table) {
            assert.match(line[head.indexOf('part_url')]!, /\/web\/part\/\d+/);
            assert.match(line[head.indexOf('stock_url')]!, /\/web\/stock\/item\/\d+\/$/);
        }
        assert.deepEqual(await rows('?imported=never'), []);
    });

    it('tell what printers print now, of what the WebSocket says anyway, and what came of it', async () => {
        await running({ live: true });
        const { bambuddy } = fixture;
        await until('the WebSocket', () => bambuddy.events.connected === 1);
        const cards = async (): Promise<PrinterCard[]> =>
            ((await get('/store/printing').expect(200)).body as { printers: PrinterCard[] }).printers;
        assert.deepEqual(await cards(), []);
        const asked = bambuddy.requestCount;
        const { archiveId } = bambuddy.start({ name: 'Bracket', printer: 1 });
        bambuddy.progress(archiveId, { percent: 40, layer: 48, layers: 120, minutesLeft: 36 });
        const topic = 'print-to-stock/printing/store';
        await until('the note', () => published.some((note) => note.topic === topic));
        const [card] = await cards();
        const { picture, ...shown } = card!;
        assert.deepEqual(shown, {
            key: 'bambuddy/1',
            printer: 'P1S left',
            sourceLabel: 'Bambuddy',
            job: 'Bracket',
            phase: 'printing',
            percent: 40,
            layer: 48,
            layers: 120,
            secondsLeft: 2160,
            print: null,
        });
        // what is published holds no name: everybody who is logged in hears it
        for (const { data } of published.filter((note) => note.topic === topic))
            assert.deepEqual(Object.keys(data), ['n']);
        assert.equal(bambuddy.requestCount, asked);
        const cover = await get(`/store/printing/picture`).query({ of: picture! }).expect(200);
        assert.match(String(cover.headers['content-type']), /^image\//);
        await get('/store/printing/picture').query({ of: 'bambuddy/1/0' }).expect(204);

        bambuddy.finish(archiveId);
        await fixture.ask('poll');
        await until('the print', () => fixture.ledger().counts().done === 1);
        const [ended] = await cards();
        assert.deepEqual([ended?.phase, ended?.print?.state, ended?.print?.name], ['finished', 'done', 'Bracket']);
        assert.match(ended!.print!.stock!.url, /\/stock\/item\/\d+\/$/);
    });

    describe('of webhooks', () => {
        const HOOKS = '/print-to-stock/sidebar/webhooks';
        const PRINT = {
            source: 'bambuddy',
            archiveId: 1,
            batch: 'bambuddy-1',
            identity: 'x',
            name: 'Bin',
            printer: { name: 'P1S' },
            status: 'completed',
        };
        let chat: Listener;
        const hooks = async (): Promise<WebhookOverview[]> =>
            ((await helper.request().get(HOOKS).expect(200)).body as { webhooks: WebhookOverview[] }).webhooks;
        const parked = async (query = ''): Promise<ParkedPage> =>
            (await helper.request().get(`${HOOKS}/hook/parked${query}`).expect(200)).body as ParkedPage;
        const actOn = (body: object) => helper.request().post(`${HOOKS}/hook/actions`).send(body);
        const notes = () => published.filter(({ topic }) => topic === 'print-to-stock/webhooks');

        beforeEach(async () => {
            chat = await new Listener().open();
            const flow = [
                { id: 'tab', type: 'tab', label: 'test' },
                {
                    id: 'hook',
                    type: 'print-webhook',
                    ...PLACE,
                    name: 'chat',
                    url: `${chat.url.replace('//', '//me:pass-w0rd@')}/services/k3y-of-a-channel?token=t0ken`,
                    wires: [['out']],
                },
                { id: 'out', type: 'collector', ...PLACE, wires: [] },
            ];
            fixture.secrets.push('pass-w0rd', 'k3y-of-a-channel', 't0ken');
            await fixture.deploy(flow, {}, [plugin]);
            await fixture.showing('hook', 'grey dot ready');
        });
        afterEach(() => chat.close());

        /** As Express answers: with the path. */
        const refuse = (): void =>
            void (chat.reply = ({ url }, response) => response.writeHead(404).end(`Cannot POST ${url}`));
        async function refused(count: number): Promise<void> {
            refuse();
            for (let n = 1; n <= count; n++) fixture.send('hook', { payload: { ...PRINT, name: `Bin ${n}` } });
            await fixture.showing('hook', `red dot ${count} parked`);
        }

        it('tell of none where nothing is parked, and publish nothing while all goes well', async () => {
            published.length = 0;
            for (let n = 0; n < 20; n++) await fixture.through('hook', { payload: PRINT });
            await pause(600);
            assert.deepEqual([await hooks(), notes()], [[], []]);
        });

        it('tell what is parked page by page, with the host alone of the address, and of changes without a flood', async () => {
            published.length = 0;
            const start = Date.now();
            await refused(5);
            const [hook] = await hooks();
            assert.deepEqual(hook, { id: 'hook', name: 'chat', host: new URL(chat.url).host, parked: 5, dropped: 0 });
            const first = await parked('?limit=3');
            assert.deepEqual([first.deliveries.length, first.total], [3, 5]);
            const { id: _id, at, ...newest } = first.deliveries[0]!;
            assert.deepEqual(newest, {
                topic: 'Print Done',
                device: 'P1S',
                reason: `${chat.url} answered 404: Cannot POST •••`,
                status: 404,
            });
            assert.ok(Date.parse(at) >= start);
            const second = await parked(`?limit=3&after=${first.next!}`);
            assert.deepEqual([second.deliveries.length, second.next], [2, null]);
            const all = JSON.stringify([await hooks(), first, second, published]);
            for (const secret of fixture.secrets) assert.ok(!all.includes(secret), secret);
            await pause(600);
            assert.equal((notes().at(-1)!.data as { parked: number }).parked, 5);
        });

        it('retry one, forget one, retry all, and say what cannot be done', async () => {
            await refused(4);
            const [newest, next] = (await parked()).deliveries;
            chat.reply = answering(204);
            assert.deepEqual((await actOn({ action: 'retry', id: newest!.id }).expect(200)).body, {
                action: 'retry',
                count: 1,
            });
            await actOn({ action: 'retry', id: newest!.id }).expect(404);
            await actOn({ action: 'forget', id: next!.id }).expect(200);
            await actOn({ action: 'forget' }).expect(400);
            await actOn({ action: 'dance' }).expect(400);
            const all = await actOn({ action: 'retry-all' }).expect(200);
            assert.equal((all.body as { count: number }).count, 2);
            await fixture.showing('hook', 'green dot sent 204');
            assert.equal(chat.heard.length, 4 + 3);
            assert.deepEqual(await hooks(), []);
            await helper.request().get(`${HOOKS}/another/parked`).expect(404);
        });

        it('end with their node', async () => {
            await refused(1);
            await fixture.undeploy();
            await helper.request().get(`${HOOKS}/hook/parked`).expect(404);
            assert.deepEqual(await hooks(), []);
        });
    });

    it('are silent but for a note now and then, however much happens', async () => {
        await running();
        await pause(600);
        published.length = 0;
        const ledger = fixture.ledger();
        const record = { source: 'test', archiveId: null, runId: null, startedAt: null, identity: 'x', name: 'x' };
        for (let n = 0; n < 2000; n++) await ledger.setPrintDurable({ ...record, batch: `x-${n}`, state: 'done' });
        await pause(600);
        const notes = published.filter(({ topic }) => topic === 'print-to-stock/store');
        assert.ok(notes.length >= 1 && notes.length < 200, `${notes.length} notes`);
        const last = notes.at(-1)!.data as { counts: { done: number } };
        assert.equal(last.counts.done, 2000);
        assert.ok(JSON.stringify(last).length < 1000);
    });
});
