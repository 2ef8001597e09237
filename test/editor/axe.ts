import type { Page } from 'playwright-core';

const SCRIPT = require.resolve('axe-core/axe.min.js');

/** Parts of Node-RED's own widgets, which our dialogs and tabs are made of: their markup is not ours to change. */
export const CORES_OWN = [
    // the handle for dragging and the cross of a row
    '.red-ui-editableList-item-handle',
    '.red-ui-editableList-item-remove',
];

/**
 * What axe finds wrong in parts of the page.
 * @param parts selectors of what is ours; one that is not there is left out
 * @returns a line for each element: the rule, what is wrong, the element
 */
export async function faultsByAxe(page: Page, parts: readonly string[]): Promise<string[]> {
    if (!(await page.evaluate<boolean>("'axe' in window"))) await page.addScriptTag({ path: SCRIPT });
    return page.evaluate<string[]>(`(async () => {
        const shown = (selector) => [...document.querySelectorAll(selector)].some((each) => each.offsetParent !== null);
        const include = ${JSON.stringify(parts)}.filter(shown).map((each) => [each]);
        if (include.length === 0) return ['nothing of it is shown'];
        const exclude = ${JSON.stringify(CORES_OWN)}.map((each) => [each]);
        const { violations } = await axe.run({ include, exclude }, { resultTypes: ['violations'] });
        return violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) =>
                [id, failureSummary.split('\\n').slice(1, 2).join('').trim(), html.slice(0, 160)].join(' | ')));
    })()`);
}
