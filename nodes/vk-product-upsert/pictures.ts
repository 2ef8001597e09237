import { readFile } from 'node:fs/promises';
import type { EvotorClient } from '../../lib/clients/evotor/client';
import { ProductPictures } from '../../lib/destinations/vk-market/pictures/picture-source';
import { Http } from '../../lib/http/http';
import type { ServerTraits } from '../../lib/http/server-traits';
import { pictureType, type Picture } from '../../lib/http/picture-type';
import type { Product } from '../../lib/product/product';
import type { Catalog } from '../../lib/store/catalog/catalog';
import { pictureFile } from '../../lib/sources/evotor/product-pictures';
import { runningProductSources } from '../runtime/flow/product-route';
import { runningAccounts } from '../runtime/flow/registry';
import type { ValuesOf } from '../runtime/settings/read-settings';
import type { SETTINGS } from './settings';

/** Wherever a picture lies. */
const WEB: ServerTraits = { label: 'The host of a picture', secret: 'address', apiPath: '' };
const TIMEOUT_MS = 30_000;
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * The pictures of a product. Those of Evotor are asked for by its account, whose token goes to its own host alone, those of
 * InvenTree by its server's; others over the web, without any secret.
 * @param onWarning told each time
 */
export function picturesOf(
    { account, storeId, id: product }: Pick<Product, 'account' | 'storeId' | 'id'>,
    { picture, fallbackPicture }: Pick<ValuesOf<typeof SETTINGS.settings>, 'picture' | 'fallbackPicture'>,
    onWarning: (text: string) => void,
): ProductPictures {
    const name = fallbackPicture.trim();
    return new ProductPictures({
        treatment: picture,
        onWarning,
        get: async ({ url, hash }, signal) => {
            const evotor = await evotorOf(account);
            if (evotor === null) return fromSources(url, signal) ?? fromWeb(url, signal);
            const { client, catalog } = evotor;
            const known = hash === null ? { url } : { url, hash };
            return pictureFile(client, catalog, { store: storeId, id: product }, known, signal);
        },
        fallback: name === '' ? null : { name, read: (signal) => fallbackAt(name, onWarning, signal) },
    });
}

/** The connection of an Evotor account: of its config node, or of the source that reads it. @returns null: it is none */
async function evotorOf(account: string): Promise<{ client: EvotorClient; catalog: Catalog } | null> {
    const typed = runningAccounts.all().find(({ id }) => id === account);
    if (typed !== undefined) return typed.ready;
    for (const { clientOf, store } of runningProductSources.all()) {
        const client = clientOf?.(account) ?? null;
        if (client !== null && store?.open != null) return { client, catalog: store.open.catalog };
    }
    return null;
}

/** Of a server that gives pictures out to those alone whom it knows. @returns null: the address is of none */
function fromSources(url: string, signal?: AbortSignal): Promise<Picture | null> | null {
    for (const { picture } of runningProductSources.all()) {
        const asked = picture?.(url, signal) ?? null;
        if (asked !== null) return asked;
    }
    return null;
}

async function fallbackAt(
    name: string,
    onWarning: (text: string) => void,
    signal?: AbortSignal,
): Promise<Picture | null> {
    if (/^https?:\/\//i.test(name)) return fromWeb(name, signal);
    try {
        return pictureIn(await readFile(name));
    } catch (error) {
        onWarning(`The fallback picture ${name} cannot be read: ${(error as Error).message}`);
        return null;
    }
}

/** @throws Failure where it cannot be asked for now */
async function fromWeb(address: string, signal?: AbortSignal): Promise<Picture | null> {
    if (!URL.canParse(address)) return null;
    const { origin, pathname, search, protocol } = new URL(address);
    if (protocol !== 'https:' && protocol !== 'http:') return null;
    const http = new Http({
        server: WEB,
        baseUrl: origin,
        headers: {},
        secrets: [],
        timeoutMs: TIMEOUT_MS,
        insecure: false,
    });
    try {
        const { status, body } = await http.request('GET', pathname, {
            as: 'bytes',
            search,
            headers: { Accept: 'image/*' },
            accept: [404],
            signal,
        });
        return status === 404 || !Buffer.isBuffer(body) ? null : pictureIn(body);
    } finally {
        http.close();
    }
}

function pictureIn(bytes: Buffer): Picture | null {
    const type = bytes.length > MOST_BYTES ? null : pictureType(bytes);
    return type === null ? null : { bytes, type };
}
