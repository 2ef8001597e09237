import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { seedHistory } from '../demo/history';
import { filledShop } from '../demo/shop';
import { seedTills } from '../demo/shop-tills';
import { faultsByAxe } from '../editor/axe';
import { openBrowser } from '../editor/browser';
import { CatalogTab } from '../editor/catalog-tab';
import { Editor, type Look } from '../editor/editor';
import { SetupDriver } from '../editor/setup-driver';
import { SidebarTab } from '../editor/sidebar-tab';
import { NodeRed } from '../harness/node-red';
import { connectionOf, filledExample } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { EvotorSimulator } from '../simulators/evotor';
import { InvenTreeSimulator } from '../simulators/inventree';
import { jsonAnswer } from '../simulators/simulator';
import { VkSimulator } from '../simulators/vk';

const LIGHT: Look = { language: 'en-US', theme: 'light' };
const DARK: Look = { language: 'en-US', theme: 'dark' };
const PRINTS = ['#print-to-stock-sidebar'];
const CATALOG = ['#print-to-stock-catalog'];
const OUTSIDE = ['.pts-parked-button', '.pts-parked-notice'];

describe('the sidebar, judged by axe', function () {
    this.timeout(240_000);
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    const evotor = new EvotorSimulator();
    const vk = new VkSimulator();
    const servers = [bambuddy, inventree, evotor, vk];
    let browser: Browser;
    let nodeRed: NodeRed;
    const editors: Editor[] = [];

    before(async function () {
        browser = await openBrowser(this);
        await Promise.all(servers.map((server) => server.listen()));
        seedHistory(bambuddy, inventree);
        nodeRed = await NodeRed.start();
    });
    after(async () => {
        await browser?.close();
        await (nodeRed as NodeRed | undefined)?.stop();
        await Promise.all(servers.map((server) => server.close()));
    });
    afterEach(async () => {
        for (const editor of editors.splice(0)) await editor.close();
    });

    /** In each theme: what is shown, made by `show`, has no fault; nor has what each of its steps shows then. */
    async function judge(
        parts: readonly string[],
        show: (editor: Editor, judged: (what: string) => Promise<void>) => Promise<void>,
    ): Promise<void> {
        const faults = new Set<string>();
        for (const look of [LIGHT, DARK]) {
            const editor = await Editor.open(browser, nodeRed.url, { width: 1280, height: 800 }, look);
            editors.push(editor);
            await show(editor, async (what) => {
                for (const fault of await faultsByAxe(editor.page, parts))
                    faults.add(`${look.theme}, ${what}: ${fault}`);
            });
        }
        assert.deepEqual([...faults], []);
    }

    it('finds nothing in the empty tabs, and in the set-up', async () => {
        await judge(PRINTS, async (editor, judged) => {
            const sidebar = await SidebarTab.open(editor);
            await sidebar.button('examples').waitFor();
            await judged('empty');
            const setup = new SetupDriver(editor);
            await setup.openByAction();
            await judged('the first step');
            await setup.type('url', 'http://127.0.0.1:9');
            await setup.type('apiKey', 'bb_nothing');
            await setup.click('[data-act="test"]');
            await sidebar.tab.locator('.print-to-stock-problem').first().waitFor();
            await judged('a server that does not answer');
        });
        await judge(CATALOG, async (editor, judged) => {
            await (await CatalogTab.open(editor)).button('examples').waitFor();
            await judged('empty');
        });
    });

    it('finds nothing in the prints: list, details, questions, panels, an outage', async () => {
        await nodeRed.deploy(
            filledExample(connectionOf(bambuddy, inventree), {
                'bambuddy-archive-in': { interval: 1, settle: 0, startWith: 'now', pollOnDeploy: true },
            }),
        );
        const told = async (): Promise<string> => JSON.stringify(await nodeRed.get('/print-to-stock/sidebar/stores'));
        const until = async (what: RegExp): Promise<void> => {
            for (let tries = 0; !what.test(await told()); tries++) {
                assert.ok(tries < 300, `${what}: ${await told()}`);
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
        };
        await until(/"lastPoll":"/);
        bambuddy.print({ name: 'In stock' });
        await until(/"done":1/);
        inventree.interfere = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/stock/')
                ? jsonAnswer(400, { location: ['Stock items cannot be located into structural stock locations'] })
                : undefined;
        bambuddy.print({ name: 'Refused' });
        await until(/"parked":1/);
        await judge(OUTSIDE, async ({ page }, judged) => {
            await page.locator('.pts-parked-notice').waitFor();
            await judged('what is announced');
        });
        await judge(PRINTS, async (editor, judged) => {
            const sidebar = await SidebarTab.open(editor);
            await sidebar.row('Refused').waitFor();
            await judged('the list');
            await sidebar.row('In stock').locator('[data-act="details"]').click();
            await sidebar.row('Refused').locator('[data-act="details"]').click();
            await judged('details');
            await sidebar.row('Refused').locator('[data-act="forget"]').click();
            await judged('a question');
            await sidebar.group('parked').click();
            await sidebar.tab.locator('.pts-retry-all').waitFor();
            await judged('parked');
            await sidebar.search('nothing is called this');
            await sidebar.button('show-all').waitFor();
            await judged('nothing fits');
            await sidebar.button('show-all').click();
            await sidebar.button('diagnostics').click();
            await sidebar.tab.locator('#pts-diagnostics textarea').waitFor();
            await judged('diagnostics');
            await sidebar.button('diagnostics').click();
            for (const panel of await sidebar.tab.locator('button[aria-controls^="pts-panel-"]').all()) {
                if (!(await panel.isVisible())) continue;
                await panel.click();
                await judged(`panel ${await panel.getAttribute('data-act')}`);
                await panel.click();
            }
            await sidebar.button('history').click();
            await sidebar.button('preview').click();
            await sidebar.button('import').waitFor();
            await judged('a preview');
            await sidebar.button('history').click();
            await sidebar.button('compare').click();
            await sidebar.button('reconcile').click();
            await sidebar.tab
                .locator('.pts-result')
                .getByText(/differences/i)
                .first()
                .waitFor();
            await judged('a comparison');
        });
        inventree.interfere = () => ({ at: 'before', kind: 503 });
        bambuddy.print({ name: 'Late' });
        await until(/"off":\[\{/);
        await judge(PRINTS, async (editor, judged) => {
            const sidebar = await SidebarTab.open(editor);
            await sidebar.tab.locator('.pts-notice-error').first().waitFor();
            await judged('an outage');
        });
        inventree.interfere = undefined;
    });

    it('finds nothing in the catalog: stores, products, items, accounts, what is asked', async () => {
        seedTills(evotor, vk);
        await nodeRed.deploy(filledShop(evotor, vk));
        await judge(CATALOG, async (editor, judged) => {
            const catalog = await CatalogTab.open(editor);
            await catalog.button('read').or(catalog.line('На углу')).first().waitFor();
            if (await catalog.button('read').isVisible()) await catalog.button('read').click();
            await catalog.line('На углу').waitFor();
            await catalog.until('the products', async () => (await catalog.rows.count()) === 9);
            await judged('stores and products');
            if ((await catalog.line('У моста').getAttribute('aria-checked')) === 'false') {
                await catalog.line('У моста').locator('.pts-box').click();
                await catalog.button('link-matches').waitFor();
            }
            await judged('what is asked');
            for (const view of await catalog.tab.locator('.pts-views button').all()) {
                await view.click();
                await editor.page.waitForTimeout(300);
                await judged(`view ${await view.innerText()}`);
            }
        });
    });
});
