export const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/** `a=b+c&d=%C3%BC`: UTF-8, a space is `+`; as Python's urlencode writes it. */
export function formEncoded(pairs: readonly (readonly [string, string])[]): string {
    return pairs.map(([name, value]) => `${formText(name)}=${formText(value)}`).join('&');
}

/** A text as a header takes it: one line, its UTF-8 bytes. */
export function headerText(text: string): string {
    // eslint-disable-next-line no-control-regex
    return Buffer.from(text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim(), 'utf8').toString('latin1');
}

export function isHeaderName(name: string): boolean {
    return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
}

/** Headers that belong to the connection, not to what is sent. */
export const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
    'host',
    'content-length',
    'transfer-encoding',
    'connection',
    'upgrade',
    'expect',
    'trailer',
    'te',
    'keep-alive',
    'proxy-connection',
]);

function formText(text: string): string {
    return encodeURIComponent(text.toWellFormed())
        .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%20', '+');
}
