// The products of a community as VK has them, those that nobody of the catalog is linked to among them.
import type { AlbumRow, ItemRow, Page } from '../../../lib/admin/sidebar/catalog/wire';
import { button, link, make } from '../page/elements';
import { FilterBar, noMatch, type Choice } from '../page/filter-bar';
import { price } from '../page/format';
import { PagedTable, tableHead } from '../page/paged-table';
import { t } from '../page/texts';
import { catalogs, type ItemFilter } from './requests';

const PAGE = 50;

interface LinkedChoice extends Choice {
    linked: boolean | null;
}

const CHOICES: readonly [LinkedChoice, ...LinkedChoice[]] = [
    { name: 'allItems', linked: null },
    { name: 'ours', linked: true, dot: 'green' },
    { name: 'others', linked: false, dot: 'grey' },
];
const DOTS = { available: 'green', unavailable: 'grey', removed: 'yellow' } as const;

interface Query {
    catalog: string;
    filter: ItemFilter;
}

export class ItemTable {
    readonly element: HTMLElement;
    private of: Pick<Query, 'catalog'> & { community: string } = { catalog: '', community: '' };
    private album: AlbumRow | null = null;
    private readonly crumbText = make('span', { class: 'pts-crumb-path' });
    private readonly crumb = make('div', { class: 'pts-crumb', hidden: true }, [
        this.crumbText,
        button(t('catalog.albums.all'), { icon: 'fa-times', iconOnly: true, 'data-act': 'all-albums' }, () =>
            this.leaveAlbum(),
        ),
    ]);
    private readonly bar: FilterBar<LinkedChoice>;
    private readonly table: PagedTable<ItemRow, string, Query, Page<ItemRow>>;

    /** @param leaveAlbum called when a person wants the items of all albums */
    constructor(private readonly leaveAlbum: () => void) {
        const texts = {
            choices: t('catalog.itemChoices'),
            text: (name: string) => t(`catalog.choice.${name}`),
            hint: (name: string) => t(`catalog.choiceHint.${name}`),
            search: t('catalog.search.items'),
            placeholder: t('catalog.search.itemsPlaceholder'),
        };
        this.bar = new FilterBar(CHOICES, texts, () => this.list(), [this.crumb]);
        this.bar.show(() => null);
        this.table = new PagedTable({
            label: t('catalog.items'),
            pages: t('catalog.itemPages'),
            limit: PAGE,
            head: tableHead(['item', 'state'], ['price'], (name) => t(`catalog.column.${name}`)),
            turn: { back: t('catalog.page.back'), on: t('catalog.page.on') },
            ask: ({ catalog, filter }, after, limit) => catalogs.items(catalog, filter, after, limit),
            rowsOf: ({ rows }) => rows,
            keyOf: ({ id }) => String(id),
            make: itemRow,
            empty: ({ filter }) =>
                filter.album !== null || filter.linked !== null || filter.search !== ''
                    ? noMatch(t('catalog.noMatch'), () => this.clear())
                    : [make('p', { text: t('catalog.noItems') })],
            isCounted: ({ filter }) => filter.album === null && filter.linked === null && filter.search === '',
            contextOf: ({ catalog, filter }) => `${catalog}/${filter.community}`,
        });
        this.element = make('div', { class: 'pts-items' }, [this.bar.element, this.table.element]);
    }

    show(catalog: string, community: string): void {
        this.of = { catalog, community };
        this.list();
    }

    /** @param album null: all */
    choose(album: AlbumRow | null): void {
        this.album = album;
        this.crumb.hidden = album === null;
        this.crumbText.textContent = album?.title ?? '';
        this.list();
    }

    /** Something has changed. */
    changed(): void {
        this.table.changed();
    }

    private list(): void {
        const { catalog, community } = this.of;
        const { choice, search } = this.bar;
        const album = this.album === null ? null : String(this.album.id);
        const filter = { community, album, linked: choice.linked, search };
        this.table.show(community === '' ? null : { catalog, filter });
    }

    private clear(): void {
        this.leaveAlbum();
        this.bar.clear();
    }
}

function itemRow({ id, title, sku, url, price: asked, availability, product }: ItemRow): HTMLElement {
    const of = product === null ? t('catalog.itemOther') : t('catalog.itemProduct', { name: product.name ?? sku });
    return make('div', { role: 'row', class: 'pts-row pts-item', 'data-key': String(id) }, [
        make('div', { role: 'cell', class: 'pts-title' }, [
            make('span', { class: 'pts-name', text: title, title: [title, sku].filter(Boolean).join('\n') }),
            make('span', { class: 'pts-links' }, [
                make('span', { class: 'pts-place', text: of }),
                link(t('catalog.item', { id }), url, t('catalog.itemOf', { id, name: title })),
            ]),
        ]),
        make('div', { class: 'pts-facts', role: 'presentation' }, [
            make('div', { role: 'cell', class: 'pts-price' }, [asked === null ? null : price(asked, 'RUB')]),
        ]),
        make('div', { role: 'cell', class: 'pts-state' }, [
            make('span', { class: `pts-dot pts-${DOTS[availability]}`, 'aria-hidden': 'true' }),
            make('span', { text: t(`catalog.availability.${availability}`) }),
        ]),
    ]);
}
