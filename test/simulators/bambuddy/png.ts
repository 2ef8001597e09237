import zlib from 'node:zlib';

/** A PNG of one colour with a lighter square in it: a real image, and a different one for each seed. */
export function picture(seed: number, size = 64): Buffer {
    const colour = [(seed * 67) % 200, (seed * 131) % 200, (seed * 29 + 80) % 200];
    const rows = Buffer.alloc(size * (1 + size * 3));
    for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            const inside = Math.abs(x - size / 2) < size / 4 && Math.abs(y - size / 2) < size / 4;
            const at = y * (1 + size * 3) + 1 + x * 3;
            colour.forEach((value, i) => (rows[at + i] = inside ? value + 55 : value));
        }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(size, 0);
    header.writeUInt32BE(size, 4);
    header.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk('IHDR', header),
        chunk('IDAT', zlib.deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

function chunk(type: string, data: Buffer): Buffer {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length, 0);
    head.write(type, 4, 'latin1');
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])), 0);
    return Buffer.concat([head, data, checksum]);
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return c >>> 0;
});

/** node:zlib has one only from Node 22.2 on. */
export function crc32(data: Buffer): number {
    let crc = 0xffffffff;
    for (const byte of data) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
    return (crc ^ 0xffffffff) >>> 0;
}
