import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { drawThumbnails } from '../demo/print-pictures';
import { NodeRed } from '../harness/node-red';
import { filledExample, projectRoot } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { findChromium, launchChromium } from './browser';
import { takeCatalogPicture } from './catalog-picture';
import { Editor } from './editor';
import { SidebarTab } from './sidebar-tab';

const docs = join(projectRoot, 'docs');

/** What was printed before, newest last: name, material, colour, grams, minutes, printer. */
const PRINTED = [
    ['Cable clips', 'PETG', '#F4C032', 12.4, 38, 1],
    ['Planter', 'PLA', '#8671CB', 96.1, 402, 0],
    ['Fan duct', 'ABS', '#2B2D30', 31.8, 124, 1],
    ['Headphone hook', 'PLA', '#D5D8DC', 27.5, 96, 0],
    ['Spool holder', 'PETG', '#C12E1F', 74.2, 265, 1],
    ['Shelf bracket', 'PLA', '#FF6A13', 58.9, 171, 0],
    ['Gridfinity bin', 'PLA', '#00AE42', 148.2, 418, 0],
    ['Cable clips', 'PETG', '#F4C032', 12.4, 38, 1],
] as const;

/** Takes the pictures of the documentation anew: the flow, the sidebar tab, and a print becoming stock. */
async function main(): Promise<void> {
    const chromium = findChromium();
    if (chromium === null) throw new Error('no Chromium found: set CHROMIUM_PATH');
    mkdirSync(docs, { recursive: true });
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    await Promise.all([bambuddy.listen(), inventree.listen()]);
    const { category, location, printer } = await seedPrints(bambuddy, inventree);
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
        const editor = await Editor.open(browser, nodeRed.url, { width: 1280, height: 640 });
        await importHistory(editor);
        await printBecomesStock(editor, bambuddy, inventree, printer);
        await showOurPalette(editor);
        await flowPicture(editor);
        await sidebarPicture(browser, nodeRed.url);
        await takeCatalogPicture(browser, join(docs, 'catalog.png'));
        if (editor.complaints.length > 0) throw new Error(editor.complaints.join('\n'));
    } finally {
        await browser.close();
        await nodeRed.stop();
        await Promise.all([bambuddy.close(), inventree.close()]);
    }
}

async function seedPrints(
    bambuddy: BambuddySimulator,
    inventree: InvenTreeSimulator,
): Promise<{ category: number; location: number; printer: number }> {
    const printers = ['P1S left', 'X1C right'].map((name) => bambuddy.addPrinter({ name, model: name.slice(0, 3) }).id);
    const category = inventree.addCategory({ name: '3D prints' }).pk;
    const location = inventree.addLocation({ name: 'Shelf A' }).pk;
    inventree.addTemplate({ name: 'Weight', units: 'g' });
    inventree.addTemplate({ name: 'PrintTime', units: '' });
    const hour = 3_600_000;
    PRINTED.forEach(([name, filamentType, filamentColor, grams, minutes, printer], n) => {
        bambuddy.print({
            name,
            filename: `${name.replace(/ /g, '_')}.gcode.3mf`,
            filamentType,
            filamentColor,
            quantity: name === 'Gridfinity bin' ? 4 : 1,
            estimate: { seconds: minutes * 60, grams },
            startedAt: new Date(Date.now() - (PRINTED.length - n) * 9 * hour).toISOString(),
            printer: printers[printer]!,
        });
    });
    await drawThumbnails(bambuddy);
    return { category, location, printer: printers[0]! };
}

async function importHistory(editor: Editor): Promise<void> {
    await editor.press(await editor.idNamed('import the history'));
    await editor.waitForStatus(await editor.idOf('bambuddy-link-back'), /linked$/);
    await editor.waitForStatus(await editor.idOf('bambuddy-archive-in'), /^watching/);
}

const FRAME_MS = 300;

/** A print that ends, the statuses of the flow, and its row in the sidebar, as a moving picture. */
async function printBecomesStock(
    editor: Editor,
    bambuddy: BambuddySimulator,
    inventree: InvenTreeSimulator,
    printer: number,
): Promise<void> {
    const { page } = editor;
    const sidebar = await SidebarTab.open(editor);
    await sidebar.until('the prints', async () => (await sidebar.rows.count()) > 5);
    await page.locator('.red-ui-notification').first().waitFor({ state: 'detached' });
    const frames: { png: Buffer; ms: number }[] = [];
    const frame = async (ms: number): Promise<void> => {
        frames.push({ png: await page.screenshot(), ms });
    };
    await frame(1500);
    // long enough to be seen
    inventree.latencyMs = bambuddy.latencyMs = 700;
    const { archiveId } = bambuddy.start({
        name: 'Phone stand',
        printer,
        filamentType: 'PLA',
        filamentColor: '#2850E0',
        estimate: { seconds: 5400, grams: 42.5 },
    });
    await drawThumbnails(bambuddy);
    await frame(800);
    bambuddy.finish(archiveId);
    for (let n = 0; n < 40; n++) {
        await page.waitForTimeout(FRAME_MS);
        await frame(FRAME_MS);
        // the last thing that is written
        if (bambuddy.state.archives.get(archiveId)!.external_url !== null) break;
    }
    await page.waitForTimeout(1000);
    await frame(3000);
    inventree.latencyMs = bambuddy.latencyMs = 0;
    const small = await Promise.all(frames.map(({ png }) => sharp(png).resize({ width: 1120 }).png().toBuffer()));
    await sharp(small, { join: { animated: true } })
        .gif({ delay: frames.map(({ ms }) => ms), loop: 0, colours: 256, effort: 10, interFrameMaxError: 2 })
        .toFile(join(docs, 'print-to-stock.gif'));
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
    await page.setViewportSize({ width: 1100, height: 520 });
    await page.mouse.move(900, 500);
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
