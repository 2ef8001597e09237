import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { readCsv } from '../../lib/text/csv';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { SidebarTab } from '../editor/sidebar-tab';
import { NodeRed } from '../harness/node-red';
import { filledExample } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

const HOUR = 3_600_000;
/** Prints of before, newest first: their name, material, printer, and how many hours ago they ended. */
const PRINTS = [
    ['Hook', 'PLA', 'P1S left', 1],
    ['Bin', 'PETG', 'X1C right', 5],
    ['Clip', 'PLA', 'X1C right', 17],
    ['Stand', 'PLA', 'P1S left', 30],
    ['Vase', 'ABS', 'P1S left', 24 * 10],
    ['Bracket', 'PLA', 'P1S left', 24 * 50],
] as const;
const GRAMS = 12.5;

describe('the sidebar chooses prints by printer, material and days, and adds them up', function () {
    this.timeout(120_000);
    let browser: Browser;
    let bambuddy: BambuddySimulator;
    let inventree: InvenTreeSimulator;
    let nodeRed: NodeRed;
    let editor: Editor;
    let sidebar: SidebarTab;
    const now = Date.now();

    before(async function () {
        browser = await openBrowser(this);
        bambuddy = new BambuddySimulator();
        inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        const category = inventree.addCategory({ name: '3D prints' }).pk;
        const location = inventree.addLocation({ name: 'Shelf A' }).pk;
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: '' });
        const printers = new Map(
            ['P1S left', 'X1C right'].map((name) => [name, bambuddy.addPrinter({ name }).id] as const),
        );
        for (const [name, filamentType, printer, hours] of [...PRINTS].reverse()) {
            const seconds = 600;
            bambuddy.print({
                name,
                filamentType,
                printer: printers.get(printer)!,
                startedAt: new Date(now - hours * HOUR - seconds * 1000).toISOString(),
                seconds,
                estimate: { grams: GRAMS, seconds },
            });
        }
        const { apiKey, url: bambuddyUrl } = bambuddy;
        const { token, url: inventreeUrl } = inventree;
        nodeRed = await NodeRed.start();
        await nodeRed.deploy(
            filledExample(
                { bambuddyUrl, apiKey, inventreeUrl, token, category, location },
                { 'bambuddy-archive-in': { interval: 1, settle: 0 } },
            ),
        );
        editor = await Editor.open(browser, nodeRed.url, { width: 1280, height: 800 });
        await editor.press(await editor.idNamed('import the history'));
        await editor.waitForStatus(await editor.idOf('bambuddy-link-back'), /linked$/);
        sidebar = await SidebarTab.open(editor);
        await sidebar.until('the prints', async () => (await sidebar.count('done')) === PRINTS.length);
        const history = sidebar.button('history');
        if ((await history.getAttribute('aria-expanded')) === 'true') await history.click();
        await listed(PRINTS.map(([name]) => name));
        editor.complaints.length = 0;
    });
    after(async () => {
        await browser?.close();
        await (nodeRed as NodeRed | undefined)?.stop();
        await Promise.all([bambuddy?.close(), inventree?.close()]);
    });
    afterEach(() => assert.deepEqual(editor.complaints, []));

    const chooser = (what: string) => sidebar.tab.locator(`[data-filter="${what}"]`);
    const period = (name: string) => sidebar.tab.locator(`[data-period="${name}"]`);
    const total = (measure: string): Promise<string> =>
        sidebar.tab.locator(`[data-measure="${measure}"] .pts-total-value`).innerText();
    const table = (name: string) => sidebar.tab.getByRole('table', { name, exact: true });
    async function listed(names: readonly string[]): Promise<void> {
        await sidebar.until(`the list of ${names.join()}`, async () => (await sidebar.names()).join() === names.join());
    }
    async function counted(prints: number): Promise<void> {
        await sidebar.until(`${prints} prints`, async () => (await total('prints')) === String(prints));
    }

    it('offers the printers and materials that there are, and counts what is chosen beside the search', async () => {
        await sidebar.button('narrow').click();
        await sidebar.until('the printers', async () => (await chooser('printer').locator('option').count()) === 3);
        assert.deepEqual(await chooser('material').locator('option').allInnerTexts(), [
            'All materials',
            'ABS',
            'PETG',
            'PLA',
        ]);
        await chooser('printer').selectOption('P1S left');
        await listed(['Hook', 'Stand', 'Vase', 'Bracket']);
        await chooser('material').selectOption('PLA');
        await listed(['Hook', 'Stand', 'Bracket']);
        // out of sight in a low sidebar, where there is one page
        const range = sidebar.tab.locator('.pts-main > .pts-prints .pts-pager .pts-range');
        assert.equal(await range.textContent(), '1–3 of 3');
        assert.equal(
            await sidebar.button('narrow').getAttribute('aria-label'),
            'Filter by printer, material and days: 2 chosen',
        );
        await sidebar.search('bracket');
        await listed(['Bracket']);
        await sidebar.group('parked').click();
        await sidebar.button('show-all').click();
        await listed(PRINTS.map(([name]) => name));
        assert.equal(await chooser('printer').inputValue(), '');
    });

    it('chooses days: the last ones, or from one to another', async () => {
        const day = (hoursAgo: number): string => {
            const date = new Date(now - hoursAgo * HOUR);
            return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
                .map((n) => String(n).padStart(2, '0'))
                .join('-');
        };
        await period('month').click();
        await listed(['Hook', 'Bin', 'Clip', 'Stand', 'Vase']);
        await period('week').click();
        await listed(['Hook', 'Bin', 'Clip', 'Stand']);
        await period('range').click();
        await chooser('since').fill(day(24 * 50));
        await chooser('until').fill(day(24 * 10));
        await listed(['Vase', 'Bracket']);
        await sidebar.button('reset-filter').click();
        await listed(PRINTS.map(([name]) => name));
    });

    it('means by today the day of the person who looks, whatever zone Node-RED is in', async () => {
        const session = await editor.page.context().newCDPSession(editor.page);
        for (const timezoneId of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu']) {
            await session.send('Emulation.setTimezoneOverride', { timezoneId });
            const dayOf = new Intl.DateTimeFormat('en-US', { timeZone: timezoneId, dateStyle: 'short' });
            const namesOn = (today: number): string[] =>
                PRINTS.filter((print) => dayOf.format(now - print[3] * HOUR) === dayOf.format(today)).map(
                    ([name]) => name,
                );
            await period('any').click();
            await listed(PRINTS.map(([name]) => name));
            await period('today').click();
            await sidebar.until(`today in ${timezoneId}`, async () => {
                const names = (await sidebar.names()).join();
                return names === namesOn(Date.now()).join();
            });
        }
        await session.send('Emulation.setTimezoneOverride', { timezoneId: '' });
        await sidebar.button('reset-filter').click();
    });

    it('adds up what is chosen: totals, a bar for each of 14 days, printers and materials', async () => {
        const asked = bambuddy.requestCount;
        await sidebar.button('figures').click();
        assert.equal(await sidebar.rows.filter({ visible: true }).count(), 0);
        await counted(6);
        assert.deepEqual(
            await Promise.all(['pieces', 'grams', 'seconds'].map(total)),
            ['6', '75 g', '1 h'],
            'six prints of 12.5 g and ten minutes',
        );
        assert.equal(await sidebar.tab.locator('.pts-day-column').count(), 14);
        const told = (await sidebar.tab.locator('.pts-day-bars').getAttribute('aria-label')) ?? '';
        assert.match(told, /^Per day, Prints: \w+, \w+ \d+: \d/);
        assert.deepEqual(await table('By printer').locator('tbody tr').allInnerTexts(), [
            'P1S left\t4',
            'X1C right\t2',
        ]);
        assert.deepEqual(await table('By material').locator('tbody tr').allInnerTexts(), [
            'PLA\t4',
            'ABS\t1',
            'PETG\t1',
        ]);
        await period('week').click();
        await counted(4);
        assert.ok((await sidebar.tab.locator('.pts-day-other').count()) === 7);
        // Bambuddy is looked at all the time; each figure would be a request more
        assert.ok(bambuddy.requestCount - asked < 40);
        assertTranslated(await sidebar.text());
    });

    it('shows in its bars the figure that is chosen, also by keyboard, and all of them as tables', async () => {
        const { page } = editor;
        await sidebar.tab.locator('[data-measure="prints"]').click();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
        const chosen = sidebar.tab.getByRole('radio', { checked: true });
        assert.equal(await chosen.getAttribute('data-measure'), 'grams');
        assert.equal(await page.evaluate<string>('document.activeElement.dataset.measure'), 'grams');
        assert.deepEqual(await table('By printer').locator('tbody tr').allInnerTexts(), [
            'P1S left\t25 g',
            'X1C right\t25 g',
        ]);
        await sidebar.button('tables').click();
        const heads = await table('Per day').locator('thead th').allInnerTexts();
        assert.deepEqual(heads, ['Day', 'Prints', 'Pieces', 'Weight', 'Time', 'Cost']);
        assert.equal(await table('Per day').locator('tbody tr').count(), 14);
        const [first] = await table('By material').locator('tbody tr').allInnerTexts();
        assert.match(first!, /^PLA\t3\t3\t37 g|^PLA\t3\t3\t38 g/);
        assert.equal(await page.evaluate<string>('document.activeElement.dataset.act'), 'tables');
        await sidebar.button('tables').click();
        await table('By printer').getByRole('button', { name: 'X1C right' }).click();
        await counted(2);
        assert.equal(await chooser('printer').inputValue(), 'X1C right');
        await sidebar.button('reset-filter').click();
        await counted(6);
    });

    it('follows prints as they end', async () => {
        bambuddy.print({ name: 'Late one', seconds: 60, estimate: { grams: 1, seconds: 60 } });
        await counted(7);
        await sidebar.tab.locator('[data-measure="grams"] .pts-total-value').getByText('76 g').waitFor();
    });

    it('says of how many prints nothing is known', async () => {
        await editor.page.route(/\/figures\?/, async (route) => {
            const answer = await route.fetch();
            const body = (await answer.json()) as { total: Record<string, unknown> };
            Object.assign(body.total, { without: 12, unknown: { pieces: 0, grams: 12, seconds: 12, cost: 30 } });
            await route.fulfill({ response: answer, json: body });
        });
        await period('week').click();
        await sidebar.tab.getByText('12 without figures').waitFor();
        const cost = sidebar.tab.locator('[data-measure="cost"]');
        assert.match(await cost.innerText(), /30 unknown/);
        assert.doesNotMatch(await sidebar.tab.locator('[data-measure="grams"]').innerText(), /unknown/);
        await editor.page.unroute(/\/figures\?/);
        await sidebar.button('reset-filter').click();
        await sidebar.tab.getByText('12 without figures').waitFor({ state: 'hidden' });
    });

    it('saves what is chosen as a table', async () => {
        await chooser('material').selectOption('PETG');
        await counted(1);
        const downloaded = editor.page.waitForEvent('download');
        await sidebar.button('csv').click();
        const file = await downloaded;
        assert.match(file.suggestedFilename(), /^prints-\d{4}-\d\d-\d\d\.csv$/);
        const [head, ...rows] = readCsv(readFileSync(await file.path(), 'utf8'));
        assert.equal(rows.length, 1);
        const print = Object.fromEntries(head!.map((name, n) => [name, rows[0]![n]]));
        assert.deepEqual([print['name'], print['printer'], print['grams']], ['Bin', 'X1C right', '12.5']);
        assert.match((await sidebar.voice.textContent()) ?? '', /saved/);
        await sidebar.button('reset-filter').click();
    });

    it('gives way to the history, and to the list', async () => {
        await sidebar.button('history').click();
        assert.equal(await sidebar.tab.locator('.pts-figures').isVisible(), false);
        assert.equal(await sidebar.button('narrow').isVisible(), false);
        await sidebar.button('figures').click();
        await counted(7);
        assert.equal(await sidebar.button('preview').isVisible(), false);
        await sidebar.button('figures').click();
        await sidebar.row('Late one').waitFor();
        assert.equal(await sidebar.button('figures').getAttribute('aria-expanded'), 'false');
    });
});

function assertTranslated(text: string): void {
    assert.doesNotMatch(text, /print-to-stock-sidebar\.|__\w+__/);
}
