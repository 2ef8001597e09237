import assert from 'node:assert/strict';
import { ipnOf } from '../../../lib/print/part-identity';
import { NodeFixture, until, type Message } from '../fixture';
import { ALL, line } from '../flow';

const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T10:00:00Z`;

describe('bambuddy-archive-in: what it is asked', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const deploy = (source: Record<string, unknown> = {}): Promise<void> =>
        fixture.deploy(line(fixture, ALL, { source }));
    const print = (n: number, more: Record<string, unknown> = {}): number =>
        fixture.bambuddy.print({ name: `Print ${n}`, startedAt: day(n), ...more }).archiveId;
    const sent = (): unknown[] => fixture.at('out').map((msg) => (msg['payload'] as Message)['batch']);
    /** What was changed on the servers; a refused try changes nothing. */
    const writes = (): string[] =>
        [...fixture.inventree.requests, ...fixture.bambuddy.requests]
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
                const msg = fixture.send('source', { payload, topic: 'mine', res, own: { a: [1] } });
                await until('the answer', () => fixture.at('answers').includes(msg));
                assert.equal(msg['topic'], `bambuddy/${action}`);
                assert.equal((msg['payload'] as Message)['action'], action);
                assert.equal(msg['res'], res);
                assert.deepEqual(msg['own'], { a: [1] });
                assert.ok(!fixture.at('out').includes(msg));
                await fixture.messages('completed', 1);
            });
        }
    });

    it('status tells of counts, of what is under way and of the last poll', async () => {
        await deploy();
        const before = await fixture.ask('status');
        assert.deepEqual(
            [before['lastPoll'], before['lastError'], before['backfill'], before['underWay']],
            [null, null, null, 0],
        );
        // ends now
        fixture.bambuddy.print({ seconds: 60 });
        await fixture.ask({ action: 'archive', archiveId: 1 });
        await fixture.messages('out', 1);
        await fixture.ask('poll');
        const after = await fixture.ask({ action: 'status' });
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
                const error = await fixture.failing('source', { payload });
                assert.match(error.message, /poll.*backfill.*archive.*status/);
                assert.equal(error['code'], 'ACTION');
                assert.match(fixture.status('source'), /^red dot unknown action$/);
                assert.equal(fixture.at('answers').length, 0);
                await fixture.ask('status');
                assert.equal(fixture.at('caught').length, 1);
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
        fixture.bambuddy.print({ archive: twice, startedAt: day(5) });
        print(6, { no3mf: true, name: null });
        fixture.bambuddy.addArchive({ name: 'never printed' });
        const report = await fixture.ask({ action: 'backfill', mode: 'preview' });
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
        assert.equal(fixture.at('out').length, 0);
        assert.equal([...fixture.ledger().prints()].length, 0);
        await fixture.showing('source', 'green dot watching · 0 today');
    });

    it('an import does what the preview said, and a second one creates nothing', async () => {
        await deploy();
        for (let n = 1; n <= 6; n++) print(n);
        print(7, { status: 'failed' });
        const preview = await fixture.ask({ action: 'backfill', mode: 'preview' });
        const first = await fixture.ask({ action: 'backfill', mode: 'all' });
        assert.deepEqual([first['created'], first['skipped'], first['failed']], [6, 1, 0]);
        assert.equal(first['created'], preview['created']);
        await fixture.messages('out', 6);
        assert.deepEqual(
            fixture.batches(),
            [1, 2, 3, 4, 5, 6].map((n) => `bambuddy-${n}`),
            'oldest first',
        );
        const second = await fixture.ask('backfill');
        assert.deepEqual([second['created'], second['existing'], second['skipped']], [0, 6, 1]);
        assert.equal(fixture.inventree.state.stock.size, 6);
        assert.equal(fixture.at('out').length, 6);
    });

    it('progress comes on the second output, the last of it the final state', async () => {
        await deploy();
        for (let n = 1; n <= 8; n++) print(n);
        fixture.inventree.latencyMs = 20;
        await fixture.ask({ action: 'backfill', mode: 'all' }, 10_000);
        const progress = fixture.at('answers').filter((msg) => msg['topic'] === 'bambuddy/progress');
        assert.ok(progress.length >= 2, `${progress.length} messages`);
        const reports = progress.map((msg) => msg['payload'] as Message);
        for (const report of reports) {
            for (const key of ['mode', 'phase', 'done', 'total', 'created', 'skipped', 'failed', 'secondsLeft'])
                assert.ok(key in report, key);
        }
        assert.deepEqual([reports.at(-1)!['phase'], reports.at(-1)!['done']], ['done', 8]);
        assert.ok(reports.slice(0, -1).every((report) => report['phase'] !== 'done'));
        assert.ok(fixture.statuses('source').some((status) => /^blue dot history \d\/8$/.test(status)));
        assert.equal(fixture.at('answers').at(-1)!['topic'], 'bambuddy/backfill', 'the answer comes last');
    });

    it('max takes the newest, oldest first; skipped ones do not count', async () => {
        await deploy();
        for (let n = 1; n <= 5; n++) print(n);
        print(6, { status: 'failed' });
        const report = await fixture.ask({ action: 'backfill', mode: 'all', max: 2 });
        assert.deepEqual([report['created'], report['skipped']], [2, 1]);
        await fixture.messages('out', 2);
        assert.deepEqual(fixture.batches(), ['bambuddy-4', 'bambuddy-5']);
    });

    it('since and until bound it', async () => {
        await deploy();
        for (let n = 1; n <= 5; n++) print(n);
        await fixture.ask({ action: 'backfill', since: '2026-11-02T00:00:00Z', until: '2026-11-04T00:00:00Z' });
        await fixture.messages('out', 2);
        assert.deepEqual(fixture.batches(), ['bambuddy-2', 'bambuddy-3']);
    });

    it('mode parts makes Parts and no stock', async () => {
        await deploy();
        print(1);
        await fixture.ask({ action: 'backfill', mode: 'parts' });
        const [msg] = await fixture.messages('out', 1);
        assert.deepEqual(msg!['sync'], { force: false, mode: 'parts' });
        assert.deepEqual([fixture.inventree.state.parts.size, fixture.inventree.state.stock.size], [1, 0]);
        await fixture.ask({ action: 'backfill', mode: 'all' });
        await fixture.messages('out', 2);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('adopt ties stock that the sidecar made to its print and creates nothing; an import then finds it', async () => {
        await deploy();
        const archiveId = print(1);
        print(2);
        const hash = fixture.bambuddy.state.archives.get(archiveId)!.content_hash!;
        const IPN = ipnOf(`content_hash:${hash}`, 'BMB');
        const part = fixture.inventree.addPart({ name: 'Print 1', IPN, category: fixture.category });
        fixture.inventree.addStock({ part: part.pk, quantity: 1, batch: 'bambuddy-1', location: fixture.location });

        const preview = await fixture.ask({ action: 'backfill', mode: 'preview' });
        assert.deepEqual([preview['created'], preview['existing'], preview['adopted']], [1, 1, 1]);
        const report = await fixture.ask({ action: 'backfill', mode: 'adopt' });
        assert.deepEqual([report['created'], report['existing'], report['adopted']], [0, 1, 1]);
        assert.deepEqual(writes(), []);
        assert.equal(fixture.at('out').length, 0);
        const all = await fixture.ask({ action: 'backfill', mode: 'all' });
        assert.deepEqual([all['created'], all['existing']], [1, 1]);
        await fixture.messages('out', 1);
        assert.deepEqual(fixture.batches(), ['bambuddy-1', 'bambuddy-2']);
    });

    it('a second backfill while one runs is an error on that message alone', async () => {
        await deploy();
        for (let n = 1; n <= 4; n++) print(n);
        fixture.inventree.latencyMs = 50;
        const first = fixture.send('source', { payload: 'backfill' });
        const error = await fixture.failing('source', { payload: 'backfill' });
        assert.match(error.message, /backfill is already running/);
        await until('the first answer', () => fixture.at('answers').includes(first), 10_000);
        assert.equal(fixture.inventree.state.stock.size, 4);
    });

    describe('archive', () => {
        it('sends the newest successful run of one archive', async () => {
            await deploy();
            const archiveId = print(1);
            fixture.bambuddy.print({ archive: archiveId, startedAt: day(2) });
            fixture.bambuddy.print({ archive: archiveId, startedAt: day(3), status: 'failed' });
            print(4);
            const answer = await fixture.ask({ action: 'archive', archiveId: String(archiveId) });
            assert.deepEqual([answer['archiveId'], answer['sent'], answer['state']], [archiveId, true, 'accepted']);
            const [msg] = await fixture.messages('out', 1);
            assert.equal((msg!['payload'] as Message)['startedAt'], day(2));
            assert.deepEqual(sent(), [answer['batch']]);
        });

        it('known: not sent again; forced: sent once more, and no second item', async () => {
            await deploy();
            print(1);
            await fixture.ask({ action: 'archive', archiveId: 1 });
            await fixture.messages('out', 1);
            await until('done', () => fixture.ledger().print('bambuddy-1')?.state === 'done');
            const again = await fixture.ask({ action: 'archive', archiveId: 1 });
            assert.deepEqual([again['sent'], again['state'], again['batch']], [false, 'done', 'bambuddy-1']);
            assert.equal(fixture.at('out').length, 1);
            const forced = await fixture.ask({ action: 'archive', archiveId: 1, force: true });
            assert.equal(forced['sent'], true);
            const [, msg] = await fixture.messages('out', 2);
            assert.deepEqual(msg!['sync'], { force: true, mode: 'all' });
            assert.equal((msg!['stock'] as Message)['created'], false);
            assert.deepEqual(fixture.batches(), ['bambuddy-1']);
        });

        it('parked: sent again when what was wrong is right', async () => {
            await fixture.deploy(line(fixture, ALL, { stock: { location: 2 } }));
            print(1);
            await fixture.ask({ action: 'archive', archiveId: 1 });
            await fixture.messages('caught', 1);
            await until('parked', () => fixture.ledger().print('bambuddy-1')?.state === 'parked');
            await fixture.showing('source', 'red dot 1 parked');
            fixture.inventree.addLocation({ name: 'Second shelf' });
            await fixture.ask({ action: 'archive', archiveId: 1 });
            await fixture.messages('out', 1);
            assert.deepEqual(fixture.batches(), ['bambuddy-1']);
            await fixture.showing('source', /^green dot watching/);
        });

        const REFUSED: [string, () => number, RegExp][] = [
            ['that does not exist', () => 99, /Bambuddy has no archive 99/],
            ['that only failed', () => print(1, { status: 'failed' }), /not taken: status failed/],
            ['that was never printed', () => fixture.bambuddy.addArchive(), /not taken: never printed/],
            ['without any key', () => print(1, { no3mf: true, name: null }), /not taken: no key/],
        ];
        for (const [what, make, message] of REFUSED) {
            it(`${what}: one error on that message`, async () => {
                await deploy();
                const error = await fixture.failing('source', { payload: { action: 'archive', archiveId: make() } });
                assert.match(error.message, message);
                assert.equal(fixture.at('out').length, 0);
                print(5);
                await fixture.ask({ action: 'archive', archiveId: [...fixture.bambuddy.state.archives.keys()].at(-1) });
                await fixture.messages('out', 1);
            });
        }
    });

    it('a key that is wrong or may not read: one error naming Bambuddy and what it answered', async () => {
        fixture.secrets.push(fixture.bambuddy.writeOnlyKey, fixture.bambuddy.expiredKey);
        for (const [apiKey, status] of [
            [fixture.bambuddy.writeOnlyKey, 403],
            [fixture.bambuddy.expiredKey, 401],
        ] as const) {
            await fixture.deploy(line(fixture, ALL), { bambuddy: { apiKey } });
            const error = await fixture.failing('source', { payload: 'poll' });
            assert.match(error.message, new RegExp(`Bambuddy \\(http.*answered ${status}.*API key`));
            assert.equal(error['code'], 'AUTH');
            assert.equal(fixture.status('source'), 'red ring Bambuddy refused');
        }
    });
});
