import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { decodePng, encodePng, pngSize } from '../../../../lib/destinations/vk-market/pictures/png';
import { enlarged } from '../../../../lib/destinations/vk-market/pictures/enlarge';
import { ProductPictures } from '../../../../lib/destinations/vk-market/pictures/picture-source';
import type { Picture } from '../../../../lib/http/picture-type';
import { picture } from '../../../simulators/bambuddy/png';

const png = (bytes: Buffer): Picture => ({ bytes, type: 'image/png' });
const own = [{ url: 'https://till.example/1.png', hash: 'h-1' }];

/** A PNG by hand: each row begins with its filter. */
function made(width: number, height: number, colour: number, rows: Buffer, more: [string, Buffer][] = []): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, colour, 0, 0, 0], 8);
    const chunk = (name: string, data: Buffer): Buffer => {
        const head = Buffer.alloc(8);
        head.writeUInt32BE(data.length, 0);
        head.write(name, 4, 'latin1');
        return Buffer.concat([head, data, Buffer.alloc(4)]);
    };
    const parts: [string, Buffer][] = [['IHDR', header], ...more, ['IDAT', zlib.deflateSync(rows)]];
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([
        signature,
        ...parts.map(([name, data]) => chunk(name, data)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

describe('pictures for VK', () => {
    it('of a till are doubled and padded with white to a square that VK takes', () => {
        const bitmap = decodePng(picture(3, 300))!;
        const { width, height } = enlarged(bitmap);
        assert.deepEqual([width, height], [600, 600]);
        const narrow = enlarged({ width: 100, height: 250, pixels: Buffer.alloc(100 * 250 * 4, 7) });
        assert.deepEqual([narrow.width, narrow.height], [500, 500]);
        assert.equal(narrow.pixels[0], 255);
        assert.equal(narrow.pixels[(250 * 500 + 250) * 4], 7);
    });

    it('come out as they went in, whatever filter their rows have', () => {
        // one row for each filter: none, left, above, average, Paeth; grey
        const rows = Buffer.from([0, 10, 20, 30, 1, 5, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1]);
        const bitmap = decodePng(made(3, 5, 0, rows))!;
        const red = (x: number, y: number): number => bitmap.pixels[(y * 3 + x) * 4]!;
        assert.deepEqual([red(0, 0), red(2, 0)], [10, 30]);
        assert.deepEqual([red(0, 1), red(1, 1), red(2, 1)], [5, 6, 7]);
        assert.deepEqual([red(0, 2), red(2, 2)], [6, 8]);
        assert.deepEqual([red(0, 3), red(1, 3)], [4, 6]);
        assert.deepEqual(decodePng(encodePng(bitmap)), bitmap);
    });

    it('with a palette or opacity are read, and what is clear becomes white', () => {
        const palette = made(2, 1, 3, Buffer.from([0, 1, 0]), [
            ['PLTE', Buffer.from([1, 2, 3, 9, 8, 7])],
            ['tRNS', Buffer.from([0])],
        ]);
        assert.deepEqual([...decodePng(palette)!.pixels], [9, 8, 7, 255, 1, 2, 3, 0]);
        assert.deepEqual([...decodePng(encodePng(decodePng(palette)!))!.pixels], [9, 8, 7, 255, 255, 255, 255, 255]);
        assert.deepEqual([...decodePng(made(1, 1, 6, Buffer.from([0, 1, 2, 3, 4])))!.pixels], [1, 2, 3, 4]);
    });

    it('that are damaged, or much larger than they say, are none', () => {
        assert.equal(decodePng(Buffer.from('<html>login</html>')), null);
        assert.equal(decodePng(picture(3, 300).subarray(0, 200)), null);
        assert.equal(decodePng(made(2, 2, 2, Buffer.alloc(5000))), null);
        assert.equal(decodePng(made(1, 1, 2, Buffer.from([9, 1, 2, 3]))), null);
        const huge = made(60_000, 60_000, 2, Buffer.alloc(10));
        assert.deepEqual(pngSize(huge), { width: 60_000, height: 60_000 });
        assert.equal(decodePng(huge), null);
    });

    it('are the product’s own where they can be used, else the fallback, else none', async () => {
        const warnings: string[] = [];
        let found: Picture | null = png(picture(3, 300));
        const source = (fallback: Picture | null): ProductPictures =>
            new ProductPictures({
                treatment: 'pad',
                get: () => Promise.resolve(found),
                fallback: fallback === null ? null : { name: 'own.png', read: () => Promise.resolve(fallback) },
                onWarning: (text) => void warnings.push(text),
            });
        const fallback = png(picture(9, 500));
        const padded = (await source(null).read(own))!;
        assert.deepEqual([padded.hash, pngSize(padded.bytes)], ['h-1', { width: 600, height: 600 }]);
        found = png(picture(3, 450));
        assert.equal((await source(null).read(own))!.bytes, found.bytes);
        found = null;
        assert.equal(await source(null).read(own), null);
        assert.equal((await source(fallback).read(own))!.bytes, fallback.bytes);
        assert.equal(source(null).hashOf([]), null);
        assert.equal((await source(fallback).read([]))!.hash, source(fallback).hashOf([]));
        assert.notEqual(source(fallback).hashOf([]), source(fallback).hashOf(own));
        assert.deepEqual(warnings, []);
    });
});
