/** URLs longer than the server's limit get a 400 page (recording 254); well below it. */
const MAX_PATTERN_BYTES = 3000;

/**
 * Packs values into anchored patterns for `IPN_regex` and `batch_regex`, each short enough for one URL.
 * @returns the patterns with the values each asks for; empty values are left out (an empty filter returns everything)
 */
export function lookupPatterns(values: readonly string[]): { pattern: string; values: string[] }[] {
    const packs: { pattern: string; values: string[] }[] = [];
    let members: string[] = [];
    let size = 0;
    let held: string[] = [];
    const flush = (): void => {
        if (members.length > 0) packs.push({ pattern: `^(${members.join('|')})$`, values: held });
        [members, held, size] = [[], [], 0];
    };
    for (const value of new Set(values)) {
        if (value === '') continue;
        const member = escaped(value);
        const bytes = encodeURIComponent(member).length + 3;
        if (size + bytes > MAX_PATTERN_BYTES) flush();
        members.push(member);
        held.push(value);
        size += bytes;
    }
    flush();
    return packs;
}

/** For Python's and PostgreSQL's regular expressions alike. */
export function escaped(value: string): string {
    return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The server compares batches and IPNs without case. */
export function same(a: string | null | undefined, b: string): boolean {
    return a?.toLowerCase() === b.toLowerCase();
}
