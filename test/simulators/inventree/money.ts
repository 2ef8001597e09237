import { text, wrong, type Rule } from './fields';

/** The setting CURRENCY_CODES of a new server, and one more. */
export const CURRENCIES = 'AUD CAD CNY EUR GBP JPY NZD USD RUB'.split(' ');
export const DEFAULT_CURRENCY = 'USD';

/** A price, rounded to six decimals; null and an empty text mean none (measured on 479). */
export const price: Rule<number | null> = (value) => {
    if (value === null || value === '') return null;
    const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
    if (!Number.isFinite(number)) throw wrong('Must be a valid number');
    if (number < 0) throw wrong('Ensure this value is greater than or equal to 0.');
    return Number(number.toFixed(6));
};

export const currency: Rule<string> = (value, state) => {
    const code = text(10)(value, state);
    if (!CURRENCIES.includes(code)) throw wrong(`"${code}" is not a valid choice.`);
    return code;
};
