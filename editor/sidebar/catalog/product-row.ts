// One row of the products: what the source says of it, what the shop shows of it, and why.
import type { ProductRow } from '../../../lib/admin/sidebar/catalog/wire';
import { askBack } from '../page/ask';
import { button, link, make, type Child } from '../page/elements';
import { amount, price as priceText } from '../page/format';
import { mayWrite, t } from '../page/texts';
import { thumbnail } from '../page/thumbnails';
import { DOTS, reasonOf, shownState, type ShownState } from './product-state';
import { catalogs } from './requests';

/** What a button of a row asks for. */
export type ProductAction = 'retry' | 'put-back' | 'choose';

export interface RowContext {
    catalog: string;
    /** the community whose state is shown; null: there is none */
    community: string | null;
    /** stores by id, where the list has several; null: one alone */
    storeNames: ReadonlyMap<string, string> | null;
}

/** @param act called with the action that a person asks for */
export function productRow(
    product: ProductRow,
    { catalog, community, storeNames }: RowContext,
    act: (action: ProductAction) => void,
): HTMLElement {
    const { key, name, sku, picture } = product;
    const shop = product.shops.find((each) => each.community === community);
    const state = shownState(product, shop);
    const reason = reasonOf(product, shop, state);
    const actions = make('div', { role: 'cell', class: 'pts-actions' });
    const row = make('div', { role: 'row', class: `pts-row pts-product pts-shop-${state}`, 'data-key': key }, [
        make('div', { role: 'cell', class: 'pts-print' }, [
            thumbnail(picture === null ? null : `${catalog}/${key}/${picture}`, () => catalogs.picture(catalog, key)),
            make('div', { class: 'pts-title' }, [
                make('span', { class: 'pts-name', text: name || sku, title: [name, sku].filter(Boolean).join('\n') }),
                make('span', { class: 'pts-links' }, [
                    place(product, storeNames),
                    shop?.url
                        ? link(t('catalog.item', { id: shop.itemId }), shop.url, itemName(name, shop.itemId))
                        : null,
                ]),
            ]),
        ]),
        make('div', { class: 'pts-facts', role: 'presentation' }, [
            make('div', { role: 'cell', class: 'pts-price' }, [priceCell(product)]),
            make('div', { role: 'cell', class: 'pts-stock' }, [stockCell(product)]),
        ]),
        make('div', { role: 'cell', class: 'pts-state' }, [
            make('span', { class: `pts-dot pts-${DOTS[state]}`, 'aria-hidden': 'true' }),
            make('span', { text: t(`catalog.state.${state}`), title: t(`catalog.stateHint.${state}`) }),
        ]),
        actions,
        make('div', { role: 'cell', class: 'pts-reason' }, [
            reason === null ? null : make('span', { class: 'pts-remark', text: reason }),
        ]),
    ]);
    if (mayWrite()) actions.append(...buttonsOf(row, name || sku, state, act));
    return row;
}

function itemName(name: string, id: number | null): string {
    return t('catalog.itemOf', { id, name });
}

/** Where it lies: its store, where there are several, and its group. */
function place({ store, group }: ProductRow, storeNames: RowContext['storeNames']): Child {
    const text = [storeNames?.get(store), ...(group?.path ?? [])].filter(Boolean).join(' / ');
    return text === '' ? null : make('span', { class: 'pts-place', text, title: text });
}

function priceCell({ price, currency }: ProductRow): Child {
    if (price === null) return make('span', { class: 'pts-unknown', text: t('catalog.noPrice') });
    const text = priceText(price, currency);
    return make('span', { text, 'aria-label': t('catalog.priceOf', { price: text }) });
}

function stockCell({ quantity, unit }: ProductRow): Child {
    if (quantity === null) return make('span', { class: 'pts-unknown', text: t('catalog.noStock') });
    const n = amount(quantity, unit);
    return make('span', { text: n, 'aria-label': t('catalog.stockOf', { n }) });
}

function buttonsOf(
    row: HTMLElement,
    name: string,
    state: ShownState,
    act: (action: ProductAction) => void,
): HTMLElement[] {
    if (state === 'refused' || state === 'skipped')
        return [
            button(t('catalog.act.retry', { name }), { icon: 'fa-repeat', iconOnly: true, 'data-act': 'retry' }, () =>
                act('retry'),
            ),
        ];
    if (state === 'asked')
        return [
            button(
                t('catalog.pick.button'),
                { icon: 'fa-link', 'data-act': 'choose', 'aria-label': t('catalog.act.choose', { name }) },
                () => act('choose'),
            ),
        ];
    if (state !== 'removed') return [];
    const question = t('catalog.putBack.question', { name });
    const text = { act: 'put-back', yes: t('catalog.putBack.yes'), icon: 'fa-undo' };
    return [
        button(
            t('catalog.putBack.button'),
            { icon: 'fa-undo', 'data-act': 'put-back', 'aria-label': t('catalog.act.put-back', { name }) },
            () => askBack(row, question, text, () => act('put-back')),
        ),
    ];
}
