import type { Page } from 'playwright-core';

/** Contrast that WCAG 2 asks of text at level AA. */
const ENOUGH = 4.5;

/**
 * What is wrong with the look of the dialog on top: text too faint, something quiet that looks like an error, text that
 * sticks out of the dialog, a unit that is not beside its field.
 */
export function faultsOfLook(page: Page): Promise<string[]> {
    return page.evaluate<string[]>(`(() => {
        const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
        const backgroundOf = (element) => {
            for (let each = element; each; each = each.parentElement) {
                const [r, g, b, a = 1] = numbers(getComputedStyle(each).backgroundColor);
                if (a > 0) return [r, g, b];
            }
            return [255, 255, 255];
        };
        const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        const contrast = (one, other) => {
            const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
            return (light + 0.05) / (dark + 0.05);
        };
        const isRed = ([r, g, b]) => r > 1.5 * Math.max(g, b);

        const dialog = document.querySelector('.red-ui-tray .print-to-stock');
        const edge = dialog.closest('.red-ui-tray-body').getBoundingClientRect().right;
        const quiet = '.print-to-stock-hint, .print-to-stock-line:not(.print-to-stock-bad), .print-to-stock-unit, .print-webhook-note';
        const faults = [];
        for (const element of dialog.querySelectorAll('label, .print-webhook-mistake, ' + quiet)) {
            const text = element.innerText.trim();
            const box = element.getBoundingClientRect();
            // what is for screen readers alone nobody sees
            if (text === '' || box.width === 0 || element.matches('.print-to-stock-unseen')) continue;
            const colour = numbers(getComputedStyle(element).color);
            const found = contrast(colour, backgroundOf(element));
            if (found < ${ENOUGH}) faults.push(text + ': contrast ' + found.toFixed(1));
            if (element.matches(quiet) && isRed(colour)) faults.push(text + ': looks like an error');
            if (box.right > edge || element.scrollWidth > element.clientWidth + 1) faults.push(text + ': sticks out');
            const field = element.matches('.print-to-stock-unit') ? element.previousElementSibling : null;
            if (field && box.left < field.getBoundingClientRect().right) faults.push(text + ': not beside its field');
        }
        return faults;
    })()`);
}
