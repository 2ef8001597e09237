import assert from 'node:assert/strict';
import { AUTHORITY, ForwardProxy, ReverseProxy } from '../harness/proxies';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { filledOctoPrintExample, nodeOf, octoConnectionOf } from '../harness/project';
import { InvenTreeSimulator } from '../simulators/inventree';
import { OctoPrintSimulator } from '../simulators/octoprint';
import { Listener } from '../unit/webhook/listener';

describe('OctoPrint and webhooks in networks as people have them, in a real Node-RED', function () {
    this.timeout(60_000);
    let octoprint: OctoPrintSimulator;
    let inventree: InvenTreeSimulator;
    let chat: Listener;
    let nodeRed: NodeRed | undefined;
    const opened: { close: () => Promise<void> }[] = [];

    beforeEach(async () => {
        [octoprint, inventree, chat] = [new OctoPrintSimulator(), new InvenTreeSimulator(), new Listener()];
        await Promise.all([octoprint.listen(), inventree.listen(), chat.open()]);
        opened.push(octoprint, inventree, chat);
        octoprint.upload('clip.gcode', { content: 'clip' });
    });

    afterEach(async () => {
        await nodeRed?.stop();
        nodeRed = undefined;
        for (const each of opened.splice(0).reverse()) await each.close();
    });

    const portOf = (url: string): number => Number(new URL(url).port);

    async function proxyTo(ports: Record<string, number>): Promise<{ proxy: ForwardProxy; url: string }> {
        const proxy = new ForwardProxy(ports);
        opened.push(proxy);
        return { proxy, url: await proxy.listen() };
    }

    /** The example at these addresses, and a webhook for each event. */
    async function run(
        urls: { octoprint: string; inventree: string; chat: string },
        env: Record<string, string>,
        changes: Record<string, unknown> = {},
    ): Promise<void> {
        const flow = filledOctoPrintExample(
            {
                ...octoConnectionOf(octoprint, inventree),
                octoprintUrl: urls.octoprint,
                inventreeUrl: urls.inventree,
            },
            { 'octoprint-event-in': { interval: 0, topics: ['done'] } },
        );
        const hook: FlowNode = {
            id: 'c0de0000000000b9',
            type: 'print-webhook',
            z: nodeOf(flow, 'octoprint-event-in')['z'],
            url: urls.chat,
            keepTrying: 0,
            wires: [[]],
            ...changes,
        };
        const reported = flow.map((node) =>
            node.type === 'octoprint-event-in'
                ? { ...node, wires: [[hook.id], ...(node['wires'] as string[][]).slice(1)] }
                : node.type === 'catch'
                  ? { ...node, d: true }
                  : node,
        );
        nodeRed = await NodeRed.start({ env });
        await nodeRed.deploy([...reported, hook]);
        await until('the websocket', () => octoprint.socket.members > 0);
    }

    async function until(what: string, holds: () => boolean): Promise<void> {
        for (let tries = 0; tries < 300; tries++) {
            if (holds()) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`waited in vain for ${what}:\n${nodeRed?.log.slice(-15).join('\n')}`);
    }

    /** A print that only the websocket can tell of is in stock, and told. */
    async function works(): Promise<void> {
        octoprint.print('clip.gcode');
        await until('the item', () => inventree.state.stock.size === 1);
        await until('the webhook', () => chat.heard.length === 1);
        assert.equal(chat.json[0]!['topic'], 'Print Done');
    }

    it('https, websocket and webhook through the proxy of HTTPS_PROXY, by CONNECT; OctoPrint on a sub-path', async () => {
        const reverseProxy = new ReverseProxy({
            tls: true,
            places: { '/octoprint': octoprint.url, '/stock': inventree.url, '/chat': chat.url },
        });
        opened.push(reverseProxy);
        const port = await reverseProxy.listen();
        // names that the tests' certificate is for
        const { proxy, url } = await proxyTo({ 'bambuddy.test': port, 'inventree.test': port });
        await run(
            {
                octoprint: 'https://bambuddy.test/octoprint/',
                inventree: 'https://inventree.test/stock',
                chat: 'https://inventree.test:8443/chat/hook?room=1',
            },
            { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: AUTHORITY },
        );
        await works();
        assert.equal(reverseProxy.upgrades, 1);
        assert.equal(chat.heard[0]!.url, '/hook?room=1');
        assert.deepEqual([...new Set(proxy.asked)].sort(), [
            'CONNECT bambuddy.test:443',
            'CONNECT inventree.test:443',
            'CONNECT inventree.test:8443',
        ]);
    });

    it('http through the proxy of HTTP_PROXY, the websocket by CONNECT, and past it what NO_PROXY lists', async () => {
        const { proxy, url } = await proxyTo({ 'octopi.test': portOf(octoprint.url), 'chat.test': portOf(chat.url) });
        await run(
            { octoprint: 'http://octopi.test', inventree: inventree.url, chat: 'http://chat.test/hook' },
            { HTTP_PROXY: url.replace('//', '//me:pass%20word@'), NO_PROXY: '127.0.0.1' },
        );
        await works();
        for (const each of ['CONNECT octopi.test:80', 'GET http://octopi.test/api/files', 'POST http://chat.test/hook'])
            assert.ok(proxy.asked.includes(each), `${each}: ${proxy.asked.join()}`);
        assert.ok(proxy.asked.every((each) => !each.includes('127.0.0.1')));
    });

    it('a webhook to a metadata address goes to no proxy either; one that is away is named, without its password', async () => {
        const { proxy, url } = await proxyTo({ 'octopi.test': portOf(octoprint.url), '169.254.169.254': 1 });
        const env = { HTTP_PROXY: url.replace('//', '//me:canary@'), NO_PROXY: '127.0.0.1' };
        const urls = { octoprint: octoprint.url, inventree: inventree.url };
        await run({ ...urls, chat: 'http://169.254.169.254/latest' }, env);
        octoprint.print('clip.gcode');
        await until('the refusal', () => nodeRed!.log.some((line) => line.includes('are blocked')));
        await nodeRed!.stop();
        assert.deepEqual(proxy.asked, []);
        const gone = 'http://me:canary@127.0.0.1:9';
        await run({ ...urls, chat: 'http://chat.test/hook' }, { HTTP_PROXY: gone, NO_PROXY: '127.0.0.1' });
        octoprint.print('clip.gcode');
        await until('the failure', () =>
            nodeRed!.log.some((line) => /chat\.test.*through the proxy 127\.0\.0\.1:9/.test(line)),
        );
        assert.ok(!nodeRed!.log.join('\n').includes('canary'));
    });
});
