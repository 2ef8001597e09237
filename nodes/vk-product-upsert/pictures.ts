import { readFile } from 'node:fs/promises';
import { ProductPictures } from '../../lib/destinations/vk-market/pictures/picture-source';
import type { Picture } from '../../lib/http/picture-type';
import type { Product } from '../../lib/product/product';
import { pictureFromWeb, pictureIn, readPicture } from '../runtime/flow/product-pictures';
import type { ValuesOf } from '../runtime/settings/read-settings';
import type { SETTINGS } from './settings';

/**
 * The pictures of a product, as `readPicture` reads them.
 * @param onWarning told each time
 */
export function picturesOf(
    product: Pick<Product, 'account' | 'storeId' | 'id'>,
    { picture, fallbackPicture }: Pick<ValuesOf<typeof SETTINGS.settings>, 'picture' | 'fallbackPicture'>,
    onWarning: (text: string) => void,
): ProductPictures {
    const name = fallbackPicture.trim();
    return new ProductPictures({
        treatment: picture,
        onWarning,
        get: (each, signal) => readPicture(product, each, signal),
        fallback: name === '' ? null : { name, read: (signal) => fallbackAt(name, onWarning, signal) },
    });
}

async function fallbackAt(
    name: string,
    onWarning: (text: string) => void,
    signal?: AbortSignal,
): Promise<Picture | null> {
    if (/^https?:\/\//i.test(name)) return pictureFromWeb(name, signal);
    try {
        return pictureIn(await readFile(name));
    } catch (error) {
        onWarning(`The fallback picture ${name} cannot be read: ${(error as Error).message}`);
        return null;
    }
}
