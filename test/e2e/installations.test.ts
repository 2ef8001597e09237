import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { filledExample, nodeOf } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

/** The hash of "password", as in the settings file that Node-RED comes with. */
const PASSWORD_HASH = '$2a$08$zZWtXTja0fB1pzD4sHCMyOCMYz2Z6dNbM6tl8sJogENOMcxWV9DN.';
const SOURCE = { interval: 1, live: false, settle: 0, startWith: 'all' };

/** Two servers with a flow between them, its ids apart from those of any other. */
class Shop {
    readonly bambuddy = new BambuddySimulator();
    readonly inventree: InvenTreeSimulator;
    category = 0;
    location = 0;

    private constructor(
        private readonly mark: string,
        readonly prefix: string,
        apiVersion: number,
    ) {
        this.inventree = new InvenTreeSimulator({ apiVersion });
    }

    static async open(mark: string, { prefix = 'bambuddy', apiVersion = 479 } = {}): Promise<Shop> {
        const shop = new Shop(mark, prefix, apiVersion);
        await Promise.all([shop.bambuddy.listen(), shop.inventree.listen()]);
        shop.category = shop.inventree.addCategory({ name: '3D prints' }).pk;
        shop.location = shop.inventree.addLocation({ name: 'Shelf' }).pk;
        return shop;
    }

    flow(changes: Record<string, Record<string, unknown>> = {}): FlowNode[] {
        const flow = filledExample(
            {
                bambuddyUrl: this.bambuddy.url,
                apiKey: this.bambuddy.apiKey,
                inventreeUrl: this.inventree.url,
                token: this.inventree.token,
                category: this.category,
                location: this.location,
            },
            { 'bambuddy-archive-in': SOURCE },
        ).map((node) => ({
            ...node,
            ...(node.type === 'bambuddy-server' ? { prefix: this.prefix } : {}),
            ...changes[node.type],
        }));
        return JSON.parse(JSON.stringify(flow).replaceAll('"b2c0', `"${this.mark}`)) as FlowNode[];
    }

    items(): { batch: string | null; quantity: number }[] {
        return [...this.inventree.state.stock.values()];
    }

    async stocked(archiveId: number, nodeRed: NodeRed): Promise<void> {
        const batch = `${this.prefix}-${archiveId}`;
        await until(nodeRed, batch, () => this.items().some((item) => item.batch === batch));
    }

    async close(): Promise<void> {
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
        assert.deepEqual([...this.inventree.state.violations, ...this.bambuddy.violations], []);
        const batches = this.items().map(({ batch }) => batch);
        assert.equal(new Set(batches).size, batches.length, 'a batch twice');
    }
}

async function until(nodeRed: NodeRed, what: string, look: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await look()); tries++) {
        assert.ok(tries < 400, `waited in vain for ${what}:\n${nodeRed.log.slice(-15).join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** A flow whose statuses can be asked for at /statuses. */
function watched(flow: readonly FlowNode[]): FlowNode[] {
    const z = flow.find(({ type }) => type === 'tab')!.id;
    const node = (id: string, rest: { type: string; [key: string]: unknown }): FlowNode => ({
        id,
        z,
        x: 1,
        y: 1,
        ...rest,
    });
    return [
        ...flow,
        node('c0de0000000000a1', { type: 'status', scope: null, wires: [['c0de0000000000a2']] }),
        node('c0de0000000000a2', {
            type: 'function',
            func: "const all = global.get('statuses') || {}; all[msg.status.source.id] = msg.status.text || ''; global.set('statuses', all);",
            wires: [[]],
        }),
        node('c0de0000000000a3', { type: 'http in', url: '/statuses', method: 'get', wires: [['c0de0000000000a4']] }),
        node('c0de0000000000a4', {
            type: 'function',
            func: "msg.payload = global.get('statuses') || {}; return msg;",
            wires: [['c0de0000000000a5']],
        }),
        node('c0de0000000000a5', { type: 'http response', statusCode: '', wires: [] }),
    ];
}

const rewired = (flow: readonly FlowNode[], type: string, wires: string[][]): FlowNode[] =>
    flow.map((node) => (node.type === type ? { ...node, wires } : node));

describe('Node-RED as people run it: many flows in one', function () {
    this.timeout(120_000);
    let nodeRed: NodeRed;
    const shops: Shop[] = [];
    let opened = 0;

    before(async () => {
        nodeRed = await NodeRed.start();
    });
    after(() => nodeRed.stop());
    afterEach(async () => {
        await nodeRed.deploy([]);
        for (const shop of shops.splice(0)) await shop.close();
    });

    async function open(options: { prefix?: string; apiVersion?: number } = {}): Promise<Shop> {
        // ids of their own, so each has a store of its own
        const shop = await Shop.open((0xa100 + ++opened).toString(16), options);
        shops.push(shop);
        return shop;
    }

    const statusOf = async (id: string): Promise<string> =>
        (await nodeRed.get<Record<string, string>>('/statuses'))[id] ?? '';

    it('two flows with servers of their own: each print is in its own stock', async () => {
        const [one, other] = [await open(), await open({ prefix: 'attic', apiVersion: 388 })];
        await nodeRed.deploy([...one.flow(), ...other.flow()]);
        const prints = [one, other].map((shop) => [1, 2, 3].map((n) => shop.bambuddy.print({ name: `Thing ${n}` })));
        for (const { archiveId } of prints[0]!) await one.stocked(archiveId, nodeRed);
        for (const { archiveId } of prints[1]!) await other.stocked(archiveId, nodeRed);
        assert.deepEqual([one.items().length, other.items().length], [3, 3]);
    });

    it('one store with a source for each printer, each with a location of its own', async () => {
        const shop = await open();
        const printers = ['P1S', 'X1C'].map((name) => shop.bambuddy.addPrinter({ name, model: name }));
        const places = [shop.location, shop.inventree.addLocation({ name: 'Attic' }).pk];
        const [flow, second] = [shop.flow(), JSON.parse(JSON.stringify(shop.flow())) as FlowNode[]];
        const chain = (nodes: FlowNode[], index: number): FlowNode[] =>
            nodes.map((node) => ({
                ...node,
                ...(node.type === 'bambuddy-archive-in' ? { printers: String(printers[index]!.id) } : {}),
                ...(node.type === 'inventree-stock-create' ? { location: places[index] } : {}),
            }));
        const configs = ['bambuddy-server', 'inventree-server', 'sync-store', 'tab'];
        const copy = chain(
            second.filter(({ type }) => !configs.includes(type)),
            1,
        ).map((node) => JSON.parse(JSON.stringify(node).replace(/"(\w{4}0000000000[2-5]\d)"/g, '"$1f"')) as FlowNode);
        await nodeRed.deploy([...chain(flow, 0), ...copy]);
        for (const [index, { id }] of printers.entries()) {
            const { archiveId } = shop.bambuddy.print({ name: `On ${index}`, printer: id });
            await shop.stocked(archiveId, nodeRed);
            const item = [...shop.inventree.state.stock.values()].find(
                ({ batch }) => batch === `bambuddy-${archiveId}`,
            );
            assert.equal(item?.location, places[index]);
        }
    });

    it('the same two servers in two stores: the second says so and makes nothing', async () => {
        const shop = await open();
        const second = JSON.parse(
            JSON.stringify(shop.flow()).replaceAll(/"a1(\w\w0000000000\d\d)"/g, '"ee$1"'),
        ) as FlowNode[];
        await nodeRed.deploy([...watched(shop.flow()), ...second]);
        const { archiveId } = shop.bambuddy.print();
        await shop.stocked(archiveId, nodeRed);
        assert.ok(
            nodeRed.log.some((line) => /sync store|store/i.test(line) && /same|twice|both|another/i.test(line)),
            nodeRed.log.slice(-10).join('\n'),
        );
        await new Promise((resolve) => setTimeout(resolve, 1500));
        assert.equal(shop.items().length, 1);
    });

    it('a disabled node in the chain, and a disabled tab: the rest goes on', async () => {
        const [shop, off] = [await open(), await open()];
        const idle = off.flow().map((node) => (node.type === 'tab' ? { ...node, disabled: true } : node));
        await nodeRed.deploy([...shop.flow({ 'bambuddy-link-back': { d: true } }), ...idle]);
        const { archiveId } = shop.bambuddy.print();
        off.bambuddy.print();
        await shop.stocked(archiveId, nodeRed);
        await until(nodeRed, 'the image', () =>
            [...shop.inventree.state.parts.values()].every(({ image }) => image !== null),
        );
        assert.equal(shop.bambuddy.state.archives.get(archiveId)?.external_url ?? null, null);
        assert.equal(off.items().length, 0);
    });

    it('delay, link and switch nodes in the chain', async () => {
        const shop = await open();
        const flow = shop.flow();
        const [part, stock] = ['inventree-part-upsert', 'inventree-stock-create'].map((type) => nodeOf(flow, type));
        const z = part!['z'];
        await nodeRed.deploy([
            ...rewired(rewired(flow, 'bambuddy-archive-in', [['d1'], []]), 'inventree-part-upsert', [['l1']]),
            {
                id: 'd1',
                type: 'delay',
                z,
                x: 1,
                y: 1,
                pauseType: 'delay',
                timeout: '200',
                timeoutUnits: 'milliseconds',
                wires: [['s1']],
            },
            {
                id: 's1',
                type: 'switch',
                z,
                x: 1,
                y: 1,
                property: 'payload.weightGrams',
                propertyType: 'msg',
                rules: [{ t: 'gt', v: '1', vt: 'num' }, { t: 'else' }],
                checkall: 'false',
                outputs: 2,
                wires: [[part!.id], []],
            },
            { id: 'l1', type: 'link out', z, x: 1, y: 1, mode: 'link', links: ['l2'], wires: [] },
            { id: 'l2', type: 'link in', z, x: 1, y: 1, links: ['l1'], wires: [[stock!.id]] },
        ]);
        const { archiveId } = shop.bambuddy.print({ grams: 30 });
        const light = shop.bambuddy.print({ name: 'Too light', grams: 0.5, estimate: { seconds: 60, grams: 0.5 } });
        const last = shop.bambuddy.print({ grams: 31, name: 'After it' });
        await shop.stocked(archiveId, nodeRed);
        await shop.stocked(last.archiveId, nodeRed);
        assert.ok(!shop.items().some(({ batch }) => batch === `bambuddy-${light.archiveId}`));
    });

    it('copies of a message on two ways into stock: one item', async () => {
        const shop = await open();
        const flow = shop.flow();
        const stock = nodeOf(flow, 'inventree-stock-create');
        const twin = { ...stock, id: 'e000000000000001', wires: [[]] };
        await nodeRed.deploy([...rewired(flow, 'inventree-part-upsert', [[stock.id, twin.id]]), twin]);
        for (let n = 0; n < 3; n++) await shop.stocked(shop.bambuddy.print({ name: `Copy ${n}` }).archiveId, nodeRed);
        assert.equal(shop.items().length, 3);
    });

    it('a subflow that is given its store by an environment variable, twice with servers of their own', async () => {
        const [one, other] = [await open(), await open({ prefix: 'attic' })];
        const kinds = ['bambuddy-archive-in', 'inventree-part-upsert', 'inventree-stock-create'];
        const inside = one
            .flow()
            .filter(({ type }) => kinds.includes(type))
            .map((node) => ({
                ...node,
                z: 'f000000000000001',
                sync: '${STORE}',
                ...(node.type === 'inventree-part-upsert' ? { category: 'CATEGORY', categoryType: 'env' } : {}),
                ...(node.type === 'inventree-stock-create'
                    ? { location: 'LOCATION', locationType: 'env', wires: [[]] }
                    : {}),
                ...(node.type === 'bambuddy-archive-in'
                    ? { wires: [(node as unknown as { wires: string[][] }).wires[0], []] }
                    : {}),
            }));
        const configs = (shop: Shop): FlowNode[] =>
            shop.flow().filter(({ type }) => ['bambuddy-server', 'inventree-server', 'sync-store'].includes(type));
        const instance = (id: string, shop: Shop): FlowNode => ({
            id,
            type: 'subflow:f000000000000001',
            z: 'f000000000000002',
            x: 1,
            y: 1,
            name: '',
            env: [
                { name: 'STORE', value: nodeOf(shop.flow(), 'sync-store').id, type: 'conf-type' },
                { name: 'CATEGORY', value: String(shop.category), type: 'num' },
                { name: 'LOCATION', value: String(shop.location), type: 'num' },
            ],
            wires: [],
        });
        await nodeRed.deploy([
            { id: 'f000000000000002', type: 'tab', label: 'two shops' },
            {
                id: 'f000000000000001',
                type: 'subflow',
                name: 'prints to stock',
                in: [],
                out: [],
                env: ['STORE', 'CATEGORY', 'LOCATION'].map((name) => ({ name, type: 'str', value: '' })),
            },
            ...inside,
            ...configs(one),
            ...configs(other),
            instance('f000000000000003', one),
            instance('f000000000000004', other),
        ]);
        for (const shop of [one, other]) await shop.stocked(shop.bambuddy.print().archiveId, nodeRed);
        assert.deepEqual([one.items().length, other.items().length], [1, 1]);
    });

    it('an InvenTree updated from API 388 to 479 under the running flow', async () => {
        const shop = await open({ apiVersion: 388 });
        shop.inventree.addTemplate({ name: 'Weight', units: 'g' });
        await nodeRed.deploy(watched(shop.flow()));
        await shop.stocked(shop.bambuddy.print({ name: 'Before' }).archiveId, nodeRed);
        shop.inventree.apiVersion = 479;
        const { archiveId } = shop.bambuddy.print({ name: 'After' });
        await shop.stocked(archiveId, nodeRed);
        assert.equal(shop.inventree.state.parameters.size, 2);
        await until(nodeRed, 'the link', () => !!shop.bambuddy.state.archives.get(archiveId)?.external_url);
        assert.match(await statusOf(nodeOf(shop.flow(), 'bambuddy-archive-in').id), /^watching/);
    });

    it('exported and imported elsewhere: no secret goes along, and what is missing is told', async () => {
        const shop = await open();
        await nodeRed.deploy(shop.flow());
        const { flows } = (await (
            await fetch(`${nodeRed.url}/flows`, { headers: { 'Node-RED-API-Version': 'v2' } })
        ).json()) as { flows: FlowNode[] };
        const exported = JSON.stringify(flows);
        for (const secret of [shop.bambuddy.apiKey, shop.inventree.token]) assert.ok(!exported.includes(secret));
        const elsewhere = await NodeRed.start();
        try {
            await elsewhere.deploy(watched(flows));
            const source = nodeOf(flows, 'bambuddy-archive-in').id;
            await until(elsewhere, 'a word about the key', async () =>
                /refused|configured/.test((await elsewhere.get<Record<string, string>>('/statuses'))[source] ?? ''),
            );
            assert.equal(shop.items().length, 0);
        } finally {
            await elsewhere.stop();
        }
    });
});

describe('Node-RED as people run it: its settings', function () {
    this.timeout(120_000);
    let shop: Shop;
    let nodeRed: NodeRed | undefined;
    let userDir: string;

    beforeEach(async () => {
        userDir = mkdtempSync(join(tmpdir(), 'print-to-stock-'));
        shop = await Shop.open('a001');
    });
    afterEach(async () => {
        await nodeRed?.stop();
        nodeRed = undefined;
        await shop.close();
        rmSync(userDir, { recursive: true, force: true });
    });

    async function start(settings: Record<string, unknown> = {}): Promise<NodeRed> {
        await nodeRed?.stop();
        nodeRed = await NodeRed.start({ userDir, settings });
        return nodeRed;
    }

    it('adminAuth, httpNodeAuth, httpAdminRoot and httpNodeRoot together', async () => {
        const running = await start({
            adminAuth: {
                type: 'credentials',
                users: [{ username: 'me', password: PASSWORD_HASH, permissions: '*' }],
            },
            httpNodeAuth: { user: 'me', pass: PASSWORD_HASH },
            httpAdminRoot: '/admin',
            httpNodeRoot: '/http',
        });
        const api = {
            id: 'e000000000000009',
            type: 'sync-api',
            z: 'a001000000000000',
            source: 'a001000000000030',
            path: '/print-to-stock',
        };
        const flow = [
            ...shop.flow(),
            { ...api, wires: [], credentials: { serviceToken: 'token-of-the-service', webhookSecret: '' } },
        ];
        await assert.rejects(running.deploy(flow), /401/);
        await running.logIn('me', 'password');
        await running.deploy(flow);
        await shop.stocked(shop.bambuddy.print().archiveId, running);
        const health = (headers: Record<string, string>): Promise<Response> =>
            fetch(`${running.url}/http/print-to-stock/health`, { headers });
        assert.equal((await health({})).status, 401);
        const basic = `Basic ${Buffer.from('me:password').toString('base64')}`;
        assert.equal((await health({ Authorization: basic, 'X-Service-Token': 'token-of-the-service' })).status, 200);
    });

    it('a credentialSecret that was lost: said, nothing is lost, and the keys typed again it goes on', async () => {
        const running = await start();
        await running.deploy(shop.flow());
        await shop.stocked(shop.bambuddy.print().archiveId, running);
        const changed = await start({ credentialSecret: 'another' });
        const missed = shop.bambuddy.print({ name: 'While it was lost' });
        await until(changed, 'a word about it', () =>
            changed.log.some((line) => /credentials|API key|token/i.test(line)),
        );
        await new Promise((resolve) => setTimeout(resolve, 1000));
        assert.equal(shop.items().length, 1);
        await changed.deploy(shop.flow());
        await shop.stocked(missed.archiveId, changed);
        assert.equal(shop.items().length, 2);
    });

    it('a flow file that is read-only: what runs, runs, and remembers', async () => {
        const writable = await start();
        await writable.deploy(shop.flow());
        await shop.stocked(shop.bambuddy.print().archiveId, writable);
        for (let n = 0; n < 2; n++) {
            const running = await start({ readOnly: true });
            await shop.stocked(shop.bambuddy.print({ name: `Read-only ${n}` }).archiveId, running);
        }
        assert.equal(shop.items().length, 3);
    });

    it('projects: the store is no part of them', async () => {
        const running = await start({
            editorTheme: { tours: false, palette: { catalogues: [] }, projects: { enabled: true } },
        });
        const response = await fetch(`${running.url}/projects`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({
                name: 'workshop',
                summary: '',
                files: { flow: 'flows.json', credentials: 'flows_cred.json' },
                git: { remotes: {} },
                credentialSecret: 'of the project',
            }),
        });
        assert.ok(response.ok, `${response.status} ${await response.text()}`);
        await running.deploy(shop.flow());
        await shop.stocked(shop.bambuddy.print().archiveId, running);
        const files = readdirSync(join(userDir, 'projects', 'workshop'));
        assert.ok(files.includes('flows.json'));
        assert.ok(!files.includes('print-to-stock'));
        assert.ok(readdirSync(join(userDir, 'print-to-stock')).length > 0);
        const kept = readFileSync(join(userDir, 'projects', 'workshop', 'flows_cred.json'), 'utf8');
        for (const secret of [shop.bambuddy.apiKey, shop.inventree.token]) assert.ok(!kept.includes(secret));
    });
});
