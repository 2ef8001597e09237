import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Dialog } from '../editor/editor';
import { EditorFixture } from '../editor/fixture';

describe('the dialog of find/create part', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let dialog: Dialog;
    let bins = 0;

    before(async function () {
        fixture = await EditorFixture.open(this, (inventree, { category }) => {
            bins = inventree.addCategory({ name: 'Bins', parent: category }).pk;
        });
    });
    after(() => fixture?.close());
    beforeEach(async () => {
        dialog = await fixture!.editor.openNode(await fixture!.editor.idOf('inventree-part-upsert'));
    });
    afterEach(async () => {
        await dialog?.cancel();
        assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []);
    });

    const line = (property: string): Locator => dialog.tray.locator(`#node-input-${property}-line`);
    const choose = (property: string): Locator =>
        dialog.tray.locator(`#node-input-${property} + div .red-ui-typedInput-option-expand`);

    it('names the category that is chosen, and marks one that is gone', async () => {
        await line('category').getByText('3D prints', { exact: true }).waitFor();
        await dialog.fill('category', '4711');
        await line('category').getByText('There is no category 4711 in this InvenTree.').waitFor();
    });

    it('chooses a category from the tree, with the keyboard alone', async () => {
        const { page } = fixture!.editor;
        await choose('category').focus();
        await page.keyboard.press('Enter');
        await page.getByRole('treeitem', { name: '3D prints' }).waitFor();
        // keys go to the search as soon as the panel is open
        await page.waitForFunction("document.activeElement.placeholder === 'search categories'");
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowRight');
        await page.getByRole('treeitem', { name: 'Bins' }).waitFor();
        // it slides open
        await page.waitForTimeout(600);
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await line('category').getByText('3D prints/Bins').waitFor();
        assert.equal((await dialog.fields())['category'], String(bins));
    });

    it('finds a category by its name, and takes no structural one', async () => {
        const { page } = fixture!.editor;
        await choose('category').click();
        await page.getByRole('treeitem', { name: '3D prints' }).waitFor();
        await page.getByPlaceholder('search categories').pressSequentially('everyt');
        await page.getByRole('treeitem', { name: '3D prints' }).waitFor({ state: 'detached' });
        const structural = page.getByRole('treeitem', { name: 'Everything' });
        await structural.waitFor();
        assert.equal(await structural.getAttribute('aria-disabled'), 'true');
        await structural.click({ force: true });
        await page.keyboard.press('Escape');
        assert.equal((await dialog.fields())['category'], String(fixture!.history.category));
    });

    it('shows what the newest print gives', async () => {
        await line('partName').getByText('→').waitFor();
        await line('ipnPrefix')
            .getByText(/^→ BMB-[0-9a-f]{12}$/)
            .waitFor();
        await dialog.fill('ipnPrefix', 'SKU');
        await line('ipnPrefix')
            .getByText(/^→ SKU-[0-9a-f]{12}$/)
            .waitFor();
    });

    it('keeps a row of the table with its kind of value, and without where it is a name', async () => {
        await dialog.tray.getByRole('link', { name: 'Parameters' }).click();
        await dialog.tray.getByText('parameter', { exact: true }).click();
        await dialog.tray.locator('.print-to-stock-template').last().fill('Colour');
        await dialog.tray.locator('#node-input-createTemplates').check();
        const { editor } = fixture!;
        const id = await editor.idOf('inventree-part-upsert');
        await editor.page.evaluate(
            `$('.print-to-stock-value').last().typedInput('type', 'msg').typedInput('value', 'payload.filamentColor')`,
        );
        await dialog.done();
        const saved = await editor.page.evaluate<unknown>(
            `(({ parameters, createTemplates, version, valid }) => ({ parameters, createTemplates, version, valid }))(RED.nodes.node('${id}'))`,
        );
        assert.deepEqual(saved, {
            parameters: [
                { template: 'Weight', value: 'weight' },
                { template: 'PrintTime', value: 'time' },
                { template: 'Colour', value: 'payload.filamentColor', valueType: 'msg' },
            ],
            createTemplates: true,
            version: 2,
            valid: true,
        });
        dialog = await editor.openNode(id);
    });

    for (const [property, value] of [
        ['category', 'seven'],
        ['category', ''],
    ] as const) {
        it(`takes no "${value}" as ${property}`, async () => {
            await dialog.fill(property, value);
            await fixture!.editor.page.keyboard.press('Tab');
            assert.ok(await dialog.tray.locator(`#node-input-${property}.input-error`).count());
        });
    }
});
