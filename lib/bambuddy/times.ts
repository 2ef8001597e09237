/** A moment as ISO 8601 in UTC, ending in `Z`. */
export type UtcTime = string;

/**
 * Bambuddy writes UTC without a zone (recording 202); later versions may add one. Both become UTC with `Z`, fractions kept
 * where no conversion is needed.
 * @returns null for what is not a time
 */
export function utc(time: string | null | undefined): UtcTime | null {
    if (time === null || time === undefined || time === '') return null;
    const text = time.trim().replace(' ', 'T');
    if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$/.test(text))
        return Number.isNaN(Date.parse(`${text}Z`)) ? null : `${text}Z`;
    if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+]00:?00)$/.test(text))
        return Number.isNaN(Date.parse(text)) ? null : text.replace(/(Z|[+]00:?00)$/, 'Z');
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** By whole seconds: some times of the server have fractions, others of the same moment have none. */
export function endedBefore(end: UtcTime | null, moment: UtcTime): boolean {
    return end !== null && end.slice(0, 19) < moment.slice(0, 19);
}

/** Whole seconds, `YYYYMMDDHHMMSS`: how a run's start is told apart (fractions differ between versions). */
export function secondsStamp(time: UtcTime): string {
    return time.replace(/[^0-9]/g, '').slice(0, 14);
}

/** @returns undefined for no time */
export function earlier(time: UtcTime | null, ms: number): UtcTime | undefined {
    return time === null ? undefined : new Date(Date.parse(time) - ms).toISOString();
}
