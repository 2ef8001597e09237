import { pictureType, type Picture } from '../../http/picture-type';
import { parseable } from './picture-address';
import { sendWell, type SendOptions } from '../transport/send';

/** Bigger ones are made smaller, as OctoPrint-Webhooks meant to. */
const BOX = { width: 1640, height: 1232 };
/** A picture that cannot be made smaller is sent up to this size; chats take no more. */
export const MOST_UNRESIZED = 8 * 1024 * 1024;
const MOST_FETCHED = 32 * 1024 * 1024;
const FETCH_MS = 10_000;

/**
 * Fetches a picture. @returns null where what comes is none
 * @throws HookFailure; ClosedError
 */
export async function fetchPicture(address: string, options: Omit<SendOptions, 'most'>): Promise<Picture | null> {
    const { origin, target, headers } = parseable(address);
    const answer = await sendWell(
        { method: 'GET', origin, target, headers, body: null },
        { ...options, timeoutMs: Math.min(options.timeoutMs, FETCH_MS), most: MOST_FETCHED },
        'Picture: ',
    );
    return pictureOf(answer.body);
}

/** What kind of picture the bytes are, whatever their name; null: none that chats show. */
export function pictureOf(bytes: Buffer): Picture | null {
    const type = pictureType(bytes);
    return type === null ? null : { bytes, type };
}

/**
 * A picture that fits 1640 × 1232, as JPEG, where `sharp` is installed; else as it is, up to a limit.
 * @returns null where it is too big, and cannot be made smaller or cannot be read
 */
export async function fitted(picture: Picture): Promise<Picture | null> {
    const sharp = await optionalSharp();
    const unresized = picture.bytes.length <= MOST_UNRESIZED ? picture : null;
    if (sharp === null) return unresized;
    try {
        const { width, height } = await sharp(picture.bytes).metadata();
        if (picture.type === 'image/jpeg' && width <= BOX.width && height <= BOX.height) return unresized;
        const resized = sharp(picture.bytes)
            .rotate()
            .resize({ ...BOX, fit: 'inside', withoutEnlargement: true });
        const bytes = await resized.flatten({ background: '#ffffff' }).jpeg({ quality: 85 }).toBuffer();
        return { bytes, type: 'image/jpeg' };
    } catch {
        return unresized;
    }
}

/** An optional peer dependency: looked for when the first picture is sent, and only once. */
let sharp: Promise<typeof import('sharp') | null> | undefined;

function optionalSharp(): Promise<typeof import('sharp') | null> {
    sharp ??= import('sharp').then(
        (module) => module.default,
        () => null,
    );
    return sharp;
}
