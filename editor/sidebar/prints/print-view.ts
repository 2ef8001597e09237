// The prints of a store: what chooses them, and in its place below the list, or what they add up to.
import type { PrintState, QuestionCounts } from '../../../lib/admin/sidebar/wire';
import { Figures } from '../figures/figures';
import type { Child } from '../page/elements';
import type { Filter } from '../runtime';
import { Filters } from './filters';
import { PrintTable } from './print-table';

export class PrintView {
    private readonly table: PrintTable;
    private readonly filters = new Filters(() => {
        this.showPrints();
        this.changed();
    });
    private readonly figures = new Figures(
        () => this.turn(),
        (what, name) => this.filters.chooseGroup(what, name),
    );
    private store: string | null = null;
    /** something else stands in the place of the prints */
    private isAway = false;

    /**
     * @param empty makes what is shown where no print is to be shown
     * @param changed called when other prints are chosen
     * @param opened called when the figures are opened
     */
    constructor(
        empty: (filter: Filter) => Child[],
        private readonly changed: () => void,
        private readonly opened: () => void,
    ) {
        this.table = new PrintTable(empty);
    }

    /** The button that opens the figures. */
    get toggle(): HTMLElement {
        return this.figures.toggle;
    }

    /** @param between what stands between that which chooses prints and the prints */
    elements(between: HTMLElement): HTMLElement[] {
        return [this.filters.element, between, this.figures.element, this.table.element];
    }

    /** The list shows what is parked. */
    get isOfParked(): boolean {
        return this.filters.value.states.includes('parked') && !this.isAway;
    }

    /** @param store whose prints are shown */
    show(store: string): void {
        this.store = store;
        this.filters.showStore(store);
        this.showPrints();
    }

    showCounts(counts: Readonly<Record<PrintState, number>>, questions: QuestionCounts): void {
        this.filters.show(counts, questions);
    }

    /** A print has changed. */
    heard(): void {
        this.table.changed();
        this.figures.changed();
    }

    /** Takes every filter away. */
    clear(): void {
        this.filters.clear();
    }

    /** @param name of a group of states */
    chooseNamed(name: string): void {
        this.filters.chooseNamed(name);
    }

    /** Lists all prints of a group of states. */
    list(name: string): void {
        this.figures.open(false);
        this.clear();
        this.chooseNamed(name);
    }

    /** @param isAway something else stands in the place of the prints */
    setAway(isAway: boolean): void {
        this.isAway = isAway;
        if (isAway) this.figures.open(false);
        this.place();
    }

    /** Figures take the place of the list, and what chooses prints is at hand. */
    private turn(): void {
        if (this.figures.isOpen) {
            this.opened();
            this.filters.openNarrowing();
        }
        this.place();
        this.showPrints();
    }

    private place(): void {
        this.filters.element.hidden = this.isAway;
        this.table.element.hidden = this.isAway || this.figures.isOpen;
        this.figures.element.hidden = !this.figures.isOpen;
    }

    private showPrints(): void {
        this.table.show(this.store, this.filters.value);
        this.figures.show(this.store, this.filters.value);
    }
}
