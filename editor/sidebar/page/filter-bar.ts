// Counts that are the filter too, and a search.
import { button, make, type Child } from './elements';
import { number } from './format';
import { t } from './texts';

/** A choice of the filter. */
export interface Choice {
    name: string;
    /** colour of its dot */
    dot?: string;
    /** it is shown only while there is some of it */
    rare?: boolean;
}

interface FilterTexts {
    /** name of the group of choices */
    choices: string;
    /** (choice) → its text, and what it means */
    text: (name: string) => string;
    hint: (name: string) => string;
    /** of the search */
    search: string;
    placeholder: string;
}

export class FilterBar<C extends Choice> {
    readonly element: HTMLElement;
    private current: C;
    private words = '';
    private readonly chips: readonly { choice: C; chip: HTMLElement; count: HTMLElement }[];
    private readonly input: HTMLInputElement;

    /**
     * @param choices the first one is all
     * @param changed called when another choice or search is made
     * @param beside what else stands there
     * @param inSearch what stands beside the search, in its line
     */
    constructor(
        choices: readonly [C, ...C[]],
        private readonly texts: FilterTexts,
        private readonly changed: () => void,
        beside: readonly Child[] = [],
        inSearch: readonly Child[] = [],
    ) {
        this.current = choices[0];
        this.input = make('input', {
            type: 'text',
            class: 'pts-search',
            placeholder: texts.placeholder,
            'aria-label': texts.search,
        });
        this.chips = choices.map((choice) => this.chipOf(choice));
        this.element = make('div', { class: 'pts-filters' }, [
            make(
                'div',
                { role: 'group', class: 'pts-chips', 'aria-label': texts.choices },
                this.chips.map(({ chip }) => chip),
            ),
            make('div', { role: 'search', class: 'pts-search-row' }, [this.input, ...inSearch]),
            ...beside,
        ]);
        const input = $(this.input);
        input.searchBox({ delay: 250, change: () => this.searched() });
        // it listens to keys alone: what is pasted with the mouse is searched for too
        input.on('input', () => input.trigger('keyup'));
        // Node-RED gives its cross no name
        input
            .closest('.red-ui-searchBox-container')
            .find('.red-ui-searchBox-clear')
            .attr('aria-label', t('search.clear'));
    }

    get choice(): C {
        return this.current;
    }

    get search(): string {
        return this.words;
    }

    /** @param countOf (choice) → how many there are; null: that is not known */
    show(countOf: (choice: C) => number | null): void {
        for (const { choice, chip, count } of this.chips) {
            const n = countOf(choice);
            count.textContent = n === null ? '' : number(n);
            // what is rare takes room only while there is some of it
            chip.hidden = n === 0 && choice.rare === true && choice !== this.current;
            chip.classList.toggle('pts-none', n === 0);
        }
    }

    /** Lists all. */
    clear(): void {
        this.words = '';
        $(this.input).searchBox('value', '');
        this.choose(this.chips[0]!.choice);
    }

    /** @param name of a choice */
    chooseNamed(name: string): void {
        const { choice } = this.chips.find((each) => each.choice.name === name) ?? this.chips[0]!;
        this.choose(choice);
    }

    private chipOf(choice: C): { choice: C; chip: HTMLElement; count: HTMLElement } {
        const count = make('span', { class: 'pts-count' });
        const chip = make(
            'button',
            {
                type: 'button',
                class: 'pts-chip',
                'aria-pressed': String(choice === this.current),
                'data-group': choice.name,
                on: { click: () => this.choose(choice) },
            },
            [
                choice.dot ? make('span', { class: `pts-dot pts-${choice.dot}`, 'aria-hidden': 'true' }) : null,
                make('span', { text: this.texts.text(choice.name) }),
                count,
            ],
        );
        RED.popover.tooltip($(chip), this.texts.hint(choice.name));
        return { choice, chip, count };
    }

    private choose(choice: C): void {
        this.current = choice;
        for (const each of this.chips) each.chip.setAttribute('aria-pressed', String(each.choice === choice));
        this.changed();
    }

    private searched(): void {
        const words = $(this.input).searchBox('value').trim();
        if (words === this.words) return;
        this.words = words;
        this.changed();
    }
}

/** What stands in the place of rows where the filter fits none. @param showAll takes it away */
export function noMatch(text: string, showAll: () => void): Child[] {
    return [make('p', { text }), button(t('empty.showAll'), { 'data-act': 'show-all' }, showAll)];
}
