import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NodeRed, usedPair, type FlowNode } from '../harness/node-red';
import { connectionOf, filledExample, projectRoot } from '../harness/project';
import {
    emptyUserDir,
    needRegistry,
    pack,
    packageJsonOf,
    packPrevious,
    temporaryFolder,
    type Tarball,
} from '../harness/tarball';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

const { name: PACKAGE, version: VERSION, 'node-red': LISTED } = packageJsonOf();

interface NodeSet {
    module: string;
    name: string;
    types: string[];
    enabled: boolean;
    err?: string;
    version: string;
    pending_version?: string;
}

/** By Node-RED's own palette API, as "Manage palette" does it, dependencies from the npm registry. */
describe(`installed by the palette manager, ${usedPair()}`, function () {
    this.timeout(240_000);
    let folder: string;
    let tarball: Tarball;
    let previous: Tarball;
    let userDir: string;
    let nodeRed: NodeRed;
    let bambuddy: BambuddySimulator;
    let inventree: InvenTreeSimulator;
    let flow: FlowNode[];
    /** where the store keeps its files */
    let store: string;

    before(async function () {
        needRegistry(this);
        folder = temporaryFolder();
        tarball = pack(folder);
        previous = packPrevious(folder);
        userDir = emptyUserDir(folder);
        bambuddy = new BambuddySimulator();
        inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        flow = filledExample(connectionOf(bambuddy, inventree), {
            'bambuddy-archive-in': { interval: 1, settle: 0, startWith: 'all' },
        });
        store = join(userDir, 'print-to-stock');
        nodeRed = await start();
    });

    after(async () => {
        await nodeRed?.stop();
        await Promise.all([bambuddy?.close(), inventree?.close()]);
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    const start = (): Promise<NodeRed> => NodeRed.start({ userDir, packageDir: null });

    async function upload({ path }: Tarball): Promise<Response> {
        const form = new FormData();
        form.append('tarball', new Blob([readFileSync(path)]), 'package.tgz');
        return fetch(`${nodeRed.url}/nodes`, { method: 'POST', body: form });
    }

    async function ourSets(): Promise<NodeSet[]> {
        return (await nodeRed.get<NodeSet[]>('/nodes')).filter(({ module }) => module === PACKAGE);
    }

    async function stocked(archiveId: number): Promise<void> {
        const items = (): unknown[] =>
            [...inventree.state.stock.values()].filter(({ batch }) => batch === `bambuddy-${archiveId}`);
        for (let tries = 0; items().length === 0; tries++) {
            assert.ok(tries < 400, `no item of archive ${archiveId}:\n${nodeRed.log.slice(-20).join('\n')}`);
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        assert.equal(items().length, 1);
    }

    const troubles = (): string[] =>
        nodeRed.log.filter((line) => /\[error\]|npm error|EBADENGINE/.test(line) && !line.includes('[function:'));

    it('comes with every node and plugin of its package.json, without an error', async () => {
        const began = Date.now();
        const response = await upload(tarball);
        assert.equal(response.status, 200, await response.clone().text());
        console.log(`        installed in ${((Date.now() - began) / 1000).toFixed(1)} s`);
        const sets = await ourSets();
        assert.deepEqual(sets.flatMap(({ types }) => types).sort(), Object.keys(LISTED.nodes).sort());
        for (const set of sets) {
            assert.equal(set.err, undefined, `${set.name}: ${set.err}`);
            assert.equal(set.enabled, true, set.name);
            assert.equal(set.version, VERSION);
        }
        const plugins = await nodeRed.get<{ module: string; name?: string; id: string; err?: string }[]>('/plugins');
        const ours = plugins.filter(({ module }) => module === PACKAGE);
        assert.deepEqual(
            ours.map(({ id }) => id.replace(`${PACKAGE}/`, '')).sort(),
            Object.keys(LISTED.plugins ?? {}).sort(),
        );
        for (const plugin of ours) assert.equal(plugin.err, undefined, plugin.id);
        assert.deepEqual(troubles(), []);
    });

    it('installs no more beside itself than it names', () => {
        const { dependencies } = JSON.parse(readFileSync(join(userDir, 'package.json'), 'utf8')) as {
            dependencies: Record<string, string>;
        };
        assert.deepEqual(Object.keys(dependencies), [PACKAGE]);
        assert.ok(!existsSync(join(userDir, 'node_modules', 'sharp')), 'an optional peer is not installed by itself');
    });

    it('serves its icons by their bytes', async () => {
        const listed = (await nodeRed.get<Record<string, string[]>>('/icons'))[PACKAGE] ?? [];
        const files = readdirSync(join(projectRoot, 'icons'));
        assert.deepEqual([...listed].sort(), [...files].sort());
        for (const file of files) {
            const served = await bytes(`/icons/${PACKAGE}/${file}`);
            // one that is missing is answered with 200 and another
            assert.ok(served.equals(readFileSync(join(projectRoot, 'icons', file))), file);
        }
    });

    it('serves help and texts of every node, in every language there is', async () => {
        for (const type of Object.keys(LISTED.nodes)) {
            for (const language of readdirSync(join(projectRoot, 'nodes', type, 'locales'))) {
                const texts = await nodeRed.get<Record<string, unknown>>(`/locales/${PACKAGE}/${type}?lng=${language}`);
                const own = join(projectRoot, 'nodes', type, 'locales', language, `${type}.json`);
                assert.deepEqual(texts, JSON.parse(readFileSync(own, 'utf8')), `${type} ${language}`);
                const response = await fetch(`${nodeRed.url}/nodes`, {
                    headers: { Accept: 'text/html', 'Accept-Language': language },
                });
                assert.ok((await response.text()).includes(`data-help-name="${type}"`), `help of ${type} ${language}`);
            }
        }
    });

    it('offers its examples and serves its resources', async () => {
        const inStock = `/library/examples/flows/${PACKAGE}/`;
        const examples = readdirSync(join(projectRoot, 'examples'));
        assert.deepEqual(
            await nodeRed.get(inStock),
            examples.map((file) => ({ fn: file.replace(/\.json$/, '') })),
        );
        for (const file of examples) {
            const served = await nodeRed.get(`${inStock}${encodeURIComponent(file.replace(/\.json$/, ''))}`);
            assert.deepEqual(served, JSON.parse(readFileSync(join(projectRoot, 'examples', file), 'utf8')));
        }
        const resources = join(projectRoot, 'resources');
        for (const file of existsSync(resources) ? readdirSync(resources, { recursive: true, encoding: 'utf8' }) : []) {
            if (!/\.\w+$/.test(file)) continue;
            const served = await bytes(`/resources/${PACKAGE}/${file}`);
            assert.ok(served.equals(readFileSync(join(resources, file))), file);
        }
    });

    it('makes stock of a print', async () => {
        await nodeRed.deploy(flow);
        const { archiveId } = bambuddy.print({ name: 'Palette bracket' });
        await stocked(archiveId);
        assert.deepEqual(troubles(), []);
    });

    it('goes away and leaves Node-RED healthy and the store in its place', async () => {
        await nodeRed.deploy(flow.filter(({ type }) => type === 'tab'));
        const kept = filesOf(store);
        assert.ok(kept.length > 0);
        const response = await fetch(`${nodeRed.url}/nodes/${PACKAGE}`, { method: 'DELETE' });
        assert.equal(response.status, 204, await response.clone().text());
        assert.deepEqual(await ourSets(), []);
        assert.ok(!existsSync(join(userDir, 'node_modules', PACKAGE, 'package.json')));
        assert.deepEqual(filesOf(store), kept);
        await nodeRed.stop();
        nodeRed = await start();
        await nodeRed.deploy([{ id: 'a000000000000001', type: 'tab', label: 'still works' }]);
        assert.deepEqual(troubles(), []);
    });

    it('is upgraded under a running flow: that goes on, and the new version goes on from its store', async () => {
        assert.notEqual(previous.version, VERSION);
        assert.equal((await upload(previous)).status, 200);
        await nodeRed.deploy(flow);
        await stocked(bambuddy.print({ name: 'Before the upgrade' }).archiveId);

        const response = await upload(tarball);
        assert.equal(response.status, 200, await response.clone().text());
        for (const set of await ourSets()) assert.equal(set.pending_version, VERSION, set.name);
        // what runs is the old version, its files gone from the disk
        await stocked(bambuddy.print({ name: 'While the upgrade waits' }).archiveId);
        await nodeRed.deploy(flow);
        await stocked(bambuddy.print({ name: 'After a deploy' }).archiveId);

        const items = inventree.state.stock.size;
        await nodeRed.stop();
        const missed = bambuddy.print({ name: 'While Node-RED was off' });
        nodeRed = await start();
        for (const set of await ourSets()) assert.deepEqual([set.version, set.err], [VERSION, undefined], set.name);
        await stocked(missed.archiveId);
        assert.equal(inventree.state.stock.size, items + 1);
        assert.deepEqual(inventree.state.violations, []);
        assert.deepEqual(troubles(), []);
    });

    const filesOf = (place: string): [name: string, content: string][] =>
        readdirSync(place).map((name) => [name, readFileSync(join(place, name), 'utf8')]);

    async function bytes(path: string): Promise<Buffer> {
        return Buffer.from(await (await fetch(`${nodeRed.url}${path}`)).arrayBuffer());
    }
});
