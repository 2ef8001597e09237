import type { EvotorClient } from '../../../lib/clients/evotor/client';
import { Http } from '../../../lib/http/http';
import { pictureType, type Picture } from '../../../lib/http/picture-type';
import type { ServerTraits } from '../../../lib/http/server-traits';
import type { Product } from '../../../lib/product/product';
import { pictureFile } from '../../../lib/sources/evotor/product-pictures';
import type { Catalog } from '../../../lib/store/catalog/catalog';
import { runningProductSources } from './product-route';
import { runningAccounts } from './registry';

/** Wherever a picture lies. */
const WEB: ServerTraits = { label: 'The host of a picture', secret: 'address', apiPath: '' };
const TIMEOUT_MS = 30_000;
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * A picture of a product as its source has it. One of Evotor is asked for by its account, whose token goes to its own host
 * alone, one of InvenTree by its server's; others over the web, without any secret.
 * @returns null: there is none
 * @throws Failure where it cannot be asked for now
 */
export async function readPicture(
    { account, storeId, id: product }: Pick<Product, 'account' | 'storeId' | 'id'>,
    { url, hash }: Product['pictures'][number],
    signal?: AbortSignal,
): Promise<Picture | null> {
    const evotor = await evotorOf(account);
    if (evotor === null) return fromSources(url, signal) ?? pictureFromWeb(url, signal);
    const { client, catalog } = evotor;
    const known = hash === null ? { url } : { url, hash };
    return pictureFile(client, catalog, { store: storeId, id: product }, known, signal);
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

/** A picture at any address. @throws Failure where it cannot be asked for now */
export async function pictureFromWeb(address: string, signal?: AbortSignal): Promise<Picture | null> {
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

/** @returns null: the bytes are no picture of a kind we know, or too many */
export function pictureIn(bytes: Buffer): Picture | null {
    const type = bytes.length > MOST_BYTES ? null : pictureType(bytes);
    return type === null ? null : { bytes, type };
}
