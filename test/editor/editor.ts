import { join } from 'node:path';
import type { Browser, Locator, Page, Response } from 'playwright-core';
import { boxOf, Dialog, TITLES } from './dialog';

export { Dialog, type FieldValue } from './dialog';

export interface PaletteEntry {
    type: string;
    label: string;
    /** path of its picture on the server */
    icon: string;
}

/** What a person chooses in the editor's own settings. */
export interface Look {
    language: string;
    theme: 'light' | 'dark';
}

/** Node-RED fetches lists of packages from there; without a way outside that fails, and is none of our business. */
const CATALOGUES = /^https:\/\/catalogue\.nodered\.org\//;

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
            const why = request.failure()?.errorText ?? 'failed';
            // a dialog that is closed gives up what it still asks for
            const isGivenUp = why === 'net::ERR_ABORTED' && request.url().includes('/print-to-stock/');
            if (!isGivenUp && !CATALOGUES.test(request.url())) this.complaints.push(`${request.url()}: ${why}`);
        });
        page.on('response', (response) => this.keep(response));
    }

    static async open(
        browser: Browser,
        url: string,
        viewport = { width: 1600, height: 1000 },
        look: Look = { language: 'en-US', theme: 'light' },
    ): Promise<Editor> {
        const context = await browser.newContext({ viewport, deviceScaleFactor: 2, locale: look.language });
        context.setDefaultTimeout(30_000);
        await context.addInitScript(
            `localStorage.setItem('editor-language', '${look.language}');
             localStorage.setItem('view-dark-theme', '${look.theme}');`,
        );
        const editor = new Editor(await context.newPage(), url);
        await editor.page.goto(url);
        await editor.page.locator('.red-ui-palette-node').first().waitFor();
        await editor.page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
        // Node-RED 4.1 has no dark of its own
        if (look.theme === 'dark' && (await editor.page.locator('html.nr-theme-dark').count()) === 0)
            await editor.page.addStyleTag({ path: join(__dirname, 'dark.css') });
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

    /** Menu, Import, Examples, the package, the example, Import; then its flow is shown. */
    async importExample(folder: string, name: string): Promise<void> {
        await this.chooseExample(folder, name);
        await this.page.locator('#red-ui-workspace-tabs').getByText(name, { exact: true }).click();
    }

    /** The same for an example without a flow of its own: it is dropped on the flow shown. */
    async dropExample(folder: string, name: string, at = { x: 60, y: 60 }): Promise<void> {
        await this.chooseExample(folder, name);
        await this.page.locator('#red-ui-workspace-chart').click({ position: at });
    }

    private async chooseExample(folder: string, name: string): Promise<void> {
        await this.page.locator('#red-ui-header-button-sidemenu').click();
        await this.page.locator('#menu-item-import').click();
        const tree = this.page.locator('#red-ui-clipboard-dialog-import-tab-examples');
        // the dialog shows its first tab once more when it has opened
        for (let tries = 0; tries < 10 && !(await tree.isVisible()); tries++) {
            await this.page.locator('#red-ui-clipboard-dialog-import-tabs').getByText('Examples').click();
            await this.page.waitForTimeout(200);
        }
        await tree.getByText(folder, { exact: true }).click();
        await tree.getByText(name, { exact: true }).click();
        await this.page.locator('#red-ui-clipboard-dialog-ok').click();
        await this.page.locator('#red-ui-clipboard-dialog-ok').waitFor({ state: 'hidden' });
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

    /** Properties of a node, a config node too, as the editor keeps it. */
    propertiesOf(id: string, properties: readonly string[]): Promise<Record<string, unknown>> {
        return this.page.evaluate<Record<string, unknown>>(
            `(({ ${properties.join(', ')} }) => ({ ${properties.join(', ')} }))(RED.nodes.node('${id}'))`,
        );
    }

    /** A node as an exported flow has it. */
    exported(id: string): Promise<Record<string, unknown>> {
        return this.page.evaluate<Record<string, unknown>>(
            `RED.nodes.createExportableNodeSet([RED.nodes.node('${id}')]).find((node) => node.id === '${id}')`,
        );
    }

    /** A node as it is drawn on the flow. */
    drawn(id: string): Locator {
        return this.page.locator(`[id="${id}"]`);
    }

    async openNode(id: string): Promise<Dialog> {
        // a node that is drawn anew just then, as after its dialog was closed, takes the second click for a first one
        for (let tries = 0; tries < 3; tries++) {
            await this.drawn(id).locator('.red-ui-flow-node').dblclick();
            const isOpen = await this.page
                .locator(TITLES)
                .first()
                .waitFor({ timeout: 5000 })
                .then(
                    () => true,
                    () => false,
                );
            if (isOpen) break;
        }
        return this.dialogOnTop(1);
    }

    /** Leaves what a test that failed has left open. */
    async leaveDialogs(): Promise<void> {
        for (let depth = await this.page.locator(TITLES).count(); depth > 0; depth--)
            await new Dialog(this.page, depth).cancel();
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
        // one of an earlier deploy may be there still
        await this.page.locator('.red-ui-notification', { hasText: 'Successfully deployed' }).last().waitFor();
        await this.page.locator('#red-ui-header-button-deploy.disabled').waitFor();
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
