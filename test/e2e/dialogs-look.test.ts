import assert from 'node:assert/strict';
import type { Editor } from '../editor/editor';
import { faultsOfLook } from '../editor/legibility';
import { EXAMPLE, EditorFixture } from '../editor/fixture';
import type { FlowNode } from '../harness/node-red';

const TYPES = [
    'bambuddy-archive-in',
    'inventree-part-upsert',
    'inventree-stock-create',
    'inventree-image-upload',
    'bambuddy-link-back',
    'sync-api',
    'print-webhook',
    'octoprint-event-in',
    'evotor-catalog-in',
    'evotor-webhooks',
    'inventree-stock-in',
    'vk-product-upsert',
    'vk-catalog-in',
];

const CATALOG = 'ca11000000000040';
const ACCOUNT = 'ca11000000000041';
const COMMUNITY = 'ca11000000000042';
/** The config nodes of a shop, which the example has not. */
const CONFIGS: FlowNode[] = [
    { id: CATALOG, type: 'catalog-store', name: '' },
    { id: ACCOUNT, type: 'evotor-account', name: '', catalog: CATALOG },
    { id: COMMUNITY, type: 'vk-community', name: '', catalog: CATALOG, groupId: '1' },
];

/** What the example has not. */
const BESIDE: FlowNode[] = TYPES.slice(5).map((type, index) => ({
    id: `ca1100000000003${index}`,
    type,
    z: EXAMPLE.flow,
    name: '',
    sync: EXAMPLE.store,
    catalog: CATALOG,
    account: ACCOUNT,
    community: COMMUNITY,
    oauth: true,
    webhook: true,
    x: 300,
    y: 600 + index * 60,
    wires: [],
}));

const LOOKS = [
    { language: 'en-US', theme: 'dark' },
    { language: 'de', theme: 'light' },
    { language: 'ru', theme: 'dark' },
    { language: 'zh-CN', theme: 'light' },
] as const;

describe('the look of the dialogs', function () {
    this.timeout(180_000);
    let fixture: EditorFixture | undefined;
    let editor: Editor;

    before(async function () {
        fixture = await EditorFixture.open(this, undefined, [...BESIDE, ...CONFIGS]);
    });
    after(() => fixture?.close());
    afterEach(async () => {
        await editor?.close();
        assert.deepEqual(editor?.complaints.splice(0) ?? [], []);
    });

    for (const look of LOOKS) {
        it(`is legible and in order: ${look.language}, ${look.theme}`, async () => {
            editor = await fixture!.editorOf(look);
            for (const type of TYPES) {
                const dialog = await editor.openNode(await editor.idOf(type));
                const pages = dialog.tray.locator('.red-ui-tray-content .red-ui-tab a.red-ui-tab-label');
                const faults = await faultsOfLook(editor.page);
                for (const page of (await pages.all()).slice(1)) {
                    await dialog.tab((await page.innerText()).trim());
                    faults.push(...(await faultsOfLook(editor.page)));
                }
                assert.deepEqual(faults, [], type);
                await dialog.cancel();
            }
            const source = await editor.openNode(await editor.idOf('bambuddy-archive-in'));
            const store = await editor.openConfig('sync', 'edit');
            assert.deepEqual(await faultsOfLook(editor.page), [], 'sync-store');
            for (const property of ['bambuddy', 'inventree']) {
                const server = await editor.openConfig(property, 'edit');
                assert.deepEqual(await faultsOfLook(editor.page), [], property);
                await server.cancel();
            }
            await store.cancel();
            await source.cancel();
            const catalog = await editor.openNode(await editor.idOf('evotor-catalog-in'));
            const account = await editor.openConfig('account', 'edit');
            assert.deepEqual(await faultsOfLook(editor.page), [], 'evotor-account');
            const kept = await editor.openConfig('catalog', 'edit');
            assert.deepEqual(await faultsOfLook(editor.page), [], 'catalog-store');
            for (const dialog of [kept, account, catalog]) await dialog.cancel();
            const upsert = await editor.openNode(await editor.idOf('vk-product-upsert'));
            const community = await editor.openConfig('community', 'edit');
            assert.deepEqual(await faultsOfLook(editor.page), [], 'vk-community');
            for (const dialog of [community, upsert]) await dialog.cancel();
        });
    }
});
