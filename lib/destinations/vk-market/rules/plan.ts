import type { ShopItem } from '../../../clients/vk/answers';
import type { ItemFields } from '../../../clients/vk/market';
import type { LinkRecord } from '../../../store/catalog/records';
import { isSameList, isSameText, isUncertain, type Baseline } from './baseline';
import { hashOfDesired, type Desired, type DesiredItem } from './desired';
import type { Keepable, UpsertSettings } from './settings';

/** What is done about a product. */
export type Plan =
    | { do: 'nothing'; action: 'unchanged' | 'skipped' | 'refused' | 'planned'; reason: string | null }
    | { do: 'add'; item: DesiredItem; hash: string }
    | {
          do: 'edit';
          itemId: number;
          fields: ItemFields;
          shows: boolean;
          picture: string | null;
          item: DesiredItem;
          hash: string;
      }
    | { do: 'hide'; itemId: number; reason: string };

/** What is known of a product in the shop. */
export interface Known {
    link: Readonly<LinkRecord> | undefined;
    /** the item as VK has it now, where it was asked; undefined: it was not */
    now: ShopItem | undefined;
}

/** A stock figure that does not cross zero is told once in this time. */
const STOCK_MS = 24 * 3_600_000;

const unchanged: Plan = { do: 'nothing', action: 'unchanged', reason: null };

/** @param now ms since 1970 */
export function planOf(desired: Desired, { link, now: item }: Known, settings: UpsertSettings, now: number): Plan {
    const itemId = link?.item;
    if (desired.show === 'keep') return unchanged;
    if (desired.show === 'refused') return { do: 'nothing', action: 'refused', reason: desired.reason };
    if (link?.state === 'removed') return { do: 'nothing', action: 'skipped', reason: 'removedInVk' };
    if (link?.state === 'asked') return { do: 'nothing', action: 'skipped', reason: 'severalFit' };
    if (!desired.show) {
        if (itemId === undefined) return { do: 'nothing', action: 'skipped', reason: desired.reason };
        // nobody knows whether a call that was to show it came through
        if (link?.state === 'hidden' && link.intent === undefined) return unchanged;
        // somebody else hid it, and may show it again; after a hide of ours without an answer it was ours
        const isTheirs = item !== undefined && item.availability !== 'available' && link?.intent === undefined;
        if (isTheirs) return { do: 'nothing', action: 'unchanged', reason: 'hiddenInVk' };
        return { do: 'hide', itemId, reason: desired.reason };
    }
    const hash = hashOfDesired(desired.item);
    if (itemId === undefined) return { do: 'add', item: desired.item, hash };
    return editOf(desired.item, hash, link!, item, settings, now);
}

/** Whether the item must be read before it is written: a person may have changed what is about to be sent. */
export function needsLook(plan: Plan, desired: Desired, { link }: Known, settings: UpsertSettings): boolean {
    if (link?.item === undefined) return false;
    // whether it is shown decides whose the hiding is; after an attempt of ours it was looked at
    if (plan.do === 'hide') return link.intent === undefined;
    if (desired.show !== true) return false;
    const isAlbums = albumsDiffer(desired.item, link);
    if (plan.do === 'nothing') return plan.action === 'unchanged' && isAlbums && settings.keepManual.has('albums');
    if (plan.do !== 'edit') return false;
    if (baseOf(link) === null) return true;
    const { fields, picture } = plan;
    const sent: Readonly<Record<Keepable, boolean>> = {
        name: fields.name !== undefined,
        description: fields.description !== undefined,
        category: fields.categoryId !== undefined,
        pictures: picture !== null,
        albums: isAlbums,
        price: fields.price !== undefined,
        stock: fields.stock !== undefined,
    };
    return [...settings.keepManual].some((field) => sent[field]);
}

/** Whether the albums of a product were not seen to yet: they are others now, or a call was in vain. */
export function albumsDiffer(
    { albums }: { albums: readonly string[] },
    link: Readonly<LinkRecord> | undefined,
): boolean {
    const base = baseOf(link);
    // it may lie in one that it was to come into, and is to come out of again
    if (base?.pending?.albumIds !== undefined) return true;
    return (base?.albumTitles ?? []).join('\n') !== albums.join('\n');
}

function editOf(
    item: DesiredItem,
    hash: string,
    link: Readonly<LinkRecord>,
    now: ShopItem | undefined,
    settings: UpsertSettings,
    at: number,
): Plan {
    const base = baseOf(link);
    // it may be hidden: nobody knows whether a call that was to hide it came through
    const shows = link.state === 'hidden' || link.intent !== undefined;
    const stock = stockToSend(item.stock, base, link, at, shows);
    const isOtherPicture = (picture: string): boolean =>
        base?.pending?.mainPhotoId !== undefined || (link.photos?.[picture] ?? 0) !== base?.photoIds[0];
    const isPicture = item.picture !== null && isOtherPicture(item.picture);
    // of an edit without an answer nobody knows what it did: what it sent is told once more
    const differs = link.sent !== hash || isUncertain(base);
    if (!differs && !shows && stock === undefined) return unchanged;
    const fields: ItemFields = { ...(shows ? { hidden: false } : {}), ...(stock === undefined ? {} : { stock }) };
    // without a baseline everything is told, but what a person's hand is seen in
    const wanted = differs ? fieldsOf(item, base) : {};
    Object.assign(fields, withoutManual(wanted, base, now, settings.keepManual));
    if (isKept('stock', base, now, settings.keepManual)) delete fields.stock;
    const picture = isPicture && !isKept('pictures', base, now, settings.keepManual) ? item.picture : null;
    return { do: 'edit', itemId: link.item!, fields, shows, picture, item, hash };
}

/** What of a wish differs from the item as we left it, or may. */
function fieldsOf(item: DesiredItem, base: Baseline | null): ItemFields {
    const { pending = {} } = base ?? {};
    const isOpen = (field: keyof typeof pending): boolean => pending[field] !== undefined;
    const fields: ItemFields = {};
    if (base === null || isOpen('name') || !isSameText(base.name, item.name)) fields.name = item.name;
    if (base === null || isOpen('description') || !isSameText(base.description, item.description))
        fields.description = item.description;
    if (isOpen('categoryId') || base?.categoryId !== item.categoryId) fields.categoryId = item.categoryId;
    if (isOpen('price') || base?.price !== item.price) fields.price = item.price;
    // 0 takes an old price away (not documented; a price below the present one is shown nowhere)
    if (isOpen('oldPrice') || (base?.oldPrice ?? null) !== item.oldPrice) fields.oldPrice = item.oldPrice ?? 0;
    if (isOpen('url') || (base?.url ?? null) !== item.url) fields.url = item.url ?? '';
    return fields;
}

const FIELDS: Readonly<Record<'name' | 'description' | 'category' | 'price', (keyof ItemFields)[]>> = {
    name: ['name'],
    description: ['description'],
    category: ['categoryId'],
    price: ['price', 'oldPrice'],
};

function withoutManual(
    fields: ItemFields,
    base: Baseline | null,
    now: ShopItem | undefined,
    keep: ReadonlySet<Keepable>,
): ItemFields {
    const left: ItemFields = { ...fields };
    for (const [field, names] of Object.entries(FIELDS) as [keyof typeof FIELDS, (keyof ItemFields)[]][])
        if (isKept(field, base, now, keep)) for (const name of names) delete left[name];
    return left;
}

/** Whether a field is a person's, so that it stays. */
function isKept(
    field: Exclude<Keepable, 'albums'>,
    base: Baseline | null,
    now: ShopItem | undefined,
    keep: ReadonlySet<Keepable>,
): boolean {
    if (!keep.has(field) || base === null) return false;
    return base.isLinked === true || (now !== undefined && CHANGED[field](base, now));
}

const CHANGED: Readonly<Record<Exclude<Keepable, 'albums'>, (base: Baseline, now: ShopItem) => boolean>> = {
    name: ({ name, pending }, { title }) => !isSameText(name, title) && !isSameText(pending?.name ?? name, title),
    description: (base, now) =>
        !isSameText(base.description, now.description) &&
        !isSameText(base.pending?.description ?? base.description, now.description),
    category: (base, now) => base.categoryId !== now.categoryId && base.pending?.categoryId !== now.categoryId,
    pictures: (base, now) =>
        now.photoIds !== null &&
        !isSameList(base.photoIds, now.photoIds) &&
        !isSameList([base.pending?.mainPhotoId ?? 0, ...base.photoIds.slice(1)], now.photoIds),
    price: (base, now) => base.price !== now.price && base.pending?.price !== now.price,
    stock: (base, now) => base.stock !== now.stock && base.pending?.stock !== now.stock,
};

/** @returns undefined: nothing is told now */
function stockToSend(
    stock: number | null,
    base: Baseline | null,
    link: Readonly<LinkRecord>,
    at: number,
    shows: boolean,
): number | null | undefined {
    const before = base?.stock ?? null;
    // a figure was sent, and nobody knows whether VK has it
    if (base?.pending?.stock !== undefined) return stock;
    if (stock === before) return undefined;
    // VK went on counting what is not told any more
    if (stock === null) return null;
    const crosses = before === null || before <= 0 !== stock <= 0;
    const sentAt = link.stockAt === undefined ? -Infinity : Date.parse(link.stockAt);
    return shows || crosses || at - sentAt >= STOCK_MS ? stock : undefined;
}

/** When the shop may be told the stock figure of a product that is otherwise in step, ms since 1970; null: it has it. */
export function stockDueAt(stock: number | null, link: Readonly<LinkRecord> | undefined): number | null {
    const sentAt = link?.state === 'live' ? link.stockAt : undefined;
    if (sentAt === undefined || stock === null || baseOf(link)?.stock === stock) return null;
    return Date.parse(sentAt) + STOCK_MS;
}

/** The baseline in a link's record. */
export function baseOf(link: Readonly<LinkRecord> | undefined): Baseline | null {
    return (link?.base as Baseline | undefined) ?? null;
}
