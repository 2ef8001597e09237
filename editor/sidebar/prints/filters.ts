// Which prints are listed: by state, and by a search.
import type { PrintState, QuestionCounts } from '../../../lib/admin/sidebar/wire';
import { FilterBar, type Choice } from '../page/filter-bar';
import { t } from '../page/texts';
import type { Filter } from '../runtime';

interface Group extends Choice {
    /** empty: all */
    states: readonly PrintState[];
    /** of what a person is asked about */
    only?: keyof QuestionCounts;
}

/** What is chosen together: `accepted`, `part` and `stock` are steps of one way. */
const GROUPS: readonly [Group, ...Group[]] = [
    { name: 'all', states: [] },
    { name: 'held', only: 'held', states: [], dot: 'yellow', rare: true },
    { name: 'offered', only: 'offered', states: [], dot: 'yellow', rare: true },
    { name: 'underWay', states: ['accepted', 'part', 'stock'], dot: 'blue' },
    { name: 'done', states: ['done'], dot: 'green' },
    { name: 'parked', states: ['parked'], dot: 'red' },
    { name: 'passed', states: ['passed'], dot: 'yellow', rare: true },
    { name: 'skipped', states: ['skipped'], dot: 'grey', rare: true },
];

export class Filters {
    private readonly bar: FilterBar<Group>;

    /** @param changed called with what is to be listed */
    constructor(changed: (filter: Filter) => void) {
        const texts = {
            choices: t('groups'),
            text: (name: string) => t(`group.${name}`),
            hint: (name: string) => t(`groupHint.${name}`),
            search: t('search.label'),
            placeholder: t('search.placeholder'),
        };
        this.bar = new FilterBar(GROUPS, texts, () => changed(this.value));
    }

    get element(): HTMLElement {
        return this.bar.element;
    }

    get value(): Filter {
        const { choice, search } = this.bar;
        return { states: choice.states, only: choice.only ?? null, search };
    }

    show(counts: Readonly<Record<PrintState, number>>, questions: QuestionCounts): void {
        this.bar.show(({ only, states }) => {
            const all = states.length > 0 ? states : (Object.keys(counts) as PrintState[]);
            return only ? questions[only] : all.reduce((sum, state) => sum + (counts[state] || 0), 0);
        });
    }

    clear(): void {
        this.bar.clear();
    }

    /** @param name of a group */
    chooseNamed(name: string): void {
        this.bar.chooseNamed(name);
    }
}
