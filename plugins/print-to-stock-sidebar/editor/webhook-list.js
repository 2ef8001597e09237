// What one webhook node has parked: a page of it, with what can be done.
(function (sidebar) {
    const { make, button } = sidebar;
    const PAGE = 20;
    const COLUMNS = ['topic', 'device', 'when', 'status', 'actions', 'reason'];

    sidebar.WebhookList = class {
        /** @param leave called where nothing is left that could have the focus */
        constructor(webhook, leave) {
            const { t } = sidebar;
            this.id = webhook.id;
            this.leave = leave;
            /** where each page up to the one shown began */
            this.places = [null];
            this.asking = null;
            this.title = make('strong', { class: 'pts-name', id: `pts-webhook-${webhook.id}` });
            this.host = make('span', { class: 'pts-at' });
            this.lost = make('p', { class: 'pts-failed', hidden: true });
            this.retryAll = button(t('webhooks.retryAll'), { icon: 'fa-repeat', 'data-act': 'retry-all' }, () =>
                this.act({ action: 'retry-all' }, this.title.textContent),
            );
            const heads = COLUMNS.map((name) =>
                make('div', { role: 'columnheader', text: t(`webhooks.column.${name}`) }),
            );
            this.body = make('div', { role: 'rowgroup' });
            this.rows = new sidebar.Rows(
                this.body,
                ({ id }) => id,
                (delivery) =>
                    sidebar.webhookRow(delivery, (action, row, name) => this.actOn(delivery, action, row, name)),
            );
            this.table = make('div', { role: 'table', 'aria-labelledby': this.title.id }, [
                make('div', { role: 'rowgroup', class: 'pts-unseen' }, [make('div', { role: 'row' }, heads)]),
                this.body,
            ]);
            this.failed = make('p', { class: 'pts-failed', hidden: true });
            this.range = make('span', { class: 'pts-range' });
            this.newer = button(t('page.newer'), { icon: 'fa-chevron-left', 'data-act': 'newer' }, () => this.turn(-1));
            this.older = button(t('page.older'), { icon: 'fa-chevron-right', 'data-act': 'older' }, () => this.turn(1));
            this.pager = make('nav', { class: 'pts-pager', 'aria-label': t('webhooks.pages'), hidden: true }, [
                this.newer,
                this.range,
                this.older,
            ]);
            this.element = make('div', { class: 'pts-webhook-list', 'data-webhook': webhook.id }, [
                make('div', { class: 'pts-webhook-head' }, [
                    make('span', { class: 'pts-title' }, [this.title, this.host]),
                    this.retryAll,
                ]),
                this.lost,
                this.failed,
                this.table,
                this.pager,
            ]);
            this.show(webhook);
        }

        /** Its overview has changed, and what it has parked with it. */
        show({ name, host, parked, dropped }) {
            const { t } = sidebar;
            this.title.textContent = name || t('webhooks.unnamed');
            this.host.textContent = host;
            this.retryAll.hidden = !sidebar.mayWrite() || parked === 0;
            this.lost.hidden = dropped === 0;
            this.lost.textContent = t('webhooks.dropped', { n: sidebar.number(dropped) });
            this.ask();
        }

        turn(by) {
            if (by < 0) this.places.pop();
            else this.places.push(this.next);
            this.ask().then(() => {
                // the button one pressed may have gone out
                const pressed = by < 0 ? this.newer : this.older;
                if (pressed.disabled) (by < 0 ? this.older : this.newer).focus();
                sidebar.say(this.range.textContent);
            });
        }

        /** One question at a time; what changed meanwhile is asked for behind it. */
        ask() {
            if (this.asking !== null) {
                this.again = true;
                return this.asking;
            }
            this.again = false;
            const after = this.places[this.places.length - 1];
            this.asking = new Promise((resolve) => {
                sidebar.runtime
                    .parkedWebhooks(this.id, after, PAGE)
                    .then(
                        (page) => this.take(page),
                        (request) => this.fail(request),
                    )
                    .always(() => {
                        this.asking = null;
                        resolve(this.again ? this.ask() : undefined);
                    });
            });
            return this.asking;
        }

        take({ deliveries, total, next }) {
            const before = (this.places.length - 1) * PAGE;
            // the page that was shown is gone: back to the newest
            if (deliveries.length === 0 && before > 0) {
                this.places = [null];
                this.again = true;
                return;
            }
            this.next = next;
            this.failed.hidden = true;
            this.rows.show(deliveries);
            const [from, to] = [before + 1, before + deliveries.length].map(sidebar.number);
            this.range.textContent = sidebar.t('page.range', { from, to, total: sidebar.number(total) });
            this.newer.disabled = before === 0;
            this.older.disabled = next === null;
            this.pager.hidden = before === 0 && next === null;
            this.table.setAttribute('aria-rowcount', total + 1);
        }

        fail(request) {
            // a node that was taken away meanwhile goes with the next overview
            if (request.status === 404) return;
            this.failed.hidden = false;
            this.failed.textContent = sidebar.whyOf(request);
        }

        actOn({ id }, action, row, name) {
            const at = [...this.body.children].indexOf(row);
            sidebar.rowBusy(row);
            this.act({ action, id }, name, at, action);
            // refused or not, it is shown anew
            this.rows.drop(id);
        }

        act(body, name, at = 0, button = 'retry') {
            const had = this.element.contains(document.activeElement);
            this.retryAll.disabled = true;
            return sidebar
                .askFor(sidebar.runtime.actOnWebhook(this.id, body))
                .then((answer) => {
                    this.retryAll.disabled = false;
                    const n = answer && sidebar.number(answer.count);
                    if (answer) sidebar.say(sidebar.t(`webhooks.done.${body.action}`, { name, n }));
                    return this.ask();
                })
                .then(() => had && this.keepFocus(at, button));
        }

        /** What was pressed may be gone: on to the row that came into its place. */
        keepFocus(at, act) {
            const now = document.activeElement;
            if (now !== document.body && now.isConnected && !now.disabled) return;
            const rows = this.body.children;
            const row = rows[Math.min(at, rows.length - 1)];
            const next = row && row.querySelector(`[data-act="${act}"]`);
            if (next) next.focus();
            else this.leave();
        }
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
