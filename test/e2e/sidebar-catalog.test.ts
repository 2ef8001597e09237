import assert from 'node:assert/strict';
import type { Context } from 'mocha';
import type { Browser } from 'playwright-core';
import { filledShop } from '../demo/shop';
import { GROUP, seedTills, type ShopSeed } from '../demo/shop-tills';
import { openBrowser } from '../editor/browser';
import { CatalogTab } from '../editor/catalog-tab';
import { Editor } from '../editor/editor';
import { NodeRed, type NodeRedOptions } from '../harness/node-red';
import { EvotorSimulator } from '../simulators/evotor';
import { VkSimulator } from '../simulators/vk';
import type { Community } from '../simulators/vk/state';

const ROOT = 'print-to-stock/sidebar/catalogs';
/** `boss`, as bcrypt keeps it */
const BOSS = '$2b$04$OW95y0vvgwNfCRd7YyWE3eKeo7lyPJtm9X8Z5JSgQJ4zzudTxIdIq';

/** Tills, a community, a Node-RED and a browser with the tab open. */
class CatalogFixture {
    evotor!: EvotorSimulator;
    vk!: VkSimulator;
    nodeRed!: NodeRed;
    editor!: Editor;
    catalog!: CatalogTab;
    private browser: Browser | null = null;

    async open(hook: Context, options: NodeRedOptions = {}): Promise<void> {
        this.browser = await openBrowser(hook);
        this.evotor = new EvotorSimulator();
        this.vk = new VkSimulator();
        await Promise.all([this.evotor.listen(), this.vk.listen()]);
        this.nodeRed = await NodeRed.start(options);
    }

    async show(): Promise<void> {
        this.editor = await Editor.open(this.browser!, this.nodeRed.url);
        this.catalog = await CatalogTab.open(this.editor);
    }

    async close(): Promise<void> {
        await this.browser?.close();
        await (this.nodeRed as NodeRed | undefined)?.stop();
        await Promise.all([this.evotor?.close(), this.vk?.close()]);
    }

    deploy(): Promise<void> {
        return this.nodeRed.deploy(filledShop(this.evotor, this.vk));
    }

    /** Asks the first catalog for an action. @returns the status of the answer */
    async act(body: object, headers: Record<string, string> = {}): Promise<number> {
        const { catalogs } = await this.nodeRed.get<{ catalogs: { id: string }[] }>(`/${ROOT}`);
        const response = await fetch(`${this.nodeRed.url}/${ROOT}/${catalogs[0]!.id}/actions`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', ...headers },
            body: JSON.stringify(body),
        });
        return response.status;
    }

    get community(): Community {
        return this.vk.communities.get(GROUP)!;
    }
}

/** Texts that have no translation show as their keys. */
function assertTranslated(text: string): void {
    assert.doesNotMatch(text, /print-to-stock-sidebar\.|catalog\.\w|__\w+__/);
}

/** A newer question ends the one before: that is meant. */
function complaintsOf({ complaints }: Editor): string[] {
    return complaints.splice(0).filter((text) => !/catalogs\/.*net::ERR_ABORTED$/.test(text));
}

describe('the sidebar with a catalog', function () {
    this.timeout(180_000);
    const fixture = new CatalogFixture();
    let seed: ShopSeed;
    let broken = false;
    let shown = false;

    before(async function () {
        await fixture.open(this);
        seed = seedTills(fixture.evotor, fixture.vk);
        shown = true;
        await fixture.show();
    });
    after(() => fixture.close());

    // one person at one editor: each step stands on the one before
    beforeEach(function () {
        if (broken) this.skip();
    });
    afterEach(function () {
        broken ||= this.currentTest?.state === 'failed';
        if (shown) assert.deepEqual(complaintsOf(fixture.editor), []);
    });

    it('without a catalog says what to do', async () => {
        const { catalog } = fixture;
        await catalog.button('examples').waitFor();
        assert.match(await catalog.text(), /No catalog yet/);
        assertTranslated(await catalog.text());
    });

    it('reads the stores, which are off, and says of one why it is not read', async () => {
        const { catalog } = fixture;
        await fixture.deploy();
        await catalog.button('read').click();
        await catalog.line('На углу').waitFor();
        for (const name of ['На углу', 'У моста', 'За рекой'])
            assert.equal(await catalog.line(name).getAttribute('aria-checked'), 'false', name);
        assert.match((await catalog.line('За рекой').getAttribute('aria-label')) ?? '', /not paid in Evotor since/);
        assert.equal(fixture.vk.requestCount, 0);
        await catalog.until('the products', async () => (await catalog.rows.count()) === 9);
        assert.equal(await catalog.cell('Сыр козий', 'state'), 'off');
        assertTranslated(await catalog.text());
    });

    it('is switched by keyboard alone: arrows, Space, Enter and Escape', async () => {
        const { catalog } = fixture;
        const { keyboard } = fixture.editor.page;
        await catalog.line('За рекой').focus();
        await keyboard.press('ArrowDown');
        assert.match(await catalog.focus(), /^На углу/);
        await keyboard.press('ArrowRight');
        await catalog.line('Напитки').waitFor();
        assert.equal(await catalog.line('На углу').getAttribute('aria-expanded'), 'true');
        await keyboard.press('ArrowRight');
        assert.match(await catalog.focus(), /^Напитки, 4 products/);
        assert.equal(await catalog.line('Напитки').getAttribute('aria-level'), '2');
        await keyboard.press('ArrowRight');
        await catalog.line('Соки').waitFor();
        // before the store itself is on: so one chooses what of it is to be shown
        await keyboard.press('ArrowRight');
        await keyboard.press('Space');
        await catalog.until(
            'the box',
            async () => (await catalog.line('Соки').getAttribute('aria-checked')) === 'false',
        );
        assert.equal(await catalog.line('Напитки').getAttribute('aria-checked'), 'mixed');
        assert.match((await catalog.voice.textContent()) ?? '', /Switched off: Соки/);
        await keyboard.press('Space');
        await catalog.until(
            'the box',
            async () => (await catalog.line('Напитки').getAttribute('aria-checked')) === 'true',
        );
        await keyboard.press('Enter');
        await catalog.until('its products', async () => (await catalog.rows.count()) === 2);
        assert.equal(await catalog.line('Соки').getAttribute('aria-selected'), 'true');
        assert.match(await catalog.text(), /На углу \/ Напитки \/ Соки/);
        await keyboard.press('Escape');
        await catalog.until('all products', async () => (await catalog.rows.count()) === 9);
        await keyboard.press('ArrowLeft');
        await keyboard.press('ArrowLeft');
        assert.equal(await catalog.line('Соки').count(), 0);
        await keyboard.press('Home');
        assert.match(await catalog.focus(), /^За рекой/);
        await keyboard.press('End');
        assert.match(await catalog.focus(), /^У моста/);
        await keyboard.press('ArrowUp');
        await keyboard.press('ArrowLeft');
        assert.match(await catalog.focus(), /^На углу/);
        await keyboard.press('Space');
        await catalog.until(
            'the switch',
            async () => (await catalog.line('На углу').getAttribute('aria-checked')) === 'true',
        );
    });

    it('asks what becomes of the items that the shop had, with what the sync would cost', async () => {
        const { catalog } = fixture;
        await catalog.line('У моста').locator('.pts-box').click();
        await catalog.button('link-matches').waitFor();
        await catalog.until('the plan', async () => /add\s+5\s+link\s+1/.test(await catalog.text()));
        assert.match(await catalog.text(), /\d+ calls to VK · at least \d+ min · [\d.]+% of the month’s calls/);
        assert.equal(fixture.community.shown.length, 1);
        assertTranslated(await catalog.text());
        await catalog.button('view-plan').click();
        await catalog.until('the changes', async () => /All\s*6/.test(await catalog.text()));
        assert.match(await catalog.text(), /price: \S+/);
        await catalog.choice('link').click();
        await catalog.until('what would be linked', async () => {
            const text = await catalog.text();
            return text.includes('пармезан') && !/price: .*\n[^]*price: /.test(text);
        });
        assertTranslated(await catalog.text());
        await catalog.choice('allPlanned').click();
        await catalog.button('view-products').click();
        await catalog.button('link-matches').click();
        await catalog.button('link-matches').waitFor({ state: 'detached' });
        await catalog.until('the shop', async () => (await catalog.choice('live').innerText()).includes('6'));
        assert.equal(fixture.community.items.get(seed.known.item)!.name, 'Сыр 🧀 пармезан');
    });

    it('shows of each product price, stock, picture, its state in the shop with the reason, and its item', async () => {
        const { catalog } = fixture;
        await catalog.until('the state', async () => (await catalog.cell('Сыр козий', 'state')) === 'in the shop');
        assert.equal(await catalog.cell('Сыр козий', 'price'), '₽890');
        assert.equal(await catalog.cell('Сыр козий', 'stock'), '5 шт');
        const item = fixture.community.shown.find(({ name }) => name === 'Сыр козий')!;
        const link = catalog.row('Сыр козий').getByRole('link', { name: `Item ${item.id} of Сыр козий, in VK` });
        assert.equal(await link.getAttribute('href'), `https://vk.com/market-${GROUP}?w=product-${GROUP}_${item.id}`);
        await catalog.row('Сыр козий').scrollIntoViewIfNeeded();
        await catalog.row('Сыр козий').locator('img').waitFor();
        const table = catalog.tab.getByRole('table', { name: 'Products' });
        assert.equal(await table.getByRole('columnheader').count(), 6);
        for (const [name, state, reason] of [
            ['Сырная тарелка', 'refused', /no picture/],
            ['Сыр без цены', 'skipped', /no price/],
            ['Вино столовое', 'left out', /Alcohol/],
        ] as const) {
            assert.equal(await catalog.cell(name, 'state'), state);
            assert.match(await catalog.cell(name, 'reason'), reason);
        }
        assertTranslated(await catalog.text());
    });

    it('is filtered by state and by words, and retries what is refused', async () => {
        const { catalog } = fixture;
        await catalog.choice('refused').click();
        await catalog.until('the refused one', async () => (await catalog.rows.count()) === 1);
        await catalog.button('retry-all').click();
        await catalog.until('the answer', async () => /Retried: 1/.test((await catalog.voice.textContent()) ?? ''));
        await catalog.row('Сырная тарелка').locator('[data-act="retry"]').click();
        await catalog.until('the answer', async () =>
            /Retried: Сырная тарелка/.test((await catalog.voice.textContent()) ?? ''),
        );
        await catalog.choice('all').click();
        await catalog.search('сок вишнёвый');
        await catalog.until('one row', async () => (await catalog.rows.count()) === 1);
        await catalog.search('nothing like it');
        await catalog.button('show-all').click();
        await catalog.until('all rows', async () => (await catalog.rows.count()) === 9);
    });

    it('follows the till by itself', async () => {
        const { catalog } = fixture;
        seed.after();
        await catalog.button('refresh').click();
        const name = 'Вода питьевая, 5 л';
        await catalog.until('sold out', async () => (await catalog.cell(name, 'state')) === 'hidden');
        assert.equal(await catalog.cell(name, 'reason'), 'Sold out');
    });

    it('puts back what was removed in VK, after asking', async () => {
        const { catalog, community } = fixture;
        const { keyboard } = fixture.editor.page;
        const item = community.shown.find(({ name }) => name === 'Сыр с плесенью')!;
        item.removedAt = Date.now();
        const row = [...seed.stores[1]!.products.values()].find(({ name }) => name === item.name)!;
        fixture.evotor.tills.change(row, { price: 800 });
        await catalog.button('refresh').click();
        const putBack = catalog.row(item.name).locator('[data-act="put-back"]');
        await putBack.waitFor();
        await putBack.focus();
        await keyboard.press('Enter');
        await catalog.tab.getByRole('alertdialog').waitFor();
        await keyboard.press('Escape');
        assert.equal(await catalog.focus(), `Put back: ${item.name}`);
        await keyboard.press('Enter');
        await keyboard.press('Tab');
        await keyboard.press('Enter');
        await catalog.until('the new item', async () => (await catalog.cell(item.name, 'state')) === 'in the shop');
        assert.equal(community.shown.filter(({ name }) => name === item.name).length, 1);
    });

    it('shows the albums of the community, and its items whosever they are', async () => {
        const { catalog } = fixture;
        await catalog.button('view-shop').click();
        await catalog.until('the items', async () => (await catalog.items.count()) >= 6);
        const albums = catalog.tab.getByRole('tree', { name: 'Albums of the community' });
        await albums.getByRole('treeitem').filter({ hasText: 'Сыры' }).click();
        await catalog.until('those of the album', async () => {
            const names = await catalog.items.locator('.pts-name').allInnerTexts();
            return names.length > 0 && names.every((name) => name.startsWith('Сыр'));
        });
        assertTranslated(await catalog.text());
        await catalog.button('view-products').click();
    });

    it('pauses and resumes by itself, and says so', async () => {
        const { catalog } = fixture;
        await catalog.until('the pass', async () => !(await catalog.button('pause').isVisible()));
        assert.equal(await fixture.act({ action: 'pause' }), 200);
        await catalog.tab.getByText(/is paused/).waitFor();
        await catalog.button('resume').click();
        await catalog.tab.getByText(/is paused/).waitFor({ state: 'detached' });
    });

    it('was sent no token', async () => {
        for (const { from, text } of await fixture.editor.received())
            assert.ok(!text.includes(fixture.evotor.token), from);
    });
});

describe('the sidebar with 50,000 products', function () {
    this.timeout(300_000);
    const PRODUCTS = 50_000;
    const fixture = new CatalogFixture();

    before(async function () {
        await fixture.open(this);
        const { tills, account } = fixture.evotor;
        fixture.vk.addCommunity(GROUP);
        const store = tills.addStore(account.userId, { name: 'Склад' });
        const groups = Array.from({ length: 1000 }, (_, n) => tills.addGroup(store, `Группа ${n}`));
        for (let n = 0; n < PRODUCTS; n++)
            tills.addProduct(store, `Товар ${n}`, { parentId: groups[n % groups.length]!.id });
        await fixture.deploy();
        await fixture.show();
    });
    after(() => fixture.close());

    it('holds what is seen, and asks for a page at a time', async () => {
        const { catalog, editor } = fixture;
        const asked: string[] = [];
        editor.page.on('request', (request) => {
            if (request.url().includes(`${ROOT}/`)) asked.push(new URL(request.url()).pathname.split('/').at(-1)!);
        });
        await catalog.button('read').click();
        const all = `of ${PRODUCTS.toLocaleString('en-US')}`;
        await catalog.until('all of it', async () => (await catalog.text()).includes(all), 200_000);
        // one store alone is unfolded: a hundred of its groups
        await catalog.until('its groups', async () => (await catalog.tree.getByRole('treeitem').count()) === 102);
        assert.equal(await catalog.rows.count(), 50);
        const nodes = (): Promise<number> =>
            editor.page.evaluate<number>(`document.querySelectorAll('#print-to-stock-catalog *').length`);
        const before = await nodes();
        assert.ok(before < 3000, `${before} elements`);

        asked.length = 0;
        for (let page = 2; page <= 12; page++) {
            await catalog.tab.locator('.pts-products [data-act="older"]').click();
            const from = `${((page - 1) * 50 + 1).toLocaleString('en-US')}–`;
            await catalog.until('the page', async () => (await catalog.text()).includes(from));
        }
        // one for each page, and what the end of the pass still tells
        const pages = asked.filter((what) => what === 'products').length;
        assert.ok(pages >= 11 && pages <= 16, `${pages} requests for 11 pages`);
        assert.equal(await catalog.rows.count(), 50);
        assert.ok((await nodes()) < before + 100);

        asked.length = 0;
        await catalog.search('товар 49999');
        await catalog.until('the one', async () => (await catalog.names()).join() === 'Товар 49999');
        assert.ok(asked.filter((what) => what === 'products').length <= 4, asked.join());
        assert.deepEqual(complaintsOf(editor), []);
    });
});

describe('the sidebar with a catalog, for a person who may only look', function () {
    this.timeout(120_000);
    const fixture = new CatalogFixture();

    before(async function () {
        const users = [{ username: 'boss', password: BOSS, permissions: '*' }];
        const adminAuth = { type: 'credentials', users, default: { permissions: 'read' } };
        await fixture.open(this, { settings: { adminAuth } });
        seedTills(fixture.evotor, fixture.vk);
        await fixture.nodeRed.logIn('boss', 'boss');
        await fixture.deploy();
    });
    after(() => fixture.close());

    it('shows the catalog and offers nothing to press that acts', async () => {
        assert.equal(await fixture.act({ action: 'sync' }), 401);
        // the catalog is opened after the deploy
        let status = 503;
        while (status === 503) status = await fixture.act({ action: 'sync' }, fixture.nodeRed.authorization);
        assert.equal(status, 200);
        await fixture.show();
        const { catalog } = fixture;
        await catalog.line('На углу').waitFor();
        await catalog.line('На углу').locator('.pts-box').click();
        await catalog.line('На углу').press('Space');
        await catalog.button('accounts').click();
        for (const act of ['refresh', 'retry', 'suspend', 'code', 'pause'])
            assert.equal(await catalog.button(act).filter({ visible: true }).count(), 0, act);
        assert.equal(await catalog.line('На углу').getAttribute('aria-checked'), 'false');
        assert.deepEqual(complaintsOf(fixture.editor), []);
    });
});
