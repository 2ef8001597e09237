import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { SidebarTab } from '../editor/sidebar-tab';
import { NodeRed } from '../harness/node-red';
import { filledOctoPrintExample, octoConnectionOf } from '../harness/project';
import { picture } from '../simulators/bambuddy';
import { jsonAnswer } from '../simulators/simulator';
import { InvenTreeSimulator } from '../simulators/inventree';
import { OctoPrintSimulator } from '../simulators/octoprint';

/** InvenTree's own word about this one item. */
const REFUSED = jsonAnswer(400, { location: ['Stock items cannot be located into structural stock locations'] });

const ROOT = 'print-to-stock/sidebar/stores';

describe('the sidebar of a store that OctoPrint fills', function () {
    this.timeout(180_000);
    const octoprint = new OctoPrintSimulator();
    const inventree = new InvenTreeSimulator();
    let browser: Browser | null = null;
    let nodeRed: NodeRed | null = null;
    let editor: Editor;
    let sidebar: SidebarTab;

    before(async function () {
        browser = await openBrowser(this);
        await Promise.all([octoprint.listen(), inventree.listen()]);
        nodeRed = await NodeRed.start();
        octoprint.picture = picture(1);
        octoprint.upload('box/lid.gcode', { content: 'lid' });
        octoprint.upload('clip.gcode', { content: 'clip' });
        await nodeRed.deploy(flow());
        editor = await Editor.open(browser, nodeRed.url);
        sidebar = await SidebarTab.open(editor);
    });
    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        await Promise.all([octoprint.close(), inventree.close()]);
    });

    const flow = () =>
        filledOctoPrintExample(octoConnectionOf(octoprint, inventree), {
            'octoprint-server': { deviceIdentifier: 'Ender', snapshotUrl: '/webcam/' },
            'octoprint-event-in': { interval: 0 },
        });
    const refuseStock = (refuse: boolean): void => {
        inventree.interfere = ({ method, url }) =>
            refuse && method === 'POST' && url.startsWith('/api/stock/') ? REFUSED : undefined;
    };

    it('counts it as a source, and offers neither history nor comparison', async () => {
        await sidebar.tab.getByText('No prints yet').waitFor();
        await sidebar.until('the first look', async () =>
            JSON.stringify(await nodeRed!.get(`/${ROOT}`)).includes('"lastPoll":"'),
        );
        await sidebar.until('the websocket', () => Promise.resolve(octoprint.socket.members > 0));
        for (const act of ['history', 'compare', 'open-history'])
            assert.equal(await sidebar.button(act).filter({ visible: true }).count(), 0, act);
        assert.equal(await sidebar.button('poll').isVisible(), true);
        assert.doesNotMatch(await sidebar.text(), /history|print-to-stock-sidebar\.|__\w+__/);
    });

    it('shows a parked print with its picture and where it came from, and retries it', async () => {
        refuseStock(true);
        octoprint.print('box/lid.gcode', { seconds: 600 });
        await sidebar.row('lid').waitFor();
        await sidebar.until('parked', async () => (await sidebar.cell('lid', 'state')) === 'parked');
        assert.equal(await sidebar.cell('lid', 'printer'), 'Ender');
        await sidebar.row('lid').locator('img').waitFor();
        const link = sidebar.row('lid').getByRole('link', { name: 'OctoPrint that printed lid' });
        assert.equal(await link.getAttribute('href'), `${octoprint.url}/`);
        assert.doesNotMatch(await sidebar.text(), /print-to-stock-sidebar\.|__\w+__/);
        refuseStock(false);
        await sidebar.row('lid').locator('[data-act="retry"]').click();
        await sidebar.until('done', async () => (await sidebar.cell('lid', 'state')) === 'done');
        assert.equal(inventree.state.stock.size, 1);
        assert.equal(await sidebar.row('lid').locator('[data-act="again"]').count(), 0);
    });

    it('forgets a parked print', async () => {
        refuseStock(true);
        octoprint.print('clip.gcode', { seconds: 60 });
        await sidebar.row('clip').locator('[data-act="forget"]').click();
        await sidebar.button('forget-yes').click();
        await sidebar.until('skipped', async () => (await sidebar.cell('clip', 'state')) === 'skipped');
        refuseStock(false);
        assert.equal(inventree.state.stock.size, 1);
    });

    it('looks for prints, says that it is paused, and resumes', async () => {
        await sidebar.button('poll').click();
        await sidebar.until('the answer', async () =>
            /Polled for new prints/.test((await sidebar.voice.textContent()) ?? ''),
        );
        const { stores } = await nodeRed!.get<{ stores: { id: string; sources: { id: string }[] }[] }>(`/${ROOT}`);
        const paused = await fetch(`${nodeRed!.url}/${ROOT}/${stores[0]!.id}/actions`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', ...nodeRed!.authorization },
            body: JSON.stringify({ action: 'pause', source: stores[0]!.sources[0]!.id }),
        });
        assert.equal(paused.status, 200);
        await sidebar.tab.locator('.pts-notices').getByText('is paused').waitFor();
        octoprint.print('box/lid.gcode', { seconds: 601 });
        // the hint of the button that the mouse is on goes away
        await editor.page.mouse.move(600, 500);
        await sidebar.tab.locator('.pts-notices [data-act="resume"]').click();
        await sidebar.tab.locator('.pts-notices').getByText('is paused').waitFor({ state: 'detached' });
        await sidebar.until('two items', () => Promise.resolve(inventree.state.stock.size === 2));
    });

    it('was sent no key, and complained of nothing', async () => {
        for (const { from, text } of await editor.received())
            for (const secret of [octoprint.apiKey, inventree.token]) assert.ok(!text.includes(secret), from);
        const meant = /\/prints\?.*net::ERR_ABORTED$/;
        assert.deepEqual(
            editor.complaints.filter((complaint) => !meant.test(complaint)),
            [],
        );
    });
});
