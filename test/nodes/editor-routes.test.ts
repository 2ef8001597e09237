import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { NodeRed } from '../harness/node-red';
import { projectRoot } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

const MASK = '__PWRD__';
/** of "pw" */
const PASSWORD = '$2y$04$RrMyXmKmwRrFyzBrGqvaX.abopLfUqeoob9WmZc5qSAsqmK9q6qjm';
const USERS = {
    admin: '*',
    writer: ['flows.read', 'print-to-stock.write'],
    reader: ['read', 'print-to-stock.read'],
};

type Body = Record<string, unknown>;

describe('what the edit dialogs ask of the runtime', function () {
    this.timeout(60_000);
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    const tokens: Record<string, string> = {};
    const answers: string[] = [];
    const heard: string[] = [];
    let stranger: Server;
    let nodeRed: NodeRed;
    let strangerUrl: string;

    before(async () => {
        if (!existsSync(join(projectRoot, 'dist', 'nodes', 'runtime', 'dialog-routes')))
            spawnSync(process.execPath, [join(projectRoot, 'scripts', 'build.mjs')]);
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        const top = inventree.addCategory({ name: 'Prints', structural: true });
        inventree.addCategory({ name: 'Brackets', parent: top.pk });
        inventree.addTemplate({ name: 'Weight', units: 'kg' });
        bambuddy.print({ name: 'Bracket', filename: 'Bracket.3mf', estimate: { seconds: 14820, grams: 148.3 } });
        stranger = http.createServer((req, res) => {
            heard.push(JSON.stringify(req.headers));
            res.setHeader('content-type', 'application/json');
            res.end('{"server":"InvenTree","version":"1.4","apiVersion":479,"items":[],"total":0}');
        });
        await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
        strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
        const users = Object.entries(USERS).map(([username, permissions]) => ({
            username,
            password: PASSWORD,
            permissions,
        }));
        nodeRed = await NodeRed.launch({ settings: { adminAuth: { type: 'credentials', users } } });
        for (let tries = 0; !nodeRed.log.some((text) => text.includes('Started flows')); tries++) {
            assert.ok(tries < 600, nodeRed.log.join('\n'));
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        for (const username of Object.keys(USERS)) tokens[username] = await login(username);
        await deploy();
        // a second deploy registers nothing again
        await deploy();
    });
    after(async () => {
        await nodeRed.stop();
        stranger.closeAllConnections();
        await Promise.all([bambuddy.close(), inventree.close(), new Promise((resolve) => stranger.close(resolve))]);
        const reported = [...answers, ...nodeRed.log].join('\n');
        for (const secret of [bambuddy.apiKey, inventree.token, inventree.adminToken])
            assert.ok(!reported.includes(secret), 'a secret was told');
    });

    async function login(username: string): Promise<string> {
        const form = { client_id: 'node-red-admin', grant_type: 'password', scope: '', username, password: 'pw' };
        const response = await fetch(`${nodeRed.url}/auth/token`, {
            method: 'POST',
            body: new URLSearchParams({ ...form, scope: username === 'admin' ? '*' : '' }),
        });
        return ((await response.json()) as { access_token: string }).access_token;
    }

    async function deploy(): Promise<void> {
        const flows = [
            { id: 'b', type: 'bambuddy-server', url: bambuddy.url, credentials: { apiKey: bambuddy.apiKey } },
            { id: 'i', type: 'inventree-server', url: inventree.url, credentials: { token: inventree.token } },
            { id: 's', type: 'sync-store', bambuddy: 'b', inventree: 'i', file: '' },
        ];
        const response = await fetch(`${nodeRed.url}/flows`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/json',
                'Node-RED-API-Version': 'v2',
                Authorization: `Bearer ${tokens['admin']}`,
            },
            body: JSON.stringify({ flows }),
        });
        assert.ok(response.ok, await response.text());
        await new Promise((resolve) => setTimeout(resolve, 500));
    }

    async function ask(
        path: string,
        body: Body,
        user: string | null = 'admin',
    ): Promise<{ status: number; body: Body }> {
        const response = await fetch(`${nodeRed.url}/print-to-stock${path}`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/json',
                ...(user === null ? {} : { Authorization: `Bearer ${tokens[user]}` }),
            },
            body: JSON.stringify(body),
        });
        const text = await response.text();
        answers.push(text);
        return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Body) : {} };
    }

    const ofInvenTree = (changes: Body = {}): Body => ({
        id: 'i',
        url: inventree.url,
        webUrl: '',
        timeout: 5,
        insecure: false,
        secret: MASK,
        ...changes,
    });
    const kindOf = (body: Body): unknown => (body['problem'] as Body | null)?.['kind'];

    it('VK’s callback alone is open, and takes nothing but a sign-in that was begun here', async () => {
        const callback = `${nodeRed.url}/print-to-stock/vk-sign-in/callback`;
        for (const query of ['', '?code=x&device_id=y&state=z', `?state=${'x'.repeat(5000)}`]) {
            const response = await fetch(`${callback}${query}`);
            assert.equal(response.status, 400, query.slice(0, 40));
            assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
            assert.ok(!(await response.text()).includes('device_id'));
        }
        assert.equal((await fetch(callback, { method: 'POST' })).status, 404);
    });

    it('is for those who may write: not for readers, not for everybody', async () => {
        const paths = [
            'test/bambuddy',
            'test/inventree',
            'preview',
            'rule-test',
            'choices/categories',
            'choices/locations',
        ];
        const create = [
            'choices/printers',
            'choices/projects',
            'choices/tags',
            'create/categories',
            'create/locations',
            'create/templates',
        ];
        const signIn = ['vk-sign-in/begin', 'vk-sign-in/landing', 'vk-sign-in/result'];
        const others = ['statuses', 'templates', 'owners', 'currencies', 'vkCategories'].map(
            (kind) => `choices/${kind}`,
        );
        for (const path of [...paths, ...others, ...create, ...signIn]) {
            for (const user of [null, 'reader']) {
                const { status, body } = await ask(`/${path}`, ofInvenTree(), user);
                assert.ok(status === 401 || status === 403, `${path} for ${user}: ${status}`);
                assert.deepEqual(body, {});
            }
        }
        assert.equal((await ask('/test/inventree', ofInvenTree(), 'writer')).status, 200);
        // an expression may read all that a flow may
        assert.equal((await ask('/preview', {}, 'writer')).status, 401);
    });

    it('takes nothing that a page of another site can send unasked', async () => {
        const response = await fetch(`${nodeRed.url}/print-to-stock/test/inventree`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${tokens['admin']}` },
            body: new URLSearchParams({ id: 'i', url: inventree.url, secret: MASK }),
        });
        assert.equal(response.status, 415);
    });

    it('tests with the stored secret at the stored address, once', async () => {
        const before = bambuddy.count('PATCH', /archives\/0$/);
        const { body } = await ask('/test/bambuddy', { ...ofInvenTree(), id: 'b', url: bambuddy.url });
        assert.equal(body['ok'], true, JSON.stringify(body));
        assert.equal(bambuddy.count('PATCH', /archives\/0$/), before + 1);
        assert.equal((await ask('/test/inventree', ofInvenTree())).body['ok'], true);
    });

    it('sends a stored secret nowhere else, nor that of another server', async () => {
        for (const changes of [
            { url: strangerUrl },
            { insecure: true },
            { url: `${inventree.url}/x` },
            { id: 'b' },
            { id: 'none' },
        ]) {
            for (const path of ['/test/inventree', '/test/bambuddy', '/choices/categories']) {
                const connection = ofInvenTree(changes);
                const { body } = await ask(path, path.startsWith('/choices') ? { connection } : connection);
                assert.equal(kindOf(body), 'secretAgain', `${path} ${JSON.stringify(changes)}`);
            }
        }
        assert.deepEqual(heard, []);
        assert.equal(
            kindOf((await ask('/test/inventree', ofInvenTree({ url: strangerUrl, secret: 'typed' }))).body),
            'unreadable',
        );
        assert.ok(heard.length > 0);
    });

    it('lists what there is to choose from', async () => {
        const choose = async (kind: string, query: Body = {}): Promise<Body[]> => {
            const { body } = await ask(`/choices/${kind}`, { connection: ofInvenTree(), ...query });
            assert.equal(body['problem'], null, JSON.stringify(body));
            return body['items'] as Body[];
        };
        const [top, below] = await choose('categories');
        assert.deepEqual([top?.['path'], top?.['structural'], top?.['hasChildren']], ['Prints', true, true]);
        assert.deepEqual([below?.['path'], below?.['parent'], below?.['level']], ['Prints/Brackets', top?.['pk'], 1]);
        assert.equal((await choose('categories', { parent: null })).length, 1);
        assert.equal((await choose('categories', { parent: top?.['pk'] })).length, 1);
        assert.deepEqual(await choose('categories', { parent: 4711 }), []);
        assert.equal((await choose('categories', { search: 'brack' }))[0]?.['name'], 'Brackets');
        assert.equal((await choose('categories', { pk: below?.['pk'] }))[0]?.['name'], 'Brackets');
        assert.deepEqual(await choose('categories', { pk: 4711 }), []);
        assert.deepEqual(await choose('locations'), []);
        assert.deepEqual((await choose('statuses'))[0], {
            pk: 10,
            name: 'OK',
            path: 'OK',
            parent: null,
            level: 0,
            structural: false,
            custom: false,
            color: 'success',
        });
        assert.equal((await choose('templates'))[0]?.['units'], 'kg');
        assert.equal((await choose('templates', { pk: 4711 })).length, 0);
    });

    it('tells the day on which the token of InvenTree ends, where the server lists tokens', async () => {
        const { body } = await ask('/test/inventree', ofInvenTree());
        const found = (body['checks'] as Body[]).find(({ key }) => key === 'tokenUntil');
        assert.deepEqual(found?.['values'], { date: inventree.users.writer.token.expiry });
        inventree.interfere = ({ url }) => (url.includes('/user/tokens/') ? { at: 'before', kind: 404 } : undefined);
        const without = (await ask('/test/inventree', ofInvenTree())).body;
        inventree.interfere = undefined;
        assert.equal(without['ok'], true);
        assert.ok(!(without['checks'] as Body[]).some(({ key }) => key === 'tokenUntil'));
    });

    it('creates a category, a location and a template in InvenTree when asked to, a template once', async () => {
        const made = async (kind: string, entry: Body): Promise<Body> => {
            const connection = ofInvenTree({ secret: inventree.adminToken });
            const { body } = await ask(`/create/${kind}`, { connection, ...entry });
            assert.equal(body['problem'], null, JSON.stringify(body));
            return body['item'] as Body;
        };
        const category = await made('categories', { name: ' Vases ', parent: null });
        assert.deepEqual([category['name'], category['path'], category['parent']], ['Vases', 'Vases', null]);
        const below = await made('categories', { name: 'Small', parent: category['pk'] });
        assert.equal(below['path'], 'Vases/Small');
        assert.equal(
            inventree.state.locations.get((await made('locations', { name: 'Rack' }))['pk'] as number)?.name,
            'Rack',
        );
        const height = await made('templates', { name: 'Height', units: 'mm' });
        assert.equal(height['units'], 'mm');
        assert.equal((await made('templates', { name: 'height', units: 'mm' }))['pk'], height['pk']);
        // what is there keeps its unit
        assert.equal((await made('templates', { name: 'Weight', units: 'g' }))['units'], 'kg');
    });

    it('says what is missing where nothing may be created, and asks nobody else with a stored secret', async () => {
        const create = async (entry: Body, connection = ofInvenTree()): Promise<Body> =>
            (await ask('/create/categories', { connection, ...entry })).body;
        const admin = ofInvenTree({ secret: inventree.adminToken });
        assert.equal(kindOf(await create({ name: '' }, admin)), 'rejected');
        assert.equal(kindOf(await create({ name: 'x' }, ofInvenTree({ url: strangerUrl }))), 'secretAgain');
        const reader = await create({ name: 'x' }, ofInvenTree({ secret: inventree.readerToken }));
        assert.equal(kindOf(reader), 'rights');
        assert.deepEqual((reader['problem'] as { values: Body }).values['missing'], 'Part Categories: add');
    });

    it('lists the printers, projects and tags of a Bambuddy', async () => {
        bambuddy.addPrinter({ name: 'P1S Workshop' });
        bambuddy.addProject({ name: 'Enclosure' });
        const connection = { ...ofInvenTree(), id: 'b', url: bambuddy.url };
        const listed = async (kind: string): Promise<unknown> => (await ask(`/choices/${kind}`, { connection })).body;
        const [printer] = (((await listed('printers')) as Body)['items'] as Body[]).slice(-1);
        assert.equal(printer?.['name'], 'P1S Workshop');
        assert.deepEqual(await listed('projects'), { items: [{ id: 1, name: 'Enclosure' }], problem: null });
        assert.deepEqual(await listed('tags'), { items: [], problem: null });
        const elsewhere = await ask('/choices/printers', { connection: { ...connection, url: strangerUrl } });
        assert.equal(kindOf(elsewhere.body), 'secretAgain');
    });

    it('shows what the newest print gives, and asks Bambuddy once', async () => {
        const values = [
            { id: 'partName', value: '', type: 'auto' },
            { id: 'description', value: 'payload.name & "!"', type: 'jsonata' },
            { id: 'category', value: 'x', type: 'num' },
            { id: 'notes', value: '$bad(', type: 'jsonata' },
            { id: 'w', template: 'Weight', value: 'weight' },
            { id: 't', template: 'PrintTime', value: 'time' },
        ];
        const body = { store: 's', source: { samePart: 'name' }, ipnPrefix: 'X', values };
        const first = (await ask('/preview', body)).body;
        assert.equal(first['problem'], null, JSON.stringify(first));
        const results = first['results'] as Record<string, Body>;
        assert.deepEqual(results['partName'], { text: 'Bracket' });
        assert.deepEqual(results['description'], { text: 'Bracket!' });
        assert.match(String(results['category']?.['error']), /category/);
        assert.ok(results['notes']?.['error']);
        assert.deepEqual(results['w'], { text: '0.1483 kg' });
        assert.deepEqual(results['t'], { text: '4h 07m', missing: true });
        assert.match(String(first['identity']), /^print_name:Bracket/);
        assert.match(String(first['ipn']), /^X-[0-9a-f]{12}$/);
        const asked = bambuddy.requestCount;
        await ask('/preview', body);
        assert.equal(bambuddy.requestCount, asked);
        assert.equal(inventree.state.parts.size, 0);
        assert.equal(kindOf((await ask('/preview', { ...body, store: 'new' })).body), 'notDeployed');
    });
});
