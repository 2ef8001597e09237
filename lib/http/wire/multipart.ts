import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** A field of a form; `file` makes it one. */
export interface FormField {
    name: string;
    content: string | Buffer;
    file?: { name: string; type: string };
}

/** The same, or a file that is read while it is sent. */
export type StreamedField = Omit<FormField, 'content'> & { content: FormField['content'] | FileOnDisk };

/** A file that is read while it is sent. */
export interface FileOnDisk {
    path: string;
    /** in bytes */
    size: number;
}

/** A body that is never in memory as a whole. */
export interface StreamedBody {
    /** in bytes */
    size: number;
    /** begins it, each time anew */
    open: () => Readable;
}

/**
 * A body of multipart/form-data, with a boundary that no part contains. Names are raw UTF-8, as the plugin
 * OctoPrint-Webhooks and browsers send them; libraries would encode them, and read every part through a stream.
 * @returns the body, and its content type with the boundary
 */
export function multipart(parts: readonly FormField[]): { body: Buffer; contentType: string } {
    const { pieces, contentType } = piecesOf(parts);
    return { body: Buffer.concat(pieces as Buffer[]), contentType };
}

/** As `multipart`; streamed where a part is a file on the disk. */
export function formBody(parts: readonly StreamedField[]): { body: Buffer | StreamedBody; contentType: string } {
    const { pieces, contentType } = piecesOf(parts);
    return {
        body: pieces.every((piece) => Buffer.isBuffer(piece)) ? Buffer.concat(pieces) : streamed(pieces),
        contentType,
    };
}

function piecesOf(parts: readonly StreamedField[]): { pieces: (Buffer | FileOnDisk)[]; contentType: string } {
    const boundary = randomBytes(16).toString('hex');
    const pieces: (Buffer | FileOnDisk)[] = [];
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
    return { pieces, contentType: `multipart/form-data; boundary=${boundary}` };
}

function streamed(pieces: readonly (Buffer | FileOnDisk)[]): StreamedBody {
    const size = pieces.reduce((sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : piece.size), 0);
    async function* read(): AsyncGenerator<Buffer> {
        for (const piece of pieces) {
            if (Buffer.isBuffer(piece)) yield piece;
            else for await (const chunk of createReadStream(piece.path)) yield chunk as Buffer;
        }
    }
    return { size, open: () => Readable.from(read(), { objectMode: false }) };
}

/** As browsers write a name: a quotation mark or a line break would end it. */
function escaped(name: string): string {
    return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
