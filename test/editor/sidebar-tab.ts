import type { Locator } from 'playwright-core';
import type { Editor } from './editor';

/** The tab "Print to Stock", used as a person uses it. */
export class SidebarTab {
    readonly tab: Locator;
    readonly rows: Locator;
    /** what is told to screen readers */
    readonly voice: Locator;

    private constructor(readonly editor: Editor) {
        this.tab = editor.page.locator('#print-to-stock-sidebar');
        this.rows = this.tab.locator('.pts-main > .pts-prints .pts-rows > [role="row"]');
        this.voice = this.tab.locator('.pts-voice');
    }

    static async open(editor: Editor): Promise<SidebarTab> {
        const sidebar = new SidebarTab(editor);
        await editor.page.evaluate('RED.sidebar.show("print-to-stock-sidebar")');
        await sidebar.tab.waitFor();
        return sidebar;
    }

    button(act: string): Locator {
        return this.tab.locator(`button[data-act="${act}"]`);
    }

    /** The row of a print by its name. */
    row(name: string): Locator {
        return this.rows.filter({ has: this.editor.page.getByText(name, { exact: true }) });
    }

    cell(name: string, column: string): Promise<string> {
        return this.row(name).locator(`.pts-${column}`).innerText();
    }

    async names(): Promise<string[]> {
        return this.rows.locator('.pts-name').allInnerTexts();
    }

    async count(group: string): Promise<number> {
        return Number(await this.tab.locator(`[data-group="${group}"] .pts-count`).textContent());
    }

    group(name: string): Locator {
        return this.tab.locator(`[data-group="${name}"]`);
    }

    async search(text: string): Promise<void> {
        await this.tab.locator('.pts-search').fill(text);
    }

    text(): Promise<string> {
        return this.tab.innerText();
    }

    /** Waits until something is so. @throws Error with the tab's text */
    async until(what: string, is: () => Promise<boolean>, ms = 20_000): Promise<void> {
        for (const end = Date.now() + ms; !(await is());) {
            if (Date.now() > end) throw new Error(`waited in vain for ${what}:\n${await this.text()}`);
            await this.editor.page.waitForTimeout(50);
        }
    }
}
