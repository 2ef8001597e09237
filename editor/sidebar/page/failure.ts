// What stands in the place of what could not be asked for: why, and a button that asks again.
import { whyOf } from '../runtime';
import { button, fill, make } from './elements';
import { t } from './texts';

/** @param again asks once more */
export function showFailure(box: HTMLElement, request: JQueryRequest, again: () => void): void {
    fill(box, [make('p', { text: whyOf(request) }), button(t('problem.again'), { icon: 'fa-refresh' }, again)]);
}
