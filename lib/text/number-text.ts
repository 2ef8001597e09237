/** A number in groups of three, with a point or a comma for the decimals. */
const PLAIN = /^([+-]?)(\d+)(?:[.,](\d+))?(?:e([+-]?\d{1,3}))?$/i;
const GROUPED = /^([+-]?)(\d{1,3}(?:([.,'\u00a0\u2009\u202f ])\d{3})+)(?:([.,])(\d+))?$/;

/**
 * Reads a number that a person or another program wrote, with a decimal point or a decimal comma: InvenTree reads `12,5` as
 * 125.
 * @returns null where it is no number, or may be two: `1,234` is a thousand to some and one and a bit to others
 */
export function numberOfText(text: string): number | null {
    const written = text.trim().replace(/^\u2212/, '-');
    const grouped = GROUPED.exec(written);
    if (grouped !== null) return ofGroups(grouped);
    const plain = PLAIN.exec(written);
    if (plain === null) return null;
    const [, sign = '', whole = '', decimals = '0', exponent = '0'] = plain;
    const value = Number(`${sign}${whole}.${decimals}e${exponent}`);
    return Number.isFinite(value) ? value : null;
}

function ofGroups([, sign = '', groups = '', separator = '', point, decimals = '0']: RegExpExecArray): number | null {
    // 0.125 and 0,125 have no thousands before them; 1.234 is a plain number with a point
    const isDecimal = separator === '.' || (separator === ',' && groups.startsWith('0'));
    if (isDecimal && point === undefined && groups.split(separator).length === 2)
        return Number(sign + groups.replace(separator, '.'));
    if (point === separator || groups.startsWith('0')) return null;
    const seen = new Set(groups.replace(/\d/g, ''));
    const isAmbiguous = point === undefined && separator === ',' && groups.split(',').length === 2;
    if (seen.size > 1 || isAmbiguous) return null;
    return Number(`${sign}${groups.replace(/\D/g, '')}.${decimals}`);
}

/**
 * A number as InvenTree reads it in every language: a point, no groups, no exponent. From 1 on four decimals at most;
 * below 1 four digits that count, so that 0.02 g are 0.00002 kg and not nothing.
 */
export function plainNumber(value: number): string {
    const size = Math.abs(value);
    if (size >= 1e21) return BigInt(value).toString();
    // 100 is the most that toFixed takes
    const decimals = size === 0 || size >= 1 ? 4 : Math.min(100, 3 - Math.floor(Math.log10(size)));
    const text = value.toFixed(decimals).replace(/\.?0+$/, '');
    return text === '-0' || text === '' ? '0' : text;
}
