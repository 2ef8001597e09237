import assert from 'node:assert/strict';
import type { Dialog } from '../editor/editor';
import { EditorFixture } from '../editor/fixture';

describe('the fields for printers, projects and tags', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let dialog: Dialog;

    before(async function () {
        fixture = await EditorFixture.open(this);
        fixture.bambuddy.addProject({ name: 'Enclosure' });
    });
    after(() => fixture?.close());
    beforeEach(async () => {
        await fixture!.editor.leaveDialogs();
        dialog = await fixture!.editor.openNode(await fixture!.editor.idOf('bambuddy-archive-in'));
        await dialog.tab('Only these prints');
    });
    afterEach(() => dialog.cancel());

    const line = (property: string) => dialog.tray.locator(`#node-input-${property}-line`);
    const states = async (property: string): Promise<string[]> => {
        await line(property).locator('span').first().waitFor();
        return line(property)
            .locator('span')
            .evaluateAll((spans) => (spans as unknown as { className: string }[]).map(({ className }) => className));
    };

    it('say which names this Bambuddy knows, by name in whatever case or by number', async () => {
        await dialog.enter('printers', 'p1s workshop, 2');
        assert.deepEqual(await states('printers'), Array(2).fill('print-to-stock-name-known'));
        assert.equal(await line('printers').innerText(), 'P1S Workshop (1)X1C Attic (2)');
    });

    it('show a mistyped printer in red, and a variable in grey', async () => {
        await dialog.enter('printers', 'P1S Wrokshop, ${PRINTER}');
        assert.deepEqual(await states('printers'), ['print-to-stock-name-unknown', 'print-to-stock-name-unchecked']);
        assert.match(await line('printers').innerText(), /There is no printer “P1S Wrokshop” in this Bambuddy\./);
        await dialog.enter('tags', 'no such tag');
        await line('tags').getByText('No archive of this Bambuddy has the tag “no such tag”.').waitFor();
    });

    it('say “not checked” where Bambuddy is out of reach', async () => {
        const { page } = fixture!.editor;
        await page.route('**/print-to-stock/choices/projects', (route) =>
            route.fulfill({ json: { items: [], problem: { kind: 'refused', values: { host: 'x' }, message: '' } } }),
        );
        await dialog.enter('projects', 'Enclosure');
        assert.deepEqual(await states('projects'), ['print-to-stock-name-unchecked']);
        await page.unroute('**/print-to-stock/choices/projects');
    });

    it('have names for screen readers in typed fields, too', async () => {
        await dialog.cancel();
        dialog = await fixture!.editor.openNode(await fixture!.editor.idOf('inventree-part-upsert'));
        await dialog.tray.getByRole('textbox', { name: 'Category', exact: true }).waitFor();
        await dialog.tray.getByRole('button', { name: 'Category: choose from InvenTree' }).waitFor();
    });

    it('offer what there is, several at once, by keyboard and with names for screen readers', async () => {
        const { page } = fixture!.editor;
        await dialog.tray.getByRole('button', { name: 'Printers: choose from Bambuddy' }).click();
        const choices = page.getByRole('dialog', { name: 'Printers of Bambuddy' });
        await choices.getByRole('checkbox', { name: /P1S Workshop/ }).check();
        await choices.getByRole('checkbox', { name: /X1C Attic/ }).focus();
        await page.keyboard.press('Space');
        assert.equal((await dialog.fields())['printers'], 'P1S Workshop, X1C Attic');
        await page.keyboard.press('Escape');
        await choices.waitFor({ state: 'hidden' });
        assert.deepEqual(await states('printers'), Array(2).fill('print-to-stock-name-known'));
        await dialog.tray.getByRole('button', { name: 'Projects: choose from Bambuddy' }).click();
        await page.getByRole('checkbox', { name: /Enclosure/ }).waitFor();
        await page.keyboard.press('Escape');
        assert.deepEqual(fixture!.editor.complaints, []);
    });
});
