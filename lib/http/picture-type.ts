/** A picture on its way from one server to another. */
export interface Picture {
    bytes: Buffer;
    /** e.g. `image/png`: by the bytes, or what the server said of it */
    type: string;
}

interface Mark {
    at: number;
    bytes: readonly number[];
}

/** How files of each kind begin. A RIFF file may be a sound, too: WebP needs both marks. */
const KINDS: readonly { type: string; marks: readonly Mark[] }[] = [
    { type: 'image/jpeg', marks: [{ at: 0, bytes: [0xff, 0xd8, 0xff] }] },
    { type: 'image/png', marks: [{ at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }] },
    { type: 'image/gif', marks: [{ at: 0, bytes: [0x47, 0x49, 0x46, 0x38] }] },
    {
        type: 'image/webp',
        marks: [
            { at: 0, bytes: [0x52, 0x49, 0x46, 0x46] },
            { at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
        ],
    },
];

/**
 * The kind of picture that bytes are, by how they begin: cameras send `image/jpg`, `application/octet-stream`, or no
 * content type at all.
 * @returns e.g. `image/jpeg`; null: no picture of a kind we know
 */
export function pictureType(bytes: Buffer): string | null {
    const matches = ({ at, bytes: mark }: Mark): boolean => mark.every((byte, i) => bytes[at + i] === byte);
    return KINDS.find(({ marks }) => marks.every(matches))?.type ?? null;
}
