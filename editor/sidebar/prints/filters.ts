// Which prints are meant: by state, by a search, by printer, material and days.
import type { PrintState, QuestionCounts } from '../../../lib/admin/sidebar/wire';
import { Narrowing } from '../figures/narrowing';
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
    private readonly narrowing: Narrowing;
    private store: string | null = null;

    /** @param changed called with what is to be listed */
    constructor(changed: (filter: Filter) => void) {
        this.narrowing = new Narrowing(
            () => this.store,
            () => this.value,
            () => changed(this.value),
        );
        const texts = {
            choices: t('groups'),
            text: (name: string) => t(`group.${name}`),
            hint: (name: string) => t(`groupHint.${name}`),
            search: t('search.label'),
            placeholder: t('search.placeholder'),
        };
        this.bar = new FilterBar(
            GROUPS,
            texts,
            () => changed(this.value),
            [this.narrowing.element],
            [this.narrowing.toggle],
        );
    }

    get element(): HTMLElement {
        return this.bar.element;
    }

    get value(): Filter {
        const { choice, search } = this.bar;
        return { states: choice.states, only: choice.only ?? null, search, ...this.narrowing.value };
    }

    show(counts: Readonly<Record<PrintState, number>>, questions: QuestionCounts): void {
        this.bar.show(({ only, states }) => {
            const all = states.length > 0 ? states : (Object.keys(counts) as PrintState[]);
            return only ? questions[only] : all.reduce((sum, state) => sum + (counts[state] || 0), 0);
        });
    }

    clear(): void {
        this.narrowing.clear();
        this.bar.clear();
    }

    /** @param store whose prints are listed: another one has other printers */
    showStore(store: string | null): void {
        if (store === this.store) return;
        const isFirst = this.store === null;
        this.store = store;
        if (!isFirst) this.narrowing.forget();
    }

    /** Shows by what prints can be chosen, beside their state. */
    openNarrowing(): void {
        this.narrowing.open(true);
    }

    /** @param name of a printer or a material */
    chooseGroup(what: 'printer' | 'material', name: string): void {
        this.narrowing.choose(what, name);
    }

    /** @param name of a group */
    chooseNamed(name: string): void {
        this.bar.chooseNamed(name);
    }
}
