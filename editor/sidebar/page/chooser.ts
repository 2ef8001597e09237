// One of several, chosen by a person. There only while there is something to choose; the browser remembers the choice.
import { make } from './elements';

export class Chooser<T extends { id: string; name: string }> {
    readonly element: HTMLSelectElement;
    private all: readonly T[] = [];
    private chosen: T | null = null;

    /**
     * @param label for screen readers
     * @param key under which the browser remembers the id
     * @param nameless what one without a name is called
     * @param changed called when a person has chosen
     */
    constructor(
        label: string,
        private readonly key: string,
        private readonly nameless: (id: string) => string,
        private readonly changed: () => void,
    ) {
        this.element = make('select', {
            class: 'pts-store',
            'aria-label': label,
            on: { change: () => this.choose(this.element.value) },
        });
    }

    /** The one that is shown; null: there is none. */
    get value(): T | null {
        return this.chosen;
    }

    /** @param wanted id of the one to show; where it is not there, the first */
    show(all: readonly T[], wanted: string | null = this.chosen?.id ?? localStorage.getItem(this.key)): void {
        this.all = all;
        this.chosen = all.find(({ id }) => id === wanted) ?? all[0] ?? null;
        this.element.hidden = all.length < 2;
        this.element.replaceChildren(
            ...all.map(({ id, name }) => make('option', { value: id, text: name || this.nameless(id) })),
        );
        if (this.chosen) this.element.value = this.chosen.id;
    }

    has(id: string): boolean {
        return this.all.some((each) => each.id === id);
    }

    /** Chooses one now, or when it comes. */
    prefer(id: string): void {
        if (this.has(id)) this.choose(id);
        else localStorage.setItem(this.key, id);
    }

    choose(id: string): void {
        localStorage.setItem(this.key, id);
        this.chosen = this.all.find((each) => each.id === id) ?? null;
        this.element.value = id;
        this.changed();
    }
}
