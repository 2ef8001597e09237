/** What the shop takes for a stock figure (schema 5.199, market.add). */
const MOST = 999_999;

/** Units of goods that are weighed or measured. «дроб» is what Evotor's tills call any of them. */
const MEASURED = new Set(
    'дроб кг килограмм г гр грамм т тонна л литр мл м метр см мм м2 м² м3 м³ пог.м кв.м куб.м kg g t l ml m cm mm m2 m3'.split(
        ' ',
    ),
);

/** Whether goods are weighed or measured, by their unit. */
export function isMeasured(unit: string | null): boolean {
    if (unit === null) return false;
    const name = unit.trim().toLowerCase();
    return MEASURED.has(name) || MEASURED.has(name.replace(/\.$/, ''));
}

/**
 * The stock figure of the shop, which knows whole numbers alone.
 * @returns null: unknown, so none is sent. Below 0 there is nothing; of pieces the whole ones count; of weighed goods what is
 *   left over counts as one, as long as there is some
 */
export function stockFigure(quantity: number | null, unit: string | null): number | null {
    if (quantity === null || !Number.isFinite(quantity)) return null;
    if (quantity <= 0) return 0;
    const whole = Math.floor(quantity);
    return Math.min(MOST, isMeasured(unit) ? Math.max(1, whole) : whole);
}
