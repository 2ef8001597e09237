import { t } from './texts';

export function number(value: number): string {
    return value.toLocaleString(language());
}

/** A number with at most so many digits behind the point, and with at least `least` of them. */
export function rounded(value: number, most: number, least = 0): string {
    return value.toLocaleString(language(), { minimumFractionDigits: least, maximumFractionDigits: most });
}

/** `850 g`, `2.41 kg`, as the language writes them. @param grams with at most `most` digits behind the point below a kilogram */
export function weight(grams: number, most = 0): string {
    const [value, unit] = grams < 1000 ? [grams, 'gram'] : [grams / 1000, 'kilogram'];
    const maximumFractionDigits = grams < 1000 ? most : 2;
    return new Intl.NumberFormat(language(), { style: 'unit', unit, maximumFractionDigits }).format(value);
}

/** A number where there is little room: `1.2K` */
export function compact(value: number): string {
    const digits = value < 10 ? 1 : 0;
    return new Intl.NumberFormat(language(), { notation: 'compact', maximumFractionDigits: digits }).format(value);
}

/** `Mon, Nov 30`, or the day of the month alone. */
export function dayName(day: Date, isBrief = false): string {
    const format: Intl.DateTimeFormatOptions = isBrief
        ? { day: 'numeric' }
        : { weekday: 'short', day: 'numeric', month: 'short' };
    return new Intl.DateTimeFormat(language(), format).format(day);
}

function language(): string {
    const chosen = localStorage.getItem('editor-language') || RED.i18n.detectLanguage();
    // a code that the browser does not know would throw
    return Intl.DateTimeFormat.supportedLocalesOf([chosen], {}).length > 0 ? chosen : 'en-US';
}

/** `14:02` today, `Nov 21, 14:02` this year, else with the year. */
export function when(iso: string | null): string {
    const time = new Date(iso ?? NaN);
    if (Number.isNaN(time.getTime())) return iso || '';
    const now = new Date();
    const format: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
    if (time.toDateString() !== now.toDateString()) Object.assign(format, { day: 'numeric', month: 'short' });
    if (time.getFullYear() !== now.getFullYear()) format.year = 'numeric';
    return new Intl.DateTimeFormat(language(), format).format(time);
}

export function wholeTime(iso: string): string {
    const time = new Date(iso);
    if (Number.isNaN(time.getTime())) return iso;
    return new Intl.DateTimeFormat(language(), { dateStyle: 'full', timeStyle: 'medium' }).format(time);
}

/** `3 min`, `2 h 05 min` */
export function duration(seconds: number): string {
    if (seconds < 60) return t('time.seconds', { n: Math.round(seconds) });
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return t('time.minutes', { n: minutes });
    return t('time.hours', { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, '0') });
}

/** A price with its currency. @param currency by its letters, e.g. `RUB` */
export function price(value: number, currency: string): string {
    const digits = Number.isInteger(value) ? 0 : 2;
    const format: Intl.NumberFormatOptions = { minimumFractionDigits: digits, maximumFractionDigits: 2 };
    // what are no letters of a currency would throw
    if (!/^[A-Z]{3}$/.test(currency)) return `${new Intl.NumberFormat(language(), format).format(value)} ${currency}`;
    const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
    return new Intl.NumberFormat(language(), { ...format, ...style }).format(value);
}

/** A quantity with its unit. */
export function amount(value: number, unit: string | null): string {
    const text = value.toLocaleString(language(), { maximumFractionDigits: 3 });
    return unit === null ? text : `${text} ${unit}`;
}

/** `12 %` */
export function percent(share: number): string {
    return new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(
        share,
    );
}
