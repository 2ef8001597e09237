/** Looks up a parameter by its path. @returns undefined where it is missing */
export type Look = (path: readonly string[]) => unknown;

/** What Python and JavaScript hold under a name, and never something of a prototype. */
export function own(value: unknown, key: string): unknown {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
}

/**
 * Follows a path into a value: keys of objects, and indexes of lists from 0. Into anything else it is missing, never an
 * error: `@job.averagePrintTime._default` before the first print, when `averagePrintTime` is null.
 */
export function follow(value: unknown, path: readonly string[]): unknown {
    let at = value;
    for (const key of path) {
        at = Array.isArray(at) && !/^\d+$/.test(key) ? undefined : own(at, key);
        if (at === undefined) return undefined;
    }
    return at;
}

/** Parameters in plain objects; the first that has the first name of a path is asked. */
export function lookIn(...sources: readonly Readonly<Record<string, unknown>>[]): Look {
    return ([name, ...rest]) => {
        const source = sources.find((each) => name !== undefined && own(each, name) !== undefined);
        return source === undefined ? undefined : follow(own(source, name!), rest);
    };
}
