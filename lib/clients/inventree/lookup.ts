import { Failure } from '../../http/errors';

/** URLs longer than the server's limit get a 400 page; well below it. */
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

const TOO_LONG: ReadonlySet<number | undefined> = new Set([414, 431]);

/**
 * Asks for many values, a pack at a time. A proxy before the server may take less than the server: a pack whose address is
 * too long for it is asked in halves.
 * @throws what `ask` throws
 */
export async function askInPacks(
    values: readonly string[],
    ask: (pattern: string, values: readonly string[]) => Promise<void>,
): Promise<void> {
    for (const pack of lookupPatterns(values)) {
        try {
            await ask(pack.pattern, pack.values);
        } catch (error) {
            if (!(error instanceof Failure) || !TOO_LONG.has(error.status) || pack.values.length < 2) throw error;
            const middle = Math.ceil(pack.values.length / 2);
            await askInPacks(pack.values.slice(0, middle), ask);
            await askInPacks(pack.values.slice(middle), ask);
        }
    }
}

/** For Python's and PostgreSQL's regular expressions alike. */
export function escaped(value: string): string {
    return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The server compares batches and IPNs without case. */
export function same(a: string | null | undefined, b: string): boolean {
    return a?.toLowerCase() === b.toLowerCase();
}

/** Pages of a list, one after the other. @param ask for the page from an offset on, counted in rows */
export async function* pagesOf<P extends { read: number; more: boolean }>(
    ask: (offset: number) => Promise<P>,
): AsyncGenerator<P> {
    for (let more = true, offset = 0; more;) {
        const page = await ask(offset);
        yield page;
        offset += page.read;
        // a server that says there is more and shows nothing would be walked for ever
        more = page.more && page.read > 0;
    }
}
