import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { SidebarTab } from '../editor/sidebar-tab';
import { NodeRed } from '../harness/node-red';
import { filledExample } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

describe('the sidebar shows what printers print now', () => {
    let browser: Browser;
    let bambuddy: BambuddySimulator;
    let inventree: InvenTreeSimulator;
    let nodeRed: NodeRed;
    let editor: Editor;
    let sidebar: SidebarTab;

    before(async function () {
        this.timeout(120_000);
        browser = await openBrowser(this);
        bambuddy = new BambuddySimulator();
        inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        const category = inventree.addCategory({ name: '3D prints' }).pk;
        const location = inventree.addLocation({ name: 'Shelf A' }).pk;
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: '' });
        for (const name of ['P1S left', 'X1C right']) bambuddy.addPrinter({ name });
        const { apiKey, url: bambuddyUrl } = bambuddy;
        const { token, url: inventreeUrl } = inventree;
        nodeRed = await NodeRed.start();
        await nodeRed.deploy(
            filledExample(
                { bambuddyUrl, apiKey, inventreeUrl, token, category, location },
                { 'bambuddy-archive-in': { interval: 1, settle: 0 } },
            ),
        );
        editor = await Editor.open(browser, nodeRed.url);
        sidebar = await SidebarTab.open(editor);
        await sidebar.until('the WebSocket', () => Promise.resolve(bambuddy.events.connected === 1));
    });
    after(async () => {
        await browser?.close();
        await (nodeRed as NodeRed | undefined)?.stop();
        await Promise.all([bambuddy?.close(), inventree?.close()]);
    });

    const cards = (): Promise<string[]> => sidebar.tab.locator('.pts-printer-card').allInnerTexts();
    const shows = (text: string) => async (): Promise<boolean> => (await cards()).join('\n').includes(text);

    it('as a card per printer with picture, progress, layer and time left; nothing while nothing prints', async () => {
        assert.deepEqual([await cards(), await sidebar.tab.locator('.pts-printing').isVisible()], [[], false]);
        const first = bambuddy.start({ name: 'Gridfinity bin', printer: 1, estimate: { seconds: 7200 } });
        const second = bambuddy.start({ name: 'Shelf bracket', printer: 2 });
        bambuddy.progress(first.archiveId, { percent: 42, layer: 48, layers: 120, minutesLeft: 65 });
        bambuddy.progress(second.archiveId, { percent: 10, state: 'PAUSE' });
        await sidebar.until('the layer', shows('Layer 48 of 120'));
        const [bin, bracket] = await cards();
        assert.match(bin!, /Gridfinity_bin\s+P1S left\s+42\s?% · Layer 48 of 120 · about 1 h 05 min left/);
        assert.match(bracket!, /Shelf_bracket\s+X1C right\s+Paused · 10\s?%/);
        const bar = sidebar.tab.locator('.pts-printer-card [role="progressbar"]').first();
        assert.equal(await bar.getAttribute('aria-valuenow'), '42');
        assert.equal(await bar.getAttribute('aria-label'), 'Gridfinity_bin');
        await sidebar.tab.locator('.pts-printer-card .pts-thumb img').first().waitFor();
    });

    it('then as what it is in stock, and the printer’s next job in its place', async () => {
        const archiveId = bambuddy.state.printers.get(1)!.job!.archiveId;
        bambuddy.finish(archiveId);
        await sidebar.until('the stock item', shows('In stock as Gridfinity bin ×1'));
        const link = sidebar.tab.locator('.pts-printer-card a');
        assert.match((await link.getAttribute('href'))!, /\/stock\/item\/\d+\/$/);
        bambuddy.start({ name: 'Planter', printer: 1 });
        await sidebar.until('the next job', shows('Planter'));
        assert.equal((await cards()).length, 2);
    });

    it('nothing more where Bambuddy does not reach the printer, and again when it does', async () => {
        const { archiveId } = bambuddy.state.printers.get(1)!.job!;
        bambuddy.progress(archiveId, { connected: false });
        await sidebar.until('the card to go', async () => !(await shows('Planter')()));
        bambuddy.progress(archiveId, { connected: true, percent: 60 });
        await sidebar.until('the card', shows('Planter'));
        // a restart of Bambuddy: what goes on is told again
        bambuddy.events.disconnect(1012);
        await sidebar.until('the connection', () => Promise.resolve(bambuddy.events.connected === 1));
        await sidebar.until('the card', shows('Planter'));
        assert.deepEqual(editor.complaints, []);
    });
});
