import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { connectionOf, filledExample, nodeOf, projectRoot } from '../harness/project';
import { BambuddySimulator, picture } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { answering, Listener } from '../unit/webhook/listener';

/** More than chats take. */
const TOO_BIG = 9 * 1024 * 1024;

/** The package as an installation has it that leaves out what is optional: without sharp. */
function packageWithoutSharp(): string {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'print-to-stock-package-')));
    for (const part of ['package.json', 'dist', 'resources'])
        cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
        const link = join(folder, 'node_modules', name);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(realpathSync(join(projectRoot, 'node_modules', name)), link, 'junction');
    }
    return folder;
}

describe('a webhook with a picture, where sharp is not installed', function () {
    this.timeout(60_000);
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    const chat = new Listener(answering(204));
    let folder: string;
    let nodeRed: NodeRed | null = null;

    before(async () => {
        folder = packageWithoutSharp();
        await Promise.all([bambuddy.listen(), inventree.listen(), chat.open()]);
        nodeRed = await NodeRed.start({ packageDir: folder });
        await nodeRed.deploy(flow());
    });
    after(async () => {
        await nodeRed?.stop();
        await Promise.all([bambuddy.close(), inventree.close(), chat.close()]);
        rmSync(folder, { recursive: true, force: true });
    });

    function flow(): FlowNode[] {
        const example = filledExample(connectionOf(bambuddy, inventree), {
            'bambuddy-archive-in': { interval: 1, settle: 0 },
        });
        const stock = nodeOf(example, 'inventree-stock-create');
        const sync = nodeOf(example, 'sync-store').id;
        const z = stock['z'];
        stock['wires'] = [[...(stock['wires'] as string[][])[0]!, 'hook']];
        const data = '{"topic": "@topic", "name": "@print.name", "file": "@snapshot"}';
        const func = `msg.snapshot = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(${TOO_BIG})]);
            msg.payload = { source: 'x', batch: 'x-1', identity: 'x', name: 'Big' };
            return msg;`;
        return [
            ...example,
            { id: 'hook', type: 'print-webhook', z, x: 900, y: 300, url: `${chat.url}/hook`, data, sync, wires: [[]] },
            { id: 'in', type: 'http in', z, x: 100, y: 400, url: '/big', method: 'post', wires: [['big', 'answer']] },
            { id: 'big', type: 'function', z, x: 300, y: 400, func, outputs: 1, wires: [['hook']] },
            { id: 'answer', type: 'http response', z, x: 300, y: 440, wires: [] },
        ];
    }
    async function reported(count: number): Promise<FormData> {
        for (const end = Date.now() + 20_000; chat.heard.length < count;) {
            assert.ok(Date.now() < end, nodeRed!.log.slice(-20).join('\n'));
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const { body, headers } = chat.heard[count - 1]!;
        const type = headers['content-type']!;
        return new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData();
    }

    it('cannot load it', () => {
        const load = createRequire(join(folder, 'dist', 'lib', 'webhook', 'picture.js'));
        assert.throws(() => load.resolve('sharp'), /Cannot find module/);
        assert.ok(load.resolve('lowdb/node') !== '');
    });

    it('sends Bambuddy’s picture as it is', async () => {
        const thumbnail = picture(3);
        // "from now on" begins with the first look
        for (const end = Date.now() + 20_000; bambuddy.requestCount < 3;) {
            assert.ok(Date.now() < end, 'no look');
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        bambuddy.print({ name: 'Bin', thumbnail });
        const form = await reported(1);
        assert.deepEqual([form.get('topic'), form.get('name')], ['Print In Stock', 'Bin']);
        const file = form.get('file') as File;
        assert.deepEqual([file.name, file.type], ['snapshot.png', 'image/png']);
        assert.deepEqual(Buffer.from(await file.arrayBuffer()), thumbnail);
    });

    it('leaves out one that is too big, and sends the webhook all the same', async () => {
        assert.equal((await fetch(`${nodeRed!.url}/big`, { method: 'POST' })).status, 200);
        const form = await reported(2);
        assert.deepEqual([form.get('name'), form.has('file')], ['Big', false]);
        assert.doesNotMatch(nodeRed!.log.join('\n'), /sharp|uncaught/i);
    });
});
