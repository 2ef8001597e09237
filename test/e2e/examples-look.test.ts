import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { projectRoot } from '../harness/project';

const PACKAGE = '@print-to-stock/node-red-bambuddy-inventree';
const FOLDER = join(projectRoot, 'examples');
const EXAMPLES = readdirSync(FOLDER).map((file) => ({
    name: file.replace(/\.json$/, ''),
    nodes: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as FlowNode[],
}));
const hasFlow = (nodes: readonly FlowNode[]): boolean => nodes.some(({ type }) => type === 'tab');
const CONFIGS = [
    'bambuddy-server',
    'inventree-server',
    'octoprint-server',
    'sync-store',
    'evotor-account',
    'vk-community',
];

describe('the examples in the editor', function () {
    this.timeout(180_000);
    let nodeRed: NodeRed | undefined;
    let browser: Browser | null = null;
    let editor: Editor;

    before(async function () {
        browser = await openBrowser(this);
        nodeRed = await NodeRed.start();
    });
    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
    });
    beforeEach(async () => {
        // the smallest screen that people have
        editor = await Editor.open(browser!, nodeRed!.url, { width: 1280, height: 800 });
    });
    afterEach(async () => {
        await editor.page.context().close();
        assert.deepEqual(editor.complaints, []);
    });

    const take = (name: string, nodes: readonly FlowNode[]): Promise<void> =>
        hasFlow(nodes) ? editor.importExample(PACKAGE, name) : editor.dropExample(PACKAGE, name);

    /** What of the flow shown lies outside of what is seen of it without scrolling. */
    const unseen = (): Promise<string[]> =>
        editor.page.evaluate<string[]>(`(() => {
            const chart = document.querySelector('#red-ui-workspace-chart').getBoundingClientRect();
            const footer = document.querySelector('#red-ui-workspace-footer').getBoundingClientRect();
            const drawn = document.querySelectorAll('.red-ui-flow-node, .red-ui-flow-group-body');
            return [...drawn].filter((each) => {
                const box = each.getBoundingClientRect();
                return box.left < chart.left || box.top < chart.top || box.right > chart.right || box.bottom > footer.top;
            }).map((each) => each.parentNode.textContent);
        })()`);

    /** Pairs of nodes that lie over one another. */
    const overlaps = (): Promise<string[]> =>
        editor.page.evaluate<string[]>(`(() => {
            const all = [...document.querySelectorAll('.red-ui-flow-node-group > .red-ui-flow-node')];
            const boxes = all.map((each) => [each.parentNode.textContent, each.getBoundingClientRect()]);
            return boxes.flatMap(([name, a], i) => boxes.slice(i + 1)
                .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                .map(([other]) => name + ' / ' + other));
        })()`);

    for (const { name, nodes } of EXAMPLES)
        it(`"${name}" is a group that is seen whole at 1280 × 800`, async () => {
            await take(name, nodes);
            await editor.page.locator('.red-ui-flow-group-body').waitFor();
            const folder = process.env['SCREENSHOTS_DIR'];
            if (folder !== undefined) await editor.page.screenshot({ path: join(folder, `${name}.png`) });
            assert.deepEqual(await unseen(), []);
            assert.deepEqual(await overlaps(), []);
            const [group] = nodes.filter(({ type }) => type === 'group');
            const grouped = group!['nodes'] as string[];
            assert.deepEqual(
                nodes.filter(({ id, x, type }) => x !== undefined && type !== 'group' && !grouped.includes(id)),
                [],
            );
        });

    it('one that is deleted leaves no config node behind that nobody filled in; one undo brings all back', async () => {
        const counts = (): Promise<number[]> =>
            Promise.all(CONFIGS.map(async (type) => (await editor.idsOf(type)).length));
        for (const { name } of EXAMPLES.filter((example) => hasFlow(example.nodes))) {
            const before = await counts();
            await editor.importExample(PACKAGE, name);
            const imported = await counts();
            assert.notDeepEqual(imported, before, name);
            await editor.page.evaluate(`RED.workspaces.delete(RED.nodes.workspace(RED.workspaces.active()))`);
            await editor.page.waitForTimeout(50);
            assert.deepEqual(await counts(), before, name);
            await editor.page.evaluate(`RED.history.pop()`);
            assert.deepEqual(await counts(), imported, name);
            assert.deepEqual(
                await editor.page.evaluate(`(() => {
                    const lost = [];
                    RED.nodes.eachNode((node) => void (node.sync !== undefined && !RED.nodes.node(node.sync) && lost.push(node.type)));
                    return lost;
                })()`),
                [],
            );
            await editor.page.evaluate(`RED.workspaces.delete(RED.nodes.workspace(RED.workspaces.active()))`);
            await editor.page.waitForTimeout(50);
        }
    });

    it('those that bring no chain take the store and the source that are there', async () => {
        await editor.importExample(PACKAGE, 'Bambuddy to InvenTree');
        const [store, source] = [await editor.idOf('sync-store'), await editor.idOf('bambuddy-archive-in')];
        for (const name of ['Tell a chat when a print is in stock', 'Service API'])
            await editor.dropExample(PACKAGE, name, { x: 60, y: 520 });
        const webhook = await editor.propertiesOf(await editor.idOf('print-webhook'), ['sync']);
        const api = await editor.propertiesOf(await editor.idOf('sync-api'), ['source']);
        assert.deepEqual([webhook, api], [{ sync: store }, { source }]);
        assert.equal((await editor.idsOf('inventree-server')).length, 1);
    });
});
