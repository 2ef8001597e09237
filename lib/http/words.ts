/** The server's words, short: `detail`, the fields of a 400, or the beginning of a text. */
export function answerText(body: unknown, limit = 300, redact = (text: string): string => text): string {
    // a secret that the cut goes through would not be known again: it is taken out before
    const text = redact(words(body)).replace(/\s+/g, ' ').trim();
    return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function words(body: unknown): string {
    if (body === undefined || body === null) return '';
    if (typeof body === 'string') return isPage(body) ? pageTitle(body) : body;
    if (Array.isArray(body)) return body.map(words).filter(Boolean).join('; ');
    if (typeof body === 'object') {
        return Object.entries(body)
            .map(([key, value]) =>
                ['detail', 'non_field_errors'].includes(key) ? words(value) : `${key}: ${words(value)}`,
            )
            .join('; ');
    }
    return JSON.stringify(body);
}

export function isPage(body: unknown): boolean {
    return typeof body === 'string' && /<html|<!doctype/i.test(body);
}

export function pageTitle(html: string): string {
    const title = /<title[^>]*>([^<]*)</i.exec(html)?.[1]?.trim();
    return title === undefined || title === '' ? 'a web page' : `a web page, "${title}"`;
}

/** `Retry-After` as seconds or as a date, in milliseconds from now; at most ten minutes are obeyed. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
    if (header === undefined) return undefined;
    const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
    return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 600_000) : undefined;
}
