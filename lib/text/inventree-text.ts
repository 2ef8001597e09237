/** The server's limits in characters. */
export const limits = {
    name: 100,
    IPN: 100,
    description: 250,
    keywords: 250,
    link: 2000,
    batch: 100,
    notes: 50_000,
    /** of an entry of an item's history */
    trackingNotes: 500,
    data: 500,
};

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };
const ENTITY = /&(?:(lt|gt|amp|quot|apos|nbsp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;

/** The text that a person meant: titles come escaped, some of them more than once (bambuddy#1658). */
export function unescaped(text: string): string {
    let before: string;
    do {
        before = text;
        text = text.replace(ENTITY, (entity, name?: string, decimal?: string, hex?: string) =>
            name !== undefined
                ? (ENTITIES[name.toLowerCase()] ?? entity)
                : characterOf(entity, decimal === undefined ? parseInt(hex!, 16) : Number(decimal)),
        );
    } while (text !== before);
    return text;
}

/** @returns the entity itself where the number is no character */
function characterOf(entity: string, code: number): string {
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? entity : String.fromCodePoint(code);
}

/**
 * Makes a text acceptable to InvenTree, which refuses what looks like HTML or an entity, a
 * Markdown link to a script (837), and drops newlines and tabs without a space (081, 845).
 *
 * @param max characters (code points, as the server counts); longer texts end in `…`
 * @param lines keep line breaks (notes)
 */
export function sanitize(text: string, max: number, lines = false): string {
    const plain = unescaped(text.toWellFormed())
        .replace(/&(?=#?\w+;)/g, '& ')
        .replace(/</g, '‹')
        .replace(/\]\(/g, '] (')
        // eslint-disable-next-line no-control-regex -- control characters are what we are after
        .replace(lines ? /[\u0000-\u0009\u000b-\u001f\u007f]+/g : /[\u0000-\u001f\u007f]+/g, ' ')
        .replace(/\ufffd/g, '')
        .trim();
    if (plain.length <= max) return plain;
    const characters = Array.from(plain);
    return characters.length <= max
        ? plain
        : `${characters
              .slice(0, max - 1)
              .join('')
              .trimEnd()}…`;
}

/**
 * A link as the server takes it, or null where it would refuse: only http(s), at most 2,000 characters, and a host that
 * is an address, `localhost` or has a dot (`http://bambuddy:8000` is a 400).
 */
export function sanitizeLink(link: string | null): string | null {
    if (link === null || link.length > limits.link) return null;
    try {
        const url = new URL(link);
        if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
        const host = url.hostname;
        return host === 'localhost' || host.includes('.') || host.startsWith('[') ? link : null;
    } catch {
        return null;
    }
}
