import * as v from 'valibot';
import { ConfigError, RejectedError, UnavailableError } from '../../http/errors';
import { Http } from '../../http/http';
import type { FormField } from '../../http/wire/multipart';
import type { Picture } from '../../http/picture-type';
import { checked, photoSchema, photosSchema, uploadServerSchema } from './answers';
import type { VkCall } from './call';
import type { VkClient } from './client';
import { UPLOAD_FORM } from './own-form';
import { VK } from './server-traits';

/** Where pictures are sent to. One address serves many. @param bulk several pictures with one request */
export function photoUploadServer(group: number, bulk: boolean): VkCall<string> {
    return {
        method: 'market.getProductPhotoUploadServer',
        params: { group_id: group, bulk },
        writes: false,
        read: (response) => checked(uploadServerSchema, response, 'market.getProductPhotoUploadServer').upload_url,
    };
}

/** Makes a photo of what an upload server answered. @param uploaded as `uploadPhotos` gives it. @returns its id, for one item alone */
export function savePhoto(uploaded: string): VkCall<number> {
    return {
        method: 'market.saveProductPhoto',
        params: { upload_response: uploaded },
        writes: true,
        read: (response) => checked(photoSchema, response, 'market.saveProductPhoto').photo_id,
    };
}

/** The same of several. @returns their ids in the order of the pictures; null where one of them has none */
export function savePhotos(uploaded: string): VkCall<(number | null)[]> {
    return {
        method: 'market.saveProductPhotoBulk',
        params: { upload_response: uploaded },
        writes: true,
        read: (response) =>
            checked(photosSchema, response, 'market.saveProductPhotoBulk').map((row) => {
                const photo = v.safeParse(photoSchema, row);
                return photo.success ? photo.output.photo_id : null;
            }),
    };
}

export interface UploadOptions {
    timeoutMs: number;
    /** the API's address, since what it has begun over https goes on over https, and the root certificate that is trusted */
    api: Pick<VkClient, 'address' | 'ca'>;
    signal?: AbortSignal;
}

const EXTENSIONS: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif' };

/**
 * Sends pictures to an upload server: one as `file`, several as `file1`, `file2`, ….
 * @returns what it answered, as it came: VK wants it back word for word
 * @throws RejectedError where it refuses them; UnavailableError; ConfigError for an address that no picture goes to
 */
export async function uploadPhotos(url: string, pictures: readonly Picture[], options: UploadOptions): Promise<string> {
    const { origin, pathname, searchParams } = uploadAddress(url, options.api.address);
    const query = Object.fromEntries(searchParams);
    const http = new Http({
        server: VK,
        baseUrl: origin,
        headers: {},
        // whoever has the address may upload
        secrets: Object.values(query),
        timeoutMs: options.timeoutMs,
        insecure: false,
        ca: options.api.ca,
        ownForm: UPLOAD_FORM,
    });
    try {
        const answer = await http.request('POST', pathname, {
            form: formOf(pictures),
            query,
            as: 'bytes',
            signal: options.signal,
        });
        return accepted((answer.body as Buffer).toString('utf8'), origin);
    } finally {
        http.close();
    }
}

function formOf(pictures: readonly Picture[]): FormField[] {
    return pictures.map(({ bytes, type }, at) => {
        const name = pictures.length === 1 ? 'file' : `file${at + 1}`;
        return { name, content: bytes, file: { name: `${name}.${EXTENSIONS[type] ?? 'png'}`, type } };
    });
}

function uploadAddress(url: string, apiAddress: string): URL {
    if (URL.canParse(url)) {
        const parsed = new URL(url);
        if (parsed.protocol === 'https:' || parsed.protocol === new URL(apiAddress).protocol) return parsed;
    }
    throw new ConfigError(`VK (${apiAddress}) named an address for pictures that is no https address`, {
        server: 'VK',
        setting: 'url',
    });
}

/** It may refuse with 200, and words (`error_msg`; `error` on older servers). */
function accepted(text: string, origin: string): string {
    let answer: unknown;
    try {
        answer = JSON.parse(text);
    } catch {
        throw new UnavailableError(`VK's upload server (${origin}) sent an answer cut short`, { server: 'VK' });
    }
    const { error_msg: words, error } = answer as Record<string, unknown>;
    const said = [words, error].find((each): each is string => typeof each === 'string' && each !== '');
    if (said === undefined) return text;
    throw new RejectedError(`VK's upload server (${origin}) refused the picture: ${said.slice(0, 200)}`, {
        server: 'VK',
        request: 'POST upload',
    });
}
