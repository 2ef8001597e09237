// What became of a product in a shop, as a person reads it.
import type { LinkState, ProductRow, ShopStateRow } from '../../../lib/admin/sidebar/catalog/wire';
import type { Choice } from '../page/filter-bar';
import { t } from '../page/texts';

/** A state as it is shown: that of the link, or why there is none yet. */
export type ShownState = LinkState | 'off' | 'gone' | 'left' | 'frozen' | 'waiting' | 'theirs' | 'held';

/** The colour of each, by the names that Node-RED has for its status dots. */
export const DOTS: Readonly<Record<ShownState, string>> = {
    live: 'green',
    intent: 'blue',
    hidden: 'grey',
    removed: 'yellow',
    skipped: 'grey',
    refused: 'red',
    planned: 'blue',
    asked: 'yellow',
    off: 'grey',
    gone: 'grey',
    left: 'grey',
    frozen: 'grey',
    waiting: 'blue',
    theirs: 'grey',
    held: 'yellow',
};

export interface StateChoice extends Choice {
    /** empty: all */
    states: readonly (LinkState | 'none')[];
}

/** What is listed together. */
export const CHOICES: readonly [StateChoice, ...StateChoice[]] = [
    { name: 'all', states: [] },
    { name: 'live', states: ['live', 'intent'], dot: 'green' },
    { name: 'hidden', states: ['hidden'], dot: 'grey' },
    { name: 'refused', states: ['refused'], dot: 'red' },
    { name: 'asked', states: ['asked'], dot: 'yellow', rare: true },
    { name: 'removed', states: ['removed'], dot: 'yellow', rare: true },
    { name: 'skipped', states: ['skipped'], dot: 'grey', rare: true },
    { name: 'planned', states: ['planned'], dot: 'blue', rare: true },
    { name: 'none', states: ['none'] },
];

/** Reasons of ours; others are VK's words. */
const REASONS: ReadonlySet<string> = new Set([
    'off',
    'gone',
    'notForSale',
    'noPrice',
    'soldOut',
    'noName',
    'nameTooShort',
    'noCategory',
    'badSku',
    'noPicture',
    'otherCurrency',
    'firstSync',
    'masters',
    'merged',
    'severalFit',
    'removedInVk',
    'hiddenInVk',
]);

/** @param shop of the community that is looked at; undefined: the product was offered to none yet */
export function shownState({ wish, limited }: ProductRow, shop: ShopStateRow | undefined): ShownState {
    if (shop === undefined) {
        if (wish === 'show') return 'waiting';
        if (wish === null) return 'frozen';
        return wish === 'off' && limited !== null ? 'left' : wish;
    }
    if (shop.state !== 'live') return shop.state;
    if (shop.reason === 'hiddenInVk') return 'theirs';
    const isHeld = shop.reason === 'masters' || shop.reason?.startsWith('brake:') === true;
    return isHeld ? 'held' : 'live';
}

/** Why it is so; null: the state says it all. */
export function reasonOf({ limited }: ProductRow, shop: ShopStateRow | undefined, state: ShownState): string | null {
    if (state === 'left') return t(`catalog.limited.${limited ?? ''}`);
    const reason = shop?.reason ?? null;
    if (reason === null || state === 'theirs') return null;
    return reasonText(reason);
}

/** @param reason a key of ours, or words of VK */
export function reasonText(reason: string): string {
    const [brake, kind] = reason.split(':');
    if (brake === 'brake') return t(kind === 'price' ? 'catalog.reason.heldPrice' : 'catalog.reason.heldHide');
    return REASONS.has(reason) ? t(`catalog.reason.${reason}`) : reason;
}
