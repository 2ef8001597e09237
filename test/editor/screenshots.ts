import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { seedHistory } from '../demo/history';
import { NodeRed } from '../harness/node-red';
import { filledExample, projectRoot } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { findChromium, launchChromium } from './browser';
import { Editor } from './editor';
import { SidebarTab } from './sidebar-tab';

const docs = join(projectRoot, 'docs');

/** Takes the picture of the documentation, with the demo's servers and history. */
async function main(): Promise<void> {
    const chromium = findChromium();
    if (chromium === null) throw new Error('no Chromium found: set CHROMIUM_PATH');
    mkdirSync(docs, { recursive: true });
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    await Promise.all([bambuddy.listen(), inventree.listen()]);
    const { category, location } = seedHistory(bambuddy, inventree);
    const nodeRed = await NodeRed.start();
    const browser = await launchChromium(chromium);
    try {
        const flow = filledExample(
            {
                bambuddyUrl: bambuddy.url,
                apiKey: bambuddy.apiKey,
                inventreeUrl: inventree.url,
                token: inventree.token,
                category,
                location,
            },
            { 'bambuddy-archive-in': { interval: 1, settle: 0 } },
        );
        await nodeRed.deploy(flow);
        const editor = await Editor.open(browser, nodeRed.url, { width: 1640, height: 520 });
        await showOurPalette(editor);
        await importHistory(editor);
        // a print that has just finished
        bambuddy.print({ name: 'Phone stand', seconds: 5400, estimate: { seconds: 5400, grams: 42.5 } });
        await editor.waitForStatus(await editor.idOf('inventree-part-upsert'), /^new/);
        await editor.waitForStatus(await editor.idOf('inventree-image-upload'), /^uploaded/);
        await editor.waitForStatus(await editor.idOf('bambuddy-link-back'), /^linked$/);
        await flowPicture(editor);
        await sidebarPicture(browser, nodeRed.url);
        if (editor.complaints.length > 0) throw new Error(editor.complaints.join('\n'));
    } finally {
        await browser.close();
        await nodeRed.stop();
        await Promise.all([bambuddy.close(), inventree.close()]);
    }
}

async function importHistory(editor: Editor): Promise<void> {
    await editor.press(await editor.idNamed('import the history'));
    await editor.waitForStatus(await editor.idOf('bambuddy-link-back'), /linked$/);
    // none of them ended today
    await editor.waitForStatus(await editor.idOf('bambuddy-archive-in'), /^watching · 0 today$/);
}

/** Of the palette only what is ours. */
async function showOurPalette({ page }: Editor): Promise<void> {
    await page.locator('#red-ui-palette .fa-angle-double-up').click();
    await page.locator('#red-ui-palette-header-print_to_stock').click();
    const last = page.locator('.red-ui-palette-node[data-palette-type="bambuddy-link-back"]');
    await last.waitFor();
    // it slides open
    await page.waitForTimeout(500);
    await last.scrollIntoViewIfNeeded();
}

/** The example with the statuses of its nodes, the whole width for the flow. */
async function flowPicture({ page }: Editor): Promise<void> {
    await page.evaluate('RED.actions.invoke("core:toggle-sidebar")');
    await page.mouse.move(900, 480);
    // notifications go away by themselves
    await page.locator('.red-ui-notification').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: join(docs, 'flow.png') });
}

/** The tab beside the flow, with the prints of the history. */
async function sidebarPicture(browser: Browser, url: string): Promise<void> {
    const editor = await Editor.open(browser, url, { width: 1640, height: 900 });
    const sidebar = await SidebarTab.open(editor);
    await sidebar.until('the prints', async () => (await sidebar.rows.count()) > 5);
    await editor.page.waitForLoadState('networkidle');
    await editor.page.locator('#red-ui-sidebar').screenshot({ path: join(docs, 'sidebar.png') });
}

main().then(
    () => process.exit(0),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
