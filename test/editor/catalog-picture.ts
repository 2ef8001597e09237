import type { Browser } from 'playwright-core';
import { control, filledShop, inStep } from '../demo/shop';
import { seedTills } from '../demo/shop-tills';
import { NodeRed } from '../harness/node-red';
import { withControl } from '../harness/project';
import { EvotorSimulator } from '../simulators/evotor';
import { VkSimulator } from '../simulators/vk';
import { CatalogTab } from './catalog-tab';
import { Editor } from './editor';

/** Width of the tab in the picture: stores beside products. */
const WIDTH = 860;

/** Takes the picture of the tab "Catalog" with the demo's tills and community. @param path of the file */
export async function takeCatalogPicture(browser: Browser, path: string): Promise<void> {
    const evotor = new EvotorSimulator();
    const vk = new VkSimulator();
    await Promise.all([evotor.listen(), vk.listen()]);
    const seed = seedTills(evotor, vk);
    const nodeRed = await NodeRed.start();
    try {
        await nodeRed.deploy(withControl(filledShop(evotor, vk), 'evotor-catalog-in'));
        await control(nodeRed, { action: 'refresh' });
        for (const { id } of seed.stores) await control(nodeRed, { action: 'switch', store: id, on: true });
        await inStep(nodeRed, vk);
        await control(nodeRed, { action: 'link', matches: 'link' });
        await inStep(nodeRed, vk);
        seed.after();
        await control(nodeRed, { action: 'sync' });
        await inStep(nodeRed, vk);
        const editor = await Editor.open(browser, nodeRed.url, { width: 1640, height: 820 });
        const catalog = await CatalogTab.open(editor);
        await widen(editor);
        await catalog.line('На углу').locator('.pts-twisty').click();
        await catalog.line('Напитки').locator('.pts-twisty').click();
        await catalog.line('Соки').waitFor();
        await catalog.row('Сыр козий').locator('img').waitFor();
        await editor.page.mouse.move(400, 300);
        await editor.page.waitForLoadState('networkidle');
        await editor.page.locator('#red-ui-sidebar').screenshot({ path });
        if (editor.complaints.length > 0) throw new Error(editor.complaints.join('\n'));
    } finally {
        await nodeRed.stop();
        await Promise.all([evotor.close(), vk.close()]);
    }
}

/** Pulls the edge of the sidebar to the left. */
async function widen({ page }: Editor): Promise<void> {
    const edge = (await page.locator('#red-ui-sidebar-separator').boundingBox())!;
    await page.mouse.move(edge.x + 3, 300);
    await page.mouse.down();
    await page.mouse.move(1640 - WIDTH, 300, { steps: 5 });
    await page.mouse.up();
}
