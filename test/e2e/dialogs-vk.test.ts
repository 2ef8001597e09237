import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor, type Dialog } from '../editor/editor';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { VkSimulator } from '../simulators/vk';

const CLIENT = '51234567';
const FLOW = 'cb11000000000001';
const COMMUNITY = 'cb11000000000003';

describe('the dialog of a VK community', function () {
    this.timeout(120_000);
    const vk = new VkSimulator();
    let browser: Browser | null = null;
    let nodeRed: NodeRed | null = null;
    let editor: Editor;
    let source: Dialog;
    let dialog: Dialog;

    before(async function () {
        browser = await openBrowser(this);
        await vk.listen();
        vk.addCommunity(77);
        nodeRed = await NodeRed.start();
        const flow: FlowNode[] = [
            { id: FLOW, type: 'tab', label: 'shop' },
            { id: 'cb11000000000002', type: 'catalog-store', name: '' },
            { id: COMMUNITY, type: 'vk-community', name: '', catalog: 'cb11000000000002', groupId: '77', url: vk.url },
            {
                id: 'cb11000000000004',
                type: 'vk-product-upsert',
                z: FLOW,
                name: 'to VK',
                community: COMMUNITY,
                x: 200,
                y: 100,
                wires: [[], []],
            },
        ];
        await nodeRed.deploy(flow);
        vk.tokens.redirects.add(`${nodeRed.url}/print-to-stock/vk-sign-in/callback`);
        editor = await Editor.open(browser, nodeRed.url);
        source = await editor.openNode(await editor.idOf('vk-product-upsert'));
    });
    after(async () => {
        await source?.cancel();
        await browser?.close();
        await nodeRed?.stop();
        await vk.close();
    });
    beforeEach(async () => void (dialog = await editor.openConfig('community', 'edit')));
    afterEach(async () => {
        await dialog.cancel();
        assert.deepEqual(editor.complaints.splice(0), []);
    });

    const signIn = async (): Promise<Page> => {
        const opened = dialog.tray.page().context().waitForEvent('page');
        await dialog.tray.getByRole('button', { name: 'Sign in to VK' }).click();
        const page = await opened;
        await page.waitForURL(/\/authorize/);
        return page;
    };
    const said = (text: string | RegExp): Promise<void> =>
        dialog.tray.locator('#vk-community-sign-in .print-to-stock-result').getByText(text).first().waitFor();

    it('signs in at VK, and fills in what VK gives, which then works', async () => {
        await dialog.fill('clientId', CLIENT);
        const page = await signIn();
        await page.locator('#allow').click();
        await page.getByText('Close this window').waitFor();
        await said('Signed in.');
        const fields = await dialog.fields();
        assert.ok(vk.tokens.tokens.has(String(fields['accessToken'])));
        assert.match(String(fields['refreshToken']), /^vk2\.r\./);
        assert.match(String(fields['deviceId']), /^device-/);
        await dialog.tray.getByRole('button', { name: 'Test connection' }).click();
        await dialog.tray.getByText('The token has the right market').waitFor();
        // what the browser landed on is good for nothing else
        await page.reload();
        await page.getByText('ended or was used already').waitFor();
        await page.close();
        const told = nodeRed!.log.join('\n');
        for (const secret of [fields['accessToken'], fields['refreshToken']]) assert.ok(!told.includes(String(secret)));
    });

    it('takes the address that the browser landed on, where VK leads elsewhere', async () => {
        const elsewhere = 'https://shop.example/back';
        vk.tokens.redirects.add(elsewhere);
        await dialog.fill('clientId', CLIENT);
        await dialog.tray.locator('#vk-community-redirect').fill(elsewhere);
        const page = await signIn();
        const landed = await page.locator('#allow').getAttribute('href');
        await page.close();
        await dialog.tray.locator('#vk-community-landing').fill('https://shop.example/back?code=x&device_id=y&state=z');
        await dialog.tray.getByRole('button', { name: 'Use this address' }).click();
        await said(/belongs to no sign-in/);
        const again = await signIn();
        const landedAgain = await again.locator('#allow').getAttribute('href');
        await again.close();
        assert.notEqual(landed, landedAgain);
        await dialog.tray.locator('#vk-community-landing').fill(landedAgain!);
        await dialog.tray.getByRole('button', { name: 'Use this address' }).click();
        await said('Signed in.');
        assert.ok(vk.tokens.tokens.has(String((await dialog.fields())['accessToken'])));
    });

    it('keeps the tokens that are entered where VK gives no right to goods, or a person refuses', async () => {
        await dialog.fill('clientId', CLIENT);
        await dialog.fill('accessToken', 'vk2.a.entered-before');
        vk.tokens.scopeNow = 'photos groups';
        const page = await signIn();
        await page.locator('#allow').click();
        await said('VK signed in without the right market');
        await page.close();
        vk.tokens.scopeNow = null;
        const refusing = await signIn();
        await refusing.locator('#refuse').click();
        await said('VK ID refuses the sign-in');
        await refusing.close();
        assert.equal((await dialog.fields())['accessToken'], 'vk2.a.entered-before');
    });

    it('says what is missing, before VK is asked', async () => {
        await dialog.fill('clientId', '');
        await dialog.tray.getByRole('button', { name: 'Sign in to VK' }).click();
        await said(/client id/);
    });
});
