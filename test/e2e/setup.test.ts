import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { boxOf } from '../editor/dialog';
import { Editor } from '../editor/editor';
import { SetupDriver } from '../editor/setup-driver';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { exampleFlow } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { EvotorSimulator } from '../simulators/evotor';
import { InvenTreeSimulator } from '../simulators/inventree';
import { OctoPrintSimulator } from '../simulators/octoprint';
import { VkSimulator } from '../simulators/vk';

const FLOWS = '**/flows';

describe('the set-up in the sidebar', function () {
    this.timeout(180_000);
    const bambuddy = new BambuddySimulator();
    const second = new BambuddySimulator();
    const octoprint = new OctoPrintSimulator();
    const inventree = new InvenTreeSimulator();
    const evotor = new EvotorSimulator();
    const vk = new VkSimulator();
    const servers = [bambuddy, second, octoprint, inventree, evotor, vk];
    let browser: Browser | null = null;
    let nodeRed: NodeRed | null = null;
    let editor: Editor;
    let page: Page;
    let setup: SetupDriver;

    before(async function () {
        browser = await openBrowser(this);
        await Promise.all(servers.map((server) => server.listen()));
        inventree.addCategory({ name: '3D prints' });
        inventree.addLocation({ name: 'Shelf' });
        bambuddy.print({ name: 'Old vase' });
        nodeRed = await NodeRed.start();
        editor = await Editor.open(browser, nodeRed.url, { width: 1280, height: 800 });
        page = editor.page;
        setup = new SetupDriver(editor);
    });
    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        await Promise.all(servers.map((server) => server.close()));
    });
    // each step stands on the one before
    let broken = false;
    beforeEach(function () {
        if (broken) this.skip();
    });
    afterEach(function () {
        broken ||= this.currentTest?.state === 'failed';
        // a deploy that is refused on purpose, and a store that restarts with a deploy, are told by the browser, too
        const meant = /flows.*500|status of (50[03]|404)|\/prints\?.*(404|503|ERR_ABORTED)/;
        assert.deepEqual(
            editor.complaints.splice(0).filter((complaint) => !meant.test(complaint)),
            [],
        );
    });

    const deployed = (): Promise<FlowNode[]> =>
        nodeRed!
            .get<FlowNode[]>('/flows')
            // the empty tab that the editor begins with
            .then((flow) => flow.filter(({ label }) => label !== 'Flow 1'));
    const ofType = async (type: string): Promise<FlowNode[]> => (await deployed()).filter((node) => node.type === type);
    const isInStock = (name: string): boolean =>
        [...inventree.state.stock.values()].some(({ part }) => inventree.state.parts.get(part)?.name === name);
    const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
        for (let tries = 0; tries < 400; tries++) {
            if (await holds()) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`waited in vain for ${what}:\n${await setup.text()}\n${nodeRed!.log.slice(-10).join('\n')}`);
    };

    it('shows why a test failed where the sidebar is low', async () => {
        const low = await Editor.open(browser!, nodeRed!.url, { width: 1280, height: 420 });
        const driver = new SetupDriver(low);
        await driver.openByAction();
        await driver.type('url', '127.0.0.1:8000');
        await driver.type('apiKey', 'bb_nothing');
        await driver.click('[data-act="test"]');
        const problem = low.page.locator('#print-to-stock-sidebar .print-to-stock-wrong').first();
        await problem.waitFor();
        const [at, around] = [await boxOf(problem), await boxOf(low.page.locator('#print-to-stock-sidebar'))];
        await low.close();
        assert.ok(at.y >= around.y && at.y + at.height <= around.y + around.height, JSON.stringify({ at, around }));
    });

    it('leads from the install to a running flow in at most 12 clicks and 4 typed values', async () => {
        await setup.openTabByMenu();
        await setup.click('[data-act="setup"]');
        await setup.type('url', bambuddy.url);
        await setup.type('apiKey', bambuddy.apiKey);
        await setup.click('[data-act="test"]');
        await setup.at('inventree-server');
        await setup.type('url', inventree.url);
        await setup.type('token', inventree.adminToken);
        await setup.click('[data-act="test"]');
        await setup.at('place');
        await setup.choose('category', '3D prints');
        await setup.choose('location', 'Shelf');
        await setup.click('[data-field="templates"]');
        await setup.click('[data-act="finish"]');
        await setup.ended('Set up and running');
        assert.deepEqual(
            { clicks: setup.clicks <= 12, values: setup.values },
            { clicks: true, values: 4 },
            `${setup.clicks} clicks`,
        );
        assert.doesNotMatch(await setup.text(), /print-to-stock-sidebar\.|__\w+__/);
    });

    it('told what the token may and when it ends', () => {
        assert.match(setup.seen, new RegExp(`valid until ${inventree.users.admin.token.expiry}`));
        assert.match(setup.seen, /may view, add and change Parts and stock/);
    });

    it('made a tab, its nodes and a store with ids of their own, and keeps secrets out of the flow', async () => {
        const flow = await deployed();
        const shipped = exampleFlow();
        assert.deepEqual(flow.map(({ type }) => type).sort(), shipped.map(({ type }) => type).sort());
        const ids = new Set(shipped.map(({ id }) => id));
        assert.ok(!flow.some(({ id }) => ids.has(id)));
        const [source] = await ofType('bambuddy-archive-in');
        assert.equal(source?.['startWith'], 'now');
        const [store] = await ofType('sync-store');
        assert.deepEqual(
            [store?.['bambuddy'], store?.['inventree'], source?.['sync']],
            [(await ofType('bambuddy-server'))[0]?.id, (await ofType('inventree-server'))[0]?.id, store?.id],
        );
        const exported = JSON.stringify(
            await page.evaluate('RED.nodes.createExportableNodeSet(RED.nodes.filterNodes({}))'),
        );
        for (const text of [exported, JSON.stringify(flow)])
            for (const secret of [bambuddy.apiKey, inventree.adminToken]) assert.ok(!text.includes(secret));
        assert.deepEqual([...inventree.state.templates.values()].map(({ name }) => name).sort(), [
            'PrintTime',
            'Weight',
        ]);
    });

    it('imports nothing that ended before, and offers a preview of it', async () => {
        await setup.click('[data-act="setup-history"]');
        await page.locator('.pts-result').getByText('will be created').first().waitFor();
        assert.equal(inventree.state.stock.size, 0);
        bambuddy.print({ name: 'New vase' });
        // by keyboard: the tip of the button may lie over it
        await page.locator('#print-to-stock-sidebar [data-act="poll"]').press('Enter');
        await until('the new print', () => isInStock('New vase'));
        assert.ok(!isInStock('Old vase'));
        const [category] = inventree.state.categories.values();
        assert.equal([...inventree.state.parts.values()][0]?.category, category?.pk);
    });

    it('takes a deploy that fails back, in one step, with the entries kept', async () => {
        const before = (await editor.idsOf('inventree-part-upsert')).length;
        await setup.openByAction();
        await setup.type('url', second.url);
        await setup.type('apiKey', second.apiKey);
        await setup.click('[data-act="test"]');
        await setup.at('inventree-server');
        // the one that is there is offered
        await setup.click('[data-act="test"]');
        await setup.at('place');
        await setup.enter('category', '3d PRINTS');
        await setup.enter('location', '1');
        await page.route(FLOWS, (route) =>
            route.request().method() === 'POST' ? route.fulfill({ status: 500, body: 'disk full' }) : route.continue(),
        );
        await setup.click('[data-act="finish"]');
        await setup.ended('The deploy failed');
        assert.match(await setup.text(), /disk full[\s\S]*taken back/);
        assert.equal((await editor.idsOf('inventree-part-upsert')).length, before);
        assert.equal(await page.evaluate('RED.nodes.dirty()'), false);
        await page.unroute(FLOWS);
        await setup.click('[data-act="again"]');
        await setup.click('[data-act="finish"]');
        await setup.ended('Set up and running');
    });

    it('sets up a second Bambuddy with the same InvenTree, under a batch prefix of its own', async () => {
        const prefixes = (await ofType('bambuddy-server')).map((node) => node['prefix']).sort();
        assert.deepEqual(prefixes, ['bambuddy', 'bambuddy2']);
        assert.equal((await ofType('inventree-server')).length, 1);
        assert.deepEqual(
            (await ofType('tab')).map((node) => node['label']),
            ['Bambuddy to InvenTree', 'Bambuddy to InvenTree 2'],
        );
        await setup.click('[data-act="close"]');
        // from now on: what ends before its first look is older
        await until('the first look of both', async () => {
            const stores = JSON.stringify(await nodeRed!.get('/print-to-stock/sidebar/stores'));
            return stores.match(/"lastPoll":"/g)?.length === 2;
        });
        second.print({ name: 'Hook of the second' });
        await page.locator('#print-to-stock-sidebar .pts-store').selectOption({ index: 1 });
        // by keyboard: the tip of the button may lie over it
        await page.locator('#print-to-stock-sidebar [data-act="poll"]').press('Enter');
        await until('the print of the second', () => isInStock('Hook of the second'));
    });

    it('only creates where there are unsaved changes, and names what a deploy takes out beside', async () => {
        await editor.drop('bambuddy-link-back', { x: 300, y: 500 });
        await setup.openByAction();
        await setup.click('input[value="octoprint"]');
        await setup.type('url', octoprint.url);
        await setup.type('apiKey', octoprint.apiKey);
        await setup.click('[data-act="test"]');
        await setup.at('inventree-server');
        await setup.click('[data-act="test"]');
        await setup.at('place');
        await setup.enter('category', '3D prints');
        await setup.enter('location', 'Shelf');
        const before = (await deployed()).length;
        await setup.click('[data-act="finish"]');
        await setup.ended('Created, not deployed yet');
        assert.match(await setup.text(), /Bambuddy to InvenTree 2: nodes changed: 1/);
        assert.equal((await deployed()).length, before);
        await setup.click('[data-act="deploy"]');
        await setup.answerWarnings();
        await setup.ended('Set up and running');
        // one store serves several sources of an InvenTree
        assert.equal((await ofType('sync-store')).length, 2);
        const [events] = await ofType('octoprint-event-in');
        assert.ok((await ofType('sync-store')).some(({ id }) => id === events?.['sync']));
        await setup.click('[data-act="close"]');
    });

    it('sets up a shop in dry run', async () => {
        await setup.openByAction();
        await setup.click('input[value="shop"]');
        await setup.at('evotor-account');
        // the simulators are not where the real servers are
        await setup.type('token', 'a token of an application');
        await page.route('**/print-to-stock/test/*', (route) =>
            route.fulfill({ json: { ok: true, address: '', server: null, checks: [], problem: null, ms: 1 } }),
        );
        await setup.click('[data-act="test"]');
        await setup.at('vk-community');
        await setup.type('groupId', 'https://vk.com/club123');
        await setup.type('accessToken', 'vk1.a.some');
        await setup.click('[data-act="test"]');
        await page.unroute('**/print-to-stock/test/*');
        await setup.at('shop');
        await setup.type('category', '1');
        await setup.click('[data-act="finish"]');
        await setup.answerWarnings();
        await setup.ended('Set up and running');
        const [product] = await ofType('vk-product-upsert');
        assert.deepEqual([product?.['dryRun'], product?.['category']], [true, '1']);
        assert.equal((await ofType('vk-community'))[0]?.['groupId'], 'https://vk.com/club123');
        assert.equal((await ofType('evotor-catalog-in'))[0]?.['account'], (await ofType('evotor-account'))[0]?.id);
        await setup.click('[data-act="close"]');
    });

    it('fills in a chain that is there, from the step at which something is missing', async () => {
        const example = exampleFlow().map((node) =>
            node.type === 'bambuddy-server'
                ? { ...node, url: bambuddy.url, credentials: { apiKey: bambuddy.apiKey } }
                : node,
        );
        await nodeRed!.deploy(example);
        await page.reload();
        await page.locator('.red-ui-palette-node').first().waitFor();
        await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
        await page.evaluate('RED.sidebar.show("print-to-stock-sidebar")');
        await setup.click('[data-act="fill-in"]');
        await setup.at('inventree-server');
        await setup.type('url', inventree.url);
        await setup.type('token', inventree.adminToken);
        await setup.click('[data-act="test"]');
        await setup.at('place');
        await setup.choose('category', '3D prints');
        await setup.choose('location', 'Shelf');
        await setup.click('[data-act="finish"]');
        await setup.ended('Set up and running');
        assert.deepEqual((await deployed()).map(({ id }) => id).sort(), example.map(({ id }) => id).sort());
        assert.equal((await ofType('inventree-server'))[0]?.['url'], inventree.url);
        assert.match(String((await ofType('inventree-part-upsert'))[0]?.['category']), /^\d+$/);
        await editor.waitForStatus(await editor.idOf('bambuddy-archive-in'), /watching/);
        const statuses = await page.locator('.red-ui-flow-node-status-label').allTextContents();
        assert.ok(!statuses.join().includes('not configured'), statuses.join(' | '));
    });
});
