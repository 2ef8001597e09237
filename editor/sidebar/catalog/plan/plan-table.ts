// What a dry run would do, product by product: what changes from what into what, and what that would cost.
import type { PlannedPage, PlannedRow, ShopReport } from '../../../../lib/admin/sidebar/catalog/wire';
import { link, make } from '../../page/elements';
import { FilterBar, noMatch, type Choice } from '../../page/filter-bar';
import { number, price } from '../../page/format';
import { PagedTable, tableHead } from '../../page/paged-table';
import { t } from '../../page/texts';
import { reasonText } from '../product-state';
import { catalogs, type PlannedFilter } from '../requests';
import { costText } from './cost-text';

const PAGE = 50;

interface DoesChoice extends Choice {
    does: PlannedRow['does'] | null;
}

const DOTS = { add: 'green', link: 'green', ask: 'yellow', edit: 'blue', hide: 'grey' } as const;
const CHOICES: readonly [DoesChoice, ...DoesChoice[]] = [
    { name: 'allPlanned', does: null },
    { name: 'add', does: 'add', dot: DOTS.add, rare: true },
    { name: 'link', does: 'link', dot: DOTS.link, rare: true },
    { name: 'ask', does: 'ask', dot: DOTS.ask, rare: true },
    { name: 'edit', does: 'edit', dot: DOTS.edit, rare: true },
    { name: 'hide', does: 'hide', dot: DOTS.hide, rare: true },
];
/** Prices; the others are numbers or texts. */
const PRICES: ReadonlySet<string> = new Set(['price', 'oldPrice']);

interface Query {
    catalog: string;
    filter: PlannedFilter;
}

export class PlanTable {
    readonly element: HTMLElement;
    private of: { catalog: string; shop: ShopReport } | null = null;
    private readonly cost = make('p', { class: 'pts-plan-cost pts-hint' });
    private readonly bar: FilterBar<DoesChoice>;
    private readonly table: PagedTable<PlannedRow, string, Query, PlannedPage>;

    constructor() {
        const texts = {
            choices: t('catalog.planned.choices'),
            text: (name: string) => t(`catalog.choice.${name}`),
            hint: (name: string) => t(`catalog.choiceHint.${name}`),
            search: t('catalog.search.planned'),
            placeholder: t('catalog.search.plannedPlaceholder'),
        };
        this.bar = new FilterBar(CHOICES, texts, () => this.list(), [this.cost]);
        this.table = new PagedTable({
            label: t('catalog.planned.label'),
            pages: t('catalog.planned.pages'),
            limit: PAGE,
            head: tableHead(['planned', 'does'], ['change'], (name) => t(`catalog.column.${name}`)),
            turn: { back: t('catalog.page.back'), on: t('catalog.page.on') },
            ask: ({ catalog, filter }, after, limit) => catalogs.planned(catalog, filter, after, limit),
            rowsOf: (page) => {
                // what all of it costs stands above
                const { choice, search } = this.bar;
                const isAll = choice.does === null && search === '';
                this.cost.textContent = isAll || page.total === 0 ? '' : costText(page.cost);
                return page.rows;
            },
            keyOf: ({ sku }) => sku,
            make: plannedRow,
            empty: ({ filter }) =>
                filter.does !== null || filter.search !== ''
                    ? noMatch(t('catalog.noMatch'), () => this.bar.clear())
                    : [make('p', { text: t('catalog.plan.nothing') })],
            isCounted: () => true,
            contextOf: ({ catalog, filter }) => `${catalog}/${filter.community}`,
        });
        this.element = make('div', { class: 'pts-planned', hidden: true }, [this.bar.element, this.table.element]);
    }

    /** @param shop has a dry run */
    show(catalog: string, shop: ShopReport): void {
        this.of = { catalog, shop };
        const { planned } = shop;
        const all = CHOICES.reduce((sum, { does }) => sum + (does === null ? 0 : (planned?.[does] ?? 0)), 0);
        this.bar.show(({ does }) => (does === null ? all : (planned?.[does] ?? 0)));
        this.list();
    }

    /** Something has changed. */
    changed(): void {
        this.table.changed();
    }

    private list(): void {
        if (this.of === null) return;
        const { catalog, shop } = this.of;
        const { choice, search } = this.bar;
        this.table.show({ catalog, filter: { community: shop.community, does: choice.does, search } });
    }
}

function plannedRow(row: PlannedRow): HTMLElement {
    const { sku, name, does, itemId, url, reason, photo } = row;
    // the name of a new item stands in front
    const changes = row.fields.filter(({ field, from }) => field !== 'name' || from !== null).map(changeText);
    if (photo && !row.fields.some(({ field }) => field === 'picture')) changes.push(t('catalog.planned.photo'));
    if (reason !== null) changes.push(reasonText(reason));
    const item = itemId !== null && url !== null ? { id: itemId, url } : null;
    return make('div', { role: 'row', class: 'pts-row pts-planned-row', 'data-key': sku }, [
        make('div', { role: 'cell', class: 'pts-title' }, [
            make('span', { class: 'pts-name', text: name, title: `${name}\n${sku}` }),
            make('span', { class: 'pts-links' }, [
                item === null
                    ? null
                    : link(t('catalog.item', { id: item.id }), item.url, t('catalog.itemOf', { id: item.id, name })),
            ]),
        ]),
        make('div', { class: 'pts-facts', role: 'presentation' }, [
            make(
                'div',
                { role: 'cell', class: 'pts-change' },
                changes.map((text) => make('div', { text })),
            ),
        ]),
        make('div', { role: 'cell', class: 'pts-state pts-does' }, [
            make('span', { class: `pts-dot pts-${DOTS[does]}`, 'aria-hidden': 'true' }),
            make('span', { text: t(`catalog.plan.${does}`) }),
        ]),
    ]);
}

/** `price: 90 ₽ → 99 ₽` */
function changeText({ field, from, to }: PlannedRow['fields'][number]): string {
    const name = t(`catalog.planned.field.${field}`);
    if (field === 'picture' || field === 'shown') return name;
    const values = { field: name, from: valueText(field, from), to: valueText(field, to) };
    return from === null ? t('catalog.planned.new', values) : t('catalog.planned.change', values);
}

function valueText(field: string, value: string | number | null): string {
    if (value === null) return t('catalog.planned.none');
    if (typeof value === 'string') return value;
    if (field === 'category') return String(value);
    return PRICES.has(field) ? price(value, 'RUB') : number(value);
}
