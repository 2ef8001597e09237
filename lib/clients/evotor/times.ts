/** e.g. `2026-11-29T17:40:02.004+0000`: Evotor writes the zone without a colon. */
const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/;

/**
 * Reads a date and time of Evotor's.
 * @returns milliseconds since 1970; null where the text is none, or names a day or an hour that does not exist
 */
export function instantOf(text: string): number | null {
    const match = FORM.exec(text);
    if (match === null) return null;
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six;
    const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
    const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
    // Date.UTC makes 1 March of 30 February
    const seen = new Date(local);
    const isReal =
        seen.getUTCMonth() === month - 1 && seen.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
    const [zoneHours, zoneMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
    if (!isReal || zoneHours > 14 || zoneMinutes > 59) return null;
    const zone = (zoneHours * 60 + zoneMinutes) * 60_000;
    return match[8] === '-' ? local + zone : local - zone;
}

type Six = [number, number, number, number, number, number];
