// Webhooks that were not delivered, of all webhook nodes. There only while there are some.
(function (sidebar) {
    const { make, icon } = sidebar;

    sidebar.Webhooks = class {
        /** @param leave called where the part goes while it has the focus */
        constructor(leave) {
            this.leave = leave;
            this.lists = new Map();
            this.title = make('span', {});
            this.toggle = make(
                'button',
                {
                    type: 'button',
                    class: 'pts-webhooks-toggle',
                    'data-act': 'webhooks',
                    'aria-expanded': 'false',
                    'aria-controls': 'pts-webhooks-body',
                    on: { click: () => this.open(this.body.hidden) },
                },
                [
                    icon('fa-chevron-right'),
                    make('span', { class: 'pts-dot pts-red', 'aria-hidden': 'true' }),
                    this.title,
                ],
            );
            this.body = make('div', { class: 'pts-webhooks-body', id: 'pts-webhooks-body', hidden: true });
            this.element = make(
                'section',
                { class: 'pts-webhooks', 'aria-label': sidebar.t('webhooks.label'), hidden: true },
                [this.toggle, this.body],
            );
        }

        open(open) {
            this.body.hidden = !open;
            this.toggle.setAttribute('aria-expanded', String(open));
            this.toggle.querySelector('.fa').className = `fa fa-chevron-${open ? 'down' : 'right'}`;
            this.showLists();
        }

        show(webhooks) {
            this.webhooks = webhooks;
            const parked = webhooks.reduce((sum, each) => sum + each.parked, 0);
            const before = this.parked || 0;
            this.parked = parked;
            this.title.textContent = sidebar.t('webhooks.title', { n: sidebar.number(parked) });
            const focused = this.element.contains(document.activeElement);
            this.element.hidden = parked === 0;
            if (parked > before) sidebar.say(this.title.textContent);
            this.showLists();
            if (!focused || this.element.contains(document.activeElement)) return;
            if (parked === 0) this.leave();
            else this.toggle.focus();
        }

        /** Only what is open is asked for. */
        showLists() {
            if (this.body.hidden) return;
            const before = this.lists;
            this.lists = new Map(
                this.webhooks.map((webhook) => {
                    const list = before.get(webhook.id);
                    if (list) list.show(webhook);
                    return [webhook.id, list || new sidebar.WebhookList(webhook, () => this.leave())];
                }),
            );
            const wanted = [...this.lists.values()].map(({ element }) => element);
            const now = [...this.body.children];
            // what is in its place stays there, and its focus with it
            if (wanted.length !== now.length || wanted.some((element, at) => element !== now[at]))
                this.body.replaceChildren(...wanted);
        }
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
