import { button, make } from './elements';
import { number } from './format';
import { say, t } from './texts';

interface Range<Place> {
    from: number;
    to: number;
    /** as it is shown */
    total: string;
    /** where the next page begins; null: this is the last */
    next: Place | null;
}

export interface PagerTexts {
    /** to the page before */
    back: string;
    /** to the next page */
    on: string;
}

/** The buttons that lead through pages. */
export class Pager<Place> {
    readonly element: HTMLElement;
    /** where each page up to the one shown began */
    private places: (Place | null)[] = [null];
    private next: Place | null = null;
    private readonly range = make('span', { class: 'pts-range' });
    private readonly newer: HTMLButtonElement;
    private readonly older: HTMLButtonElement;

    /**
     * @param ask asks for the page at `place`, and shows it
     * @param texts of its buttons
     */
    constructor(
        label: string,
        private readonly ask: () => Promise<unknown>,
        texts: PagerTexts = { back: t('page.newer'), on: t('page.older') },
    ) {
        this.newer = button(texts.back, { icon: 'fa-chevron-left', 'data-act': 'newer' }, () => void this.turn(-1));
        this.older = button(texts.on, { icon: 'fa-chevron-right', 'data-act': 'older' }, () => void this.turn(1));
        this.element = make('nav', { class: 'pts-pager', 'aria-label': label }, [this.newer, this.range, this.older]);
    }

    /** Where the page begins; null: at the newest. */
    get place(): Place | null {
        return this.places.at(-1) ?? null;
    }

    get pagesBefore(): number {
        return this.places.length - 1;
    }

    toFirst(): void {
        this.places = [null];
    }

    show({ from, to, total, next }: Range<Place>): void {
        this.next = next;
        this.range.textContent = t('page.range', { from: number(from), to: number(to), total });
        this.newer.disabled = this.pagesBefore === 0;
        this.older.disabled = next === null;
    }

    private async turn(by: 1 | -1): Promise<void> {
        if (by < 0) this.places.pop();
        else this.places.push(this.next);
        await this.ask();
        // the button one pressed may have gone out
        const pressed = by < 0 ? this.newer : this.older;
        if (pressed.disabled) (by < 0 ? this.older : this.newer).focus();
        say(this.range.textContent);
    }
}
