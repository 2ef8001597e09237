import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { has } from './dialect';
import type { Call, Endpoint, UploadedFile } from './endpoint';
import { invalidField, noSuch } from './errors';
import { paged } from './lists';
import { isPicture } from './pictures';
import type { State } from './state';
import type { Part } from './types';

const folder = 'part_images';
const extensions = (
    'bmp dib gif jfif jpe jpg jpeg pbm pgm ppm pnm pfm png apng avif avifs blp bufr cur pcx dcx dds ps ' +
    'eps fit fits fli flc ftc ftu gbr grib h5 hdf jp2 j2k jpc jpf jpx j2c icns ico im iim mpg mpeg tif ' +
    'tiff mpo msp palm pcd pdf pxr psd qoi bw rgb rgba sgi ras tga icb vda vst webp wmf emf xbm xpm'
).split(' ');

/** Refuses what the server's picture library does not read, then what its name does not promise. */
export function checkImage({ filename, content }: UploadedFile): void {
    if (content.length === 0) throw invalidField('image', 'The submitted file is empty.');
    if (!isPicture(content)) {
        throw invalidField(
            'image',
            'Upload a valid image. The file you uploaded was either not an image or a corrupted image.',
        );
    }
    const extension = path.extname(filename).slice(1).toLowerCase();
    if (!extensions.includes(extension)) {
        throw invalidField(
            'image',
            `File extension “${extension}” is not allowed. Allowed extensions are: ${extensions.join(', ')}.`,
        );
    }
}

/** Stores a file below `directory` under its cleaned name, or with a suffix where that is taken. */
export function storeFile(state: State, directory: string, { filename, content }: UploadedFile, longest = 100): string {
    const extension = path.extname(filename);
    const base = path
        .basename(filename, extension)
        .trim()
        .replace(/\s+/g, '_')
        .replace(/[^\p{L}\p{N}_.-]/gu, '');
    const room = longest - directory.length - 1 - extension.length;
    let file = `${directory}/${base.slice(0, room)}${extension}`;
    while (state.media.has(file)) {
        const suffix = `_${randomBytes(6).toString('base64url').replace(/[-_]/g, 'x').slice(0, 7)}`;
        file = `${directory}/${base.slice(0, room - suffix.length)}${suffix}${extension}`;
    }
    state.media.set(file, content);
    return file;
}

/** The path of the new image. The file of the old one goes, unless another Part shows it. */
export function replaceImage(state: State, part: Part, file: UploadedFile): string {
    forgetImage(state, part);
    return storeFile(state, folder, file);
}

export function forgetImage(state: State, part: Part): void {
    if (part.image !== null && state.partsByImage(part.image).length === 1) state.media.delete(part.image);
}

/** An image that another Part has, by its file name. */
export function existingImage(state: State, name: unknown): string {
    const file = `${folder}/${path.basename(String(name))}`;
    if (!state.media.has(file)) throw invalidField('existing_image', 'Image file does not exist');
    return file;
}

export function mediaUrl(state: State, file: string | null): string | null {
    if (file === null) return null;
    return has(state.apiVersion, 'wholeMediaUrls') ? encodeURI(`/media/${file}`) : `/media/${file}`;
}

export function thumbnailUrl(state: State, file: string | null): string {
    if (file === null) return '/static/img/blank_image.thumbnail.png';
    const extension = path.extname(file);
    return mediaUrl(state, `${file.slice(0, file.length - extension.length)}.thumbnail${extension}`)!;
}

function listThumbnails(call: Call): unknown {
    const { state } = call;
    const files = [...state.media.keys()].filter((file) => state.partsByImage(file).length > 0);
    return paged(call, files, (file) => ({
        image: has(state.apiVersion, 'wholeMediaUrls') ? mediaUrl(state, file) : file,
        count: state.partsByImage(file).length,
    }));
}

function thumbnail({ state, pk }: Call): unknown {
    const part = state.parts.get(pk);
    if (!part) throw noSuch('Part');
    return { image: mediaUrl(state, part.image) };
}

export const imageEndpoints: Endpoint[] = [
    { path: '/api/part/thumbs/', access: 'part', handlers: { GET: listThumbnails } },
    { path: '/api/part/thumbs/:pk/', access: 'part', handlers: { GET: thumbnail } },
];
