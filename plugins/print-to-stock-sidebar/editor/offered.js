// The question about prints that are not in stock after the ledger was lost, of all of them together.
(function (sidebar) {
    const { make, icon, button } = sidebar;

    sidebar.Offered = class {
        /**
         * @param act asks the store for an action; a promise of its answer, undefined where it failed
         * @param list shows these prints alone
         * @param leave called where the question goes while it has the focus
         */
        constructor(act, list, leave) {
            const { t } = sidebar;
            Object.assign(this, { act, leave });
            this.n = 0;
            this.question = make('strong', { id: 'pts-offered-question' });
            this.import = button(
                t('answer.import'),
                { icon: 'fa-download', primary: true, 'data-act': 'import-all' },
                () => this.answer('import'),
            );
            this.dismiss = button(t('answer.dismiss'), { icon: 'fa-trash-o', 'data-act': 'dismiss-all' }, () =>
                sidebar.askBack(
                    this.element,
                    t(`dismiss.${this.n === 1 ? 'one' : 'all'}`, { n: sidebar.number(this.n) }),
                    { act: 'dismiss-all', yes: t('dismiss.yes') },
                    () => this.answer('dismiss'),
                ),
            );
            this.buttons = make('div', { class: 'pts-offered-buttons' }, [
                this.import,
                this.dismiss,
                button(t('offered.list'), { icon: 'fa-list', 'data-act': 'list-offered' }, list),
            ]);
            this.element = make(
                'section',
                { class: 'pts-offered', 'aria-labelledby': 'pts-offered-question', hidden: true },
                [
                    icon('fa-question-circle'),
                    make('div', {}, [this.question, make('p', { text: t('offered.why') }), this.buttons]),
                ],
            );
        }

        show({ offered }) {
            const before = this.n;
            this.n = offered;
            this.import.hidden = this.dismiss.hidden = !sidebar.mayWrite();
            if (offered !== before)
                this.question.textContent = sidebar.t(`offered.${offered === 1 ? 'one' : 'question'}`, {
                    n: sidebar.number(offered),
                });
            const focused = this.element.contains(document.activeElement);
            this.element.hidden = offered === 0;
            if (offered > before) sidebar.say(this.question.textContent);
            if (offered === 0) this.element.querySelector('.pts-ask')?.remove();
            if (offered === 0 && focused) this.leave();
        }

        answer(what) {
            if (this.element.getAttribute('aria-busy') === 'true') return;
            const n = sidebar.number(this.n);
            this.busy(true);
            this.act({ action: `${what}-offered` }).then((answer) => {
                this.busy(false);
                if (answer) sidebar.say(sidebar.t(`offered.done.${answer.waiting ? 'waiting' : what}`, { n }));
            });
        }

        /** A button that is `disabled` would lose the focus. */
        busy(busy) {
            this.element.setAttribute('aria-busy', String(busy));
            for (const each of [this.import, this.dismiss]) each.setAttribute('aria-disabled', String(busy));
        }
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
