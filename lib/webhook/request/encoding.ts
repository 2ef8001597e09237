import { randomBytes } from 'node:crypto';

/** A part of a multipart body; `file` makes it one. */
export interface Part {
    name: string;
    content: string | Buffer;
    file?: { name: string; type: string };
}

export const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/** `a=b+c&d=%C3%BC`: UTF-8, a space is `+`; as Python's urlencode writes it (recordings 21, 35). */
export function formEncoded(pairs: readonly (readonly [string, string])[]): string {
    return pairs.map(([name, value]) => `${formText(name)}=${formText(value)}`).join('&');
}

/** multipart/form-data with a boundary that is in none of the parts; names are raw UTF-8 (recording 94). */
export function multipart(parts: readonly Part[]): { body: Buffer; contentType: string } {
    const boundary = randomBytes(16).toString('hex');
    const pieces: Buffer[] = [];
    for (const { name, content, file } of parts) {
        const filename = file === undefined ? '' : `; filename="${file.name}"`;
        const type = file === undefined ? '' : `Content-Type: ${file.type}\r\n`;
        pieces.push(
            Buffer.from(
                `--${boundary}\r\nContent-Disposition: form-data; name="${partName(name)}"${filename}\r\n${type}\r\n`,
            ),
            Buffer.from(content),
            Buffer.from('\r\n'),
        );
    }
    pieces.push(Buffer.from(`--${boundary}--\r\n`));
    return { body: Buffer.concat(pieces), contentType: `multipart/form-data; boundary=${boundary}` };
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

/** As browsers write it: a quotation mark or a line break would end the name. */
function partName(name: string): string {
    return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
