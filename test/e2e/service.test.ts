import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeRed } from '../harness/node-red';
import { connectionOf, filledExample, nodeOf, projectRoot, withService, type Connection } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

const TOKEN = 'service-token-e2e-0815';
const SECRET = 'webhook-secret-e2e-0815';

describe('the service API in a real Node-RED', function () {
    this.timeout(120_000);
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    let nodeRed: NodeRed;
    let connection: Connection;

    before(async () => {
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        connection = connectionOf(bambuddy, inventree);
        for (let day = 1; day <= 3; day++)
            bambuddy.print({ name: `Hook ${day}`, startedAt: `2026-11-0${day}T08:00:00Z` });
        nodeRed = await NodeRed.start({
            settings: { httpNodeRoot: '/flows-of-mine' },
        });
        await nodeRed.deploy(withService(theFlow(), { serviceToken: TOKEN, webhookSecret: SECRET }));
    });

    after(async () => {
        await nodeRed.stop();
        await Promise.all([bambuddy.close(), inventree.close()]);
    });

    /** Nothing but the webhook brings a print. */
    function theFlow(): ReturnType<typeof filledExample> {
        return filledExample(connection, { 'bambuddy-archive-in': { settle: 0, live: false, interval: 0 } });
    }

    const url = (path: string): string => `${nodeRed.url}/flows-of-mine/print-to-stock${path}`;

    async function ask(method: string, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
        const response = await fetch(url(path), { method, headers: { 'X-Service-Token': TOKEN } });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    }

    async function hook(body: string, authorization = `Bearer ${SECRET}`): Promise<Response> {
        const headers = { 'Content-Type': 'application/json', Authorization: authorization };
        return fetch(url('/webhooks/bambuddy'), { method: 'POST', headers, body });
    }

    async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
        for (let tries = 0; tries < 400; tries++) {
            if (await is()) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`waited in vain for ${what}:\n${nodeRed.log.slice(-10).join('\n')}`);
    }

    const batches = (): (string | null)[] => [...inventree.state.stock.values()].map(({ batch }) => batch);

    it('tells its version, and that all is well', async () => {
        const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
        await until('the source', async () => (await ask('GET', '/health')).body['working'] === true);
        const health = { status: 'ok', version, source: 'prints', working: true };
        assert.deepEqual((await ask('GET', '/health')).body, health);
        const { status, body } = await ask('GET', '/validate');
        assert.deepEqual([status, body['ok']], [200, true], JSON.stringify(body));
    });

    it('a webhook brings a finished print into stock', async () => {
        // "from now on" begins with the first look
        await until('the first look', async () => (await ask('GET', '/sync/status')).body['lastPoll'] !== null);
        const { archiveId } = bambuddy.print({ name: 'Vase' });
        assert.equal((await hook('{"event":"print_complete"}', 'Bearer wrong')).status, 401);
        const response = await hook('{"event":"print_complete","title":"Print Completed"}');
        assert.equal(response.status, 202);
        await until('the item', () => batches().includes(`bambuddy-${archiveId}`));
        assert.equal(batches().length, 1);
    });

    it('1,000 webhooks are a few looks', async () => {
        const looks = (): number => bambuddy.count('GET', /\/print-log\//);
        const before = looks();
        for (let sent = 0; sent < 1000; sent += 50) {
            const replies = await Promise.all(Array.from({ length: 50 }, () => hook('{"event":"print_complete"}')));
            for (const reply of replies) {
                assert.equal(reply.status, 202);
                await reply.arrayBuffer();
            }
        }
        await new Promise((resolve) => setTimeout(resolve, 1500));
        assert.ok(looks() - before < 100, `${looks() - before} looks`);
    });

    it('a webhook of 20 MB is refused, and Node-RED goes on', async () => {
        const status = await hook(`{"image":"${'x'.repeat(20 * 1024 * 1024)}"}`).then(
            (response) => response.status,
            // the answer may come while the rest is still being sent
            () => 413,
        );
        assert.equal(status, 413);
        assert.equal((await ask('GET', '/health')).status, 200);
    });

    it('an archive, a backfill and the status', async () => {
        assert.equal((await ask('POST', '/sync/archive/1')).status, 202);
        await until('the item', () => batches().includes('bambuddy-1'));
        assert.equal((await ask('POST', '/sync/archive/4711')).status, 404);
        assert.equal((await ask('POST', '/sync/archive/-1')).status, 400);
        assert.equal((await ask('POST', '/sync/backfill?max_archives=abc')).status, 400);
        assert.equal((await ask('POST', '/sync/backfill?mode=all')).status, 202);
        await until('all items', () => batches().length === 4);
        await until('the end', async () => (await ask('GET', '/sync/status')).body['lastBackfill'] !== null);
        const { body } = await ask('GET', '/sync/status');
        assert.deepEqual([body['lastError'], body['backfill'], body['parked']], [null, null, []]);
    });

    it('after a deploy of the source alone it serves the new one', async () => {
        const flow = withService(theFlow(), { serviceToken: TOKEN, webhookSecret: SECRET });
        nodeOf(flow, 'bambuddy-archive-in')['window'] = 2;
        await nodeRed.deploy(flow, 'nodes');
        const { archiveId } = bambuddy.print({ name: 'Bowl' });
        assert.equal((await hook('{"event":"print_complete"}')).status, 202);
        await until('the item', () => batches().includes(`bambuddy-${archiveId}`));
    });

    it('after the node is gone there is nothing', async () => {
        await nodeRed.deploy(theFlow());
        const response = await fetch(url('/health'));
        assert.equal(response.status, 404);
        assert.doesNotMatch(response.headers.get('content-type') ?? '', /json/);
    });

    it('tells no secret', () => {
        for (const secret of [TOKEN, SECRET, connection.apiKey, connection.token])
            assert.equal(nodeRed.log.join('\n').includes(secret), false);
    });

    it('asks for the password of httpNodeAuth first', async () => {
        // the hash of "password", as in the settings file that Node-RED comes with
        const pass = '$2a$08$zZWtXTja0fB1pzD4sHCMyOCMYz2Z6dNbM6tl8sJogENOMcxWV9DN.';
        const guarded = await NodeRed.start({ settings: { httpNodeAuth: { user: 'me', pass } } });
        try {
            await guarded.deploy(withService(theFlow(), { serviceToken: TOKEN, webhookSecret: SECRET }));
            const hookOf = (headers: Record<string, string>): Promise<Response> =>
                fetch(`${guarded.url}/print-to-stock/webhooks/bambuddy`, {
                    method: 'POST',
                    headers: { 'Content-Type': 'application/json', ...headers },
                    body: '{}',
                });
            const basic = `Basic ${Buffer.from('me:password').toString('base64')}`;
            assert.equal((await fetch(`${guarded.url}/print-to-stock/health`)).status, 401);
            assert.equal((await hookOf({ Authorization: `Bearer ${SECRET}` })).status, 401);
            assert.equal((await hookOf({ Authorization: basic })).status, 401);
            assert.equal((await hookOf({ Authorization: basic, 'X-Sync-Secret': SECRET })).status, 202);
        } finally {
            await guarded.stop();
        }
    });
});
