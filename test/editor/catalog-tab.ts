import type { Locator } from 'playwright-core';
import type { Editor } from './editor';

/** The tab "Catalog", used as a person uses it. */
export class CatalogTab {
    readonly tab: Locator;
    readonly tree: Locator;
    /** rows of products */
    readonly rows: Locator;
    /** rows of the community's items */
    readonly items: Locator;
    /** what is told to screen readers */
    readonly voice: Locator;

    private constructor(readonly editor: Editor) {
        this.tab = editor.page.locator('#print-to-stock-catalog');
        this.tree = this.tab.getByRole('tree', { name: 'Stores and groups' });
        this.rows = this.tab.locator('.pts-products .pts-rows > [role="row"]');
        this.items = this.tab.locator('.pts-items .pts-rows > [role="row"]');
        this.voice = this.tab.locator('.pts-voice');
    }

    static async open(editor: Editor): Promise<CatalogTab> {
        const catalog = new CatalogTab(editor);
        await editor.page.evaluate('RED.sidebar.show("print-to-stock-catalog")');
        await catalog.tab.waitFor();
        return catalog;
    }

    button(act: string): Locator {
        return this.tab.locator(`button[data-act="${act}"]`);
    }

    /** A line of the tree by the name that is read in it. */
    line(name: string): Locator {
        return this.tree
            .getByRole('treeitem')
            .filter({ has: this.editor.page.locator('.pts-node-name').getByText(name, { exact: true }) });
    }

    row(name: string): Locator {
        return this.rows.filter({ has: this.editor.page.getByText(name, { exact: true }) });
    }

    cell(name: string, column: string): Promise<string> {
        return this.row(name).locator(`.pts-${column}`).innerText();
    }

    names(): Promise<string[]> {
        return this.rows.locator('.pts-name').allInnerTexts();
    }

    /** A button of the filter. */
    choice(name: string): Locator {
        return this.tab.locator(`[data-group="${name}"]`);
    }

    async search(text: string): Promise<void> {
        await this.tab.locator('.pts-products .pts-search').fill(text);
    }

    text(): Promise<string> {
        return this.tab.innerText();
    }

    /** What has the focus, by its name. */
    focus(): Promise<string> {
        return this.editor.page.evaluate<string>(
            `document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()`,
        );
    }

    /** Waits until something is so. @throws Error with the tab's text */
    async until(what: string, is: () => Promise<boolean>, ms = 30_000): Promise<void> {
        for (const end = Date.now() + ms; !(await is());) {
            if (Date.now() > end) throw new Error(`waited in vain for ${what}:\n${await this.text()}`);
            await this.editor.page.waitForTimeout(50);
        }
    }
}
