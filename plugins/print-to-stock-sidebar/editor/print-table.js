// The table: one page of prints.
(function (sidebar) {
    const { make, button } = sidebar;
    const PAGE = 50;
    const COLUMNS = ['print', 'printer', 'when', 'quantity', 'state', 'actions', 'reason'];
    /** the page is asked for anew at most this often, however fast prints come */
    const PAUSE_MS = 1000;

    sidebar.PrintTable = class {
        /** @param empty makes what is shown where no print is to be shown */
        constructor(empty) {
            const { t } = sidebar;
            this.empty = empty;
            this.store = null;
            this.filter = { states: [], only: null, search: '' };
            /** where each page up to the one shown began */
            this.places = [null];
            this.next = null;
            this.asking = null;
            this.due = null;
            this.askedAt = 0;
            const heads = COLUMNS.map((name) =>
                make('div', { role: 'columnheader', class: `pts-${name}`, text: t(`column.${name}`) }),
            );
            const facts = make('div', { class: 'pts-facts', role: 'presentation' }, heads.splice(1, 3));
            const rows = make('div', { role: 'rowgroup', class: 'pts-rows' });
            this.rows = new sidebar.Rows(
                rows,
                ({ batch }) => batch,
                (print) => this.row(print),
            );
            this.table = make('div', { role: 'table', 'aria-label': t('table'), class: 'pts-table' }, [
                make('div', { role: 'rowgroup' }, [
                    make('div', { role: 'row', class: 'pts-head' }, [heads[0], facts, ...heads.slice(1)]),
                ]),
                rows,
            ]);
            this.nothing = make('div', { class: 'pts-empty' });
            this.range = make('span', { class: 'pts-range' });
            this.newer = button(t('page.newer'), { icon: 'fa-chevron-left', 'data-act': 'newer' }, () => this.turn(-1));
            this.older = button(t('page.older'), { icon: 'fa-chevron-right', 'data-act': 'older' }, () => this.turn(1));
            this.pager = make('nav', { class: 'pts-pager', 'aria-label': t('page.label') }, [
                this.newer,
                this.range,
                this.older,
            ]);
            this.list = make('div', { class: 'pts-list' }, [this.table, this.nothing]);
            this.element = make('div', { class: 'pts-prints' }, [this.list, this.pager]);
        }

        show(store, filter) {
            const other = store !== this.store || JSON.stringify(filter) !== JSON.stringify(this.filter);
            this.store = store;
            this.filter = filter;
            if (other) this.places = [null];
            // what is on its way already is not asked for a second time
            if (other || this.asking === null) this.ask();
            else this.again = true;
        }

        /** Something has changed: soon, but not with every print. */
        changed() {
            if (this.due !== null || this.store === null) return;
            const wait = Math.max(0, this.askedAt + PAUSE_MS - Date.now());
            this.due = setTimeout(() => {
                this.due = null;
                // one after the other: a slow answer is not overtaken by ten more
                if (this.asking === null) this.ask();
                else this.again = true;
            }, wait);
        }

        turn(by) {
            if (by < 0) this.places.pop();
            else this.places.push(this.next);
            this.ask().then(() => {
                this.list.scrollTop = 0;
                // the button one pressed may have gone out
                const pressed = by < 0 ? this.newer : this.older;
                if (pressed.disabled) (by < 0 ? this.older : this.newer).focus();
                sidebar.say(this.range.textContent);
            });
        }

        /** A newer question ends the one before. */
        ask() {
            if (this.asking !== null) this.asking.abort();
            this.askedAt = Date.now();
            this.again = false;
            if (this.store === null) return Promise.resolve();
            const { store } = this;
            const after = this.places[this.places.length - 1];
            const request = sidebar.runtime.prints(store, { ...this.filter, after, limit: PAGE });
            this.asking = request;
            return new Promise((resolve) => {
                request
                    .then(
                        (page) => store === this.store && this.take(page),
                        (failed) => failed.statusText !== 'abort' && this.fail(failed),
                    )
                    .always(() => {
                        if (this.asking === request) {
                            this.asking = null;
                            if (this.again) this.changed();
                        }
                        resolve();
                    });
            });
        }

        take(page) {
            const before = (this.places.length - 1) * PAGE;
            // the page that was shown is gone: back to the newest
            if (page.prints.length === 0 && before > 0) {
                this.places = [null];
                return void this.ask();
            }
            this.next = page.next;
            this.rows.show(page.prints, this.store);
            const searching = this.filter.search.trim() !== '';
            const total = sidebar.number(searching ? before + page.total : page.total) + (page.more ? '+' : '');
            const from = sidebar.number(before + 1);
            const to = sidebar.number(before + page.prints.length);
            this.range.textContent = sidebar.t('page.range', { from, to, total });
            this.newer.disabled = before === 0;
            this.older.disabled = page.next === null;
            this.pager.hidden = page.prints.length === 0;
            this.table.hidden = page.prints.length === 0;
            this.table.setAttribute('aria-rowcount', page.more ? -1 : page.total + 1);
            sidebar.fill(this.nothing, page.prints.length === 0 ? this.empty(this.filter) : []);
        }

        fail(request) {
            this.pager.hidden = this.table.hidden = true;
            this.rows.clear();
            sidebar.fill(this.nothing, [
                make('p', { text: sidebar.whyOf(request) }),
                button(sidebar.t('problem.again'), { icon: 'fa-refresh' }, () => this.ask()),
            ]);
        }

        row(print) {
            const { store } = this;
            const row = sidebar.printRow(store, print, (action) => {
                sidebar.rowBusy(row);
                sidebar.act(store, asked(action, print)).then((answer) => {
                    const name = print.name || print.batch;
                    if (answer !== undefined) {
                        const key = answer.waiting ? 'waiting' : action;
                        sidebar.say(sidebar.t(`done.${key}`, { name }));
                        RED.notify(
                            $('<span>')
                                .text(sidebar.t(`done.${key}`, { name }))
                                .html(),
                            {
                                type: 'success',
                                timeout: 3000,
                            },
                        );
                    }
                    this.rows.drop(print.batch);
                    this.ask();
                });
            });
            return row;
        }
    };

    /** Some of what a button says is an action with an answer in it. */
    const ACTIONS = {
        good: { action: 'release', verdict: 'good' },
        reject: { action: 'release', verdict: 'reject' },
        take: { action: 'release', verdict: 'good' },
        import: { action: 'import-offered' },
        dismiss: { action: 'dismiss-offered' },
    };

    function asked(action, { batch }) {
        return { action, ...ACTIONS[action], batch };
    }
})((window.printToStockSidebar = window.printToStockSidebar || {}));
