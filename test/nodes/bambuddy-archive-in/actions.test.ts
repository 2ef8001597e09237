import assert from 'node:assert/strict';
import { ipnOf } from '../../../lib/print/part-identity';
import { Bench, until, type Message } from '../bench';
import { ALL, line } from '../flow';

const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T10:00:00Z`;

describe('bambuddy-archive-in: what it is asked', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    const deploy = (source: Record<string, unknown> = {}): Promise<void> => bench.deploy(line(bench, ALL, { source }));
    const print = (n: number, more: Record<string, unknown> = {}): number =>
        bench.bambuddy.print({ name: `Print ${n}`, startedAt: day(n), ...more }).archiveId;
    const sent = (): unknown[] => bench.at('out').map((msg) => (msg['payload'] as Message)['batch']);
    /** What was changed on the servers; a refused try changes nothing. */
    const writes = (): string[] =>
        [...bench.inventree.requests, ...bench.bambuddy.requests]
            .filter(({ method, status }) => method !== 'GET' && status !== null && status < 300)
            .map(({ method, url }) => `${method} ${url}`);

    describe('the answer', () => {
        for (const payload of [
            'status',
            'poll',
            { action: 'backfill', mode: 'preview' },
            { action: 'archive', archiveId: 1 },
        ]) {
            const action = typeof payload === 'string' ? payload : payload.action;
            it(`to ${action} is the message that asked, on the second output, with what a person put there`, async () => {
                await deploy();
                print(1);
                const res = { end: (): void => undefined };
                const msg = bench.send('source', { payload, topic: 'mine', res, own: { a: [1] } });
                await until('the answer', () => bench.at('answers').includes(msg));
                assert.equal(msg['topic'], `bambuddy/${action}`);
                assert.equal((msg['payload'] as Message)['action'], action);
                assert.equal(msg['res'], res);
                assert.deepEqual(msg['own'], { a: [1] });
                assert.ok(!bench.at('out').includes(msg));
                await bench.messages('completed', 1);
            });
        }
    });

    it('status tells of counts, of what is under way and of the last poll', async () => {
        await deploy();
        const before = await bench.ask('status');
        assert.deepEqual(
            [before['lastPoll'], before['lastError'], before['backfill'], before['underWay']],
            [null, null, null, 0],
        );
        // ends now
        bench.bambuddy.print({ seconds: 60 });
        await bench.ask({ action: 'archive', archiveId: 1 });
        await bench.messages('out', 1);
        await bench.ask('poll');
        const after = await bench.ask({ action: 'status' });
        assert.equal((after['counts'] as Record<string, number>)['done'], 1);
        assert.equal(after['today'], 1);
        assert.match(String(after['lastPoll']), /^\d{4}-.*Z$/);
    });

    describe('wrong', () => {
        const WRONG: [string, unknown][] = [
            ['an unknown action', 'import'],
            ['an unknown action in an object', { action: 'delete' }],
            ['nothing', undefined],
            ['null', null],
            ['a number', 7],
            ['a list', ['poll']],
            ['an object without action', { mode: 'all' }],
            ['an action that is a number', { action: 1 }],
            ['an unknown mode', { action: 'backfill', mode: 'everything' }],
            ['max as a word', { action: 'backfill', max: 'ten' }],
            ['max below 1', { action: 'backfill', max: 0 }],
            ['since that is no time', { action: 'backfill', since: 'yesterday' }],
            ['an archive without id', { action: 'archive' }],
            ['an archive with a word for id', { action: 'archive', archiveId: 'eleven' }],
            ['force as a word', { action: 'archive', archiveId: 1, force: 'yes' }],
        ];
        for (const [what, payload] of WRONG) {
            it(`${what}: one error on that message that lists the right ones, and nothing is done`, async () => {
                await deploy();
                print(1);
                const error = await bench.failing('source', { payload });
                assert.match(error.message, /poll.*backfill.*archive.*status/);
                assert.equal(error['code'], 'ACTION');
                assert.match(bench.status('source'), /^red dot unknown action$/);
                assert.equal(bench.at('answers').length, 0);
                await bench.ask('status');
                assert.equal(bench.at('caught').length, 1);
                assert.deepEqual(writes(), []);
            });
        }
    });

    it('preview tells what an import would do, print by print, and writes nothing', async () => {
        await deploy();
        print(1);
        print(2, { status: 'failed' });
        print(3, { status: 'cancelled' });
        const twice = print(4);
        bench.bambuddy.print({ archive: twice, startedAt: day(5) });
        print(6, { no3mf: true, name: null });
        bench.bambuddy.addArchive({ name: 'never printed' });
        const report = await bench.ask({ action: 'backfill', mode: 'preview' });
        assert.deepEqual([report['created'], report['existing'], report['adopted'], report['failed']], [3, 0, 0, 0]);
        assert.equal(report['skipped'], 4);
        assert.equal(report['done'], 7);
        const reasons = report['reasons'] as Record<string, number>;
        assert.equal(
            Object.values(reasons).reduce((sum, n) => sum + n, 0),
            4,
        );
        assert.deepEqual([reasons['status failed'], reasons['status cancelled'], reasons['never printed']], [1, 1, 1]);
        assert.match(
            String(report['text']),
            /^items to create: 3, already in InvenTree: 0 .*skipped: 4 \(.*1 status failed/,
        );
        const prints = report['prints'] as { batch: string | null; outcome: string }[];
        const created = prints.filter(({ outcome }) => outcome === 'create').map(({ batch }) => batch);
        assert.equal(new Set(created).size, 3);
        assert.ok(created.includes('bambuddy-1') && created.includes('bambuddy-4'));
        assert.deepEqual(writes(), []);
        assert.equal(bench.at('out').length, 0);
        assert.equal([...bench.ledger().prints()].length, 0);
        await bench.showing('source', 'green dot watching · 0 today');
    });

    it('an import does what the preview said, and a second one creates nothing', async () => {
        await deploy();
        for (let n = 1; n <= 6; n++) print(n);
        print(7, { status: 'failed' });
        const preview = await bench.ask({ action: 'backfill', mode: 'preview' });
        const first = await bench.ask({ action: 'backfill', mode: 'all' });
        assert.deepEqual([first['created'], first['skipped'], first['failed']], [6, 1, 0]);
        assert.equal(first['created'], preview['created']);
        await bench.messages('out', 6);
        assert.deepEqual(
            bench.batches(),
            [1, 2, 3, 4, 5, 6].map((n) => `bambuddy-${n}`),
            'oldest first',
        );
        const second = await bench.ask('backfill');
        assert.deepEqual([second['created'], second['existing'], second['skipped']], [0, 6, 1]);
        assert.equal(bench.inventree.state.stock.size, 6);
        assert.equal(bench.at('out').length, 6);
    });

    it('progress comes on the second output, the last of it the final state', async () => {
        await deploy();
        for (let n = 1; n <= 8; n++) print(n);
        bench.inventree.latencyMs = 20;
        await bench.ask({ action: 'backfill', mode: 'all' }, 10_000);
        const progress = bench.at('answers').filter((msg) => msg['topic'] === 'bambuddy/progress');
        assert.ok(progress.length >= 2, `${progress.length} messages`);
        const reports = progress.map((msg) => msg['payload'] as Message);
        for (const report of reports) {
            for (const key of ['mode', 'phase', 'done', 'total', 'created', 'skipped', 'failed', 'secondsLeft'])
                assert.ok(key in report, key);
        }
        assert.deepEqual([reports.at(-1)!['phase'], reports.at(-1)!['done']], ['done', 8]);
        assert.ok(reports.slice(0, -1).every((report) => report['phase'] !== 'done'));
        assert.ok(bench.statuses('source').some((status) => /^blue dot history \d\/8$/.test(status)));
        assert.equal(bench.at('answers').at(-1)!['topic'], 'bambuddy/backfill', 'the answer comes last');
    });

    it('max takes the newest, oldest first; skipped ones do not count', async () => {
        await deploy();
        for (let n = 1; n <= 5; n++) print(n);
        print(6, { status: 'failed' });
        const report = await bench.ask({ action: 'backfill', mode: 'all', max: 2 });
        assert.deepEqual([report['created'], report['skipped']], [2, 1]);
        await bench.messages('out', 2);
        assert.deepEqual(bench.batches(), ['bambuddy-4', 'bambuddy-5']);
    });

    it('since and until bound it', async () => {
        await deploy();
        for (let n = 1; n <= 5; n++) print(n);
        await bench.ask({ action: 'backfill', since: '2026-11-02T00:00:00Z', until: '2026-11-04T00:00:00Z' });
        await bench.messages('out', 2);
        assert.deepEqual(bench.batches(), ['bambuddy-2', 'bambuddy-3']);
    });

    it('mode parts makes Parts and no stock', async () => {
        await deploy();
        print(1);
        await bench.ask({ action: 'backfill', mode: 'parts' });
        const [msg] = await bench.messages('out', 1);
        assert.deepEqual(msg!['sync'], { force: false, mode: 'parts' });
        assert.deepEqual([bench.inventree.state.parts.size, bench.inventree.state.stock.size], [1, 0]);
        await bench.ask({ action: 'backfill', mode: 'all' });
        await bench.messages('out', 2);
        assert.deepEqual(bench.batches(), ['bambuddy-1']);
    });

    it('adopt ties stock that the sidecar made to its print and creates nothing; an import then finds it', async () => {
        await deploy();
        const archiveId = print(1);
        print(2);
        const hash = bench.bambuddy.state.archives.get(archiveId)!.content_hash!;
        const IPN = ipnOf(`content_hash:${hash}`, 'BMB');
        const part = bench.inventree.addPart({ name: 'Print 1', IPN, category: bench.category });
        bench.inventree.addStock({ part: part.pk, quantity: 1, batch: 'bambuddy-1', location: bench.location });

        const preview = await bench.ask({ action: 'backfill', mode: 'preview' });
        assert.deepEqual([preview['created'], preview['existing'], preview['adopted']], [1, 1, 1]);
        const report = await bench.ask({ action: 'backfill', mode: 'adopt' });
        assert.deepEqual([report['created'], report['existing'], report['adopted']], [0, 1, 1]);
        assert.deepEqual(writes(), []);
        assert.equal(bench.at('out').length, 0);
        const all = await bench.ask({ action: 'backfill', mode: 'all' });
        assert.deepEqual([all['created'], all['existing']], [1, 1]);
        await bench.messages('out', 1);
        assert.deepEqual(bench.batches(), ['bambuddy-1', 'bambuddy-2']);
    });

    it('a second backfill while one runs is an error on that message alone', async () => {
        await deploy();
        for (let n = 1; n <= 4; n++) print(n);
        bench.inventree.latencyMs = 50;
        const first = bench.send('source', { payload: 'backfill' });
        const error = await bench.failing('source', { payload: 'backfill' });
        assert.match(error.message, /backfill is already running/);
        await until('the first answer', () => bench.at('answers').includes(first), 10_000);
        assert.equal(bench.inventree.state.stock.size, 4);
    });

    describe('archive', () => {
        it('sends the newest successful run of one archive', async () => {
            await deploy();
            const archiveId = print(1);
            bench.bambuddy.print({ archive: archiveId, startedAt: day(2) });
            bench.bambuddy.print({ archive: archiveId, startedAt: day(3), status: 'failed' });
            print(4);
            const answer = await bench.ask({ action: 'archive', archiveId: String(archiveId) });
            assert.deepEqual([answer['archiveId'], answer['sent'], answer['state']], [archiveId, true, 'accepted']);
            const [msg] = await bench.messages('out', 1);
            assert.equal((msg!['payload'] as Message)['startedAt'], day(2));
            assert.deepEqual(sent(), [answer['batch']]);
        });

        it('known: not sent again; forced: sent once more, and no second item', async () => {
            await deploy();
            print(1);
            await bench.ask({ action: 'archive', archiveId: 1 });
            await bench.messages('out', 1);
            await until('done', () => bench.ledger().print('bambuddy-1')?.state === 'done');
            const again = await bench.ask({ action: 'archive', archiveId: 1 });
            assert.deepEqual([again['sent'], again['state'], again['batch']], [false, 'done', 'bambuddy-1']);
            assert.equal(bench.at('out').length, 1);
            const forced = await bench.ask({ action: 'archive', archiveId: 1, force: true });
            assert.equal(forced['sent'], true);
            const [, msg] = await bench.messages('out', 2);
            assert.deepEqual(msg!['sync'], { force: true, mode: 'all' });
            assert.equal((msg!['stock'] as Message)['created'], false);
            assert.deepEqual(bench.batches(), ['bambuddy-1']);
        });

        it('parked: sent again when what was wrong is right', async () => {
            await bench.deploy(line(bench, ALL, { stock: { location: 2 } }));
            print(1);
            await bench.ask({ action: 'archive', archiveId: 1 });
            await bench.messages('caught', 1);
            await until('parked', () => bench.ledger().print('bambuddy-1')?.state === 'parked');
            await bench.showing('source', 'red dot 1 parked');
            bench.inventree.addLocation({ name: 'Second shelf' });
            await bench.ask({ action: 'archive', archiveId: 1 });
            await bench.messages('out', 1);
            assert.deepEqual(bench.batches(), ['bambuddy-1']);
            await bench.showing('source', /^green dot watching/);
        });

        const REFUSED: [string, () => number, RegExp][] = [
            ['that does not exist', () => 99, /Bambuddy has no archive 99/],
            ['that only failed', () => print(1, { status: 'failed' }), /not taken: status failed/],
            ['that was never printed', () => bench.bambuddy.addArchive(), /not taken: never printed/],
            ['without any key', () => print(1, { no3mf: true, name: null }), /not taken: no key/],
        ];
        for (const [what, make, message] of REFUSED) {
            it(`${what}: one error on that message`, async () => {
                await deploy();
                const error = await bench.failing('source', { payload: { action: 'archive', archiveId: make() } });
                assert.match(error.message, message);
                assert.equal(bench.at('out').length, 0);
                print(5);
                await bench.ask({ action: 'archive', archiveId: [...bench.bambuddy.state.archives.keys()].at(-1) });
                await bench.messages('out', 1);
            });
        }
    });

    it('a key that is wrong or may not read: one error naming Bambuddy and what it answered', async () => {
        bench.secrets.push(bench.bambuddy.writeOnlyKey, bench.bambuddy.expiredKey);
        for (const [apiKey, status] of [
            [bench.bambuddy.writeOnlyKey, 403],
            [bench.bambuddy.expiredKey, 401],
        ] as const) {
            await bench.deploy(line(bench, ALL), { bambuddy: { apiKey } });
            const error = await bench.failing('source', { payload: 'poll' });
            assert.match(error.message, new RegExp(`Bambuddy \\(http.*answered ${status}.*API key`));
            assert.equal(error['code'], 'AUTH');
            assert.equal(bench.status('source'), 'red ring Bambuddy refused');
        }
    });
});
