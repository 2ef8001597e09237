import sharp from 'sharp';
import type { BambuddySimulator } from '../simulators/bambuddy';

/** A box on the build plate: where it begins and how large it is, in millimetres; its own shade where it has one. */
interface Box {
    at: readonly [x: number, y: number, z: number];
    size: readonly [x: number, y: number, z: number];
    colour?: string;
}

const SIZE = 256;
const PLATE = 100;
const DARK = 'rgba(0, 0, 0, 0.55)';

/** A box that is open above, with walls of this thickness. */
const open = (x: number, y: number, w: number, d: number, h: number, wall = 4): Box[] => [
    { at: [x, y, 0], size: [w, d, h] },
    { at: [x + wall, y + wall, h], size: [w - 2 * wall, d - 2 * wall, 0], colour: DARK },
];

/** What is on the plate, from back to front. */
const MODELS: Readonly<Record<string, readonly Box[]>> = {
    'Gridfinity bin': [
        ...open(14, 14, 36, 36, 34),
        ...open(54, 14, 36, 36, 34),
        ...open(14, 54, 36, 36, 34),
        ...open(54, 54, 36, 36, 34),
    ],
    'Shelf bracket': [
        { at: [20, 30, 0], size: [12, 40, 62] },
        { at: [32, 30, 0], size: [52, 40, 10] },
        { at: [32, 44, 10], size: [26, 10, 26] },
    ],
    'Phone stand': [
        { at: [18, 22, 0], size: [64, 56, 8] },
        { at: [18, 22, 8], size: [12, 56, 58] },
        { at: [66, 22, 8], size: [14, 56, 10] },
    ],
    'Headphone hook': [
        { at: [30, 30, 0], size: [10, 40, 70] },
        { at: [40, 42, 46], size: [34, 16, 8] },
        { at: [66, 42, 54], size: [8, 16, 14] },
    ],
    'Cable clips': [0, 1, 2].flatMap((row) =>
        [0, 1, 2].flatMap((column) => open(16 + 26 * column, 16 + 26 * row, 20, 20, 16, 5)),
    ),
    'Spool holder': [
        { at: [14, 14, 0], size: [72, 72, 8] },
        { at: [34, 34, 8], size: [32, 32, 44] },
        { at: [42, 42, 52], size: [16, 16, 0], colour: DARK },
    ],
    Planter: [...open(24, 24, 52, 52, 58, 5)],
    'Fan duct': [
        { at: [26, 26, 0], size: [48, 48, 18] },
        { at: [34, 34, 18], size: [32, 32, 26] },
        { at: [39, 39, 44], size: [22, 22, 0], colour: DARK },
    ],
};

const NAMES = Object.keys(MODELS);
/** What the simulated Bambuddy says where nobody set one. */
const USUAL_COLOUR = '#FF6A13FF';
const COLOURS = ['#00ae42', '#ff6a13', '#2850e0', '#d5d8dc', '#f4c032', '#c12e1f', '#8671cb', '#2b2d30'];

/** Gives each archive that has a thumbnail one that looks like a print; archives of one name look the same. */
export async function drawThumbnails({ state }: BambuddySimulator): Promise<void> {
    for (const row of state.archives.values()) {
        if (row.thumbnail_path === null || state.thumbnails.has(row.id)) continue;
        const name = row.print_name ?? '';
        const sum = [...name].reduce((hash, letter) => (hash * 31 + letter.codePointAt(0)!) % 9973, 7);
        const known = NAMES.find((each) => name.toLowerCase().startsWith(each.toLowerCase()));
        const own = row.filament_color?.split(',')[0];
        const colour = own === undefined || own === USUAL_COLOUR ? COLOURS[sum % COLOURS.length]! : own;
        const picture = await printPicture(known ?? NAMES[sum % NAMES.length]!, colour);
        state.thumbnails.set(row.id, picture);
    }
}

/** The thumbnail of a print as a slicer draws it: the model in its colour on the plate. @returns PNG, 256 × 256 */
export function printPicture(name: string, colour: string): Promise<Buffer> {
    const boxes = MODELS[name] ?? MODELS['Planter']!;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}">
        <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#454b54"/><stop offset="1" stop-color="#2a2e35"/></linearGradient></defs>
        <rect width="${SIZE}" height="${SIZE}" fill="url(#sky)"/>
        ${plate()}${boxes.map((box) => drawn(box, colour)).join('')}</svg>`;
    return sharp(Buffer.from(svg)).png().toBuffer();
}

/** A point of the plate as it is seen from the front right, from above. */
function seen(x: number, y: number, z: number): string {
    const [across, up] = [x - y, x + y - PLATE];
    return `${(SIZE / 2 + across * 1.08).toFixed(1)},${(SIZE * 0.62 + up * 0.54 - z * 1.1).toFixed(1)}`;
}

const polygon = (points: readonly string[], fill: string): string =>
    `<polygon points="${points.join(' ')}" fill="${fill}" stroke="${fill}" stroke-width="0.6" stroke-linejoin="round"/>`;

function plate(): string {
    const ground = polygon([seen(0, 0, 0), seen(PLATE, 0, 0), seen(PLATE, PLATE, 0), seen(0, PLATE, 0)], '#565d68');
    const lines = Array.from({ length: 11 }, (_, n) => n * 10).flatMap((n) => [
        [seen(n, 0, 0), seen(n, PLATE, 0)],
        [seen(0, n, 0), seen(PLATE, n, 0)],
    ]);
    return (
        ground +
        lines.map((ends) => `<polyline points="${ends.join(' ')}" stroke="#666e7a" stroke-width="0.8"/>`).join('')
    );
}

function drawn({ at: [x, y, z], size: [w, d, h], colour: own }: Box, colour: string): string {
    const base = own ?? colour;
    const top = [seen(x, y, z + h), seen(x + w, y, z + h), seen(x + w, y + d, z + h), seen(x, y + d, z + h)];
    if (h === 0) return polygon(top, base);
    const left = [seen(x, y + d, z), seen(x + w, y + d, z), seen(x + w, y + d, z + h), seen(x, y + d, z + h)];
    const right = [seen(x + w, y, z), seen(x + w, y + d, z), seen(x + w, y + d, z + h), seen(x + w, y, z + h)];
    return (
        polygon(left, base) +
        polygon(left, 'rgba(0, 0, 0, 0.18)') +
        polygon(right, base) +
        polygon(right, 'rgba(0, 0, 0, 0.38)') +
        polygon(top, base) +
        polygon(top, 'rgba(255, 255, 255, 0.14)')
    );
}
