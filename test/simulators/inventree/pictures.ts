import zlib from 'node:zlib';

/** Pictures for tests, and the check that the server's picture library makes. */

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A valid PNG of at least that many bytes (a text chunk fills it up); without `bytes` as small as it gets. */
export function png(options: { width?: number; height?: number; bytes?: number } = {}): Buffer {
    const { width = 1, height = 1, bytes = 0 } = options;
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 0, 0, 0, 0], 8);
    const pixels = zlib.deflateSync(Buffer.alloc(Math.min(height * (width + 1), 1 << 20)));
    const pieces = [pngSignature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
    const missing = bytes - pieces.reduce((sum, piece) => sum + piece.length, 0) - 12;
    if (missing > 0) pieces.splice(2, 0, chunk('tEXt', Buffer.alloc(missing, 'x')));
    return Buffer.concat(pieces);
}

function chunk(type: string, data: Buffer): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(content));
    return Buffer.concat([length, content, checksum]);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return c;
});

function crc32(data: Buffer): number {
    let crc = 0xffffffff;
    for (const byte of data) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]!;
    return ~crc >>> 0;
}

/** The beginning of a JPEG and of a WebP: as much as is looked at. */
export function jpeg(bytes = 100): Buffer {
    const content = Buffer.alloc(Math.max(bytes, 24));
    content.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0]);
    content.set([0xff, 0xd9], content.length - 2);
    return content;
}

export function webp(bytes = 88): Buffer {
    const content = Buffer.alloc(Math.max(bytes, 20));
    content.write('RIFF', 0, 'latin1');
    content.writeUInt32LE(content.length - 8, 4);
    content.write('WEBPVP8 ', 8, 'latin1');
    return content;
}

/** More pixels than this are taken for an attack. */
const mostPixels = 2 * 89_478_485;

/** Is it a whole picture? A truncated PNG is none; what follows the end of one does not matter. */
export function isPicture(content: Buffer): boolean {
    if (content.subarray(0, 8).equals(pngSignature)) return isPng(content);
    if (content.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return content.length >= 24;
    if (content.subarray(0, 4).toString('latin1') === 'RIFF') {
        return content.subarray(8, 12).toString('latin1') === 'WEBP' && content.readUInt32LE(4) + 8 <= content.length;
    }
    return ['GIF87a', 'GIF89a'].includes(content.subarray(0, 6).toString('latin1'));
}

function isPng(content: Buffer): boolean {
    let sawPixels = false;
    for (let at = 8; at + 12 <= content.length;) {
        const length = content.readUInt32BE(at);
        const end = at + 12 + length;
        if (end > content.length) return false;
        const body = content.subarray(at + 4, at + 8 + length);
        if (content.readUInt32BE(end - 4) !== crc32(body)) return false;
        const type = body.subarray(0, 4).toString('latin1');
        if (type === 'IHDR' && body.readUInt32BE(4) * body.readUInt32BE(8) > mostPixels) return false;
        if (type === 'IDAT') sawPixels = true;
        if (type === 'IEND') return sawPixels;
        at = end;
    }
    return false;
}
