// Counts by state, which are the filter too, and the search.
import type { PrintState, QuestionCounts } from '../../../lib/admin/sidebar/wire';
import { make } from '../page/elements';
import { number } from '../page/format';
import { t } from '../page/texts';
import type { Filter } from '../runtime';

interface Group {
    name: string;
    /** empty: all */
    states: readonly PrintState[];
    /** of what a person is asked about */
    only?: keyof QuestionCounts;
    /** colour of its dot */
    dot?: string;
    /** it is shown only while there is some of it */
    rare?: boolean;
}

const ALL: Group = { name: 'all', states: [] };

/** What is chosen together: `accepted`, `part` and `stock` are steps of one way. */
const GROUPS: readonly Group[] = [
    ALL,
    { name: 'held', only: 'held', states: [], dot: 'yellow', rare: true },
    { name: 'offered', only: 'offered', states: [], dot: 'yellow', rare: true },
    { name: 'underWay', states: ['accepted', 'part', 'stock'], dot: 'blue' },
    { name: 'done', states: ['done'], dot: 'green' },
    { name: 'parked', states: ['parked'], dot: 'red' },
    { name: 'passed', states: ['passed'], dot: 'yellow', rare: true },
    { name: 'skipped', states: ['skipped'], dot: 'grey', rare: true },
];

export class Filters {
    readonly element: HTMLElement;
    private group = ALL;
    private search = '';
    private readonly chips: readonly { group: Group; chip: HTMLElement; count: HTMLElement }[];
    private readonly input = make('input', {
        type: 'text',
        class: 'pts-search',
        placeholder: t('search.placeholder'),
        'aria-label': t('search.label'),
    });

    /** @param changed called with what is to be listed */
    constructor(private readonly changed: (filter: Filter) => void) {
        this.chips = GROUPS.map((group) => this.chipOf(group));
        this.element = make('div', { class: 'pts-filters' }, [
            make(
                'div',
                { role: 'group', class: 'pts-chips', 'aria-label': t('groups') },
                this.chips.map(({ chip }) => chip),
            ),
            make('div', { role: 'search', class: 'pts-search-row' }, [this.input]),
        ]);
        const input = $(this.input);
        input.searchBox({ delay: 250, change: () => this.searched() });
        // it listens to keys alone: what is pasted with the mouse is searched for too
        input.on('input', () => input.trigger('keyup'));
        // Node-RED gives its cross no name
        input.siblings('.red-ui-searchBox-clear').attr('aria-label', t('search.clear'));
    }

    get value(): Filter {
        return { states: this.group.states, only: this.group.only ?? null, search: this.search };
    }

    show(counts: Readonly<Record<PrintState, number>>, questions: QuestionCounts): void {
        for (const { group, chip, count } of this.chips) {
            const states = group.states.length > 0 ? group.states : (Object.keys(counts) as PrintState[]);
            const n = group.only ? questions[group.only] : states.reduce((sum, state) => sum + (counts[state] || 0), 0);
            count.textContent = number(n);
            // what is rare takes room only while there is some of it
            chip.hidden = n === 0 && group.rare === true && group !== this.group;
            chip.classList.toggle('pts-none', n === 0);
        }
    }

    clear(): void {
        this.search = '';
        $(this.input).searchBox('value', '');
        this.choose(ALL);
    }

    /** @param name of a group */
    chooseNamed(name: string): void {
        this.choose(GROUPS.find((group) => group.name === name) ?? ALL);
    }

    private chipOf(group: Group): { group: Group; chip: HTMLElement; count: HTMLElement } {
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
    }

    private choose(group: Group): void {
        this.group = group;
        for (const each of this.chips) each.chip.setAttribute('aria-pressed', String(each.group === group));
        this.changed(this.value);
    }

    private searched(): void {
        const search = $(this.input).searchBox('value').trim();
        if (search === this.search) return;
        this.search = search;
        this.changed(this.value);
    }
}
