// What the prints of the filter add up to, in the place of the list: in all, by day, by printer and by material.
import type { Figures as FigureAnswer, PrintSums } from '../../../lib/admin/prints/wire';
import { OverviewLoader } from '../overview-loader';
import { button, fill, icon, isSeen, make } from '../page/elements';
import { number } from '../page/format';
import { t } from '../page/texts';
import { runtime, whyOf, type Filter } from '../runtime';
import { dayBars } from './day-bars';
import { figureTable } from './figure-table';
import { SHOWN, unknownOf, written, type Shown } from './measures';

const ID = 'pts-figures';

/** A figure in all, which one can choose for the bars. */
interface Tile {
    shown: Shown;
    tile: HTMLElement;
    value: HTMLElement;
    unknown: HTMLElement;
}

/** What a group of figures is by. */
export type GroupName = 'printer' | 'material';

export class Figures {
    readonly toggle = button(
        t('figures.title'),
        { icon: 'fa-bar-chart', iconOnly: true, 'aria-expanded': 'false', 'aria-controls': ID, 'data-act': 'figures' },
        () => this.open(!this.isOpen),
    );
    private readonly tiles = SHOWN.map((shown) => this.tileOf(shown));
    private readonly totals = make(
        'div',
        { class: 'pts-totals', role: 'radiogroup', 'aria-label': t('figures.measures') },
        this.tiles.map(({ tile }) => tile),
    );
    private readonly without = make('p', { class: 'pts-without', hidden: true });
    private readonly groups = make('div', { class: 'pts-figure-groups' });
    private readonly asTables = button(
        t('figures.tables'),
        { icon: 'fa-table', 'aria-pressed': 'false', 'data-act': 'tables' },
        () => this.turnTables(),
    );
    private readonly failure = make('p', { class: 'pts-failed', role: 'alert', hidden: true });
    readonly element = make(
        'section',
        { class: 'pts-figures', id: ID, 'aria-label': t('figures.title'), hidden: true },
        [this.failure, this.totals, this.without, this.groups],
    );
    private store: string | null = null;
    private filter: Filter | null = null;
    private answer: FigureAnswer | null = null;
    private shown: Shown = 'prints';
    private isTables = false;
    private readonly loader = new OverviewLoader<FigureAnswer>({
        ask: () => runtime.figures(this.store!, this.filter!),
        take: (body) => this.take(body),
        fail: (request) => fill(this.failure, [whyOf(request)]),
        isSeen: () => isSeen(this.element),
    });

    /**
     * @param turned called when it was opened or closed
     * @param choose called when a person chooses a printer or a material
     */
    constructor(
        private readonly turned: () => void,
        private readonly choose: (what: GroupName, name: string) => void,
    ) {}

    get isOpen(): boolean {
        return this.toggle.getAttribute('aria-expanded') === 'true';
    }

    open(isOpen: boolean): void {
        if (isOpen === this.isOpen) return;
        this.toggle.setAttribute('aria-expanded', String(isOpen));
        this.toggle.classList.toggle('selected', isOpen);
        this.turned();
    }

    /** @param store null: there is none */
    show(store: string | null, filter: Filter): void {
        const isOther = store !== this.store || JSON.stringify(filter) !== JSON.stringify(this.filter);
        Object.assign(this, { store, filter });
        if (this.element.hidden || store === null) return this.loader.setOutdated();
        if (isOther || this.answer === null) void this.loader.load();
        else this.loader.seen();
    }

    /** A print has changed. */
    changed(): void {
        if (this.store !== null) this.loader.changed();
    }

    private take(answer: FigureAnswer): void {
        this.failure.hidden = true;
        this.answer = answer;
        this.render();
    }

    private turnTables(): void {
        this.isTables = !this.isTables;
        this.asTables.setAttribute('aria-pressed', String(this.isTables));
        this.asTables.classList.toggle('selected', this.isTables);
        this.render();
    }

    private render(): void {
        const { answer, filter, shown, isTables } = this;
        if (answer === null || filter === null) return;
        this.renderTotals(answer.total);
        const { without } = answer.total;
        fill(
            this.without,
            without === 0 ? [] : [icon('fa-info-circle'), ` ${t('figures.without', { n: number(without) })}`],
        );
        const group = (what: GroupName, all: FigureAnswer['printers']): HTMLElement => {
            const rows = all.map(({ name, ...sums }) => ({
                name: name ?? t('figures.unknown'),
                sums,
                choose: name === null ? undefined : () => this.choose(what, name),
            }));
            rows.sort((a, b) => b.sums[shown] - a.sums[shown]);
            const heading = t(`figures.by.${what}`);
            return section(heading, [figureTable(heading, t(`filter.${what}`), rows, { shown, isWide: isTables })]);
        };
        const focused = document.activeElement;
        this.groups.replaceChildren(
            section(t('figures.days'), [dayBars(answer.days, shown, filter.days, isTables)], this.asTables),
            group('printer', answer.printers),
            group('material', answer.materials),
        );
        if (focused === this.asTables) this.asTables.focus();
    }

    private renderTotals(total: PrintSums): void {
        for (const { shown, tile, value, unknown } of this.tiles) {
            const isShown = shown === this.shown;
            tile.setAttribute('aria-checked', String(isShown));
            tile.tabIndex = isShown ? 0 : -1;
            value.textContent = written(total, shown);
            const n = unknownOf(total, shown);
            // of a print without figures no more is said
            unknown.hidden = n === 0 || n === total.without;
            unknown.textContent = t('figures.unknownCount', { n: number(n) });
        }
    }

    /** One of them is what the bars show. */
    private tileOf(shown: Shown): Tile {
        const value = make('span', { class: 'pts-total-value' });
        const unknown = make('span', { class: 'pts-total-unknown', hidden: true });
        const tile = make(
            'button',
            {
                type: 'button',
                class: 'pts-total',
                role: 'radio',
                'data-measure': shown,
                on: { click: () => this.look(shown), keydown: (event) => this.pressed(event, shown) },
            },
            [value, make('span', { class: 'pts-total-name', text: t(`figures.measure.${shown}`) }), unknown],
        );
        return { shown, tile, value, unknown };
    }

    private look(shown: Shown): void {
        this.shown = shown;
        this.render();
        this.tiles.find((each) => each.shown === shown)?.tile.focus();
    }

    /** As in any group of radio buttons. */
    private pressed(event: KeyboardEvent, each: Shown): void {
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        this.look(SHOWN[(SHOWN.indexOf(each) + by + SHOWN.length) % SHOWN.length]!);
    }
}

function section(heading: string, content: readonly HTMLElement[], beside: HTMLElement | null = null): HTMLElement {
    return make('section', { class: 'pts-figure-group' }, [
        make('div', { class: 'pts-figure-head' }, [make('h3', { text: heading }), beside]),
        ...content,
    ]);
}
