import { createHash } from 'node:crypto';
import { ClosedError, Failure } from '../../../http/errors';
import type { Picture } from '../../../http/picture-type';
import type { PictureSource, ShopPicture } from '../rules/settings';
import { enlarged, isBigEnough, LEAST } from './enlarge';
import { decodePng, encodePng, pngSize } from './png';

type Pictures = Parameters<PictureSource['hashOf']>[0];

export interface PictureParts {
    /** reads a picture of the product. @returns null: there is none */
    get: (picture: Pictures[number], signal?: AbortSignal) => Promise<Picture | null>;
    /** `pad`: small ones are enlarged; `asIs`: they are sent as they are */
    treatment: 'pad' | 'asIs';
    /** in the place of a picture that is missing or cannot be used; null: there is none */
    fallback: { name: string; read: (signal?: AbortSignal) => Promise<Picture | null> } | null;
    /** told of a kind of picture that needs the optional library, each time */
    onWarning: (text: string) => void;
}

/** Kinds that VK takes (upload_files_2). */
const TAKEN = ['image/png', 'image/jpeg', 'image/gif'];

/** The pictures of a product as the shop takes them: of at least 400 × 400, as PNG, JPEG or GIF. */
export class ProductPictures implements PictureSource {
    constructor(private readonly parts: PictureParts) {}

    hashOf(pictures: Pictures): string | null {
        const [first] = pictures;
        if (first !== undefined) return first.hash ?? hashOf(first.url);
        return this.parts.fallback === null ? null : hashOf(`fallback ${this.parts.fallback.name}`);
    }

    /** @throws Failure where a picture cannot be read now */
    async read(pictures: Pictures, signal?: AbortSignal): Promise<ShopPicture | null> {
        const hash = this.hashOf(pictures);
        if (hash === null) return null;
        const [first] = pictures;
        const own = first === undefined ? null : await this.usable(await this.parts.get(first, signal));
        if (own !== null) return { ...own, hash };
        const instead = (await this.parts.fallback?.read(signal)) ?? null;
        const usable = await this.usable(instead);
        // under the product's own hash: it is asked for again when its picture changes
        return usable === null ? null : { ...usable, hash };
    }

    private async usable(picture: Picture | null): Promise<Picture | null> {
        if (picture === null) return null;
        if (this.parts.treatment === 'asIs') return TAKEN.includes(picture.type) ? picture : null;
        const size = picture.type === 'image/png' ? pngSize(picture.bytes) : null;
        if (size !== null && isBigEnough(size)) return picture;
        const bitmap = size === null ? null : decodePng(picture.bytes);
        if (bitmap !== null) return { bytes: encodePng(enlarged(bitmap)), type: 'image/png' };
        return this.bySharp(picture);
    }

    /** What is no plain PNG: `sharp` reads and enlarges it, where it is installed. */
    private async bySharp(picture: Picture): Promise<Picture | null> {
        const sharp = await optionalSharp();
        if (sharp === null) {
            // its size is not known here: VK says itself where it is too small
            if (TAKEN.includes(picture.type) && picture.type !== 'image/png') return picture;
            this.parts.onWarning(
                `A picture is ${picture.type}, which needs the library sharp: "npm install sharp" in Node-RED's user directory. Until then the fallback picture is used.`,
            );
            return null;
        }
        try {
            const { width, height } = await sharp(picture.bytes).metadata();
            if (isBigEnough({ width, height }) && TAKEN.includes(picture.type)) return picture;
            const side = Math.max(width, height, LEAST);
            const bytes = await sharp(picture.bytes)
                .resize(side, side, { fit: 'contain', background: '#fff' })
                .flatten({ background: '#fff' })
                .png()
                .toBuffer();
            return { bytes, type: 'image/png' };
        } catch (error) {
            if (error instanceof Failure || error instanceof ClosedError) throw error;
            // a picture that is none
            return null;
        }
    }
}

let sharp: Promise<typeof import('sharp') | null> | undefined;

/** It may not be installed, or not for this machine. */
function optionalSharp(): Promise<typeof import('sharp') | null> {
    sharp ??= import('sharp').then(
        (module) => module.default,
        () => null,
    );
    return sharp;
}

function hashOf(text: string): string {
    return createHash('sha1').update(text).digest('hex').slice(0, 20);
}
