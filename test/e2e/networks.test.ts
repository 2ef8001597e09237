import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { AUTHORITY, ForwardProxy, ReverseProxy } from '../harness/proxies';
import { NodeRed } from '../harness/node-red';
import { connectionOf, filledExample, withControl, type Connection } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

/** No poll but the first: what comes later has come by the WebSocket. */
const EVENTS_ONLY = { interval: 0, pollOnDeploy: true, live: true, settle: 0, startWith: 'all' };

describe('networks as people have them, in a real Node-RED', function () {
    this.timeout(120_000);
    let bambuddy: BambuddySimulator;
    let inventree: InvenTreeSimulator;
    let nodeRed: NodeRed | undefined;
    const opened: { close: () => Promise<void> }[] = [];

    beforeEach(async () => {
        bambuddy = new BambuddySimulator();
        inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        opened.push(bambuddy, inventree);
    });

    afterEach(async () => {
        await nodeRed?.stop();
        nodeRed = undefined;
        for (const each of opened.splice(0).reverse()) await each.close();
        assert.deepEqual([...inventree.state.violations, ...bambuddy.violations], []);
    });

    async function reverseProxy(options: ConstructorParameters<typeof ReverseProxy>[0]): Promise<ReverseProxy> {
        const made = new ReverseProxy(options);
        await made.listen();
        opened.push(made);
        return made;
    }

    /** The example at these addresses, in a Node-RED with that environment. */
    async function run(
        urls: { bambuddyUrl: string; inventreeUrl: string },
        changes: Record<string, Record<string, unknown>> = {},
        env: Record<string, string> = {},
    ): Promise<void> {
        const connection: Connection = { ...connectionOf(bambuddy, inventree), ...urls };
        nodeRed = await NodeRed.start({ env });
        const flow = withControl(filledExample(connection, { 'bambuddy-archive-in': EVENTS_ONLY }));
        await nodeRed.deploy(flow.map((node) => ({ ...node, ...changes[node.type] })));
    }

    const itemOf = (archiveId: number): { link: string | null; part: number } | undefined =>
        [...inventree.state.stock.values()].find(({ batch }) => batch === `bambuddy-${archiveId}`);

    async function until<T>(what: string, look: () => T | undefined | null | false): Promise<T> {
        for (let tries = 0; tries < 400; tries++) {
            const found = look();
            if (found !== undefined && found !== null && found !== false) return found;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`waited in vain for ${what}:\n${nodeRed?.log.slice(-15).join('\n')}`);
    }

    /** A print in stock with its links, and another that only an event can tell of. */
    async function works(): Promise<{ item: string; archive: string }> {
        const { archiveId } = bambuddy.print({ name: 'Bracket' });
        await ask({ action: 'archive', archiveId });
        const item = await until('the item', () => itemOf(archiveId));
        const archive = await until('the link', () => bambuddy.state.archives.get(archiveId)?.external_url);
        await until('the image', () => inventree.state.parts.get(item.part)?.image);
        const next = bambuddy.start({ name: 'Told of by an event' });
        await new Promise((resolve) => setTimeout(resolve, 500));
        bambuddy.finish(next.archiveId);
        await until('the item of an event', () => itemOf(next.archiveId));
        return { item: item.link ?? '', archive };
    }

    async function ask(action: object): Promise<{ error?: string }> {
        const response = await fetch(`${nodeRed!.url}/control`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(action),
        });
        return (await response.json()) as { error?: string };
    }

    const noSecretIn = (text: string): void => {
        for (const secret of [bambuddy.apiKey, inventree.token]) assert.ok(!text.includes(secret));
    };

    it('both servers on sub-paths of one https address, its authority in NODE_EXTRA_CA_CERTS', async () => {
        const { port } = await reverseProxy({
            tls: true,
            places: { '/bambuddy': bambuddy.url, '/stock': inventree.url },
        });
        const at = `https://localhost:${port}`;
        await run(
            { bambuddyUrl: `${at}/bambuddy/`, inventreeUrl: `${at}/stock/api/` },
            {},
            { NODE_EXTRA_CA_CERTS: AUTHORITY },
        );
        const links = await works();
        assert.match(links.item, new RegExp(`^${at}/bambuddy/archives\\?highlight=\\d+$`));
        assert.match(links.archive, new RegExp(`^${at}/stock/web/part/\\d+/$`));
    });

    it('a certificate nobody vouches for: told with what to do, and accepted where that is ticked', async () => {
        const { port } = await reverseProxy({ tls: true, places: { '/a': bambuddy.url, '/b': inventree.url } });
        const urls = { bambuddyUrl: `https://127.0.0.1:${port}/a`, inventreeUrl: `https://127.0.0.1:${port}/b` };
        await run(urls);
        const { archiveId } = bambuddy.print();
        const { error = '' } = await ask({ action: 'archive', archiveId });
        assert.match(error, /Bambuddy \(https:.*untrusted certificate.*self-signed/);
        noSecretIn(error);
        assert.equal(bambuddy.requestCount + inventree.requestCount, 0);
        await nodeRed!.stop();
        await run(urls, { 'bambuddy-server': { insecure: true }, 'inventree-server': { insecure: true } });
        await works();
    });

    it('https and WebSocket through the proxy of HTTPS_PROXY, by CONNECT', async () => {
        const { port } = await reverseProxy({ tls: true, places: { '/a': bambuddy.url, '/b': inventree.url } });
        const proxy = new ForwardProxy({ 'bambuddy.test': port, 'inventree.test': port });
        opened.push(proxy);
        const HTTPS_PROXY = await proxy.listen();
        await run(
            { bambuddyUrl: 'https://bambuddy.test/a', inventreeUrl: 'https://inventree.test:8443/b' },
            {},
            { HTTPS_PROXY, NODE_EXTRA_CA_CERTS: AUTHORITY },
        );
        await works();
        assert.deepEqual([...new Set(proxy.asked)].sort(), [
            'CONNECT bambuddy.test:443',
            'CONNECT inventree.test:8443',
        ]);
    });

    it('http through the proxy of HTTP_PROXY, and past it what NO_PROXY lists', async () => {
        const proxy = new ForwardProxy({ 'inventree.test': Number(new URL(inventree.url).port) });
        opened.push(proxy);
        const HTTP_PROXY = await proxy.listen();
        const NO_PROXY = 'example.com,127.0.0.1';
        await run({ bambuddyUrl: bambuddy.url, inventreeUrl: 'http://inventree.test' }, {}, { HTTP_PROXY, NO_PROXY });
        await works();
        assert.ok(proxy.asked.includes('GET http://inventree.test/api/'));
        assert.ok(
            proxy.asked.every((each) => each.includes(' http://inventree.test/')),
            proxy.asked.join(),
        );
    });

    it('IPv6', async function () {
        if (!(await hasIpv6())) {
            console.log('        skipped: this machine has no IPv6');
            this.skip();
        }
        const { port } = await reverseProxy({ host: '::1', places: { '/a': bambuddy.url, '/b': inventree.url } });
        await run({ bambuddyUrl: `http://[::1]:${port}/a`, inventreeUrl: `http://[::1]:${port}/b` });
        const links = await works();
        assert.ok(links.archive.startsWith(`http://[::1]:${port}/b/`), links.archive);
    });

    it('a link of 8 kB a second', async () => {
        const { port } = await reverseProxy({
            places: { '/a': bambuddy.url, '/b': inventree.url },
            bytesPerSecond: 8000,
        });
        await run({ bambuddyUrl: `http://127.0.0.1:${port}/a`, inventreeUrl: `http://127.0.0.1:${port}/b` });
        await works();
    });

    it('a redirect from http to https: told, and not followed with the secret', async () => {
        bambuddy.interfere = () => ({ at: 'before', kind: 301, headers: { location: 'https://bambuddy.test/' } });
        await run({ bambuddyUrl: bambuddy.url, inventreeUrl: inventree.url });
        const { error = '' } = await ask({ action: 'archive', archiveId: 1 });
        assert.match(error, /redirects .* to https:\/\/bambuddy\.test\/.*enter the address of the redirect/);
        noSecretIn(error);
        noSecretIn(nodeRed!.log.join('\n'));
    });

    it('a host name of one word, as Docker has them: stock without the link that InvenTree refuses, and why', async () => {
        const ports = { bambuddy: Number(new URL(bambuddy.url).port), inventree: Number(new URL(inventree.url).port) };
        // stands in for Docker's name resolution
        const proxy = new ForwardProxy(ports);
        opened.push(proxy);
        const env = { HTTP_PROXY: await proxy.listen() };
        const urls = { bambuddyUrl: 'http://bambuddy:8000', inventreeUrl: 'http://inventree:8001' };
        await run(urls, {}, env);
        const { archiveId } = bambuddy.print();
        await ask({ action: 'archive', archiveId });
        const item = await until('the item', () => itemOf(archiveId));
        assert.equal(item.link ?? '', '');
        await until('the warning', () => nodeRed!.log.find((line) => /Web address.*Bambuddy server/.test(line)));
        await nodeRed!.stop();
        await run(urls, { 'bambuddy-server': { webUrl: 'http://192.168.1.20:8000' } }, env);
        assert.match((await works()).item, /^http:\/\/192\.168\.1\.20:8000\/archives/);
    });
});

function hasIpv6(): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once('error', () => resolve(false));
        server.listen(0, '::1', () => server.close(() => resolve(true)));
    });
}
