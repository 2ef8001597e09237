import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../harness/project';
import { pause, until } from '../fixture';
import { ALL } from '../flow';
import { service, ServiceFixture, TOKEN } from './service-fixture';

describe('sync-api: what scripts and monitors ask', () => {
    const fixture = new ServiceFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    it('health is open and tells the version of the package', async () => {
        await fixture.serve();
        const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
        const reply = await fixture.call('GET', '/print-to-stock/health', {});
        assert.deepEqual([reply.status, reply.body], [200, { status: 'ok', version, source: 'prints', working: true }]);
        assert.match(reply.headers['content-type']!, /^application\/json/);
        assert.equal((await fixture.call('HEAD', '/print-to-stock/health', {})).status, 200);
        assert.equal((await fixture.call('GET', '/print-to-stock/health/?t=1', {})).status, 200);
    });

    const GUARDED: [string, string][] = [
        ['GET', '/validate'],
        ['GET', '/sync/status'],
        ['POST', '/sync/archive/1'],
        ['POST', '/sync/backfill'],
    ];
    for (const [method, path] of GUARDED) {
        it(`${method} ${path} wants the service token`, async () => {
            await fixture.serve();
            for (const token of ['', 'wrong', `${TOKEN}x`, TOKEN.slice(1), 'x'.repeat(8000)]) {
                const reply = await fixture.api(method, path, { 'X-Service-Token': token });
                assert.equal(reply.status, 401, token);
                assert.equal(typeof reply.body['detail'], 'string');
            }
            assert.equal((await fixture.call(method, `/print-to-stock${path}`, {})).status, 401);
            assert.notEqual((await fixture.api(method, path)).status, 401);
        });
    }

    it('without a service token everybody may ask, and the status says so', async () => {
        await fixture.serve(ALL, {}, { webhookSecret: 'webhook-secret-4711' });
        assert.equal((await fixture.call('GET', '/print-to-stock/sync/status', {})).status, 200);
        assert.equal(fixture.status('api'), 'yellow dot no service token');
    });

    const BAD: [string, string][] = [
        ['/sync/archive/-1', 'archive id'],
        ['/sync/archive/0', 'archive id'],
        ['/sync/archive/1.5', 'archive id'],
        ['/sync/archive/abc', 'archive id'],
        ['/sync/archive/1e3', 'archive id'],
        ['/sync/archive/%31', 'archive id'],
        ['/sync/archive/%', 'archive id'],
        ['/sync/archive/9007199254740993', 'archive id'],
        ['/sync/archive/99999999999999999999999999', 'archive id'],
        ['/sync/archive/1?force=maybe', 'force'],
        ['/sync/archive/1?force=true&force=false', 'force'],
        ['/sync/archive/1?Force=true', 'Force'],
        ['/sync/backfill?max_archives=abc', 'max_archives'],
        ['/sync/backfill?max_archives=-5', 'max_archives'],
        ['/sync/backfill?max_archives=0', 'max_archives'],
        ['/sync/backfill?max_archives=', 'max_archives'],
        ['/sync/backfill?max_archives=1e9', 'max_archives'],
        ['/sync/backfill?max_archives=99999999999999999999', 'max_archives'],
        ['/sync/backfill?mode=everything', 'mode'],
        ['/sync/backfill?mode=', 'mode'],
        ['/sync/backfill?max=5', 'max'],
    ];
    it('bad values are 400, before anything else is done', async () => {
        await fixture.serve(['source']);
        await fixture.ask('poll');
        const before = fixture.bambuddy.requestCount + fixture.inventree.requestCount;
        for (const [path, what] of BAD) {
            const reply = await fixture.api('POST', path);
            assert.equal(reply.status, 400, path);
            assert.match(String(reply.body['detail']), new RegExp(what), path);
        }
        assert.equal(fixture.bambuddy.requestCount + fixture.inventree.requestCount, before);
    });

    it('a wrong method is 405 and names the right one, an unknown path 404', async () => {
        await fixture.serve();
        for (const [method, path, allow] of [
            ['POST', '/health', 'GET'],
            ['DELETE', '/validate', 'GET'],
            ['GET', '/sync/archive/1', 'POST'],
            ['GET', '/sync/backfill', 'POST'],
            ['GET', '/webhooks/bambuddy', 'POST'],
            ['OPTIONS', '/webhooks/bambuddy', 'POST'],
        ] as const) {
            const reply = await fixture.api(method, path);
            assert.deepEqual([reply.status, reply.headers.allow], [405, allow], path);
        }
        for (const path of ['', '/', '/sync', '/sync/archive', '/sync/archive/1/2', '/webhooks/other', '/healthy']) {
            const reply = await fixture.api('POST', path);
            assert.equal(reply.status, 404, path);
            assert.equal(typeof reply.body['detail'], 'string');
        }
        assert.equal(
            (await fixture.call('GET', '/print-to-stocks/health', {})).headers['content-type']?.includes('json'),
            false,
        );
    });

    it('an archive is sent, and a second time only where that is asked for', async () => {
        const { archiveId } = fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await fixture.serve();
        const first = await fixture.api('POST', `/sync/archive/${archiveId}`);
        assert.equal(first.status, 202);
        assert.deepEqual(first.body, { archiveId, batch: 'bambuddy-1', sent: true, state: 'accepted' });
        await fixture.messages('out', 1);
        await until('the end', () => fixture.ledger().print('bambuddy-1')?.state === 'done');
        const second = await fixture.api('POST', `/sync/archive/${archiveId}`);
        assert.deepEqual([second.status, second.body['sent'], second.body['state']], [200, false, 'done']);
        const third = await fixture.api('POST', `/sync/archive/${archiveId}?force=true`);
        assert.deepEqual([third.status, third.body['sent']], [202, true]);
        await fixture.messages('out', 2);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('an unknown archive is 404 at once, one that does not count 409, and both in words', async () => {
        const { archiveId } = fixture.bambuddy.print({ status: 'failed' });
        await fixture.serve();
        const unknown = await fixture.api('POST', '/sync/archive/987654');
        assert.deepEqual([unknown.status, unknown.body], [404, { detail: 'Bambuddy has no archive 987654' }]);
        assert.equal((await fixture.api('POST', '/sync/archive/9007199254740991')).status, 404);
        const failed = await fixture.api('POST', `/sync/archive/${archiveId}`);
        assert.equal(failed.status, 409);
        assert.match(String(failed.body['detail']), /is not taken: status failed/);
    });

    it('while Bambuddy is off it is 503, at once', async () => {
        const { archiveId } = fixture.bambuddy.print();
        await fixture.serve();
        fixture.bambuddy.down = true;
        const reply = await fixture.api('POST', `/sync/archive/${archiveId}`);
        assert.equal(reply.status, 503);
        assert.match(String(reply.body['detail']), /Bambuddy/);
        fixture.bambuddy.down = false;
    });

    it('what takes longer is answered as begun', async () => {
        const { archiveId } = fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await fixture.serve();
        await fixture.ask('pause');
        const reply = await fixture.api('POST', `/sync/archive/${archiveId}`);
        assert.deepEqual([reply.status, reply.body], [202, { archiveId, sent: false, state: 'waiting' }]);
        await fixture.ask('resume');
        await fixture.messages('out', 1);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('a backfill is begun, a second one meanwhile is 409, and the status tells how it went', async () => {
        for (let day = 1; day <= 6; day++) fixture.bambuddy.print({ startedAt: `2026-11-0${day}T10:00:00Z` });
        fixture.inventree.latencyMs = 30;
        await fixture.serve();
        const reply = await fixture.api('POST', '/sync/backfill?max_archives=4&mode=all');
        assert.deepEqual([reply.status, reply.body], [202, { status: 'started', mode: 'all', maxArchives: 4 }]);
        const second = await fixture.api('POST', '/sync/backfill');
        assert.equal(second.status, 409);
        assert.match(String(second.body['detail']), /already running/);
        const during = await fixture.api('GET', '/sync/status');
        assert.equal((during.body['backfill'] as { mode: string }).mode, 'all');
        await fixture.messages('out', 4, 15_000);
        let after = await fixture.api('GET', '/sync/status');
        await until('the end of the backfill', () => {
            void fixture.api('GET', '/sync/status').then((found) => (after = found));
            return after.body['lastBackfill'] !== null;
        });
        const { report } = after.body['lastBackfill'] as { report: Record<string, unknown> };
        assert.deepEqual([report['phase'], report['created'], report['failed']], ['done', 4, 0]);
        assert.equal(after.body['backfill'], null);
        assert.equal(fixture.batches().length, 4);
    });

    it('a backfill that is asked for right after a deploy is not taken for an interrupted one', async () => {
        for (let day = 1; day <= 3; day++) fixture.bambuddy.print({ startedAt: `2026-11-0${day}T10:00:00Z` });
        fixture.inventree.latencyMs = 150;
        await fixture.serve();
        assert.equal((await fixture.api('POST', '/sync/backfill')).status, 202);
        await fixture.messages('out', 3, 15_000);
        await until('its end', () => !fixture.status('source').includes('history'));
        assert.deepEqual(fixture.errors('source'), []);
    });

    it('two backfills asked for in the same moment are one', async () => {
        fixture.bambuddy.print();
        await fixture.serve();
        const replies = await Promise.all([1, 2, 3].map(() => fixture.api('POST', '/sync/backfill?mode=preview')));
        assert.deepEqual(replies.map(({ status }) => status).sort(), [202, 409, 409]);
    });

    it('the status tells counts by state, the last look, the last error and what is parked', async () => {
        fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await fixture.serve(ALL, { part: { category: 4711 } });
        await fixture.ask('poll');
        await fixture.api('POST', '/sync/archive/1');
        await until('it to be parked', () => fixture.ledger().counts().parked === 1);
        const { body, status } = await fixture.api('GET', '/sync/status');
        assert.equal(status, 200);
        assert.equal((body['counts'] as Record<string, number>)['parked'], 1);
        assert.ok(Date.parse(String(body['lastPoll'])) > 0);
        assert.equal(body['lastError'], null);
        assert.equal(body['backfill'], null);
        const [parked] = body['parked'] as Record<string, unknown>[];
        assert.equal(parked!['batch'], 'bambuddy-1');
        assert.match(String(parked!['reason']), /category/);
    });

    it('a request that a deploy interrupts is answered', async () => {
        const { archiveId } = fixture.bambuddy.print();
        await fixture.serve();
        await fixture.ask('pause');
        const pending = fixture.api('POST', `/sync/archive/${archiveId}`);
        await pause(200);
        await fixture.undeploy();
        const reply = await pending;
        assert.deepEqual([reply.status, reply.body['detail']], [503, 'Interrupted by a deploy or a stop: try again']);
    });

    describe('where it is', () => {
        it('is a path of the user, and gone after it was taken away', async () => {
            await fixture.serve(ALL, { api: { path: 'shop/prints/' } });
            assert.equal((await fixture.call('GET', '/shop/prints/health', {})).status, 200);
            assert.equal((await fixture.call('GET', '/print-to-stock/health', {})).status, 404);
        });

        it('two nodes with one path: the second says so and takes over when the first is gone', async () => {
            await fixture.serve(ALL, {}, { serviceToken: TOKEN, webhookSecret: 'webhook-secret-4711' }, [
                service('twin'),
            ]);
            await fixture.showing('twin', 'red ring duplicate path');
            assert.equal(fixture.status('api'), 'green dot ready');
            await fixture.node('api').close(true);
            await fixture.showing('twin', 'yellow dot no token, no secret');
            assert.equal((await fixture.call('GET', '/print-to-stock/sync/status', {})).status, 200);
        });

        for (const path of ['/', '', '/a//b', '/a b', '/ä', '/a?b', '/:id', '/*']) {
            it(`"${path}" is no path`, async () => {
                await fixture.serve(ALL, { api: { path } });
                assert.equal(fixture.status('api'), 'red ring invalid path');
            });
        }

        it('without a source it says so in its status and in every answer but health', async () => {
            await fixture.serve(ALL, { api: { source: 'stock' } });
            assert.equal(fixture.status('api'), 'grey ring not configured');
            assert.equal((await fixture.api('GET', '/health')).status, 200);
            for (const [method, path] of GUARDED.slice(1)) assert.equal((await fixture.api(method, path)).status, 503);
            assert.equal((await fixture.hook({ event: 'print_complete' })).status, 503);
            const { body } = await fixture.api('GET', '/validate');
            assert.deepEqual([body['ok'], (body['checks'] as unknown[]).length], [false, 1]);
        });

        it('a source that cannot work is told in words', async () => {
            await fixture.serve(ALL, { inventree: { url: 'localhost' } });
            const reply = await fixture.api('GET', '/sync/status');
            assert.equal(reply.status, 503);
            assert.match(String(reply.body['detail']), /InvenTree server: the address is not a complete address/);
        });
    });
});
