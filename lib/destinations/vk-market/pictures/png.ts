import { deflateSync, inflateSync } from 'node:zlib';

/** Pixels, four bytes each: red, green, blue, opacity. */
export interface Bitmap {
    width: number;
    height: number;
    pixels: Buffer;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** A till keeps pictures of 300 × 300; whoever sends more does not need it enlarged. */
const MOST_PIXELS = 4_000_000;
/** Samples of a pixel by colour type (PNG 1.2, table 11.1). */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Size of a PNG; null where it is none. */
export function pngSize(bytes: Buffer): { width: number; height: number } | null {
    if (bytes.length < 24 || !bytes.subarray(0, 8).equals(SIGNATURE)) return null;
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/**
 * Reads a PNG of 8 bits a sample that is not interlaced, which is what tills and their apps write.
 * @returns null where it is another, damaged, or of more than 4 million pixels
 */
export function decodePng(bytes: Buffer): Bitmap | null {
    const size = pngSize(bytes);
    if (size === null || size.width * size.height > MOST_PIXELS || size.width === 0 || size.height === 0) return null;
    const [depth, colour, , , interlace] = bytes.subarray(24, 29);
    const samples = SAMPLES[colour!];
    if (depth !== 8 || interlace !== 0 || samples === undefined) return null;
    const { palette, opacity, data } = chunksOf(bytes);
    const stride = size.width * samples;
    let rows: Buffer;
    try {
        rows = inflateSync(Buffer.concat(data), { maxOutputLength: (stride + 1) * size.height });
    } catch {
        return null;
    }
    if (rows.length !== (stride + 1) * size.height || !unfilter(rows, stride, samples, size.height)) return null;
    const pixels = Buffer.alloc(size.width * size.height * 4);
    const write = WRITERS[colour!]!;
    for (let y = 0, to = 0; y < size.height; y++)
        for (let x = 0; x < size.width; x++, to += 4)
            write(pixels, to, rows, y * (stride + 1) + 1 + x * samples, palette, opacity);
    return { ...size, pixels };
}

/** Writes a PNG without opacity: what is clear is white. */
export function encodePng({ width, height, pixels }: Bitmap): Buffer {
    const rows = Buffer.alloc(height * (1 + width * 3));
    for (let y = 0, from = 0; y < height; y++) {
        let to = y * (1 + width * 3) + 1;
        for (let x = 0; x < width; x++, from += 4) {
            const opacity = pixels[from + 3]! / 255;
            for (let sample = 0; sample < 3; sample++)
                rows[to++] = Math.round(pixels[from + sample]! * opacity + 255 * (1 - opacity));
        }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
        SIGNATURE,
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

interface Chunks {
    palette: Buffer;
    opacity: Buffer;
    data: Buffer[];
}

function chunksOf(bytes: Buffer): Chunks {
    const found: Chunks = { palette: Buffer.alloc(0), opacity: Buffer.alloc(0), data: [] };
    for (let at = SIGNATURE.length; at + 8 <= bytes.length;) {
        const length = bytes.readUInt32BE(at);
        const name = bytes.toString('latin1', at + 4, at + 8);
        const body = bytes.subarray(at + 8, at + 8 + length);
        if (name === 'PLTE') found.palette = body;
        if (name === 'tRNS') found.opacity = body;
        if (name === 'IDAT') found.data.push(body);
        if (name === 'IEND') break;
        at += length + 12;
    }
    return found;
}

type Write = (to: Buffer, at: number, from: Buffer, sample: number, palette: Buffer, opacity: Buffer) => void;

/** By colour type: how a pixel becomes red, green, blue, opacity. */
const WRITERS: Readonly<Record<number, Write>> = {
    0: (to, at, from, sample) => void to.set([from[sample]!, from[sample]!, from[sample]!, 255], at),
    2: (to, at, from, sample) => void to.set([from[sample]!, from[sample + 1]!, from[sample + 2]!, 255], at),
    3: (to, at, from, sample, palette, opacity) => {
        const index = from[sample]!;
        const [red = 0, green = 0, blue = 0] = palette.subarray(index * 3, index * 3 + 3);
        to.set([red, green, blue, opacity[index] ?? 255], at);
    },
    4: (to, at, from, sample) => void to.set([from[sample]!, from[sample]!, from[sample]!, from[sample + 1]!], at),
    6: (to, at, from, sample) => void to.set(from.subarray(sample, sample + 4), at),
};

/** Undoes the filter of each row in place (PNG 1.2, 9.2). @returns false: a filter that is not known */
function unfilter(rows: Buffer, stride: number, samples: number, height: number): boolean {
    for (let y = 0; y < height; y++) {
        const at = y * (stride + 1);
        const filter = rows[at]!;
        if (filter > 4) return false;
        for (let x = 1; x <= stride; x++) {
            const left = x > samples ? rows[at + x - samples]! : 0;
            const above = y > 0 ? rows[at - stride - 1 + x]! : 0;
            const corner = x > samples && y > 0 ? rows[at - stride - 1 + x - samples]! : 0;
            rows[at + x] = (rows[at + x]! + predicted(filter, left, above, corner)) & 0xff;
        }
    }
    return true;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
    if (filter === 1) return left;
    if (filter === 2) return above;
    if (filter === 3) return (left + above) >> 1;
    if (filter === 0) return 0;
    const [toLeft, toAbove, toCorner] = [
        Math.abs(above - corner),
        Math.abs(left - corner),
        Math.abs(left + above - 2 * corner),
    ];
    if (toLeft <= toAbove && toLeft <= toCorner) return left;
    return toAbove <= toCorner ? above : corner;
}

function chunk(type: string, data: Buffer): Buffer {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length, 0);
    head.write(type, 4, 'latin1');
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])), 0);
    return Buffer.concat([head, data, checksum]);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc >>> 0;
});

/** node:zlib has one only from Node 22.2 on. */
function crc32(data: Buffer): number {
    let crc = 0xffffffff;
    for (const byte of data) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
    return (crc ^ 0xffffffff) >>> 0;
}
