import assert from 'node:assert/strict';
import { EditorFixture } from '../editor/fixture';

describe('the dialog of add to stock', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;

    before(async function () {
        fixture = await EditorFixture.open(this);
    });
    after(() => fixture?.close());
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    it('keeps rules as they are entered, shows which fit the newest prints, and marks a rule that sets nothing', async () => {
        const { editor } = fixture!;
        const id = await editor.idOf('inventree-stock-create');
        const dialog = await editor.openNode(id);
        const { tray } = dialog;
        await dialog.tab('Pieces');
        const pieces = tray.locator('#inventree-stock-create-tab-pieces');
        await pieces.locator('.red-ui-editableList-addButton').click();
        await pieces.locator('.print-to-stock-rule-field').selectOption('printer');
        await pieces.locator('.print-to-stock-rule-match').fill('*');
        await pieces.locator('.print-to-stock-rule-pieces').fill('6');
        await pieces.locator('.print-to-stock-rule-test button').click();
        await pieces.locator('.print-to-stock-rule-prints li').getByText('→ rule 1').first().waitFor();
        await dialog.tab('Where to');
        const place = tray.locator('#inventree-stock-create-tab-place');
        await place.locator('.red-ui-editableList-addButton').click();
        await place.locator('.print-to-stock-rule-match').fill('X1C*');
        await dialog.done();
        const saved = await editor.page.evaluate(`(() => {
            const { pieces, rules, valid } = RED.nodes.node('${id}');
            return { pieces, rules, valid };
        })()`);
        assert.deepEqual(saved, {
            pieces: [{ field: 'printer', match: '*', pieces: '6' }],
            rules: [{ field: 'printer', match: 'X1C*', location: '', status: '', owner: '' }],
            valid: false,
        });
    });

    it('chooses location and status by what InvenTree calls them', async () => {
        const { editor } = fixture!;
        const { page } = editor;
        const dialog = await editor.openNode(await editor.idOf('inventree-stock-create'));
        await dialog.tray.locator('#node-input-location-line').getByText('Shelf A', { exact: true }).waitFor();
        await dialog.tray.locator('#node-input-stockStatus-line').getByText('OK', { exact: true }).waitFor();
        await dialog.tray.locator('#node-input-stockStatus + div .red-ui-typedInput-option-expand').click();
        await page.getByRole('treeitem', { name: 'Quarantined' }).click();
        await dialog.tray.locator('#node-input-stockStatus-line').getByText('Quarantined', { exact: true }).waitFor();
        assert.equal((await dialog.fields())['stockStatus'], '75');
        await dialog.cancel();
    });

    it('stays a plain form without a connection', async () => {
        const { editor } = fixture!;
        await editor.clear();
        const id = await editor.drop('inventree-stock-create', { x: 300, y: 200 });
        await editor.page.evaluate(`RED.nodes.node('${id}').sync = ''`);
        await editor.page.evaluate(
            `RED.nodes.filterNodes({}); RED.nodes.eachConfig((config) => void (config.url = ''))`,
        );
        const dialog = await editor.openNode(id);
        await dialog.fill('location', '5');
        const expand = dialog.tray.locator('#node-input-location + div .red-ui-typedInput-option-expand');
        assert.equal(await expand.isVisible(), false);
        assert.equal(await dialog.tray.locator('#node-input-location-line').isVisible(), false);
        await dialog.cancel();
    });
});
