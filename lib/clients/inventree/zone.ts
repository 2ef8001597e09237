/**
 * How far the server's written times are from UTC, in minutes: it writes them to the minute, in a time zone of its own
 * setting and without naming it.
 * @param written time of something that the server did when it sent `date`, its `Date` header
 * @returns null where one of them cannot be read
 */
export function zoneOf(written: unknown, date: unknown): number | null {
    if (typeof written !== 'string' || typeof date !== 'string') return null;
    const minute = writtenMinute(written);
    const sent = Date.parse(date);
    if (minute === null || !Number.isFinite(sent)) return null;
    return Math.round((minute - sent) / QUARTER_MS) * 15 || 0;
}

/** ms since 1970, as if the server's zone were UTC. @returns null where it is no such time */
export function writtenMinute(written: string): number | null {
    const found = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})/.exec(written);
    const minute = found === null ? NaN : Date.parse(`${found[1]}T${found[2]}:00Z`);
    return Number.isFinite(minute) ? minute : null;
}

/** Zones differ by quarters of an hour. */
export const QUARTER_MS = 15 * 60_000;
