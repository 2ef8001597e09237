export type VkParam = string | number | boolean | readonly (string | number)[] | undefined;
export type VkParams = Readonly<Record<string, VkParam>>;

/** One call of a method: alone, or one of up to 25 in an `execute`. */
export interface VkCall<T> {
    /** e.g. `market.add` */
    method: string;
    /** what is `undefined` is not sent */
    params: VkParams;
    /** it changes something: it is never sent twice by the client */
    writes: boolean;
    /** makes something of `response`. @throws UnreadableRowError where it is of another form */
    read: (response: unknown) => T;
}

/** What a call brought: in an `execute` each has its own. */
export type CallResult<T> = { value: T; error: null } | { value: null; error: Error };

/** As VK takes them in a form: lists with commas, yes and no as 1 and 0. */
export function formOf(params: VkParams): Record<string, string> {
    return Object.fromEntries(sent(params).map(([name, value]) => [name, String(value)]));
}

/** As VK takes them inside the code of an `execute`. */
export function argumentsOf(params: VkParams): string {
    // these two end a line in a script, and not in JSON
    return JSON.stringify(Object.fromEntries(sent(params)))
        .replaceAll('\u2028', '\\u2028')
        .replaceAll('\u2029', '\\u2029');
}

function sent(params: VkParams): [string, string | number][] {
    return Object.entries(params).flatMap(([name, value]): [string, string | number][] => {
        if (value === undefined) return [];
        if (typeof value === 'boolean') return [[name, value ? 1 : 0]];
        return [[name, typeof value === 'object' ? value.join(',') : value]];
    });
}
