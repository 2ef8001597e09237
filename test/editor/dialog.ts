import type { Locator, Page } from 'playwright-core';

export type FieldValue = string | boolean;

/** One for each dialog that is open, the one on top last. */
export const TITLES = '.red-ui-tray-breadcrumbs li';

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

    /** All fields by the name of their property, those on hidden tabs too; at one moment, since a dialog goes on being made. */
    async fields(): Promise<Record<string, FieldValue>> {
        const found = await this.tray.locator('[id^="node-input-"], [id^="node-config-input-"]').evaluateAll((fields) =>
            (fields as unknown as FieldLike[]).map(({ id, tagName, type, checked, value }) => ({
                id,
                kind: tagName.toLowerCase(),
                value: type === 'checkbox' ? checked : value,
            })),
        );
        const fields: Record<string, FieldValue> = {};
        for (const { id, kind, value } of found) {
            const name = id.replace(/^node-(config-)?input-/, '');
            if (/^\w+$/.test(name) && ['input', 'select', 'textarea'].includes(kind)) fields[name] = value;
        }
        return fields;
    }

    /** The text beside each field that a person sees. */
    async text(): Promise<string> {
        return this.tray.innerText();
    }

    /** The input of a property; a list of choices and a box are one too. */
    field(property: string): Locator {
        return this.tray.locator(`#node-input-${property}, #node-config-input-${property}`);
    }

    /** Opens one of the tabs inside the dialog, unless its page is open. */
    async tab(name: string): Promise<void> {
        const tab = this.tray.locator('.red-ui-tray-content .red-ui-tab').filter({ hasText: name });
        if (/\bactive\b/.test((await tab.getAttribute('class')) ?? '')) return;
        // two clicks on tabs within 400 ms are a double click to Node-RED, and open none
        await this.page.waitForTimeout(450);
        await tab.locator('a').click();
    }

    /** Enters a value as a person does, and leaves the field. */
    async enter(property: string, value: FieldValue): Promise<void> {
        const field = this.field(property);
        if (typeof value === 'boolean') return field.setChecked(value);
        const kind = await field.evaluate<string, HTMLElementLike>((element) => element.tagName.toLowerCase());
        if (kind === 'select') return void (await field.selectOption(value));
        await field.fill(value);
        await field.blur();
    }

    async isMarked(property: string): Promise<boolean> {
        return (await this.field(property).and(this.tray.locator('.input-error')).count()) > 0;
    }

    /** What is wrong with a field, as it says when the mouse rests on it; empty where it says nothing. */
    async reason(property: string): Promise<string> {
        const id = await this.field(property).getAttribute('id');
        // off the tab that was clicked: it has a tip too
        await this.page.mouse.move(0, 0);
        // opened without waiting for the mouse to have rested; Node-RED 5.0 shows it a turn later
        const text = await this.page.evaluate<string>(`(async () => {
            const field = $('#${id}');
            const tip = field.data('tooltip');
            if (!tip) return '';
            // that of another field may still be going
            const others = $('.red-ui-popover').get();
            tip.open(true);
            let own;
            for (let turns = 0; turns < 80 && !own; turns++) {
                await new Promise((resolve) => setTimeout(resolve, 25));
                own = $('.red-ui-popover').get().find((each) => !others.includes(each));
            }
            // it was there already, under the mouse
            const text = own ? own.textContent : $('.red-ui-popover').last().text();
            tip.close(true);
            return text;
        })()`);
        return text.trim();
    }

    /** Types into a field; one that chooses its type (fixed, message …) is typed into where it shows. */
    async fill(property: string, value: string): Promise<void> {
        const field = this.field(property);
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

interface FieldLike extends HTMLElementLike {
    id: string;
    type: string;
    checked: boolean;
    value: string;
}

export async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await locator.boundingBox();
    if (box === null) throw new Error('not on the screen');
    return box;
}
