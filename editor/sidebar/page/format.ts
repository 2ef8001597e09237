import { t } from './texts';

export function number(value: number): string {
    return value.toLocaleString(language());
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
