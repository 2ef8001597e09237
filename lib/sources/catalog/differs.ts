/** Whether a record is not as it is known, whatever the order of its fields. */
export function differs(known: Readonly<object> | undefined, record: object): boolean {
    if (known === undefined) return true;
    const { at: _at, ...before } = known as { at?: string };
    return canonical(before) !== canonical(record);
}

function canonical(value: object): string {
    return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
