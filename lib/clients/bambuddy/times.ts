/** A moment as ISO 8601 in UTC, ending in `Z`. */
export type UtcTime = string;

const QUARTER_MS = 15 * 60_000;
/** Clocks of two servers, and their zones, may differ by this much; what lies further ahead is no time that can be. */
const AHEAD_MS = 48 * 3600_000;

const FORM = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * Bambuddy writes UTC without a zone; later versions may add one. Both become UTC with `Z`, fractions kept
 * where no conversion is needed.
 * @returns null for what is not a date and a time of day: it is never guessed
 */
export function utc(time: string | null | undefined): UtcTime | null {
    if (time === null || time === undefined) return null;
    const match = FORM.exec(time.trim().replace(' ', 'T'));
    if (match === null) return null;
    const [, date, minutes, seconds = ':00', fraction = '', zone = 'Z'] = match;
    const local = `${date}T${minutes}${seconds}${fraction}`;
    const asUtc = Date.parse(`${local}Z`);
    // 30 February is read as 2 March
    if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 10) !== date) return null;
    if (/^(Z|[+-]00(:?00)?)$/.test(zone)) return `${local}Z`;
    const ms = Date.parse(
        `${local}${zone.replace(/^(...):?(\d\d)?$/, (_, hours: string, rest = '00') => `${hours}:${rest}`)}`,
    );
    return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** By whole seconds: some times of the server have fractions, others of the same moment have none. */
export function endedBefore(end: UtcTime | null, moment: UtcTime): boolean {
    return end !== null && end.slice(0, 19) < moment.slice(0, 19);
}

/** @returns undefined for no time */
export function earlier(time: UtcTime | null, ms: number): UtcTime | undefined {
    return time === null ? undefined : new Date(Date.parse(time) - ms).toISOString();
}

/**
 * The newest of some moments that another server's clock gave, not later than the present: a clock that runs ahead, or
 * that was wrong once, must not hide what comes after it.
 * @param now by our clock, milliseconds since 1970
 * @returns null where there is none, or none that can be (a clock that stood in the year 2036)
 */
export function newestPossible(times: readonly (UtcTime | null)[], now: number): UtcTime | null {
    const newest = newestCredible(times, now);
    return newest !== null && Date.parse(newest) > now ? new Date(now).toISOString() : newest;
}

/** As `newestPossible`, but not bounded by the present: two clocks may differ. @param now by the clock to compare with */
export function newestCredible(times: readonly (UtcTime | null)[], now: number): UtcTime | null {
    let newest: UtcTime | null = null;
    for (const time of times) {
        if (time === null || Date.parse(time) > now + AHEAD_MS) continue;
        if (newest === null || time > newest) newest = time;
    }
    return newest;
}

/**
 * What separates the clock behind `created_at` from the one behind all other times. `created_at` is filled by the
 * database: on PostgreSQL it is local time without a zone, while everything else is UTC (facts, #2855). A row of the print
 * log is written when its print ends, and an archive when it begins, so either tells the difference. It changes with
 * summer time and with an update that puts the zone right.
 */
export class DatabaseClock {
    private offset = 0;

    /**
     * Learns from rows of one answer.
     * @param rows `created_at` beside the moment by Bambuddy's clock at which the row was written. A row written late
     *     shows more than the difference: the smallest is the one
     */
    learn(rows: readonly { created: UtcTime | null; written: UtcTime | null }[]): void {
        const differences = rows.flatMap(({ created, written }) =>
            created === null || written === null ? [] : [Date.parse(created) - Date.parse(written)],
        );
        if (differences.length === 0) return;
        const smallest = differences.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
        // no zone is further away: a row of another kind
        if (Math.abs(smallest) > 15 * 3600_000) return;
        this.offset = Math.round(smallest / QUARTER_MS) * QUARTER_MS;
    }

    /** A `created_at` by Bambuddy's own clock. An hour that comes twice in autumn stays uncertain. */
    utc(created: UtcTime | null): UtcTime | null {
        return created === null || this.offset === 0 ? created : earlier(created, this.offset)!;
    }

    /** Milliseconds that a moment of this column may be off: the zone of a row may be another season's. */
    get uncertainty(): number {
        return this.offset === 0 ? 0 : 3600_000;
    }
}
