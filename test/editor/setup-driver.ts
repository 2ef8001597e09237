import type { Locator } from 'playwright-core';
import type { Editor } from './editor';

/** The set-up in the sidebar, used as a person uses it; counts what that costs. */
export class SetupDriver {
    clicks = 0;
    /** values that were typed */
    values = 0;
    /** all that stood in it at each step */
    seen = '';
    private readonly tab: Locator;

    constructor(private readonly editor: Editor) {
        this.tab = editor.page.locator('#print-to-stock-sidebar');
    }

    /** Menu, View, Print to Stock. */
    async openTabByMenu(): Promise<void> {
        const { page } = this.editor;
        await this.press(page.locator('#red-ui-header-button-sidemenu'));
        // the mouse on it opens it; counted all the same
        await page.locator('#menu-item-view-menu').hover();
        this.clicks++;
        await this.press(page.locator('#menu-item-view-menu-print-to-stock-sidebar'));
        await this.tab.waitFor();
    }

    /** The action of the editor, as its list of actions runs it. */
    async openByAction(): Promise<void> {
        await this.editor.page.evaluate('RED.actions.invoke("print-to-stock:set-up")');
        await this.at('bambuddy-server');
    }

    /** Clicks what is in sight, in the set-up or the tab around it. */
    async click(selector: string): Promise<void> {
        await this.press(this.tab.locator(selector).filter({ visible: true }).first());
    }

    /** Types into the field of the open step that has the focus, or is gone to by Tab. */
    async type(field: string, value: string): Promise<void> {
        const input = this.open.locator(`[data-field="${field}"]`);
        await input.waitFor();
        for (let tabs = 0; tabs < 4 && !(await this.hasFocus(field)); tabs++)
            await this.editor.page.keyboard.press('Tab');
        if (!(await this.hasFocus(field))) throw new Error(`${field} is not reached by the keyboard`);
        await this.editor.page.keyboard.type(value);
        this.values++;
    }

    /** Types a name or a number into a field for a place, and leaves it. */
    async enter(field: 'category' | 'location', value: string): Promise<void> {
        const input = this.open.locator(`[data-field="${field}"] input`);
        await input.fill(value);
        await input.blur();
        await this.open.locator(`[data-field="${field}"] .print-to-stock-place-number:not(:empty)`).waitFor();
    }

    /** Opens the choices and takes one. */
    async choose(field: 'category' | 'location', name: string): Promise<void> {
        await this.click(`[data-field="${field}"] [data-act="choose"]`);
        const { page } = this.editor;
        await this.press(page.locator('.print-to-stock-picker-tree').getByText(name, { exact: true }));
        await page.locator('.print-to-stock-picker').waitFor({ state: 'detached' });
    }

    /** Waits until a step is open. @param of type of its server, `place` or `shop` */
    async at(of: string): Promise<void> {
        await this.tab.locator(`.pts-setup-step[data-state="open"][data-of="${of}"]`).waitFor();
        this.seen += await this.text();
    }

    async ended(title: string): Promise<void> {
        await this.tab.locator('.pts-setup-outcome h3').getByText(title, { exact: true }).waitFor();
        this.seen += await this.text();
    }

    /** Node-RED asks before it deploys nodes that are not filled in. */
    async answerWarnings(): Promise<void> {
        const confirm = this.editor.page.locator('#red-ui-deploy-dialog-confirm-deploy-deploy');
        const came = await confirm.waitFor({ timeout: 1500 }).then(
            () => true,
            () => false,
        );
        if (came) await confirm.click();
    }

    text(): Promise<string> {
        return this.tab.innerText();
    }

    private get open(): Locator {
        return this.tab.locator('.pts-setup-step[data-state="open"]');
    }

    private hasFocus(field: string): Promise<boolean> {
        return this.editor.page.evaluate<boolean>(`document.activeElement?.dataset.field === ${JSON.stringify(field)}`);
    }

    private async press(what: Locator): Promise<void> {
        await what.click();
        this.clicks++;
    }
}
