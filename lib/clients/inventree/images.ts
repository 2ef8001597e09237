import type { FormField } from '../../http/wire/multipart';
import type { Picture } from '../../http/picture-type';
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
