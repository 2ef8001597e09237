// All parked prints at once, with what is wrong with how many of them.
import type { ParkedReason } from '../../../lib/admin/sidebar/wire';
import { button, fill, make } from '../page/elements';
import { number } from '../page/format';
import { mayWrite, t } from '../page/texts';

export class RetryAll {
    readonly element = make('section', { class: 'pts-retry-all', 'aria-label': t('retryAll.label'), hidden: true });
    private shown = '';

    /** @param retry tries all parked prints again */
    constructor(private readonly retry: () => void) {}

    /** @param isWanted the list shows what is parked */
    show(parked: readonly ParkedReason[], isWanted: boolean): void {
        const n = parked.reduce((sum, { count }) => sum + count, 0);
        const shown = JSON.stringify([parked, isWanted]);
        if (shown === this.shown) return;
        this.shown = shown;
        if (!isWanted || n === 0) return fill(this.element, []);
        fill(this.element, [
            make(
                'ul',
                {},
                parked.map(({ reason, count }) =>
                    make('li', { title: reason }, [
                        make('b', { text: `${number(count)} ×` }),
                        make('span', { text: reason || t('retryAll.others') }),
                    ]),
                ),
            ),
            mayWrite()
                ? button(
                      t('retryAll.button', { n: number(n) }),
                      { icon: 'fa-repeat', 'data-act': 'retry-all' },
                      this.retry,
                  )
                : null,
        ]);
    }
}
