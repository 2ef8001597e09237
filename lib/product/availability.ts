import { stockFigure } from './stock';

/** What is done with a product that is sold out: hidden, shown as sold out, or shown as if there were no stock figures. */
export const OUT_OF_STOCK = ['hide', 'show', 'always'] as const;
export type OutOfStock = (typeof OUT_OF_STOCK)[number];

export interface AvailabilityRule {
    outOfStock: OutOfStock;
    /** what becomes of a product that its source has no more */
    goneProducts: 'hide' | 'keep';
    /** tell the shop how many there are */
    sendStock: boolean;
}

/** Why a product is not shown. */
export const NOT_SHOWN = ['off', 'gone', 'notForSale', 'noPrice', 'soldOut'] as const;
export type NotShown = (typeof NOT_SHOWN)[number];

/** `keep`: the item stays as it is. */
export type Availability =
    { show: true; stock: number | null } | { show: false; reason: NotShown; stock: number | null } | { show: 'keep' };

interface Offered {
    quantity: number | null;
    unit: string | null;
    sellable: boolean;
    /** of the shop; null: there is none to put on sale */
    price: number | null;
    /** as the message says it */
    change: string;
}

/** Whether the shop shows a product, and with which stock figure (null: none is sent). */
export function availabilityOf(
    { quantity, unit, sellable, price, change }: Offered,
    rule: AvailabilityRule,
): Availability {
    // somebody switched it off: whatever else holds
    if (change === 'off') return { show: false, reason: 'off', stock: null };
    if (change === 'gone')
        return rule.goneProducts === 'keep' ? { show: 'keep' } : { show: false, reason: 'gone', stock: null };
    const figure = stockFigure(quantity, unit);
    const stock = rule.sendStock && rule.outOfStock !== 'always' ? figure : null;
    if (!sellable) return { show: false, reason: 'notForSale', stock };
    if (price === null) return { show: false, reason: 'noPrice', stock };
    // an unknown quantity is not 0
    if (figure === 0 && rule.outOfStock === 'hide') return { show: false, reason: 'soldOut', stock };
    return { show: true, stock };
}
