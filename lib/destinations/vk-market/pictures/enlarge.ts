import type { Bitmap } from './png';

/** VK takes no product picture of less (upload_files_2). */
export const LEAST = 400;

/** Whether the shop takes a picture of that size. */
export function isBigEnough({ width, height }: { width: number; height: number }): boolean {
    return width >= LEAST && height >= LEAST;
}

/** Doubles a picture, as often as it takes, and pads it with white to a square of at least 400 × 400. */
export function enlarged(bitmap: Bitmap): Bitmap {
    let big = bitmap;
    // the longer side: a narrow one is padded, or it would become huge
    while (Math.max(big.width, big.height) < LEAST) big = doubled(big);
    return squared(big);
}

function doubled({ width, height, pixels }: Bitmap): Bitmap {
    const double = { width: width * 2, height: height * 2, pixels: Buffer.alloc(pixels.length * 4) };
    for (let y = 0; y < double.height; y++)
        for (let x = 0; x < double.width; x++) {
            const from = ((y >> 1) * width + (x >> 1)) * 4;
            pixels.copy(double.pixels, (y * double.width + x) * 4, from, from + 4);
        }
    return double;
}

function squared({ width, height, pixels }: Bitmap): Bitmap {
    const side = Math.max(width, height, LEAST);
    const square = { width: side, height: side, pixels: Buffer.alloc(side * side * 4, 255) };
    const [left, top] = [(side - width) >> 1, (side - height) >> 1];
    for (let y = 0; y < height; y++)
        pixels.copy(square.pixels, ((top + y) * side + left) * 4, y * width * 4, (y + 1) * width * 4);
    return square;
}
