/** What the price of a piece is made of. */
export const PRICE_PARTS = ['none', 'filament', 'filamentEnergy'] as const;
export type PriceParts = (typeof PRICE_PARTS)[number];

/** InvenTree keeps prices with so many decimals. */
export const MOST_PRICE_DECIMALS = 6;

/**
 * What one of a print's pieces cost, in the currency of the source.
 * @param quantity in which it is counted, above 0
 * @param decimals the price is rounded to so many, half away from zero
 * @returns null where one of the parts is not known, or all of it rounds to nothing: 0 is what servers write for "not known"
 */
export function priceOf(
    { cost, energyCost }: { cost: number | null; energyCost: number | null },
    parts: PriceParts,
    quantity: number,
    decimals: number,
): number | null {
    if (parts === 'none' || cost === null || cost <= 0) return null;
    if (parts === 'filamentEnergy' && (energyCost === null || energyCost < 0)) return null;
    const total = parts === 'filamentEnergy' ? cost + energyCost! : cost;
    // by its decimal digits: 1.005 lies below its own half as a binary number
    const price = Number(`${Math.round(Number(`${total / quantity}e${decimals}`))}e-${decimals}`);
    return Number.isFinite(price) && price > 0 ? price : null;
}
