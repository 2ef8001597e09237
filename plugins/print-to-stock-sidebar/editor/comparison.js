// Reconcile: what Bambuddy, InvenTree and the store say of one another. Changes nothing.
(function (sidebar) {
    const { make, button } = sidebar;
    const LISTS = ['missing', 'gone', 'extra', 'differing'];

    sidebar.Comparison = class {
        constructor(act) {
            const { t } = sidebar;
            this.begin = button(t('compare.begin'), { icon: 'fa-exchange', 'data-act': 'reconcile' }, () => {
                this.waited = true;
                act(this.source.id, { action: 'reconcile' });
            });
            this.form = make('div', { class: 'pts-form' }, [this.begin]);
            this.result = make('div', { class: 'pts-result' });
            this.element = make('div', { class: 'pts-panel-body' }, [
                make('p', { class: 'pts-hint', text: t('compare.hint') }),
                this.form,
                this.result,
            ]);
        }

        show(source) {
            this.source = source;
            const errand = source.errands.find(({ action }) => action === 'reconcile') || null;
            const running = errand !== null && errand.endedAt === null;
            this.form.hidden = !sidebar.mayWrite();
            this.begin.disabled = running;
            const shown = JSON.stringify(errand);
            if (shown === this.shown) return;
            this.shown = shown;
            const { t } = sidebar;
            sidebar.fill(
                this.result,
                errand === null ? [] : running ? [sidebar.spinner(t('compare.running'))] : outcome(errand),
            );
            if (!running && errand !== null && this.waited) {
                this.waited = false;
                sidebar.say(this.result.textContent);
            }
        }
    };

    function outcome({ error, result, endedAt }) {
        const { t } = sidebar;
        if (error !== null) return [make('p', { class: 'pts-failed', text: error })];
        const found = LISTS.filter((name) => result[name] > 0);
        return [
            make('p', { class: 'pts-summary' }, [
                make('strong', { text: t(found.length === 0 ? 'compare.agrees' : 'compare.differs') }),
                make('span', { class: 'pts-at', text: sidebar.when(endedAt) }),
            ]),
            sidebar.numbers([
                [t('compare.runs'), result.runs],
                [t('compare.items'), result.items],
                [t('compare.matches'), result.matches],
            ]),
            ...found.map((name) => differences(name, result[name], result.lists[name])),
        ];
    }

    function differences(name, n, list) {
        const { t } = sidebar;
        const rest = n - list.length;
        return make('details', { class: 'pts-fates' }, [
            make('summary', {}, [
                make('strong', { text: `${sidebar.number(n)} ${t(`compare.list.${name}`)}` }),
                make('span', { class: 'pts-hint', text: ` ${t(`compare.whatToDo.${name}`)}` }),
            ]),
            make('ul', {}, [
                ...list.map((each) =>
                    make('li', {}, [
                        make('span', {
                            text: each.name || each.batch || t('history.nameless', { id: each.archiveId ?? '?' }),
                        }),
                        each.batch && each.name ? make('span', { class: 'pts-at', text: each.batch }) : null,
                        each.completedAt || each.startedAt
                            ? make('span', { class: 'pts-at', text: sidebar.when(each.completedAt || each.startedAt) })
                            : null,
                        each.what
                            ? make('span', {
                                  class: 'pts-at',
                                  text: t(`compare.what.${each.what}`, { was: each.was ?? '–', is: each.is ?? '–' }),
                              })
                            : null,
                    ]),
                ),
                rest > 0
                    ? make('li', { class: 'pts-hint', text: t('compare.rest', { n: sidebar.number(rest) }) })
                    : null,
            ]),
        ]);
    }
})((window.printToStockSidebar = window.printToStockSidebar || {}));
