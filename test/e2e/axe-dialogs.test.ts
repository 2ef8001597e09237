import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsByAxe } from '../editor/axe';
import { Dialog, type Editor } from '../editor/editor';
import { EXAMPLE, EditorFixture } from '../editor/fixture';
import type { FlowNode } from '../harness/node-red';
import { projectRoot } from '../harness/project';

const PACKAGE = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    'node-red': { nodes: Record<string, string> };
};
const TYPES = Object.keys(PACKAGE['node-red'].nodes);
const idOf = (type: string): string => `ca12${TYPES.indexOf(type).toString(16).padStart(12, '0')}`;

/** What is to be seen in a dialog beside the fields of a new node. */
const FILLED: Readonly<Record<string, Record<string, unknown>>> = {
    'vk-product-upsert': { groups: [{ group: 'Cups', category: '1204', outOfStock: '' }], category: '1204' },
    'print-webhook': { topics: [{ topic: 'Print In Stock', message: 'in stock' }] },
    'inventree-stock-create': { pieces: [{ field: 'file', match: 'plate*', pieces: '6' }] },
    'inventree-stock-consume': { spools: [{ printer: 'X1C', tray: 'A1', material: 'PLA', color: '', stock: 1 }] },
    'evotor-webhooks': { webhook: true },
    'octoprint-event-in': { webhook: true },
    'octoprint-server': { url: 'http://127.0.0.1:9' },
    'bambuddy-server': { url: 'http://127.0.0.1:9' },
};

/** One node of each type. */
const nodes: FlowNode[] = TYPES.map((type, index) => ({
    id: idOf(type),
    type,
    name: '',
    ...(/server$|store$|account$|community$/.test(type)
        ? {}
        : { z: EXAMPLE.flow, x: 300, y: 600 + 40 * index, wires: [] }),
    sync: EXAMPLE.store,
    catalog: idOf('catalog-store'),
    account: idOf('evotor-account'),
    community: idOf('vk-community'),
    inventree: EXAMPLE.inventree,
    server: idOf('octoprint-server'),
    ...FILLED[type],
}));

describe('every dialog, judged by axe', function () {
    this.timeout(240_000);
    let fixture: EditorFixture | undefined;
    let editor: Editor | undefined;

    before(async function () {
        fixture = await EditorFixture.open(this, undefined, nodes);
    });
    after(() => fixture?.close());

    for (const theme of ['light', 'dark'] as const)
        describe(theme, () => {
            before(async () => void (editor = await fixture!.editorOf({ language: 'en-US', theme })));
            after(() => editor?.close());

            for (const type of TYPES)
                it(`finds nothing in ${type}`, async () => {
                    const { page } = editor!;
                    await page.evaluate(`(() => {
                        const node = RED.nodes.node('${idOf(type)}');
                        if (node._def.category === 'config') RED.editor.editConfig('', node.type, node.id);
                        else RED.editor.edit(node);
                    })()`);
                    const dialog = new Dialog(page, 1);
                    await dialog.tray.locator('.print-to-stock .form-row').first().waitFor();
                    await dialog.rest();
                    const tabs = dialog.tray.locator('.red-ui-tray-content .red-ui-tab a.red-ui-tab-label');
                    const faults = await faultsByAxe(page, ['.red-ui-tray .print-to-stock']);
                    for (const tab of (await tabs.all()).slice(1)) {
                        await dialog.tab((await tab.innerText()).trim());
                        faults.push(...(await faultsByAxe(page, ['.red-ui-tray .print-to-stock'])));
                    }
                    await dialog.cancel();
                    assert.deepEqual([...new Set(faults)], []);
                });

            it('finds nothing in the choices beside a field', async () => {
                const { page } = editor!;
                const choices = page.locator('.print-to-stock-picker');
                const faults: string[] = [];
                for (const [id, tab, button] of [
                    [idOf('inventree-part-upsert'), null, 'Category: choose from InvenTree'],
                    [idOf('bambuddy-archive-in'), 'Only these prints', 'Printers: choose from Bambuddy'],
                ] as const) {
                    await page.evaluate(`RED.editor.edit(RED.nodes.node('${id}'))`);
                    const dialog = new Dialog(page, 1);
                    await dialog.tray.locator('.print-to-stock .form-row').first().waitFor();
                    await dialog.rest();
                    if (tab !== null) await dialog.tab(tab);
                    await dialog.tray.getByRole('button', { name: button }).click();
                    await choices.getByText(tab === null ? '3D prints' : 'P1S Workshop').waitFor();
                    if (tab === null) await choices.locator('[data-act="new-entry"]').click();
                    if (tab === null) await choices.getByPlaceholder('search categories').fill('print');
                    faults.push(...(await faultsByAxe(page, ['.print-to-stock-picker'])));
                    await page.keyboard.press('Escape');
                    await dialog.cancel();
                }
                assert.deepEqual([...new Set(faults)], []);
            });
        });
});
