import { randomBytes } from 'node:crypto';

/** A field of a form; `file` makes it one. */
export interface FormField {
    name: string;
    content: string | Buffer;
    file?: { name: string; type: string };
}

/**
 * A body of multipart/form-data, with a boundary that no part contains. Names are raw UTF-8, as the plugin
 * OctoPrint-Webhooks and browsers send them; libraries would encode them, and read every part through a stream.
 * @returns the body, and its content type with the boundary
 */
export function multipart(parts: readonly FormField[]): { body: Buffer; contentType: string } {
    const boundary = randomBytes(16).toString('hex');
    const pieces: Buffer[] = [];
    for (const { name, content, file } of parts) {
        const filename = file === undefined ? '' : `; filename="${escaped(file.name)}"`;
        const type = file === undefined ? '' : `Content-Type: ${file.type}\r\n`;
        pieces.push(
            Buffer.from(
                `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"${filename}\r\n${type}\r\n`,
            ),
            typeof content === 'string' ? Buffer.from(content) : content,
            Buffer.from('\r\n'),
        );
    }
    pieces.push(Buffer.from(`--${boundary}--\r\n`));
    return { body: Buffer.concat(pieces), contentType: `multipart/form-data; boundary=${boundary}` };
}

/** As browsers write a name: a quotation mark or a line break would end it. */
function escaped(name: string): string {
    return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
