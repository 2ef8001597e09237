import assert from 'node:assert/strict';
import type { Context } from 'mocha';
import type { Browser } from 'playwright-core';
import { seedHistory, type DemoHistory } from '../demo/history';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { SidebarTab } from '../editor/sidebar-tab';
import { NodeRed, type FlowNode, type NodeRedOptions } from '../harness/node-red';
import { filledExample } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { jsonAnswer } from '../simulators/simulator';
import { InvenTreeSimulator } from '../simulators/inventree';

/** InvenTree's own word about this one item. */
const REFUSED = { location: ['Stock items cannot be located into structural stock locations'] };

const ROOT = 'print-to-stock/sidebar/stores';
/** `boss`, as bcrypt keeps it */
const BOSS = '$2b$04$OW95y0vvgwNfCRd7YyWE3eKeo7lyPJtm9X8Z5JSgQJ4zzudTxIdIq';

/** Two servers, a Node-RED and a browser with the tab open. */
class SidebarFixture {
    bambuddy!: BambuddySimulator;
    inventree!: InvenTreeSimulator;
    history!: DemoHistory;
    nodeRed!: NodeRed;
    editor!: Editor;
    sidebar!: SidebarTab;
    private browser: Browser | null = null;

    async open(hook: Context, options: NodeRedOptions = {}): Promise<void> {
        this.browser = await openBrowser(hook);
        this.bambuddy = new BambuddySimulator();
        this.inventree = new InvenTreeSimulator();
        await Promise.all([this.bambuddy.listen(), this.inventree.listen()]);
        this.history = seedHistory(this.bambuddy, this.inventree);
        this.nodeRed = await NodeRed.start(options);
    }

    async show(): Promise<void> {
        this.editor = await Editor.open(this.browser!, this.nodeRed.url);
        this.sidebar = await SidebarTab.open(this.editor);
    }

    async close(): Promise<void> {
        await this.browser?.close();
        await (this.nodeRed as NodeRed | undefined)?.stop();
        await Promise.all([this.bambuddy?.close(), this.inventree?.close()]);
    }

    flow(changes: Record<string, Record<string, unknown>> = {}): FlowNode[] {
        const { bambuddy, inventree, history } = this;
        return filledExample(
            {
                bambuddyUrl: bambuddy.url,
                apiKey: bambuddy.apiKey,
                inventreeUrl: inventree.url,
                token: inventree.token,
                category: history.category,
                location: history.location,
            },
            { 'bambuddy-archive-in': { interval: 1, settle: 0 }, ...changes },
        );
    }

    /** StockItems that are prints. */
    get items(): number {
        return [...this.inventree.state.stock.values()].filter(({ batch }) => batch?.startsWith('bambuddy-')).length;
    }

    /** InvenTree refuses new stock, or everything. */
    refuse(what: 'stock' | 'all' | 'nothing', words: object = REFUSED): void {
        this.inventree.interfere = ({ method, url }) => {
            if (what === 'all') return { at: 'before', kind: 503 };
            const stock = method === 'POST' && url.startsWith('/api/stock/');
            return what === 'stock' && stock ? jsonAnswer(400, words) : undefined;
        };
    }
}

describe('the sidebar', function () {
    this.timeout(180_000);
    const fixture = new SidebarFixture();
    let broken = false;
    let shown = false;

    before(async function () {
        await fixture.open(this);
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
        if (!shown) return;
        // a newer question ends the one before: that is meant
        const meant = /\/prints\?.*net::ERR_ABORTED$/;
        assert.deepEqual(
            fixture.editor.complaints.splice(0).filter((complaint) => !meant.test(complaint)),
            [],
        );
    });

    it('without a store says what to do, and leads to the examples', async () => {
        const { sidebar, editor } = fixture;
        await sidebar.button('examples').waitFor();
        assert.match(await sidebar.text(), /No sync store yet/);
        await sidebar.button('examples').click();
        const examples = editor.page.locator('#red-ui-clipboard-dialog-import-tab-examples');
        await examples.waitFor();
        await editor.page.locator('#red-ui-clipboard-dialog-cancel').click();
    });

    it('with a store alone says what is missing', async () => {
        const { sidebar, nodeRed } = fixture;
        const config = ['bambuddy-server', 'inventree-server', 'sync-store'];
        await nodeRed.deploy(fixture.flow().filter(({ type }) => config.includes(type)));
        await sidebar.until('the store', async () => (await sidebar.text()).includes('No source of prints'));
        assert.equal(await sidebar.button('history').isVisible(), false);
    });

    it('shows the report of diagnostics before it is copied; a tick leaves the addresses in', async () => {
        const { sidebar, inventree } = fixture;
        await sidebar.button('diagnostics').click();
        const report = sidebar.tab.locator('#pts-diagnostics textarea');
        await sidebar.until('the report', async () => (await report.inputValue()).includes('"versions"'));
        const { host } = new URL(inventree.url);
        const { stores } = JSON.parse(await report.inputValue()) as { stores: { counts?: object }[] };
        assert.ok(stores[0]?.counts !== undefined);
        assert.ok(!(await report.inputValue()).includes(inventree.token));
        await sidebar.tab.getByLabel('with addresses of servers').check();
        await sidebar.until('the report', async () => (await report.inputValue()).includes('"versions"'));
        assert.ok(!(await report.inputValue()).includes(inventree.token), host);
        await sidebar.button('diagnostics').click();
        assert.equal(await report.isVisible(), false);
    });

    it('with nothing printed offers the history', async () => {
        const { sidebar, nodeRed, editor } = fixture;
        await nodeRed.deploy(fixture.flow());
        await sidebar.button('open-history').click();
        const focus = await editor.page.evaluate<string>('document.activeElement.dataset.act');
        assert.equal(focus, 'preview');
        assertTranslated(await sidebar.text());
    });

    it('shows a preview that changes nothing, then imports what it said, with a bar', async () => {
        const { sidebar } = fixture;
        const before = fixture.items;
        await sidebar.button('preview').click();
        await sidebar.button('import').waitFor();
        assert.match(await sidebar.text(), /will be created/);
        assert.equal(fixture.items, before);
        const offered = Number(/\d+/.exec(await sidebar.button('import').innerText())![0]);
        const row = sidebar.tab.locator('.pts-preview-row');
        await sidebar.until('the rows', async () => (await row.count()) === 15);
        // in a low sidebar the rows are out of view, and their pictures are not asked for
        await row.first().scrollIntoViewIfNeeded();
        await sidebar.tab.locator('.pts-preview-row .pts-thumb img').first().waitFor();
        assertTranslated(await sidebar.text());

        // each tick that is taken away is one less; what is there or left out anyway has none
        const ticks = sidebar.tab.locator('.pts-preview-row input');
        assert.equal(await ticks.count(), offered);
        const count = async (): Promise<number> => Number(/\d+/.exec(await sidebar.button('import').innerText())![0]);
        await ticks.nth(1).uncheck();
        assert.equal(await count(), offered - 1);
        const all = sidebar.tab.locator('.pts-preview-head input');
        await all.click();
        assert.equal(await count(), offered);
        await all.click();
        assert.equal(await count(), 0);
        assert.equal(await sidebar.button('import').isDisabled(), true);
        await all.click();
        assert.equal(await count(), offered);

        // a preview of some days alone
        await sidebar.tab.locator('[data-history="from"]').fill('2026-01-01');
        await sidebar.tab.locator('[data-history="to"]').fill('2026-01-02');
        await sidebar.button('preview').click();
        await sidebar.tab.getByText('Everything is already in stock.', { exact: true }).waitFor();
        await sidebar.tab.locator('[data-history="from"]').fill('');
        await sidebar.tab.locator('[data-history="to"]').fill('');
        await sidebar.button('preview').click();
        await sidebar.until('the rows', async () => (await row.count()) === 15);

        // paused and stopped on the way
        fixture.inventree.writeMs = 1500;
        await sidebar.button('import').click();
        const bar = sidebar.tab.getByRole('progressbar');
        await bar.waitFor();
        await sidebar.button('pause').click();
        await sidebar.tab.locator('.pts-notices').getByText('is paused').waitFor();
        await sidebar.tab.locator('.pts-progress').getByText('paused').waitFor();
        assert.match((await bar.getAttribute('aria-valuetext')) ?? '', /Importing: \d+ of \d+/);
        fixture.inventree.writeMs = 20;
        await sidebar.tab.locator('.pts-progress').locator('[data-act="resume"]').click();
        await sidebar.tab.locator('.pts-result').getByText('Imported').waitFor();
        assert.equal(fixture.items, before + offered);
        await sidebar.until('the voice', async () => /Imported/.test((await sidebar.voice.textContent()) ?? ''));
        fixture.inventree.writeMs = 2;

        // what it created stays listed, with links and as a table
        const imports = sidebar.tab.locator('.pts-imports');
        await imports.getByText(`${offered} created`).waitFor();
        await sidebar.button('show-import').click();
        const created = imports.locator('.pts-rows > [role="row"]');
        await sidebar.until('its prints', async () => (await created.count()) === offered);
        assert.ok((await imports.locator('.pts-rows a[href*="/stock/item/"]').count()) === offered);
        const saved = fixture.editor.page.waitForEvent('download');
        await sidebar.button('import-csv').click();
        assert.match((await saved).suggestedFilename(), /^import-\d{4}-\d\d-\d\d\.csv$/);
        assertTranslated(await sidebar.text());
        await sidebar.button('show-import').click();
        assert.equal(await created.first().isVisible(), false);
    });

    it('lists the prints, newest first, with printer, time, quantity, state, links and picture', async () => {
        const { sidebar, bambuddy, inventree } = fixture;
        await sidebar.button('history').click();
        await sidebar.until('all done', async () => (await sidebar.count('done')) === fixture.items);
        await sidebar.until('the rows', async () => (await sidebar.rows.count()) === fixture.items);
        const names = await sidebar.names();
        assert.equal(names[0], 'Vase');
        assert.equal(names.at(-1), 'Gridfinity bin 2x3x6');
        assert.equal(await sidebar.cell('Vase', 'printer'), 'P1S Workshop');
        assert.match(await sidebar.cell('Vase', 'when'), /Nov 11/);
        assert.equal(await sidebar.cell('Vase', 'quantity'), '×1');
        assert.equal(await sidebar.cell('Vase', 'state'), 'done');
        const links = await sidebar.row('Vase').locator('a').all();
        const addresses = await Promise.all(links.map((link) => link.getAttribute('href')));
        const archive = [...bambuddy.state.archives.values()].find((each) => each.print_name === 'Vase')!;
        const item = [...inventree.state.stock.values()].find(({ batch }) => batch === `bambuddy-${archive.id}`)!;
        assert.deepEqual(addresses, [
            `${inventree.url}/web/part/${item.part}/`,
            `${inventree.url}/web/stock/item/${item.pk}/`,
            `${bambuddy.url}/archives?highlight=${archive.id}`,
        ]);
        await sidebar.row('Vase').scrollIntoViewIfNeeded();
        await sidebar.row('Vase').locator('img').waitFor();
        assert.equal(await sidebar.row('No picture of this').locator('img').count(), 0);
        assertTranslated(await sidebar.text());
    });

    it('opens a row into what is known of the print, and keeps it open when the row changes', async () => {
        const { sidebar } = fixture;
        const details = sidebar.row('Vase').locator('.pts-details');
        await sidebar.row('Vase').locator('[data-act="details"]').click();
        const text = await details.innerText();
        for (const known of [
            /Weight\s+[\d.]+ g/,
            /Duration\s+\d/,
            /Batch\s+bambuddy-\d+/,
            /Print ended/,
            /Stock item created|Done/,
        ])
            assert.match(text, known);
        assertTranslated(text);
        await sidebar.row('Vase').locator('[data-act="again"]').click();
        await sidebar.until('the answer', async () =>
            /Re-synced: Vase/.test((await sidebar.voice.textContent()) ?? ''),
        );
        await sidebar.until('done', async () => (await sidebar.cell('Vase', 'state')) === 'done');
        await details.waitFor();
        await sidebar.row('Vase').locator('[data-act="details"]').focus();
        await sidebar.editor.page.keyboard.press('Enter');
        await details.waitFor({ state: 'hidden' });
    });

    it('a print that finishes appears by itself', async () => {
        const { sidebar, bambuddy } = fixture;
        bambuddy.print({ name: 'Phone stand', seconds: 60, estimate: { seconds: 60, grams: 4 } });
        await sidebar.row('Phone stand').waitFor();
        await sidebar.until('done', async () => (await sidebar.cell('Phone stand', 'state')) === 'done');
        assert.equal((await sidebar.names())[0], 'Phone stand');
    });

    it('is searched and filtered, and says so where nothing fits', async () => {
        const { sidebar } = fixture;
        await sidebar.search('attic spool');
        await sidebar.until('one row', async () => (await sidebar.rows.count()) === 1);
        assert.deepEqual(await sidebar.names(), ['Spool_holder_from_SD']);
        await sidebar.group('parked').click();
        assert.equal(await sidebar.group('parked').getAttribute('aria-pressed'), 'true');
        await sidebar.tab.getByText('No matching prints.').waitFor();
        await sidebar.button('show-all').click();
        await sidebar.until('all rows', async () => (await sidebar.rows.count()) > 10);
    });

    it('sync again makes no second stock item', async () => {
        const { sidebar, bambuddy } = fixture;
        const before = fixture.items;
        const asked = bambuddy.requestCount;
        await sidebar.row('Vase').locator('[data-act="again"]').click();
        await sidebar.until('the answer', async () =>
            /Re-synced: Vase/.test((await sidebar.voice.textContent()) ?? ''),
        );
        await sidebar.until('done', async () => (await sidebar.cell('Vase', 'state')) === 'done');
        assert.ok(bambuddy.requestCount > asked);
        assert.equal(fixture.items, before);
    });

    it('shows a parked print with the server’s words, and retries it', async () => {
        const { sidebar, bambuddy } = fixture;
        fixture.refuse('stock');
        bambuddy.print({ name: 'Refused one' });
        await sidebar.until('parked', async () => (await sidebar.count('parked')) === 1);
        await sidebar.row('Refused one').waitFor();
        await sidebar.until('its state', async () => (await sidebar.cell('Refused one', 'state')) === 'parked');
        assert.match(await sidebar.cell('Refused one', 'reason'), /InvenTree .*answered 400/s);
        await sidebar.group('parked').click();
        const retryAll = sidebar.button('retry-all').filter({ hasText: 'Retry all (1)' });
        await retryAll.waitFor();
        const reasons = sidebar.tab.locator('.pts-retry-all li');
        assert.match(await reasons.innerText(), /1 ×\s+InvenTree .*answered 400/s);
        fixture.refuse('stock', { quantity: ['Ensure this value is greater than 0.'] });
        await sidebar.row('Refused one').locator('[data-act="retry"]').click();
        await sidebar.until('the other reason', async () =>
            /greater than 0/.test((await reasons.allInnerTexts()).join()),
        );
        fixture.refuse('nothing');
        // the hint of the chip that the mouse is on goes away
        await sidebar.editor.page.mouse.move(600, 500);
        await retryAll.click();
        await sidebar.until('the counts', async () => (await sidebar.count('parked')) === 0);
        await retryAll.waitFor({ state: 'detached' });
        await sidebar.group('all').click();
        await sidebar.until('done', async () => (await sidebar.cell('Refused one', 'state')) === 'done');
    });

    it('forgets a parked print only after asking, by keyboard alone', async () => {
        const { sidebar, bambuddy, editor } = fixture;
        const { keyboard } = editor.page;
        fixture.refuse('stock');
        bambuddy.print({ name: 'Refused two' });
        const forget = sidebar.row('Refused two').locator('[data-act="forget"]');
        await forget.waitFor();
        await forget.focus();
        await keyboard.press('Enter');
        await sidebar.tab.getByRole('alertdialog').waitFor();
        const focus = (): Promise<string> => editor.page.evaluate<string>('document.activeElement.dataset.act');
        assert.equal(await focus(), 'keep');
        await keyboard.press('Escape');
        assert.equal(await sidebar.tab.getByRole('alertdialog').count(), 0);
        assert.equal(await focus(), 'forget');
        await sidebar.until('the counts', async () => (await sidebar.count('parked')) === 1);
        await keyboard.press('Enter');
        await keyboard.press('Tab');
        assert.equal(await focus(), 'forget-yes');
        await keyboard.press('Enter');
        await sidebar.until('skipped', async () => (await sidebar.cell('Refused two', 'state')) === 'skipped');
        assert.equal(await sidebar.cell('Refused two', 'reason'), 'forgotten by hand');
        const row = `document.activeElement.closest('[role="row"]')?.textContent ?? ''`;
        await sidebar.until('the focus', async () => /Refused two/.test(await editor.page.evaluate<string>(row)));
        fixture.refuse('nothing');
    });

    it('compares, and says what does not agree', async () => {
        const { sidebar, bambuddy, inventree } = fixture;
        const vase = [...bambuddy.state.archives.values()].find(({ print_name }) => print_name === 'Vase')!;
        const quantity = (): number =>
            [...inventree.state.stock.values()].find(({ batch }) => batch === `bambuddy-${vase.id}`)!.quantity;
        const before = quantity();
        bambuddy.editArchive(vase.id, { print_name: 'Tall vase' });
        await sidebar.button('compare').click();
        await sidebar.button('reconcile').click();
        await sidebar.tab
            .locator('.pts-result')
            .getByText(/differences/i)
            .first()
            .waitFor();
        assert.match(await sidebar.text(), /1 not in stock|No differences|Differences found/);
        assert.match((await sidebar.voice.textContent()) ?? '', /differences/i);
        assertTranslated(await sidebar.text());
        // one that was edited is put right from here; here only its name was
        await sidebar.tab.locator('.pts-fates summary').getByText('edited in Bambuddy afterwards').click();
        await sidebar.tab.getByRole('button', { name: 'Apply to stock: Tall vase' }).click();
        await sidebar.until('it to be applied', async () => {
            await sidebar.button('reconcile').click();
            return !/edited in Bambuddy afterwards/.test(await sidebar.text());
        });
        assert.equal(quantity(), before);
        await sidebar.button('compare').click();
    });

    it('can be walked through with the Tab key, every stop with a name', async () => {
        const { sidebar, editor } = fixture;
        await sidebar.button('history').focus();
        const stops: string[] = [];
        for (let n = 0; n < 22; n++) {
            stops.push(
                await editor.page.evaluate<string>(`(() => {
                    const at = document.activeElement;
                    const inside = at.closest('#print-to-stock-sidebar') !== null;
                    return inside ? at.getAttribute('aria-label') || at.textContent.trim() : '(outside)';
                })()`),
            );
            await editor.page.keyboard.press('Tab');
        }
        assert.deepEqual(stops.slice(0, 4), ['History', 'Compare', 'Set up another source or shop', 'Poll now']);
        assert.ok(
            stops.some((stop) => stop.startsWith('Search prints')),
            stops.join(' | '),
        );
        assert.ok(
            stops.some((stop) => /^Part \d+ of /.test(stop)),
            stops.join(' | '),
        );
        assert.ok(
            stops.some((stop) => stop.startsWith('Re-sync: ')),
            stops.join(' | '),
        );
        for (const stop of stops) assert.ok(stop !== '' && stop !== '(outside)', stops.join(' | '));
    });

    it('says that a server is off, and that it is back', async () => {
        const { sidebar, bambuddy } = fixture;
        fixture.refuse('all');
        bambuddy.print({ name: 'Late one' });
        const notice = sidebar.tab.locator('.pts-notice-error');
        await notice.waitFor({ timeout: 30_000 });
        assert.match(await notice.innerText(), /InvenTree unreachable since/);
        await sidebar.until('the counts', async () => (await sidebar.count('underWay')) === 1);
        assertTranslated(await sidebar.text());
        await sidebar.until('the next try', async () => /Next try: \d|Being tried now/.test(await notice.innerText()));
        fixture.refuse('nothing');
        await sidebar.button('try-now').press('Enter');
        await notice.waitFor({ state: 'detached', timeout: 60_000 });
        await sidebar.until('done', async () => (await sidebar.cell('Late one', 'state')) === 'done');
    });

    it('was sent no key', async () => {
        for (const { from, text } of await fixture.editor.received())
            for (const secret of [fixture.bambuddy.apiKey, fixture.inventree.token])
                assert.ok(!text.includes(secret), from);
    });
});

describe('the sidebar of a person who may only look', function () {
    this.timeout(120_000);
    const fixture = new SidebarFixture();

    before(async function () {
        const adminAuth = {
            type: 'credentials',
            users: [{ username: 'boss', password: BOSS, permissions: '*' }],
            default: { permissions: 'read' },
        };
        await fixture.open(this, { settings: { adminAuth } });
        await fixture.nodeRed.logIn('boss', 'boss');
        await fixture.nodeRed.deploy(fixture.flow());
    });
    after(() => fixture.close());

    it('shows the prints and offers nothing to press that acts', async () => {
        await fixture.show();
        // "from now on" begins with the first look
        await fixture.sidebar.tab.getByText('No prints yet').waitFor();
        const looked = async (): Promise<boolean> =>
            JSON.stringify(await fixture.nodeRed.get(`/${ROOT}`)).includes('"lastPoll":"');
        await fixture.sidebar.until('the first look', looked);
        fixture.refuse('stock');
        fixture.bambuddy.print({ name: 'Refused one' });
        const { sidebar } = fixture;
        await sidebar.row('Refused one').waitFor();
        await sidebar.until('parked', async () => (await sidebar.cell('Refused one', 'state')) === 'parked');
        await sidebar.button('history').click();
        for (const act of ['again', 'retry', 'forget', 'poll', 'preview', 'import', 'reconcile'])
            assert.equal(await sidebar.button(act).filter({ visible: true }).count(), 0, act);
        await sidebar.button('history').click();
        await sidebar.row('Refused one').locator('img').waitFor();
        // the node that failed is shown; its dialog is for who may change flows
        await sidebar.row('Refused one').locator('[data-act="details"]').click();
        assert.match(await sidebar.row('Refused one').locator('.pts-details').innerText(), /answered 400/);
        await sidebar.row('Refused one').locator('[data-act="open-node"]').click();
        await fixture.editor.page.locator('.red-ui-flow-node-highlighted').first().waitFor({ state: 'attached' });
        assert.equal(await fixture.editor.page.locator('.red-ui-tray').count(), 0);
        assert.deepEqual(fixture.editor.complaints, []);
    });

    it('is refused by the runtime, whatever it sends', async () => {
        const { nodeRed } = fixture;
        const { stores } = await nodeRed.get<{ stores: { id: string }[] }>(`/${ROOT}`);
        const ask = (headers: Record<string, string>): Promise<Response> =>
            fetch(`${nodeRed.url}/${ROOT}/${stores[0]!.id}/actions`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json', ...headers },
                body: JSON.stringify({ action: 'retry-all' }),
            });
        const parked = async (): Promise<number> =>
            (await nodeRed.get<{ stores: { counts: { parked: number } }[] }>(`/${ROOT}`)).stores[0]!.counts.parked;
        assert.equal((await ask({})).status, 401);
        assert.equal(await parked(), 1);
        fixture.refuse('nothing');
        assert.equal((await ask(nodeRed.authorization)).status, 200);
    });
});

/** Texts that have no translation show as their keys. */
function assertTranslated(text: string): void {
    assert.doesNotMatch(text, /print-to-stock-sidebar\.|__\w+__/);
}
