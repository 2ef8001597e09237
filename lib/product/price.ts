/** How a price is rounded after the markup. */
export const ROUNDINGS = {
    /** to kopecks */
    none: { step: 0.01, mode: 'nearest' },
    '1': { step: 1, mode: 'nearest' },
    '1-up': { step: 1, mode: 'up' },
    '5': { step: 5, mode: 'nearest' },
    '5-up': { step: 5, mode: 'up' },
    '10': { step: 10, mode: 'nearest' },
    '10-up': { step: 10, mode: 'up' },
    '50': { step: 50, mode: 'nearest' },
    '50-up': { step: 50, mode: 'up' },
    '100': { step: 100, mode: 'nearest' },
    '100-up': { step: 100, mode: 'up' },
    /** the next price that ends so: 9, 99, 90 */
    'ends-9': { step: 10, mode: 'up', less: 1 },
    'ends-99': { step: 100, mode: 'up', less: 1 },
    'ends-90': { step: 100, mode: 'up', less: 10 },
} as const satisfies Record<string, { step: number; mode: 'nearest' | 'up'; less?: number }>;
export type Rounding = keyof typeof ROUNDINGS;

export interface PriceRule {
    /** percent; below 0 it is a discount */
    markup: number;
    rounding: Rounding;
}

/** What the shop takes (schema 5.199, market.add). */
const HIGHEST = 999_999_999_999;

/**
 * The price in the shop.
 * @param price in whole units of the currency
 * @returns null where there is none to put on sale: it is unknown, 0, or the rule makes nothing of it
 */
export function shopPrice(price: number | null, { markup, rounding }: PriceRule): number | null {
    if (price === null || !Number.isFinite(price) || price <= 0) return null;
    // in hundredths: 1.1 × 100 is not 110 in binary
    const hundredths = exact(exact(price * 100) * (1 + markup / 100));
    if (hundredths <= 0) return null;
    const rule = ROUNDINGS[rounding];
    const step = exact(rule.step * 100);
    const less = 'less' in rule ? rule.less * 100 : 0;
    const steps = (hundredths + less) / step;
    const whole = rule.mode === 'up' ? Math.ceil(exact(steps)) : Math.round(exact(steps));
    // what costs something is never given away
    const rounded = Math.max(whole, 1) * step - less;
    return rounded > HIGHEST * 100 ? null : rounded / 100;
}

/** The price that is shown struck out. @returns null unless it is above the price */
export function shopOldPrice(oldPrice: number | null, price: number): number | null {
    if (oldPrice === null || !Number.isFinite(oldPrice) || oldPrice > HIGHEST) return null;
    const rounded = Math.round(exact(oldPrice * 100)) / 100;
    return rounded > price ? rounded : null;
}

/** Without the dust of binary fractions. */
function exact(value: number): number {
    return Number(value.toFixed(6));
}
