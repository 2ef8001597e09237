// Which days are meant, by the calendar of the person who looks: the browser tells the runtime where its days begin.

/** `range`: from one day to another, each of which may be missing. */
export const PERIODS = ['any', 'today', 'week', 'month', 'range'] as const;
export type Period = (typeof PERIODS)[number];

/** The days that are meant; of `range` its first and last one, as `2026-11-30`, empty: no limit. */
export interface Days {
    period: Period;
    since: string;
    until: string;
}

export const ANY_DAY: Days = { period: 'any', since: '', until: '' };

/** With today. */
const LENGTHS = { today: 1, week: 7, month: 30 } as const;
/** Days that have a bar. */
const BARS = 14;

/** Midnight at the beginning of a day. @param later so many days later: a day has 23 or 25 hours now and then */
function midnight(day: Date, later = 0): Date {
    return new Date(day.getFullYear(), day.getMonth(), day.getDate() + later);
}

/** A day as a field has it. */
function dayOf(field: string): Date | null {
    const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(field) ?? [];
    return year === undefined ? null : new Date(Number(year), Number(month) - 1, Number(day));
}

/** From when on, and before when. null: no limit. */
export function limitsOf({ period, since, until }: Days, now = new Date()): { from: Date | null; to: Date | null } {
    if (period === 'any') return { from: null, to: null };
    if (period !== 'range') return { from: midnight(now, 1 - LENGTHS[period]), to: midnight(now, 1) };
    const [first, last] = [dayOf(since), dayOf(until)];
    return { from: first, to: last && midnight(last, 1) };
}

/** Where the days begin that have a bar, and where the last one ends: those up to the last day that is meant. */
export function barBounds(days: Days, now = new Date()): Date[] {
    const { to } = limitsOf(days, now);
    const tomorrow = midnight(now, 1);
    const end = to === null || to > tomorrow ? tomorrow : to;
    return Array.from({ length: BARS + 1 }, (_, n) => midnight(end, n - BARS));
}
