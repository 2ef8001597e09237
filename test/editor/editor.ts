import type { Browser, Locator, Page, Response } from 'playwright-core';

export interface PaletteEntry {
    type: string;
    label: string;
    /** path of its picture on the server */
    icon: string;
}

export type FieldValue = string | boolean;

/** Node-RED fetches lists of packages from there; without a way outside that fails, and is none of our business. */
const CATALOGUES = /^https:\/\/catalogue\.nodered\.org\//;

/** One for each dialog that is open, the one on top last. */
const TITLES = '.red-ui-tray-breadcrumbs li';

/** Node-RED's editor in a browser, used as a person uses it: by what stands on the screen. */
export class Editor {
    /** what the browser complained of: errors in the console, exceptions, requests that failed */
    readonly complaints: string[] = [];
    /** bodies of everything text-like that the editor was sent, with where it came from */
    private readonly bodies: Promise<{ from: string; text: string }>[] = [];

    private constructor(
        readonly page: Page,
        private readonly url: string,
    ) {
        page.on('console', (message) => {
            if (message.type() === 'error' && !CATALOGUES.test(message.location().url))
                this.complaints.push(`console: ${message.text()}`);
        });
        page.on('pageerror', (error) => void this.complaints.push(`exception: ${error.message}`));
        page.on('requestfailed', (request) => {
            if (!CATALOGUES.test(request.url()))
                this.complaints.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`);
        });
        page.on('response', (response) => this.keep(response));
    }

    static async open(
        browser: Browser,
        url: string,
        viewport = { width: 1600, height: 1000 },
        locale = 'en-US',
    ): Promise<Editor> {
        const context = await browser.newContext({ viewport, deviceScaleFactor: 2, locale });
        context.setDefaultTimeout(10_000);
        const editor = new Editor(await context.newPage(), url);
        await editor.page.goto(url);
        await editor.page.locator('.red-ui-palette-node').first().waitFor();
        await editor.page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
        return editor;
    }

    async close(): Promise<void> {
        await this.page.context().close();
    }

    /** The nodes of a palette category, from above. */
    async palette(category: string): Promise<PaletteEntry[]> {
        const nodes = this.page.locator(`#red-ui-palette-base-category-${category.replaceAll(' ', '_')}`);
        const found: PaletteEntry[] = [];
        for (const node of await nodes.locator('.red-ui-palette-node').all()) {
            const style = (await node.locator('.red-ui-palette-icon').getAttribute('style')) ?? '';
            found.push({
                type: (await node.getAttribute('data-palette-type')) ?? '',
                label: (await node.locator('.red-ui-palette-label').innerText()).replace(/\s+/g, ' ').trim(),
                icon: /url\("?([^")]+)"?\)/.exec(style)?.[1] ?? '',
            });
        }
        return found;
    }

    /** Drags a node from the palette onto the flow. @returns its id */
    async drop(type: string, at: { x: number; y: number }): Promise<string> {
        const before = new Set(await this.idsOf(type));
        const entry = this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
        await entry.scrollIntoViewIfNeeded();
        const from = await boxOf(entry);
        const onto = await boxOf(this.page.locator('#red-ui-workspace-chart'));
        await this.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
        await this.page.mouse.down();
        await this.page.mouse.move(onto.x + at.x - 40, onto.y + at.y - 20, { steps: 4 });
        await this.page.mouse.move(onto.x + at.x, onto.y + at.y, { steps: 4 });
        await this.page.mouse.up();
        const [id] = (await this.idsOf(type)).filter((each) => !before.has(each));
        if (id === undefined) throw new Error(`${type} could not be dropped`);
        return id;
    }

    /** Removes what is on the flow shown. */
    async clear(): Promise<void> {
        await this.page.locator('#red-ui-workspace-chart').focus();
        await this.page.keyboard.press('Control+a');
        await this.page.keyboard.press('Delete');
    }

    /** Menu, Import, Examples, the package, the example, Import. */
    async importExample(folder: string, name: string): Promise<void> {
        await this.page.locator('#red-ui-header-button-sidemenu').click();
        await this.page.locator('#menu-item-import').click();
        await this.page.locator('#red-ui-clipboard-dialog-import-tabs').getByText('Examples').click();
        const tree = this.page.locator('#red-ui-clipboard-dialog-import-tab-examples');
        await tree.getByText(folder, { exact: true }).click();
        await tree.getByText(name, { exact: true }).click();
        await this.page.locator('#red-ui-clipboard-dialog-ok').click();
        await this.page.locator('#red-ui-clipboard-dialog-ok').waitFor({ state: 'hidden' });
        await this.page.locator('#red-ui-workspace-tabs').getByText(name, { exact: true }).click();
    }

    /** Ids of the nodes of a type, config nodes too. */
    idsOf(type: string): Promise<string[]> {
        return this.page.evaluate<string[]>(
            `(() => {
                const ids = [];
                const take = (node) => node.type === ${JSON.stringify(type)} && ids.push(node.id);
                RED.nodes.eachNode((node) => void take(node));
                RED.nodes.eachConfig((node) => void take(node));
                return ids;
            })()`,
        );
    }

    async idOf(type: string): Promise<string> {
        const ids = await this.idsOf(type);
        if (ids.length !== 1) throw new Error(`${ids.length} nodes of type ${type}`);
        return ids[0]!;
    }

    /** Id of the node that carries this name, such as an inject node. */
    async idNamed(name: string): Promise<string> {
        const ids = await this.page.evaluate<string[]>(
            `RED.nodes.filterNodes({}).filter((node) => node.name === ${JSON.stringify(name)}).map((node) => node.id)`,
        );
        if (ids.length !== 1) throw new Error(`${ids.length} nodes named ${name}`);
        return ids[0]!;
    }

    /** A node as it is drawn on the flow. */
    drawn(id: string): Locator {
        return this.page.locator(`[id="${id}"]`);
    }

    async openNode(id: string): Promise<Dialog> {
        await this.drawn(id).locator('.red-ui-flow-node').dblclick();
        return this.dialogOnTop(1);
    }

    /** The pencil or the plus beside a drop-down of config nodes, in the dialog on top. */
    async openConfig(property: string, button: 'edit' | 'add'): Promise<Dialog> {
        const depth = await this.page.locator(TITLES).count();
        const ids = ['node-input', 'node-config-input'].map((prefix) => `#${prefix}-btn-${property}-${button}`);
        await this.page.locator(ids.join(', ')).click();
        return this.dialogOnTop(depth + 1);
    }

    /** The status below a node, as it is shown. */
    async statusOf(id: string): Promise<string> {
        return ((await this.drawn(id).locator('.red-ui-flow-node-status-label').textContent()) ?? '').trim();
    }

    /** Waits for a status. @throws Error with the last one seen */
    async waitForStatus(id: string, wanted: RegExp, ms = 30_000): Promise<string> {
        const until = Date.now() + ms;
        for (;;) {
            const status = await this.statusOf(id);
            if (wanted.test(status)) return status;
            if (Date.now() > until) throw new Error(`the status is "${status}", not ${wanted}`);
            await this.page.waitForTimeout(50);
        }
    }

    /** The button of an inject node. */
    async press(id: string): Promise<void> {
        await this.drawn(id).locator('.red-ui-flow-node-button-button').click();
    }

    /** The deploy button; resolves when the editor says that it worked. */
    async deploy(): Promise<void> {
        const done = this.page.waitForResponse(
            (response) => response.url().endsWith('/flows') && response.request().method() === 'POST',
        );
        await this.page.locator('#red-ui-header-button-deploy').click();
        const response = await done;
        if (!response.ok()) throw new Error(`deploy: ${response.status()} ${await response.text()}`);
        await this.page.locator('.red-ui-notification', { hasText: 'Successfully deployed' }).waitFor();
    }

    /** The help of a node type, as the help sidebar shows it. */
    async helpOf(type: string): Promise<string> {
        await this.page.evaluate(`RED.sidebar.help.show(${JSON.stringify(type)})`);
        const help = this.page.locator('.red-ui-sidebar-help-stack .red-ui-help .red-ui-help');
        await help.waitFor();
        return help.innerText();
    }

    /** Everything text-like that was sent to the editor. */
    async received(): Promise<{ from: string; text: string }[]> {
        return Promise.all(this.bodies);
    }

    private async dialogOnTop(depth: number): Promise<Dialog> {
        await this.page
            .locator(TITLES)
            .nth(depth - 1)
            .waitFor();
        const dialog = new Dialog(this.page, depth);
        await dialog.tray.locator('.form-row').first().waitFor();
        await dialog.rest();
        return dialog;
    }

    private keep(response: Response): void {
        const url = response.url();
        if (response.status() >= 400 && !CATALOGUES.test(url)) this.complaints.push(`${url}: ${response.status()}`);
        if (!url.startsWith(this.url) || !/json|text\/(html|plain)/.test(response.headers()['content-type'] ?? ''))
            return;
        this.bodies.push(
            response.text().then(
                (text) => ({ from: url, text }),
                () => ({ from: url, text: '' }),
            ),
        );
    }
}

/** An edit dialog. Those below it are not in the page until it is closed. */
export class Dialog {
    readonly tray: Locator;

    /** @param depth how many dialogs are open, this one included */
    constructor(
        private readonly page: Page,
        private readonly depth: number,
    ) {
        this.tray = page.locator('.red-ui-tray');
    }

    /** Until it has slid in. */
    async rest(): Promise<void> {
        for (let before = NaN; ;) {
            const { x } = await boxOf(this.tray);
            if (x === before) return;
            before = x;
            await this.page.waitForTimeout(100);
        }
    }

    /** All fields by the name of their property, those on hidden tabs too. */
    async fields(): Promise<Record<string, FieldValue>> {
        const fields: Record<string, FieldValue> = {};
        for (const field of await this.tray.locator('[id^="node-input-"], [id^="node-config-input-"]').all()) {
            const id = (await field.getAttribute('id')) ?? '';
            const name = id.replace(/^node-(config-)?input-/, '');
            if (!/^\w+$/.test(name)) continue;
            const kind = await field.evaluate<string, HTMLElementLike>((element) => element.tagName.toLowerCase());
            if (!['input', 'select', 'textarea'].includes(kind)) continue;
            fields[name] =
                (await field.getAttribute('type')) === 'checkbox' ? await field.isChecked() : await field.inputValue();
        }
        return fields;
    }

    /** The text beside each field that a person sees. */
    async text(): Promise<string> {
        return this.tray.innerText();
    }

    /** Types into a field; one that chooses its type (fixed, message …) is typed into where it shows. */
    async fill(property: string, value: string): Promise<void> {
        const field = this.tray.locator(`#node-input-${property}, #node-config-input-${property}`);
        const typed = field.locator('xpath=following-sibling::*[contains(@class, "red-ui-typedInput-container")][1]');
        if ((await typed.count()) > 0) await typed.locator('input.red-ui-typedInput-input').fill(value);
        else await field.fill(value);
    }

    /** Done, Add or Update. */
    async done(): Promise<void> {
        await this.leave('#node-dialog-ok, #node-config-dialog-ok');
    }

    async cancel(): Promise<void> {
        await this.leave('#node-dialog-cancel, #node-config-dialog-cancel');
    }

    private async leave(button: string): Promise<void> {
        await this.tray.locator(button).click();
        if (this.depth > 1) {
            await this.page
                .locator(TITLES)
                .nth(this.depth - 1)
                .waitFor({ state: 'detached' });
            await this.page
                .locator(TITLES)
                .nth(this.depth - 2)
                .waitFor();
            await this.rest();
        } else await this.page.locator('#red-ui-editor-shade').waitFor({ state: 'hidden' });
    }
}

/** What is asked of an element in the page; the rest of the project has no DOM. */
interface HTMLElementLike {
    tagName: string;
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await locator.boundingBox();
    if (box === null) throw new Error('not on the screen');
    return box;
}
