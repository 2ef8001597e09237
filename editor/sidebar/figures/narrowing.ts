// Prints by printer, material and days: a part of the filter that a button unfolds; and the prints of the filter as a table.
import { button, make, save } from '../page/elements';
import { number } from '../page/format';
import { say, t } from '../page/texts';
import { answered, runtime, type Filter } from '../runtime';
import { ANY_DAY, PERIODS, type Days, type Period } from './period';

/** What of a filter is chosen here. */
export type Narrowed = Pick<Filter, 'printer' | 'material' | 'days'>;

const ID = 'pts-narrowing';

export class Narrowing {
    readonly toggle = button(
        t('filter.title'),
        { icon: 'fa-filter', iconOnly: true, 'aria-expanded': 'false', 'aria-controls': ID, 'data-act': 'narrow' },
        () => this.open(this.element.hidden),
    );
    private readonly badge = make('span', { class: 'pts-badge', 'aria-hidden': 'true', hidden: true });
    private readonly printer = this.chooser('printer');
    private readonly material = this.chooser('material');
    private readonly since = this.dayField('since');
    private readonly until = this.dayField('until');
    private readonly range = make('div', { class: 'pts-days', hidden: true }, [
        make('label', {}, [make('span', { text: t('filter.since') }), this.since]),
        make('label', {}, [make('span', { text: t('filter.until') }), this.until]),
    ]);
    private readonly periods: readonly { period: Period; chip: HTMLButtonElement }[] = PERIODS.map((period) => ({
        period,
        chip: make('button', {
            type: 'button',
            class: 'pts-period',
            text: t(`filter.period.${period}`),
            'data-period': period,
            on: { click: () => this.choosePeriod(period) },
        }),
    }));
    private readonly csv = button(
        t('filter.csv'),
        { icon: 'fa-download', title: t('filter.csvHint'), 'data-act': 'csv' },
        () => void this.saveTable(),
    );
    private readonly reset = button(
        t('filter.reset'),
        { icon: 'fa-times', iconOnly: true, 'data-act': 'reset-filter' },
        () => {
            this.clear();
            this.changed();
        },
    );
    readonly element = make('div', { class: 'pts-narrowing', id: ID, role: 'group', hidden: true }, [
        make('div', { class: 'pts-choosers' }, [this.printer, this.material, this.reset, this.csv]),
        make(
            'div',
            { class: 'pts-periods', role: 'group', 'aria-label': t('filter.days') },
            this.periods.map(({ chip }) => chip),
        ),
        this.range,
    ]);
    private period: Period = ANY_DAY.period;

    /**
     * @param store whose prints are listed; null: there is none
     * @param filter the whole filter
     * @param changed called when something else is chosen
     */
    constructor(
        private readonly store: () => string | null,
        private readonly filter: () => Filter,
        private readonly changed: () => void,
    ) {
        this.element.setAttribute('aria-label', t('filter.title'));
        this.toggle.append(this.badge);
        this.show();
    }

    get value(): Narrowed {
        const days: Days = { period: this.period, since: this.since.value, until: this.until.value };
        return {
            printer: this.printer.value || null,
            material: this.material.value || null,
            days: this.period === 'range' ? days : { ...ANY_DAY, period: this.period },
        };
    }

    /** All printers, all materials, any day. */
    clear(): void {
        this.printer.value = this.material.value = this.since.value = this.until.value = '';
        this.period = ANY_DAY.period;
        this.show();
    }

    /** @param name of a printer or material; its choice is offered even where it is not known yet */
    choose(what: 'printer' | 'material', name: string): void {
        const chooser = this[what];
        if (![...chooser.options].some(({ value }) => value === name)) chooser.add(new Option(name, name));
        chooser.value = name;
        this.open(true);
        this.chosen();
    }

    open(isOpen: boolean): void {
        this.element.hidden = !isOpen;
        this.show();
        if (isOpen) void this.load();
    }

    /** Another store has other printers. */
    forget(): void {
        this.clear();
        for (const chooser of [this.printer, this.material]) chooser.length = 1;
        if (!this.element.hidden) void this.load();
    }

    /** What there is to choose from may have grown. */
    async load(): Promise<void> {
        const store = this.store();
        if (store === null) return;
        const { body, failed } = await runtime.groups(store).answer;
        if (failed !== null || store !== this.store()) return;
        this.offer(this.printer, body.printers);
        this.offer(this.material, body.materials);
    }

    private offer(chooser: HTMLSelectElement, names: readonly string[]): void {
        const chosen = chooser.value;
        const all = chosen === '' || names.includes(chosen) ? names : [chosen, ...names];
        const known = [...chooser.options].slice(1).map(({ value }) => value);
        // an open list would close
        if (JSON.stringify(known) === JSON.stringify(all)) return;
        chooser.length = 1;
        for (const name of all) chooser.add(new Option(name, name));
        chooser.value = chosen;
    }

    private choosePeriod(period: Period): void {
        this.period = period;
        this.chosen();
        if (period === 'range') this.since.focus();
    }

    private chosen(): void {
        this.show();
        this.changed();
    }

    private show(): void {
        const { printer, material, days } = this.value;
        const isOpen = !this.element.hidden;
        const count = [printer !== null, material !== null, days.period !== 'any'].filter(Boolean).length;
        for (const { period, chip } of this.periods) chip.setAttribute('aria-pressed', String(period === this.period));
        this.range.hidden = this.period !== 'range';
        this.reset.hidden = count === 0;
        this.badge.hidden = count === 0;
        this.badge.textContent = number(count);
        this.toggle.setAttribute('aria-expanded', String(isOpen));
        this.toggle.classList.toggle('selected', isOpen);
        this.toggle.setAttribute(
            'aria-label',
            count === 0 ? t('filter.title') : t('filter.active', { n: number(count) }),
        );
        for (const chooser of [this.printer, this.material])
            chooser.classList.toggle('pts-chosen', chooser.value !== '');
    }

    private chooser(what: 'printer' | 'material'): HTMLSelectElement {
        return make(
            'select',
            { 'aria-label': t(`filter.${what}`), 'data-filter': what, on: { change: () => this.chosen() } },
            [make('option', { value: '', text: t(`filter.all.${what}`) })],
        );
    }

    private dayField(which: 'since' | 'until'): HTMLInputElement {
        return make('input', { type: 'date', 'data-filter': which, on: { change: () => this.chosen() } });
    }

    private async saveTable(): Promise<void> {
        const store = this.store();
        if (store === null) return;
        this.csv.disabled = true;
        const table = await answered(runtime.csv(store, this.filter()));
        this.csv.disabled = false;
        if (table === undefined) return;
        save(table, `prints-${new Date().toISOString().slice(0, 10)}.csv`);
        say(t('filter.csvDone'));
    }
}
