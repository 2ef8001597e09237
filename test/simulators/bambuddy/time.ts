/** A time as the server stores and answers it: UTC, without a `Z`, with microseconds only where there are any. */
export type NaiveTime = string;

export function naive(time: Date, micros = 0): NaiveTime {
    const text = time.toISOString();
    const fraction = text.slice(20, 23) + String(micros % 1000).padStart(3, '0');
    return fraction === '000000' ? text.slice(0, 19) : `${text.slice(0, 19)}.${fraction}`;
}

/** Takes a Date, or a text with or without zone. */
export function toNaive(time: Date | string): NaiveTime {
    if (time instanceof Date) return naive(time);
    if (/(Z|[+-]\d\d:\d\d)$/.test(time)) return naive(new Date(time));
    return time;
}

/** `created_at` is the database's CURRENT_TIMESTAMP, which knows no fractions of a second. */
export function wholeSeconds(time: NaiveTime): NaiveTime {
    return time.slice(0, 19);
}

export function dateOf(time: NaiveTime): Date {
    return new Date(`${time}Z`);
}

export function plusSeconds(time: NaiveTime, seconds: number): NaiveTime {
    const micros = Number((time.split('.')[1] ?? '').padEnd(6, '0').slice(3));
    return naive(new Date(dateOf(time).getTime() + seconds * 1000), micros);
}

export function secondsBetween(from: NaiveTime, to: NaiveTime): number {
    return Math.trunc((dateOf(to).getTime() - dateOf(from).getTime()) / 1000);
}

/** `20261122_041923`, as in the names of archive folders and finish photos. */
export function compact(time: NaiveTime): string {
    return time.slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
}
