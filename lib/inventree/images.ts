import { checked, partSchema, type Part, type PartPk } from './answers';
import type { InvenTreeClient } from './client';

/** A name without an extension is a 400 (recording 360). */
const EXTENSIONS: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' };

/** Sets the Part's image. @throws RejectedError where the picture is none (recording 363) */
export async function uploadImage(
    inventree: InvenTreeClient,
    pk: PartPk,
    picture: { bytes: Buffer; type: string },
    signal?: AbortSignal,
): Promise<Part> {
    const form = new FormData();
    const blob = new Blob([new Uint8Array(picture.bytes)], { type: picture.type });
    form.append('image', blob, `print-${pk}.${EXTENSIONS[picture.type] ?? 'png'}`);
    const path = `/api/part/${pk}/`;
    return checked(partSchema, (await inventree.write('PATCH', path, form, signal)).body, `PATCH ${path}`);
}
