// Counts by state, which are the filter too, and the search.
(function (sidebar) {
    const { make } = sidebar;

    /** What is chosen together: `accepted`, `part` and `stock` are steps of one way. */
    const GROUPS = [
        { name: 'all', states: [] },
        { name: 'held', only: 'held', states: [], dot: 'yellow', rare: true },
        { name: 'offered', only: 'offered', states: [], dot: 'yellow', rare: true },
        { name: 'underWay', states: ['accepted', 'part', 'stock'], dot: 'blue' },
        { name: 'done', states: ['done'], dot: 'green' },
        { name: 'parked', states: ['parked'], dot: 'red' },
        { name: 'passed', states: ['passed'], dot: 'yellow', rare: true },
        { name: 'skipped', states: ['skipped'], dot: 'grey', rare: true },
    ];

    sidebar.Filters = class {
        /** @param changed called with `{ states, only, search }` */
        constructor(changed) {
            const { t } = sidebar;
            this.changed = changed;
            this.group = GROUPS[0];
            this.search = '';
            this.chips = GROUPS.map((group) => {
                const count = make('span', { class: 'pts-count' });
                const chip = make(
                    'button',
                    {
                        type: 'button',
                        class: 'pts-chip',
                        'aria-pressed': String(group === this.group),
                        'data-group': group.name,
                        on: { click: () => this.choose(group) },
                    },
                    [
                        group.dot ? make('span', { class: `pts-dot pts-${group.dot}`, 'aria-hidden': 'true' }) : null,
                        make('span', { text: t(`group.${group.name}`) }),
                        count,
                    ],
                );
                RED.popover.tooltip($(chip), t(`groupHint.${group.name}`));
                return { group, chip, count };
            });
            this.input = make('input', {
                type: 'text',
                class: 'pts-search',
                placeholder: t('search.placeholder'),
                'aria-label': t('search.label'),
            });
            this.element = make('div', { class: 'pts-filters' }, [
                make(
                    'div',
                    { role: 'group', class: 'pts-chips', 'aria-label': t('groups') },
                    this.chips.map(({ chip }) => chip),
                ),
                make('div', { role: 'search', class: 'pts-search-row' }, [this.input]),
            ]);
            $(this.input).searchBox({ delay: 250, change: () => this.searched() });
            // it listens to keys alone: what is pasted with the mouse is searched for too
            $(this.input).on('input', () => $(this.input).trigger('keyup'));
            // Node-RED gives its cross no name
            $(this.input).siblings('.red-ui-searchBox-clear').attr('aria-label', t('search.clear'));
        }

        get value() {
            return { states: this.group.states, only: this.group.only || null, search: this.search };
        }

        /** @param questions how many prints a person is asked about: `held`, `offered` */
        show(counts, questions) {
            for (const { group, chip, count } of this.chips) {
                const states = group.states.length > 0 ? group.states : Object.keys(counts);
                const n = group.only
                    ? questions[group.only]
                    : states.reduce((sum, state) => sum + (counts[state] || 0), 0);
                count.textContent = sidebar.number(n);
                // what is rare takes room only while there is some of it
                chip.hidden = n === 0 && group.rare === true && group !== this.group;
                chip.classList.toggle('pts-none', n === 0);
            }
        }

        clear() {
            this.search = '';
            $(this.input).searchBox('value', '');
            this.choose(GROUPS[0]);
        }

        /** @param name of a group */
        chooseNamed(name) {
            this.choose(GROUPS.find((group) => group.name === name));
        }

        choose(group) {
            this.group = group;
            for (const each of this.chips) each.chip.setAttribute('aria-pressed', String(each.group === group));
            this.changed(this.value);
        }

        searched() {
            const search = $(this.input).searchBox('value').trim();
            if (search === this.search) return;
            this.search = search;
            this.changed(this.value);
        }
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
