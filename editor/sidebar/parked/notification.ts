// One notification of Node-RED for all causes that a person has not dismissed yet.
import { fill, make } from '../page/elements';
import { number } from '../page/format';
import { t } from '../page/texts';
import type { Cause } from './causes';

/** more are counted only */
const LISTED = 3;
/** it has slid away */
const GONE_MS = 350;

export class ParkedNotification {
    private open: { element: HTMLElement; notice: RedNotification } | null = null;
    private shown = '';

    /**
     * @param answers what its two buttons do
     */
    constructor(private readonly answers: { look: () => void; dismiss: () => void }) {}

    get isOpen(): boolean {
        return this.open !== null;
    }

    /** @param causes empty: it closes */
    show(causes: readonly Cause[]): void {
        if (causes.length === 0) return this.close();
        const shown = JSON.stringify(causes);
        if (shown === this.shown && this.open !== null) return;
        this.shown = shown;
        this.open ??= this.opened();
        fill(this.open.element, contentOf(causes));
    }

    private close(): void {
        const { open } = this;
        this.open = null;
        if (open === null) return;
        // what is not seen any more is not read out either
        setTimeout(() => open.element.remove(), GONE_MS);
        open.notice.close();
    }

    private opened(): { element: HTMLElement; notice: RedNotification } {
        const element = make('div', { class: 'pts-parked-notice', role: 'alert' });
        const notice = RED.notify($(element), {
            type: 'warning',
            fixed: true,
            buttons: [
                { text: t('parked.dismiss'), click: () => this.answers.dismiss() },
                { text: t('parked.show'), class: 'primary', click: () => this.answers.look() },
            ],
        });
        return { element, notice };
    }
}

function contentOf(causes: readonly Cause[]): HTMLElement[] {
    const prints = causes.reduce((sum, { count }) => sum + count, 0);
    const rest = causes.length - LISTED;
    return [
        make('p', { text: t('parked.title', { n: number(prints) }) }),
        make(
            'ul',
            {},
            causes
                .slice(0, LISTED)
                .map(({ reason, count }) =>
                    make('li', { title: reason }, [
                        make('b', { text: `${number(count)} ×` }),
                        make('span', { text: reason || t('retryAll.others') }),
                    ]),
                ),
        ),
        ...(rest > 0 ? [make('p', { text: t('parked.more', { n: number(rest) }) })] : []),
    ];
}
