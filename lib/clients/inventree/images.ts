import type { Picture } from '../../http/picture-type';
import { checked, partSchema, type Part, type PartPk } from './answers';
import type { InvenTreeClient } from './client';

/** A name without an extension is a 400 (recording 360). */
const EXTENSIONS: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' };

/** Puts a picture into a form as the field `image`. @param name without an extension */
export function appendImage(form: FormData, { bytes, type }: Picture, name: string): void {
    form.append('image', new Blob([new Uint8Array(bytes)], { type }), `${name}.${EXTENSIONS[type] ?? 'png'}`);
}

/** Sets the Part's image. @throws RejectedError where the picture is none (recording 363) */
export async function uploadImage(
    inventree: InvenTreeClient,
    pk: PartPk,
    picture: Picture,
    signal?: AbortSignal,
): Promise<Part> {
    const form = new FormData();
    appendImage(form, picture, `print-${pk}`);
    const path = `/api/part/${pk}/`;
    return checked(partSchema, (await inventree.write('PATCH', path, form, signal)).body, `PATCH ${path}`);
}
