// The products of a catalog: a page of them, by group, state and search.
import type { LinkState, Page, ProductRow, ShopReport } from '../../../lib/admin/sidebar/catalog/wire';
import { askIn } from '../page/ask';
import { button, make, pressable } from '../page/elements';
import { FilterBar, noMatch } from '../page/filter-bar';
import { number, price as priceText } from '../page/format';
import { PagedTable, tableHead } from '../page/paged-table';
import { rowBusy } from '../page/rows';
import { mayWrite, say, t } from '../page/texts';
import { productRow, type RowContext } from './product-row';
import { CHOICES, type StateChoice } from './product-state';
import { answered } from '../runtime';
import { actOn, catalogs, type ProductFilter } from './requests';
import type { Selection } from './store-tree';

const PAGE = 50;
/** Items that a person chooses among for a product. */
const MOST_FITTING = 6;

interface Query {
    context: Omit<RowContext, 'storeNames'> & { storeNames: [string, string][] | null };
    filter: ProductFilter;
}

export class ProductTable {
    readonly element: HTMLElement;
    private context: Query['context'] | null = null;
    private place: Selection | null = null;
    private shop: ShopReport | null = null;
    private readonly retryAll = button(
        t('catalog.retryAll'),
        { icon: 'fa-repeat', 'data-act': 'retry-all' },
        () => void this.retry(),
    );
    private readonly placeText = make('span', { class: 'pts-crumb-path' });
    private readonly crumb = make('div', { class: 'pts-crumb', hidden: true }, [
        this.placeText,
        button(t('catalog.showAllGroups'), { icon: 'fa-times', iconOnly: true, 'data-act': 'all-groups' }, () =>
            this.leavePlace(),
        ),
    ]);
    private readonly bar: FilterBar<StateChoice>;
    private readonly table: PagedTable<ProductRow, string, Query, Page<ProductRow>>;

    /**
     * @param leavePlace called when a person wants the products of all groups
     * @param changed called when something was asked for that changes the overview
     */
    constructor(
        private readonly leavePlace: () => void,
        private readonly acted: () => void,
    ) {
        const texts = {
            choices: t('catalog.choices'),
            text: (name: string) => t(`catalog.choice.${name}`),
            hint: (name: string) => t(`catalog.choiceHint.${name}`),
            search: t('catalog.search.label'),
            placeholder: t('catalog.search.placeholder'),
        };
        this.bar = new FilterBar(CHOICES, texts, () => this.list(), [this.crumb, this.retryAll]);
        this.table = new PagedTable({
            label: t('catalog.table'),
            pages: t('catalog.pages'),
            limit: PAGE,
            turn: { back: t('catalog.page.back'), on: t('catalog.page.on') },
            head: tableHead(['product', 'state', 'actions', 'reason'], ['price', 'stock'], (name) =>
                t(`catalog.column.${name}`),
            ),
            ask: ({ context, filter }, after, limit) => catalogs.products(context.catalog, filter, after, limit),
            rowsOf: ({ rows }) => rows,
            keyOf: ({ key }) => key,
            make: (product, { context }) => {
                const storeNames = context.storeNames === null ? null : new Map(context.storeNames);
                const row = productRow(product, { ...context, storeNames }, (action) => {
                    if (action === 'choose') void this.chooseItem(context, product, row);
                    else void this.act(context.catalog, product, row, { action });
                });
                return row;
            },
            empty: ({ filter }) =>
                filter.states.length > 0 || filter.search !== '' || filter.store !== null
                    ? noMatch(t('catalog.noMatch'), () => this.clear())
                    : [make('p', { text: t('catalog.noProducts') })],
            isCounted: ({ filter }) => filter.search === '' && filter.states.length === 0,
            contextOf: ({ context }) => JSON.stringify(context),
        });
        this.element = make('div', { class: 'pts-products' }, [this.bar.element, this.table.element]);
    }

    /**
     * @param context of the rows
     * @param shop the community that is looked at; null: there is none
     * @param all products of the catalog
     */
    show({ storeNames, ...context }: RowContext, shop: ShopReport | null, all: number): void {
        this.context = { ...context, storeNames: storeNames === null ? null : [...storeNames] };
        this.shop = shop;
        const count = (states: readonly (LinkState | 'none')[]): number =>
            states.reduce((sum, state) => sum + (state === 'none' ? 0 : (shop?.counts[state] ?? 0)), 0);
        this.bar.show(({ name, states }) => (name === 'all' ? all : name === 'none' ? null : count(states)));
        this.showRetry();
        this.list();
    }

    /** @param place what is selected among the stores; null: nothing */
    choose(place: Selection | null): void {
        this.place = place;
        this.crumb.hidden = place === null;
        this.placeText.textContent = place?.path.join(' / ') ?? '';
        this.list();
    }

    /** Something has changed. */
    changed(): void {
        this.table.changed();
    }

    private get refused(): number {
        return this.shop?.counts.refused ?? 0;
    }

    private list(): void {
        this.showRetry();
        const { choice, search } = this.bar;
        const { store = null, group = null } = this.place ?? {};
        const community = this.context?.community ?? null;
        const filter = { store, group, states: choice.states, community, search };
        this.table.show(this.context === null ? null : { context: this.context, filter });
    }

    private showRetry(): void {
        this.retryAll.hidden = this.bar.choice.name !== 'refused' || this.refused === 0 || !mayWrite();
    }

    private clear(): void {
        this.leavePlace();
        this.bar.clear();
    }

    /** Several items fit: a person says which one the product is. */
    private async chooseItem(
        { catalog, community }: Query['context'],
        product: ProductRow,
        row: HTMLElement,
    ): Promise<void> {
        if (community === null) return;
        const { sku, name } = product;
        const filter = { community, album: null, linked: false, search: name };
        const found = await answered(catalogs.items(catalog, filter, null, MOST_FITTING));
        if (found === undefined) return;
        const answers = found.rows.map(({ id, title, price }) => ({
            text: [t('catalog.item', { id }), title, price === null ? null : priceText(price, 'RUB')]
                .filter(Boolean)
                .join(' · '),
            act: `item-${id}`,
            icon: 'fa-link',
            go: () => void this.act(catalog, product, row, { action: 'link', item: id }),
        }));
        const question = t(answers.length === 0 ? 'catalog.pick.none' : 'catalog.pick.question', {
            name: name || sku,
        });
        askIn(row, question, answers, () => pressable(row, 'choose')?.focus());
    }

    private async act(
        catalog: string,
        product: ProductRow,
        row: HTMLElement,
        asked: { action: 'retry' | 'put-back' } | { action: 'link'; item: number },
    ): Promise<void> {
        rowBusy(row);
        const { sku } = product;
        const community = this.context?.community;
        const more = asked.action === 'put-back' && community ? { community } : {};
        const answer = await actOn(catalog, { ...asked, sku, ...more });
        this.table.acted(product.key, answer && t(`catalog.done.${asked.action}`, { name: product.name || sku }));
        this.acted();
    }

    private async retry(): Promise<void> {
        if (this.context === null) return;
        const n = number(this.refused);
        this.retryAll.disabled = true;
        const answer = await actOn(this.context.catalog, { action: 'retry-all' });
        this.retryAll.disabled = false;
        if (answer !== undefined) say(t('catalog.done.retry-all', { n }));
        this.table.changed();
        this.acted();
    }
}
