// The question about prints that are not in stock after the ledger was lost, of all of them together.
import type { QuestionCounts } from '../../../lib/admin/sidebar/wire';
import { askBack } from '../page/ask';
import { button, hasFocus, icon, make } from '../page/elements';
import { number } from '../page/format';
import { mayWrite, say, t } from '../page/texts';
import type { Done } from '../runtime';

export class Offered {
    readonly element: HTMLElement;
    private n = 0;
    private readonly question = make('strong', { id: 'pts-offered-question' });
    private readonly import = button(
        t('answer.import'),
        { icon: 'fa-download', primary: true, 'data-act': 'import-all' },
        () => void this.answer('import'),
    );
    private readonly dismiss = button(t('answer.dismiss'), { icon: 'fa-trash-o', 'data-act': 'dismiss-all' }, () =>
        askBack(
            this.element,
            t(`dismiss.${this.n === 1 ? 'one' : 'all'}`, { n: number(this.n) }),
            { act: 'dismiss-all', yes: t('dismiss.yes') },
            () => void this.answer('dismiss'),
        ),
    );

    /**
     * @param act asks the store for an action; undefined where it failed
     * @param list shows these prints alone
     * @param leave called where the question goes while it has the focus
     */
    constructor(
        private readonly act: (action: object) => Promise<Done | undefined>,
        list: () => void,
        private readonly leave: () => void,
    ) {
        const buttons = make('div', { class: 'pts-offered-buttons' }, [
            this.import,
            this.dismiss,
            button(t('offered.list'), { icon: 'fa-list', 'data-act': 'list-offered' }, list),
        ]);
        this.element = make(
            'section',
            { class: 'pts-offered', 'aria-labelledby': 'pts-offered-question', hidden: true },
            [
                icon('fa-question-circle'),
                make('div', {}, [this.question, make('p', { text: t('offered.why') }), buttons]),
            ],
        );
    }

    show({ offered }: QuestionCounts): void {
        const before = this.n;
        this.n = offered;
        this.import.hidden = this.dismiss.hidden = !mayWrite();
        if (offered !== before)
            this.question.textContent = t(`offered.${offered === 1 ? 'one' : 'question'}`, { n: number(offered) });
        const focused = hasFocus(this.element);
        this.element.hidden = offered === 0;
        if (offered > before) say(this.question.textContent);
        if (offered === 0) this.element.querySelector('.pts-ask')?.remove();
        if (offered === 0 && focused) this.leave();
    }

    private async answer(what: 'import' | 'dismiss'): Promise<void> {
        if (this.element.getAttribute('aria-busy') === 'true') return;
        const n = number(this.n);
        this.busy(true);
        const answer = await this.act({ action: `${what}-offered` });
        this.busy(false);
        if (answer) say(t(`offered.done.${answer.waiting ? 'waiting' : what}`, { n }));
    }

    /** A button that is `disabled` would lose the focus. */
    private busy(busy: boolean): void {
        this.element.setAttribute('aria-busy', String(busy));
        for (const each of [this.import, this.dismiss]) each.setAttribute('aria-disabled', String(busy));
    }
}
