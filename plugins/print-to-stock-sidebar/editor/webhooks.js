// Webhooks that were not delivered, of all webhook nodes. There only while there are some.
(function (sidebar) {
    const { make, icon } = sidebar;
    /** they are asked for anew at most this often */
    const PAUSE_MS = 1000;

    sidebar.Webhooks = class {
        /**
         * @param isSeen () → whether somebody looks at the tab
         * @param leave called where the part goes while it has the focus
         */
        constructor(isSeen, leave) {
            Object.assign(this, { isSeen, leave });
            this.dirty = true;
            this.asking = false;
            this.askedAt = 0;
            this.due = null;
            this.parked = 0;
            this.webhooks = [];
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

        /** Somebody looks at the tab (again). */
        seen() {
            if (this.dirty) this.load();
        }

        /** Something parked has changed, or a webhook came or went. */
        changed() {
            this.dirty = true;
            if (!this.isSeen() || this.due !== null) return;
            const wait = Math.max(0, this.askedAt + PAUSE_MS - Date.now());
            this.due = setTimeout(() => {
                this.due = null;
                if (this.isSeen()) this.load();
            }, wait);
        }

        load() {
            if (this.asking) return;
            this.asking = true;
            this.dirty = false;
            this.askedAt = Date.now();
            let failed = false;
            sidebar.runtime
                .webhooks()
                .then(
                    ({ webhooks }) => this.show(webhooks),
                    // the prints say what is wrong; these are asked for again when something is told, or somebody looks
                    () => (failed = true),
                )
                .always(() => {
                    this.asking = false;
                    if (this.dirty) this.changed();
                    this.dirty = this.dirty || failed;
                });
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
            const before = this.parked;
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
