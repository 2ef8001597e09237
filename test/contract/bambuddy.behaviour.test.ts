import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import WebSocket from 'ws';
import { BambuddySimulator, type ServerEvent } from '../simulators/bambuddy';
import { recordingsRoot, send, type Answer } from './recordings';
import { shapeOf } from './shapes';

interface Archive {
    id: number;
    created_at: string;
    [key: string]: unknown;
}

interface PrintLog {
    items: { id: number; archive_id: number | null; status: string; created_at: string; [key: string]: unknown }[];
    total: number;
}

/** What the recordings tell that no single exchange shows: sequences, orders, events. */
describe('the simulated Bambuddy lives as 1.2.5.2 did', () => {
    let sim: BambuddySimulator;
    let now: Date;

    beforeEach(async () => {
        now = new Date('2026-11-22T04:22:57.720Z');
        sim = new BambuddySimulator({ now: () => now });
        await sim.listen();
    });
    afterEach(() => sim.close());

    const ask = (
        method: string,
        where: string,
        body?: unknown,
        headers = { 'x-api-key': sim.apiKey },
    ): Promise<Answer> =>
        send(
            sim.url,
            method,
            `/api/v1${where}`,
            body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
            body === undefined ? null : Buffer.from(JSON.stringify(body)),
        );
    const archive = async (id: number): Promise<Archive> => (await ask('GET', `/archives/${id}`)).body as Archive;
    const list = async (query = ''): Promise<Archive[]> => (await ask('GET', `/archives/${query}`)).body as Archive[];
    const log = async (query = ''): Promise<PrintLog> => (await ask('GET', `/print-log/${query}`)).body as PrintLog;
    const later = (seconds: number): Date => (now = new Date(now.getTime() + seconds * 1000));

    it('a reprint keeps id, creation and link of the archive, and adds a run', async () => {
        const { archiveId } = sim.print({
            name: 'Shelf bracket v2',
            seconds: 5,
            grams: 42.5,
            quantity: 3,
            estimate: { seconds: 3600 },
        });
        sim.setExternalUrl(archiveId, 'https://inventree.local/part/17/');
        const before = await archive(archiveId);
        later(300);
        sim.print({ archive: archiveId, seconds: 5 });
        const after = await archive(archiveId);

        const changed = Object.keys(after).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]));
        assert.deepEqual(changed.sort(), [
            'actual_time_seconds',
            'completed_at',
            'last_run_at',
            'run_count',
            'started_at',
            'successful_run_count',
            'total_filament_actual_grams',
        ]);
        assert.equal(before.actual_time_seconds, 5);
        assert.equal(after.actual_time_seconds, null);
        assert.equal(after.total_filament_actual_grams, 85);
        const runs = (await ask('GET', `/archives/${archiveId}/runs`)).body as PrintLog;
        assert.deepEqual(
            runs.items.map(({ id }) => id),
            [2, 1],
        );
    });

    it('a reprint under way shows the end of the print before', async () => {
        const { archiveId } = sim.print({ seconds: 5 });
        const before = await archive(archiveId);
        later(300);
        sim.start({ archive: archiveId });
        const during = await archive(archiveId);
        assert.equal(during.status, 'printing');
        assert.equal(during.completed_at, before.completed_at);
        assert.ok((during.started_at as string) > (before.completed_at as string));
        sim.finish(archiveId);
        assert.equal((await archive(archiveId)).run_count, 2);
    });

    it('the list is sorted by creation, newest first, and equal times by id ascending', async () => {
        for (const createdAt of ['2026-11-08T09:00:00', '2026-11-22T04:19:25', '2026-11-22T04:19:25']) {
            sim.addArchive({ createdAt });
        }
        sim.addArchive({ createdAt: '2026-11-08T09:00:00' });
        const ids = (await list()).map(({ id }) => id);
        assert.deepEqual(ids, [2, 3, 1, 4]);
        const pages = await Promise.all([0, 2].map((offset) => list(`?limit=2&offset=${offset}`)));
        assert.deepEqual(
            pages.flat().map(({ id }) => id),
            ids,
        );
    });

    it('the print log is sorted by the end of the runs, not by the start of the archives', async () => {
        const long = sim.start({ name: 'long' });
        later(60);
        const short = sim.print({ name: 'short', seconds: 30 });
        later(60);
        sim.finish(long.archiveId);
        assert.deepEqual(
            (await log()).items.map(({ archive_id }) => archive_id),
            [long.archiveId, short.archiveId],
        );
        assert.deepEqual(
            (await list()).map(({ id }) => id),
            [short.archiveId, long.archiveId],
        );
    });

    it('date_from leaves out the rows of exactly that second, date_to takes them in', async () => {
        for (const completed of ['04:27:49', '04:27:50', '04:27:51']) {
            sim.addRun({ created_at: `2026-11-22T${completed}` });
        }
        const found = async (query: string): Promise<number[]> => (await log(query)).items.map(({ id }) => id);
        assert.deepEqual(await found('?date_from=2026-11-22T04:27:50Z'), [3]);
        assert.deepEqual(await found('?date_from=2026-11-22T04:27:49.999999'), [3, 2]);
        assert.deepEqual(await found('?date_to=2026-11-22T04:27:50Z'), [2, 1]);
        assert.deepEqual(await found('?date_from=2026-11-22T05:27:00%2B01:00'), [], 'an offset is not converted');
    });

    it('the number of a purged newest archive is given again, that of a soft-deleted one is not', async () => {
        const first = sim.addArchive();
        sim.purge(first);
        assert.equal(sim.addArchive(), first);
        sim.softDelete(first);
        assert.equal(sim.addArchive(), first + 1);
        assert.equal((await ask('GET', `/archives/${first}`)).status, 404);
    });

    it('a cleared log starts at 1 again, and the archives stay', async () => {
        const { archiveId } = sim.print();
        sim.print({ archive: archiveId });
        sim.clearLog();
        assert.equal((await log()).total, 0);
        assert.equal((await archive(archiveId)).run_count, 0);
        assert.equal(sim.print().runId, 1);
    });

    it('a deleted archive leaves its runs in the log, a purged one takes them along', async () => {
        const kept = sim.print().archiveId;
        const gone = sim.print().archiveId;
        sim.softDelete(kept);
        sim.purge(gone);
        assert.deepEqual(
            (await log()).items.map(({ archive_id }) => archive_id),
            [kept],
        );
    });

    it('a status changed afterwards changes the newest run too', async () => {
        const { archiveId } = sim.print({ status: 'failed' });
        await ask('PATCH', `/archives/${archiveId}`, { status: 'completed' });
        assert.equal((await log('?status=completed')).total, 1);
    });

    it('events tell of prints, and nothing of uploads and PATCH', async () => {
        const seen: string[] = [];
        sim.events.listeners.add((event: ServerEvent) => {
            if (event.type === 'printer_status') return;
            const { id = '', status = '' } =
                event.type === 'pong' ? {} : (event.data as { id?: number; status?: string });
            seen.push(`${event.type} ${id} ${status}`.trim());
        });
        const { archiveId } = sim.print({ status: 'cancelled' });
        sim.print({ archive: archiveId });
        sim.addArchive();
        await ask('PATCH', `/archives/${archiveId}`, { notes: 'x' });
        assert.deepEqual(seen, [
            'print_start',
            'archive_created 1 printing',
            'print_complete  failed',
            'archive_updated 1 cancelled',
            'print_start',
            'archive_updated 1 printing',
            'print_complete  completed',
            'archive_updated 1 completed',
        ]);
    });

    it('the WebSocket wants its own token, greets with the printers, and drops who does not speak JSON', async () => {
        const connect = (token: string): WebSocket => new WebSocket(`${sim.url}/api/v1/ws?token=${token}`);
        for (const token of ['', 'zzz', sim.apiKey]) {
            const refused = await new Promise<Error>((resolve) => connect(token).once('error', resolve));
            assert.match(refused.message, /403/);
        }
        sim.addPrinter({ name: 'P1S' });
        const { token } = (await ask('POST', '/auth/ws-token')).body as { token: string };
        for (let reuse = 0; reuse < 2; reuse++) {
            const socket = connect(token);
            const messages: { type: string }[] = [];
            socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as { type: string }));
            const message = (): Promise<unknown> => new Promise((resolve) => socket.once('message', resolve));
            const closed = new Promise<number>((resolve) => socket.once('close', resolve));
            await message();
            socket.send('{"type":"ping"}');
            await message();
            sim.print();
            while (messages.at(-1)?.type !== 'archive_updated') await message();
            socket.send('hello');
            assert.equal(await closed, 1006);
            assert.deepEqual(
                messages.map(({ type }) => type),
                [
                    'printer_status',
                    'pong',
                    'printer_status',
                    'print_start',
                    'printer_status',
                    'archive_created',
                    'printer_status',
                    'print_complete',
                    'printer_status',
                    'archive_updated',
                ],
            );
        }
    });

    it('printers are told of as a real server tells of them: the fields, and their way through a job', function () {
        const file = path.join(recordingsRoot, 'bambuddy/ws-first-message-printer_status.json');
        if (!existsSync(file)) return this.skip();
        const recorded = JSON.parse(readFileSync(file, 'utf8')) as { data: Record<string, unknown> };
        const told: Record<string, unknown>[] = [];
        sim.events.listeners.add((event: ServerEvent) => {
            if (event.type === 'printer_status') told.push(event.data);
        });
        const { archiveId } = sim.start({ name: 'Shelf bracket v2', estimate: { seconds: 3600 } });
        sim.progress(archiveId, { percent: 20, layer: 20, minutesLeft: 48 });
        sim.finish(archiveId);
        assert.deepEqual(shapeOf(told.at(-1)), shapeOf(recorded.data));
        // run on 1.2.5.2: test/fixtures/printers
        const real = readFileSync(path.join(__dirname, '../fixtures/printers/one-job-1.2.5.2.jsonl'), 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as ServerEvent)
            .flatMap((event) => (event.type === 'printer_status' ? [event.data] : []));
        const steps = (all: Record<string, unknown>[]): unknown[] =>
            all.map(({ state, progress, remaining_time, cover_url }) => [state, progress, remaining_time, cover_url]);
        const [, preparing, running, first] = steps(real);
        assert.deepEqual(steps(told), [preparing, running, first, ...steps(real).slice(-2)]);
    });

    it('the cover of a job wants the camera token, also where archives take the key', async () => {
        const { archiveId } = sim.start();
        const cover = '/api/v1/printers/1/cover';
        const key = { 'x-api-key': sim.apiKey };
        assert.equal((await send(sim.url, 'GET', cover, key)).status, 401);
        const { token } = (await ask('POST', '/printers/camera/stream-token')).body as { token: string };
        assert.equal((await send(sim.url, 'GET', `${cover}?token=${token}`)).status, 200);
        sim.finish(archiveId);
        assert.equal((await send(sim.url, 'GET', `/api/v1/printers/9/cover?token=${token}`)).status, 404);
    });

    it('a valid key is 401 while another writer holds the database', async () => {
        sim.lock401 = 2;
        const statuses = [];
        for (let n = 0; n < 3; n++) statuses.push((await ask('GET', '/archives/')).status);
        assert.deepEqual(statuses, [401, 401, 200]);
    });

    it('tokens for images expire after an hour', async () => {
        const id = sim.addArchive();
        const { token } = (await ask('POST', '/printers/camera/stream-token')).body as { token: string };
        const status = async (): Promise<number> =>
            (await send(sim.url, 'GET', `/api/v1/archives/${id}/thumbnail?token=${token}`)).status;
        assert.equal(await status(), 200);
        later(3601);
        assert.equal(await status(), 401);
    });

    it('notes what a client must never do', async () => {
        const id = sim.addArchive({ externalUrl: 'https://printables.example/1' });
        const free = sim.addArchive();
        await ask('PATCH', `/archives/${free}`, { external_url: 'https://inventree.example/part/1' });
        await ask('PATCH', `/archives/${free}`, { external_url: 'https://inventree.example/part/2' });
        assert.deepEqual(sim.violations, []);
        await ask('PATCH', `/archives/${id}`, { external_url: 'https://inventree.example/part/1' });
        await ask('DELETE', `/archives/${free}`);
        assert.equal(sim.violations.length, 2);
    });

    it('later and earlier versions: media tokens, no print log', async () => {
        const later = new BambuddySimulator({ mediaToken: true, printLog: false });
        await later.listen();
        try {
            const id = later.addArchive();
            const key = { 'x-api-key': later.apiKey };
            const minted = await send(later.url, 'POST', '/api/v1/auth/media-token', key);
            const { token } = minted.body as { token: string };
            const thumbnail = `/api/v1/archives/${id}/thumbnail?token=${token}`;
            assert.equal((await send(later.url, 'GET', thumbnail)).status, 200);
            assert.equal((await send(later.url, 'POST', '/api/v1/printers/camera/stream-token', key)).status, 405);
            assert.equal((await send(later.url, 'GET', '/api/v1/print-log/', key)).status, 404);
        } finally {
            await later.close();
        }
    });

    it('from 1.2.5.6 on pictures are given by the key in the header, and refused with any token in the address', async () => {
        const newer = new BambuddySimulator({ version: '1.2.5.6' });
        await newer.listen();
        try {
            const id = newer.addArchive();
            const key = { 'x-api-key': newer.apiKey };
            const mint = async (path: string): Promise<string> =>
                ((await send(newer.url, 'POST', `/api/v1${path}`, key)).body as { token: string }).token;
            const status = async (query: string, headers: Record<string, string>): Promise<number> =>
                (await send(newer.url, 'GET', `/api/v1/archives/${id}/thumbnail${query}`, headers)).status;
            const camera = await mint('/printers/camera/stream-token');
            const media = await mint('/auth/media-token');
            assert.deepEqual(
                [
                    await status('', key),
                    await status('', {}),
                    await status('', { 'x-api-key': newer.expiredKey }),
                    await status('', { 'x-api-key': newer.writeOnlyKey }),
                    // the token is read before the key
                    await status(`?token=${camera}`, key),
                    await status(`?token=${media}`, key),
                ],
                [200, 401, 401, 403, 401, 401],
            );
        } finally {
            await newer.close();
        }
    });

    it('from 1.2.5.7 on a verdict is of the newest run, and stands on its row; before, nobody knows of it', async () => {
        for (const [version, reported] of [
            ['1.2.5.2', [undefined, undefined, undefined, undefined]],
            ['1.2.5.7', [true, 'reject', 'reject', 'good']],
        ] as const) {
            const server = new BambuddySimulator({ version });
            await server.listen();
            try {
                const key = { 'x-api-key': server.apiKey, 'content-type': 'application/json' };
                const { archiveId: archive } = server.print({ confirm: true, startedAt: '2026-11-20T01:00:00Z' });
                const path = `/api/v1/archives/${archive}`;
                const verdict = (value: unknown): ReturnType<typeof send> =>
                    send(server.url, 'PATCH', path, key, Buffer.from(JSON.stringify({ user_verdict: value })));
                assert.equal((await verdict('good')).status, 200);
                server.print({ archive, confirm: true, startedAt: '2026-11-20T05:00:00Z' });
                assert.equal((await verdict('reject')).status, 200);
                assert.equal((await verdict('meh')).status, version === '1.2.5.2' ? 200 : 422);
                const one = (await send(server.url, 'GET', path, key)).body as Record<string, unknown>;
                const runs = (await send(server.url, 'GET', `${path}/runs`, key)).body as {
                    items: Record<string, unknown>[];
                };
                const rows = runs.items.map((row) => row['user_verdict']);
                assert.deepEqual([one['confirm_requested'], one['user_verdict'], ...rows], reported, version);
            } finally {
                await server.close();
            }
        }
    });

    describe('the order of the print log', () => {
        const order = async (version: string, query: string): Promise<{ status: number; ids: number[] }> => {
            const server = new BambuddySimulator({ version });
            await server.listen();
            try {
                // ids 1 to 4: a long one that began first and ended last, two of one moment, one without a start
                server.print({ startedAt: '2026-11-20T01:00:00Z', seconds: 9 * 3600 });
                server.print({ startedAt: '2026-11-20T03:00:00Z', seconds: 600, grams: 40 });
                server.print({ startedAt: '2026-11-20T03:00:00Z', seconds: 600, grams: 40 });
                server.addRun({ created_at: '2026-11-20T06:00:00', status: 'skipped' });
                const { status, body } = await send(server.url, 'GET', `/api/v1/print-log/${query}`, {
                    'x-api-key': server.apiKey,
                });
                return { status, ids: ((body as { items?: { id: number }[] }).items ?? []).map(({ id }) => id) };
            } finally {
                await server.close();
            }
        };

        it('1.2.5.2: by end, whatever is asked for', async () => {
            assert.deepEqual(await order('1.2.5.2', ''), { status: 200, ids: [1, 4, 2, 3] });
            assert.deepEqual(await order('1.2.5.2', '?sort_by=completed_at'), { status: 200, ids: [1, 4, 2, 3] });
            assert.deepEqual(await order('1.2.5.2', '?sort_by=created_at'), { status: 200, ids: [1, 4, 2, 3] });
        });

        it('1.2.5.7: by start (else by creation), of equals the newer row first, or as asked for', async () => {
            assert.deepEqual(await order('1.2.5.7', ''), { status: 200, ids: [4, 3, 2, 1] });
            assert.deepEqual(await order('1.2.5.7', '?sort_by=completed_at'), { status: 200, ids: [1, 3, 2, 4] });
            assert.deepEqual(await order('1.2.5.7', '?sort_by=completed_at&sort_dir=asc'), {
                status: 200,
                ids: [3, 2, 1, 4],
            });
            assert.deepEqual(await order('1.2.5.7', '?limit=2&offset=1'), { status: 200, ids: [3, 2] });
            assert.deepEqual(await order('1.2.5.7', '?sort_by=created_at'), { status: 400, ids: [] });
            assert.deepEqual(await order('1.2.5.7', '?sort_dir=down'), { status: 422, ids: [] });
        });

        it('1.2.5.7: rows tell what a print cost', async () => {
            const costs: unknown[] = [];
            for (const version of ['1.2.5.2', '1.2.5.7']) {
                const server = new BambuddySimulator({ version });
                await server.listen();
                server.print({ run: { cost: 1.25 } });
                const { body } = await send(server.url, 'GET', '/api/v1/print-log/', { 'x-api-key': server.apiKey });
                costs.push((body as { items: { cost: unknown }[] }).items[0]!.cost);
                await server.close();
            }
            assert.deepEqual(costs, [null, 1.25]);
        });
    });

    it('holds 100,000 prints, and finds the newest, the oldest and a page between', async function () {
        this.timeout(60_000);
        const start = Date.parse('2026-01-01T00:00:00Z');
        for (let n = 0; n < 100_000; n++) {
            sim.print({ startedAt: new Date(start + n * 60_000), seconds: 50, printer: 1 });
        }
        const newest = sim.state.runsByTime.newest()!;
        const before = new Date(Date.parse(`${newest.created_at}Z`) - 600_000).toISOString();
        assert.equal((await log(`?date_from=${before}`)).total, 10);
        assert.equal((await log('?limit=500&offset=99000')).items.length, 500);
        assert.equal((await list('?limit=50&offset=99950')).length, 50);
        assert.equal((await archive(50_000)).run_count, 1);
    });
});
