import type { FormField } from '../../http/wire/multipart';
import { pictureType, type Picture } from '../../http/picture-type';
import { checked, partSchema, type Part, type PartPk } from './answers';
import type { InvenTreeClient } from './client';

/** A name without an extension is a 400. */
const EXTENSIONS: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' };

/** A picture as the field `image` of a form. @param name without an extension */
export function imageField({ bytes, type }: Picture, name: string): FormField {
    return { name: 'image', content: bytes, file: { name: `${name}.${EXTENSIONS[type] ?? 'png'}`, type } };
}

/** Sets the Part's image. @throws RejectedError where the picture is none */
export async function uploadImage(
    inventree: InvenTreeClient,
    pk: PartPk,
    picture: Picture,
    signal?: AbortSignal,
): Promise<Part> {
    const path = `/api/part/${pk}/`;
    const form = [imageField(picture, `print-${pk}`)];
    return checked(partSchema, (await inventree.upload('PATCH', path, form, signal)).body, `PATCH ${path}`);
}

const MOST_BYTES = 10 * 1024 * 1024;

/**
 * Reads a picture that lies at the server's own address; the token goes nowhere else.
 * @returns null, at once: the address is another's. Resolves with null where nothing is there, or it is no picture or larger
 *   than 10 MB; a server without a proxy before it gives out no files
 */
export function readImage(
    inventree: InvenTreeClient,
    address: string,
    signal?: AbortSignal,
): Promise<Picture | null> | null {
    if (!URL.canParse(address)) return null;
    const { origin, pathname } = new URL(address);
    if (origin !== new URL(inventree.address).origin) return null;
    return inventree.file(pathname, signal).then((bytes) => {
        const type = bytes === null || bytes.length > MOST_BYTES ? null : pictureType(bytes);
        return bytes === null || type === null ? null : { bytes, type };
    });
}
