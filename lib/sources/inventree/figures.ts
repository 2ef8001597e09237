import type { CatalogStock, PriceBreak } from '../../clients/inventree/catalog/lists';
import { isReadable, type UnreadableRow } from '../../http/checked';

/** InvenTree keeps five decimals of quantities and prices. */
const DECIMALS = 5;

export interface Price {
    /** in `currency` */
    amount: number;
    /** ISO 4217 */
    currency: string;
}

/**
 * Figures of Parts by their pk.
 * @returns null: there is none; undefined: unknown, since a row that may be this Part's cannot be read
 */
export type FigureOf<T> = (part: number) => T | null | undefined;

/** Which stock counts. */
export interface StockChoice {
    statuses: ReadonlySet<number>;
    /** null: wherever it lies, in no location too */
    locations: ReadonlySet<number> | null;
}

/** The unallocated stock of each Part. Never below 0; a Part without stock has 0. */
export function unallocated(rows: readonly (CatalogStock | UnreadableRow)[], choice: StockChoice): FigureOf<number> {
    const sums = new Map<number, number>();
    const unknown = partsOfUnreadable(rows);
    for (const item of rows) {
        if (!isReadable<CatalogStock>(item) || !counts(item, choice)) continue;
        const free = Math.max(0, item.quantity - item.allocated);
        sums.set(item.part, (sums.get(item.part) ?? 0) + free);
    }
    return (part) => (unknown.has(part) ? undefined : rounded(sums.get(part) ?? 0));
}

/** A filter that a server does not know shows everything: each item is held against what was asked. */
function counts(item: CatalogStock, { statuses, locations }: StockChoice): boolean {
    const isHere =
        !item.is_building &&
        [item.belongs_to, item.customer, item.sales_order, item.consumed_by].every((elsewhere) => elsewhere === null);
    return (
        isHere &&
        statuses.has(item.status_custom_key ?? item.status) &&
        (locations === null || (item.location !== null && locations.has(item.location)))
    );
}

/** The sale price of one piece: of the breaks from 1 or less on the highest, as InvenTree itself picks it. */
export function priceOfOne(rows: readonly (PriceBreak | UnreadableRow)[]): FigureOf<Price> {
    const best = new Map<number, PriceBreak>();
    const unknown = partsOfUnreadable(rows);
    for (const row of rows) {
        if (!isReadable<PriceBreak>(row) || row.quantity > 1) continue;
        const known = best.get(row.part);
        if (known === undefined || row.quantity > known.quantity) best.set(row.part, row);
    }
    return (part) => {
        if (unknown.has(part)) return undefined;
        const row = best.get(part);
        if (row === undefined || row.price === null) return null;
        return { amount: rounded(row.price), currency: row.price_currency };
    };
}

/** Parts with rows that cannot be read; where a row does not even tell its Part, that is any of them. */
function partsOfUnreadable(rows: readonly unknown[]): { has: (part: number) => boolean } {
    const unreadable = rows.filter((row): row is UnreadableRow => !isReadable(row));
    const parts = unreadable.map((row) => row.field('part'));
    if (parts.some((part) => typeof part !== 'number')) return { has: () => true };
    return new Set(parts as number[]);
}

function rounded(figure: number): number {
    return Number(figure.toFixed(DECIMALS));
}
