// The tab itself: puts the parts together, and brings them up to date as the runtime tells of changes.
(function (sidebar) {
    const { make, button } = sidebar;
    const ID = 'print-to-stock-sidebar';
    const CHOSEN = 'print-to-stock-store';
    /** the overview is asked for anew at most this often */
    const PAUSE_MS = 1000;

    /** A store without a name is called as its dialog calls it: by its servers. */
    const nameless = (id) => {
        const node = RED.nodes.node(id);
        return node ? RED.utils.getNodeLabel(node, id) : sidebar.t('store.unnamed', { id });
    };

    class Tab {
        constructor() {
            const { t } = sidebar;
            this.stores = null;
            this.store = null;
            this.dirty = true;
            this.loading = null;
            this.panels = {};
            sidebar.voice = make('div', { class: 'pts-voice', role: 'status', 'aria-live': 'polite' });
            this.notices = new sidebar.Notices();
            this.filters = new sidebar.Filters((filter) => this.table.show(this.store && this.store.id, filter));
            this.table = new sidebar.PrintTable((filter) =>
                sidebar.emptyTable(
                    filter,
                    this.store,
                    () => this.filters.clear(),
                    () => {
                        this.toggle('history', true);
                        this.history.preview.focus();
                    },
                ),
            );
            const act = (source, action) => this.act(source, action);
            this.history = new sidebar.History(act);
            this.comparison = new sidebar.Comparison(act);
            this.chooser = make('select', {
                class: 'pts-store',
                'aria-label': t('store.choose'),
                on: { change: () => this.choose(this.chooser.value) },
            });
            this.sourceChooser = make('select', {
                class: 'pts-source',
                'aria-label': t('source.choose'),
                on: { change: () => this.showPanels() },
            });
            this.poll = button(t('tool.poll'), { icon: 'fa-refresh', iconOnly: true, 'data-act': 'poll' }, () =>
                this.look(),
            );
            this.tools = make('div', { class: 'pts-tools' }, [
                this.chooser,
                this.panel('history', 'fa-history', this.history),
                this.panel('compare', 'fa-exchange', this.comparison),
                this.poll,
            ]);
            this.webhooks = new sidebar.Webhooks(
                () => this.isSeen,
                () => this.firstButton(),
            );
            this.offered = new sidebar.Offered(
                (action) => this.act(undefined, action),
                () => this.filters.chooseNamed('offered'),
                () => this.firstButton(),
            );
            this.missing = make('div', { class: 'pts-empty' });
            this.main = make('div', { class: 'pts-main' }, [
                this.notices.element,
                this.offered.element,
                this.sourceChooser,
                this.panels.history.box,
                this.panels.compare.box,
                this.filters.element,
                this.table.element,
            ]);
            this.element = make('div', { class: 'pts-sidebar', id: ID }, [
                sidebar.voice,
                this.tools,
                this.webhooks.element,
                this.missing,
                this.main,
            ]);
        }

        panel(name, sign, content) {
            const { t } = sidebar;
            const id = `pts-panel-${name}`;
            const box = make('section', { class: 'pts-panel', id, 'aria-label': t(`tool.${name}`), hidden: true }, [
                content.element,
            ]);
            const toggle = button(
                t(`tool.${name}`),
                { icon: sign, 'aria-expanded': 'false', 'aria-controls': id, 'data-act': name },
                () => this.toggle(name),
            );
            this.panels[name] = { box, toggle, content };
            return toggle;
        }

        /** One panel at a time: there is little room. */
        toggle(name, open = this.panels[name].box.hidden) {
            for (const [each, { box, toggle }] of Object.entries(this.panels)) {
                box.hidden = each !== name || !open;
                toggle.setAttribute('aria-expanded', String(!box.hidden));
                toggle.classList.toggle('selected', !box.hidden);
            }
            this.showPanels();
        }

        get isSeen() {
            return this.element.offsetParent !== null && !document.hidden;
        }

        /** Somebody looks at the tab (again): what has changed meanwhile is asked for. */
        seen() {
            if (this.dirty) this.load();
            this.webhooks.seen();
        }

        /** Where the focus goes when what had it is gone. */
        firstButton() {
            const first = [...this.element.querySelectorAll('button')].find((each) => each.offsetParent !== null);
            if (first) first.focus();
        }

        changed() {
            this.dirty = true;
            if (!this.isSeen || this.due) return;
            const wait = Math.max(0, (this.loadedAt || 0) + PAUSE_MS - Date.now());
            this.due = setTimeout(() => {
                this.due = null;
                if (this.isSeen) this.load();
            }, wait);
        }

        load() {
            if (this.loading !== null) return void (this.dirty = true);
            this.dirty = false;
            this.loadedAt = Date.now();
            this.loading = sidebar.runtime.stores();
            this.loading
                .then(
                    ({ stores }) => this.take(stores),
                    (request) => this.fail(request),
                )
                .always(() => {
                    this.loading = null;
                    if (this.dirty) this.changed();
                });
        }

        take(stores) {
            this.stores = stores;
            const wanted = this.store ? this.store.id : localStorage.getItem(CHOSEN);
            this.store = stores.find(({ id }) => id === wanted) || stores[0] || null;
            this.chooser.hidden = stores.length < 2;
            this.chooser.replaceChildren(
                ...stores.map(({ id, name }) => make('option', { value: id, text: name || nameless(id) })),
            );
            if (this.store) this.chooser.value = this.store.id;
            this.show();
        }

        choose(id) {
            localStorage.setItem(CHOSEN, id);
            this.store = this.stores.find((store) => store.id === id);
            this.sourceChooser.value = '';
            this.show();
        }

        show() {
            const { store } = this;
            const missing = sidebar.missingParts(this.store);
            sidebar.fill(this.missing, missing);
            this.main.hidden = store === null || !store.ready;
            this.tools.hidden = this.main.hidden && this.chooser.hidden;
            if (this.main.hidden) return;
            const hasSource = store.sources.length > 0;
            // a source without a history has nothing to import or to compare with
            const historic = store.sources.filter(({ history }) => history);
            for (const { toggle } of Object.values(this.panels)) toggle.hidden = historic.length === 0;
            this.poll.hidden = !hasSource || !sidebar.mayWrite();
            this.notices.show(store, (source) => this.act(source, { action: 'resume' }));
            this.showQuestions();
            const sources = historic.map((source) =>
                make('option', { value: source.id, text: sidebar.sourceName(source) }),
            );
            const chosen = this.sourceChooser.value;
            this.sourceChooser.replaceChildren(...sources);
            this.sourceChooser.value = historic.some(({ id }) => id === chosen) ? chosen : (historic[0] || {}).id;
            this.showPanels();
            this.table.show(store.id, this.filters.value);
        }

        showQuestions() {
            const { counts, questions } = this.store;
            this.filters.show(counts, questions);
            this.offered.show(questions);
        }

        showPanels() {
            const { store } = this;
            if (store === null || !store.ready) return;
            const source = store.sources.find(({ id }) => id === this.sourceChooser.value);
            const open = Object.values(this.panels).filter(({ box }) => !box.hidden);
            this.sourceChooser.hidden = this.sourceChooser.options.length < 2 || open.length === 0;
            if (source === undefined) return open.forEach(({ box }) => (box.hidden = true));
            // a history that runs is shown, whoever began it
            if (source.backfill !== null && !this.running) this.toggleQuietly('history');
            this.running = source.backfill !== null;
            for (const { box, content } of Object.values(this.panels)) if (!box.hidden) content.show(source);
        }

        toggleQuietly(name) {
            this.running = true;
            if (this.panels[name].box.hidden) this.toggle(name, true);
        }

        /** What the runtime tells goes in at once; what it does not hold is asked for. */
        heard(id, note) {
            const { store } = this;
            if (store === null || store.id !== id || !store.ready) return this.changed();
            Object.assign(store, { counts: note.counts, questions: note.questions });
            const off = (list) => list.map(({ server, since }) => server + since).join();
            const marks = (note.sources || []).map(({ id: source, mark }) => source + mark).join();
            const known = marks === this.marks && off(store.off) === off(note.off);
            this.marks = marks;
            for (const told of note.sources) {
                const source = store.sources.find((each) => each.id === told.id);
                if (source) Object.assign(source, { paused: told.paused, backfill: told.backfill });
            }
            if (!known || note.sources.length !== store.sources.length) return this.changed();
            if (!this.isSeen) return void (this.dirty = true);
            this.showQuestions();
            this.notices.show(store, (source) => this.act(source, { action: 'resume' }));
            this.showPanels();
            this.table.changed();
        }

        act(source, action) {
            return sidebar.act(this.store.id, { source, ...action }).then((answer) => {
                this.changed();
                return answer;
            });
        }

        look() {
            this.poll.disabled = true;
            const sources = this.store.sources.map(({ id }) => this.act(id, { action: 'poll' }));
            Promise.all(sources).then((answers) => {
                this.poll.disabled = false;
                if (answers.every(Boolean)) sidebar.say(sidebar.t('done.poll'));
            });
        }

        fail(request) {
            this.main.hidden = this.tools.hidden = true;
            sidebar.fill(this.missing, [
                make('p', { text: sidebar.whyOf(request) }),
                button(sidebar.t('problem.again'), { icon: 'fa-refresh' }, () => this.load()),
            ]);
        }
    }

    const plugin = {
        onadd() {
            sidebar.t = (key, values) => plugin._(`${ID}.${key}`, values);
            const tab = new Tab();
            RED.sidebar.addTab({
                id: ID,
                label: sidebar.t('tab.label'),
                name: sidebar.t('tab.name'),
                iconClass: 'pts-tab-icon',
                content: tab.element,
                enableOnEdit: true,
                onchange: () => tab.seen(),
            });
            RED.actions.add('print-to-stock:show-sidebar', () => RED.sidebar.show(ID));
            RED.comms.subscribe('print-to-stock/#', (topic, note) => {
                if (topic === 'print-to-stock/stores') tab.changed();
                else if (topic === 'print-to-stock/webhooks') tab.webhooks.changed();
                else tab.heard(topic.slice('print-to-stock/'.length), note);
            });
            // what was told while the connection was away was not heard
            RED.comms.on('connect', () => {
                tab.changed();
                tab.webhooks.changed();
            });
            document.addEventListener('visibilitychange', () => tab.isSeen && tab.seen());
        },
    };
    RED.plugins.registerPlugin(ID, plugin);
})((window.printToStockSidebar = window.printToStockSidebar || {}));
