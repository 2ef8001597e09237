import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { SidebarTab } from '../editor/sidebar-tab';
import { NodeRed } from '../harness/node-red';
import { connectionOf, filledExample } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { jsonAnswer } from '../simulators/simulator';

const STRUCTURAL = 'Stock items cannot be located into structural stock locations';
const NEGATIVE = 'Ensure this value is greater than 0.';
const STORES = '/print-to-stock/sidebar/stores';

/** A person works on flows, with another tab of Node-RED's sidebar open. */
describe('parked prints, outside the tab', function () {
    this.timeout(180_000);
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    let browser: Browser;
    let nodeRed: NodeRed;
    let editor: Editor;

    before(async function () {
        browser = await openBrowser(this);
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        nodeRed = await NodeRed.start();
        await nodeRed.deploy(
            filledExample(connectionOf(bambuddy, inventree), {
                'bambuddy-archive-in': { interval: 1, settle: 0, startWith: 'now', pollOnDeploy: true },
            }),
        );
        editor = await Editor.open(browser, nodeRed.url);
        for (let tries = 0; !JSON.stringify(await nodeRed.get(STORES)).includes('"lastPoll":"'); tries++) {
            assert.ok(tries < 200, 'the first look');
            await editor.page.waitForTimeout(100);
        }
    });
    after(async () => {
        await browser?.close();
        await (nodeRed as NodeRed | undefined)?.stop();
        await Promise.all([bambuddy.close(), inventree.close()]);
    });

    const widget = (one = editor): Locator => one.page.locator('.pts-parked-button');
    const notification = (one = editor): Locator =>
        one.page.locator('.red-ui-notification', { has: one.page.locator('.pts-parked-notice') });
    const announced = async (one: Editor, n: string): Promise<void> => {
        await widget(one).filter({ hasText: n }).waitFor();
        assert.equal(await widget(one).getAttribute('aria-label'), `Parked prints: ${n}`);
    };

    function park(name: string, words: object): void {
        inventree.interfere = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/stock/') ? jsonAnswer(400, words) : undefined;
        bambuddy.print({ name });
    }

    it('are not there while nothing is parked', async () => {
        assert.equal(await widget().isVisible(), false);
        assert.equal(await notification().count(), 0);
    });

    it('are counted in the status bar, and announced with the server’s words', async () => {
        park('Refused one', { location: [STRUCTURAL] });
        await announced(editor, '1');
        await notification().waitFor();
        assert.match(await notification().innerText(), new RegExp(`Parked prints: 1\\s+1 ×\\s+.*${STRUCTURAL}`, 's'));
    });

    it('are shown by a click, whatever the tab showed before', async () => {
        const sidebar = await SidebarTab.open(editor);
        await sidebar.row('Refused one').waitFor();
        await sidebar.search('nothing is called this');
        await sidebar.button('history').click();
        await editor.page.evaluate('RED.sidebar.show("info")');
        await sidebar.tab.waitFor({ state: 'hidden' });
        await notification().getByRole('button', { name: 'Show' }).click();
        await sidebar.row('Refused one').waitFor();
        assert.equal(await sidebar.group('parked').getAttribute('aria-pressed'), 'true');
        await notification().waitFor({ state: 'detached' });
        await editor.page.evaluate('RED.sidebar.show("info")');
        await sidebar.tab.waitFor({ state: 'hidden' });
        await widget().click();
        await sidebar.row('Refused one').waitFor();
        await editor.page.evaluate('RED.sidebar.show("info")');
    });

    it('of a cause that was seen are counted, and not announced again', async () => {
        park('Refused two', { location: [STRUCTURAL] });
        await announced(editor, '2');
        await editor.page.waitForTimeout(500);
        assert.equal(await notification().count(), 0);
    });

    it('of another cause are announced; closed, the cause stays so in this browser alone', async () => {
        park('Refused three', { quantity: [NEGATIVE] });
        await notification().waitFor();
        const text = await notification().innerText();
        assert.ok(text.includes(NEGATIVE) && !text.includes(STRUCTURAL), text);
        await notification().getByRole('button', { name: 'Close' }).click();
        await notification().waitFor({ state: 'detached' });
        await editor.page.reload();
        await announced(editor, '3');
        await editor.page.waitForTimeout(500);
        assert.equal(await notification().count(), 0);

        const colleague = await Editor.open(browser, nodeRed.url, undefined, { language: 'de', theme: 'dark' });
        await notification(colleague).waitFor();
        assert.match(await notification(colleague).innerText(), /Geparkte Drucke: 3/);
        assert.equal(await notification(colleague).locator('li').count(), 2);
        await colleague.close();
    });

    it('are gone from the status bar when none is parked any more', async () => {
        inventree.interfere = undefined;
        const sidebar = await SidebarTab.open(editor);
        await sidebar.group('parked').click();
        await sidebar.button('retry-all').filter({ hasText: 'Retry all' }).click();
        await widget().waitFor({ state: 'hidden' });
        assert.deepEqual(
            editor.complaints.filter((complaint) => !/\/prints\?.*net::ERR_ABORTED$/.test(complaint)),
            [],
        );
    });
});
