import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Dialog } from '../editor/editor';
import { EXAMPLE, EditorFixture } from '../editor/fixture';
import type { FlowNode } from '../harness/node-red';
import { VkSimulator } from '../simulators/vk';

const CATALOG = 'ca11000000000051';
const COMMUNITY = 'ca11000000000052';
const OF_SHOP = { z: EXAMPLE.flow, x: 300, wires: [[], []] };

/** A shop beside the example: its community's categories are chosen, and stock of the same InvenTree. */
const shop = (vk: VkSimulator, accessToken: string): FlowNode[] => [
    { id: CATALOG, type: 'catalog-store', name: '' },
    {
        id: COMMUNITY,
        type: 'vk-community',
        name: '',
        catalog: CATALOG,
        groupId: '77',
        url: vk.url,
        credentials: { accessToken },
    },
    {
        ...OF_SHOP,
        id: 'ca11000000000053',
        type: 'vk-product-upsert',
        name: '',
        community: COMMUNITY,
        category: '1204',
        groups: [{ group: 'Сыры', category: '1301', outOfStock: '' }],
        dryRun: true,
        y: 620,
    },
    {
        ...OF_SHOP,
        id: 'ca11000000000054',
        type: 'inventree-stock-in',
        name: '',
        catalog: CATALOG,
        inventree: EXAMPLE.inventree,
        categories: '',
        statuses: '10',
        y: 680,
    },
];

describe('fields whose value is a number on a server', function () {
    this.timeout(120_000);
    const vk = new VkSimulator();
    let fixture: EditorFixture | undefined;
    let dialog: Dialog;
    let bins = 0;

    before(async function () {
        await vk.listen();
        vk.addCommunity(77);
        fixture = await EditorFixture.open(
            this,
            (inventree, { category }) => {
                bins = inventree.addCategory({ name: 'Bins', parent: category }).pk;
                inventree.addCategory({ name: 'Twice', parent: bins });
                inventree.addCategory({ name: 'Twice', parent: category });
            },
            shop(vk, vk.tokens.add()),
        );
    });
    after(async () => {
        await fixture?.close();
        await vk.close();
    });
    afterEach(async () => {
        await dialog?.cancel();
        assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []);
    });

    const open = async (type: string): Promise<void> => {
        dialog = await fixture!.editor.openNode(await fixture!.editor.idOf(type));
    };
    const row = (property: string): Locator =>
        dialog.tray.locator('.form-row', { has: fixture!.editor.page.locator(`#node-input-${property}`) });
    /** what lies over the field: names with their numbers */
    const names = (property: string): Locator => row(property).locator('.print-to-stock-chosen');
    const typed = (property: string): Locator => row(property).locator('input.red-ui-typedInput-input');
    const line = (property: string): Locator => dialog.tray.locator(`#node-input-${property}-line`);
    const value = async (property: string): Promise<unknown> => (await dialog.fields())[property];
    const shows = async (locator: Locator, text: RegExp): Promise<void> => {
        for (let tries = 0; !text.test(await locator.innerText().catch(() => '')); tries++) {
            if (tries > 100) throw new Error(`${await locator.innerText()} is not ${text}`);
            await locator.page().waitForTimeout(100);
        }
    };

    it('show the name with the number beside it, and the number while one types', async () => {
        const { category } = fixture!.history;
        await open('inventree-part-upsert');
        await shows(names('category'), new RegExp(`^3D prints\\s+#${category}$`));
        await typed('category').focus();
        await names('category').waitFor({ state: 'hidden' });
        assert.equal(await typed('category').inputValue(), String(category));
        await typed('category').blur();
        await names('category').waitFor();
        await dialog.cancel();
        await open('inventree-stock-create');
        await shows(names('location'), /^Shelf A\s+#\d+$/);
        await shows(names('stockStatus'), /^OK\s+#10$/);
    });

    it('take a name or a path that fits exactly, whatever its case', async () => {
        await open('inventree-part-upsert');
        for (const text of ['bins', '3D PRINTS/Bins']) {
            await typed('category').fill(text);
            await typed('category').blur();
            await shows(names('category'), new RegExp(`^3D prints/Bins\\s+#${bins}$`));
            assert.equal(await value('category'), String(bins));
            assert.equal(await dialog.isMarked('category'), false);
            await dialog.fill('category', '1');
        }
    });

    it('say in red what is not there, is structural, or is there twice', async () => {
        await open('inventree-part-upsert');
        for (const [text, said] of [
            ['4711', /There is no category 4711 in this InvenTree\./],
            ['Bin', /There is no category “Bin” in this InvenTree\./],
            ['Twice', /2 entries are called “Twice”: choose one\./],
            ['Everything', /Everything is structural/],
        ] as const) {
            await typed('category').fill(text);
            await typed('category').blur();
            await shows(line('category'), said);
            assert.match((await line('category').getAttribute('class')) ?? '', /print-to-stock-bad/, text);
            assert.equal(await typed('category').getAttribute('aria-invalid'), 'true');
            assert.equal(await names('category').isVisible(), false);
        }
    });

    it('say in grey that nobody could check it, where InvenTree is out of reach', async () => {
        const { page } = fixture!.editor;
        const route = '**/print-to-stock/choices/categories';
        await open('inventree-part-upsert');
        await page.route(route, (sent) =>
            sent.fulfill({ json: { items: [], problem: { kind: 'refused', values: { host: 'x' }, message: '' } } }),
        );
        await typed('category').fill('4712');
        await typed('category').blur();
        await shows(line('category'), /^Not checked: /);
        assert.doesNotMatch((await line('category').getAttribute('class')) ?? '', /print-to-stock-bad/);
        await page.unroute(route);
    });

    it('hold several in InvenTree stock: by name, by number, or chosen', async () => {
        const { page } = fixture!.editor;
        const { category } = fixture!.history;
        await open('inventree-stock-in');
        await shows(names('statuses'), /^OK\s+#10$/);
        await dialog.fill('categories', `Bins, ${category}, 4711`);
        await dialog.field('categories').blur();
        await shows(line('categories'), /There is no category 4711/);
        assert.equal(await value('categories'), `${bins}, ${category}, 4711`);
        await dialog.fill('categories', String(bins));
        await dialog.tray.getByRole('button', { name: 'Categories: choose from InvenTree' }).click();
        await page.getByRole('treeitem', { name: '3D prints' }).click();
        await shows(names('categories'), new RegExp(`^3D prints/Bins\\s+#${bins}\\s+3D prints\\s+#${category}$`));
        assert.equal(await value('categories'), `${bins}, ${category}`);
    });

    it('hold categories of VK, in the table of groups too; VK is asked once', async () => {
        const { page } = fixture!.editor;
        await open('vk-product-upsert');
        await shows(names('category'), /^Дом \/ Органайзеры\s+#1204$/);
        const ofGroup = dialog.tray.locator('.print-to-stock-row-choice');
        await shows(ofGroup.locator('.print-to-stock-chosen'), /^Продукты \/ Сыр\s+#1301$/);
        await typed('category').fill('Декор');
        await typed('category').blur();
        await shows(names('category'), /^Дом \/ Декор\s+#1205$/);
        assert.equal(await value('category'), '1205');
        await ofGroup.getByRole('button', { name: /choose from VK$/ }).click();
        await page.getByPlaceholder('search categories').pressSequentially('орг');
        await page.getByRole('treeitem', { name: 'Дом / Органайзеры' }).click();
        await shows(ofGroup.locator('.print-to-stock-chosen'), /#1204$/);
        await typed('category').fill('1200');
        await typed('category').blur();
        await shows(line('category'), /There is no category 1200 in VK\./);
        assert.equal(vk.requests.filter(({ url }) => url.includes('market.getCategories')).length, 1);
    });
});
