// One row of the table: a print with its links and what can be done with it.
(function (sidebar) {
    const { make, icon, button, link } = sidebar;

    /** The colour of each state, by the names that Node-RED has for its status dots. */
    const DOTS = {
        accepted: 'blue',
        part: 'blue',
        stock: 'blue',
        done: 'green',
        parked: 'red',
        passed: 'yellow',
        skipped: 'grey',
    };

    /** What may be answered about a print that a person is asked about: each with its sign, and whether one is asked back. */
    const ANSWERS = {
        outcome: [
            { what: 'good', sign: 'fa-thumbs-o-up' },
            { what: 'reject', sign: 'fa-thumbs-o-down' },
        ],
        double: [
            { what: 'take', sign: 'fa-check' },
            { what: 'forget', sign: 'fa-trash-o', asksBack: true },
        ],
        offered: [
            { what: 'import', sign: 'fa-download' },
            { what: 'dismiss', sign: 'fa-trash-o', asksBack: true },
        ],
    };

    /**
     * @param act called with the action that a person asks for: `again`, `retry`, `forget`, `good`, `reject`, `take`,
     * `import`, `dismiss`
     */
    sidebar.printRow = function (store, print, act) {
        const { t } = sidebar;
        const name = print.name || print.batch;
        const row = make('div', { role: 'row', class: classOf(print), 'data-key': print.batch }, [
            make('div', { role: 'cell', class: 'pts-print' }, [
                sidebar.thumbnail(store, print),
                make('div', { class: 'pts-title' }, [
                    make('span', { class: 'pts-name', text: name, title: `${name}\n${print.batch}` }),
                    links(print, name),
                ]),
            ]),
            make('div', { class: 'pts-facts', role: 'presentation' }, [
                make('div', { role: 'cell', class: 'pts-printer', text: print.printer || '' }),
                make('div', { role: 'cell', class: 'pts-when' }, [
                    make('time', {
                        datetime: print.when,
                        title: sidebar.wholeTime(print.when),
                        text: sidebar.when(print.when),
                    }),
                ]),
                make('div', { role: 'cell', class: 'pts-quantity' }, [quantity(print)]),
            ]),
            make('div', { role: 'cell', class: 'pts-state' }, [
                make('span', {
                    class: `pts-dot pts-${print.question ? 'yellow' : DOTS[print.state]}`,
                    'aria-hidden': 'true',
                }),
                make('span', { text: t(`state.${shownState(print)}`), title: stateHint(print) }),
            ]),
            make('div', { role: 'cell', class: 'pts-actions' }),
            make('div', { role: 'cell', class: 'pts-reason' }, remarks(print)),
        ]);
        offer(row, print, name, act);
        return row;
    };

    function links(print, name) {
        const { t } = sidebar;
        const { part, stock, page } = print;
        const list = make('span', { class: 'pts-links' }, [
            part && link(t('link.part', { pk: part.pk }), part.url, t('link.partOf', { pk: part.pk, name })),
            stock && link(t('link.stock', { pk: stock.pk }), stock.url, t('link.stockOf', { pk: stock.pk, name })),
            page && (print.source === 'octoprint' ? octoPrint : archive)(print, name),
        ]);
        return list.childNodes.length === 0 ? null : list;
    }

    function archive({ archiveId, page }, name) {
        return link(sidebar.t('link.archive', { id: archiveId }), page, sidebar.t('link.archiveOf', { name }));
    }

    /** OctoPrint has no page for a print: it leads to where its file is. */
    function octoPrint({ page }, name) {
        return link(sidebar.t('link.octoprint'), page, sidebar.t('link.octoprintOf', { name }));
    }

    function classOf({ state, question }) {
        return `pts-row ${question ? 'pts-question' : `pts-state-${state}`}`;
    }

    /** The state's name; of a print that a person is asked about, that of the question. */
    function shownState({ state, question }) {
        if (question === 'outcome') return state === 'accepted' ? 'waiting' : state;
        return question || state;
    }

    /** Some hints speak of Bambuddy. */
    function stateHint(print) {
        const { source, state, question } = print;
        if (question !== null) return sidebar.t(`stateHint.${question === 'outcome' ? 'waiting' : question}`);
        const elsewhere = source !== 'bambuddy' && (state === 'accepted' || state === 'parked');
        return sidebar.t(elsewhere ? `stateHintElsewhere.${state}` : `stateHint.${state}`);
    }

    function quantity(print) {
        if (print.quantity === null) return null;
        const n = sidebar.number(print.quantity);
        return make('span', { text: `×${n}`, 'aria-label': sidebar.t('quantity', { n }) });
    }

    /** Why it is not in stock, and what failed beside it. */
    function remarks(print) {
        const { t } = sidebar;
        const texts = [
            waiting(print),
            print.question === 'offered' ? t('stateHint.offered') : print.reason,
            print.image === 'failed' ? t('remark.imageFailed') : null,
            print.link === 'failed' ? t('remark.linkFailed') : null,
        ];
        return texts.filter(Boolean).map((text) => make('span', { class: 'pts-remark', text }));
    }

    /** Since when it waits for its outcome, and until when. */
    function waiting({ question, waits }) {
        if (question !== 'outcome' || waits === null || waits.since === null) return null;
        const since = sidebar.when(waits.since);
        if (waits.until === null) return sidebar.t('waits.since', { since });
        return sidebar.t('waits.until', { since, until: sidebar.when(waits.until) });
    }

    function offer(row, print, name, act) {
        const cell = row.querySelector('.pts-actions');
        if (!sidebar.mayWrite()) return;
        const { t } = sidebar;
        const parked = print.state === 'parked';
        const one = (what, sign, run) =>
            button(t(`act.${what}`, { name }), { icon: sign, iconOnly: true, 'data-act': what }, run);
        const ask = (what) =>
            sidebar.askBack(row, t(`${what}.question`, { name }), { act: what, yes: t(`${what}.yes`) }, () =>
                act(what),
            );
        const isQuestion = print.question !== null;
        // an answer says in words what it is: its name is the words and the print
        const answers = (ANSWERS[print.question] || []).map(({ what, sign, asksBack }) =>
            button(
                t(`answer.${what}`),
                { icon: sign, 'data-act': what, 'aria-label': t(`act.${what}`, { name }) },
                asksBack ? () => ask(what) : () => act(what),
            ),
        );
        sidebar.fill(cell, [
            ...answers,
            parked && !isQuestion ? one('retry', 'fa-repeat', () => act('retry')) : null,
            parked && print.question !== 'double' ? one('forget', 'fa-trash-o', () => ask('forget')) : null,
            !parked && !isQuestion && print.again ? one('again', 'fa-refresh', () => act('again')) : null,
        ]);
    }

    /** An action of the row is under way: it is not asked for twice. The row is made anew afterwards, and takes the focus over. */
    sidebar.rowBusy = function (row) {
        row.setAttribute('aria-busy', 'true');
        // a button that is `disabled` would lose the focus
        for (const each of row.querySelectorAll('.pts-actions button')) {
            each.setAttribute('aria-disabled', 'true');
            each.addEventListener('click', (event) => event.stopImmediatePropagation(), { capture: true });
        }
        const sign = row.querySelector('.pts-actions .fa');
        if (sign) sign.replaceWith(icon('fa-spinner fa-spin'));
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
