/** The most that is kept of a text. */
export const MOST_TEXT = 10_000;

/** A text, or another where it says nothing. */
export function textOr(text: string | null, fallback: string): string {
    return text === null || text.trim() === '' ? fallback : text;
}

/** A text that says something. */
export function nonEmpty(text: string | null | undefined): string | undefined {
    return text === null || text === undefined || text.trim() === '' ? undefined : text;
}

/** Without the fields that are undefined: records hold none. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
        [K in keyof T]?: Exclude<T[K], undefined>;
    };
}
