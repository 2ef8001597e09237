import { createHash } from 'node:crypto';
import type { EvotorImage } from '../../clients/evotor/answers';
import type { EvotorClient } from '../../clients/evotor/client';
import { RejectedError } from '../../http/errors';
import { isReadable } from '../../http/checked';
import type { Picture } from '../../http/picture-type';
import type { Catalog } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import type { PictureRecord, ProductRecord } from '../../store/catalog/records';
import { groupsOf, withHash } from '../catalog/store-groups';

/** Whether nobody has looked for the pictures of a product yet: a shop that it comes to now would have to do without. */
export function awaitsPictures({ pictures }: Readonly<ProductRecord>): boolean {
    return pictures === undefined;
}

/** Whether its pictures are to be read: for the first time, or since the product changed. */
export function wantsPictures({ picturesAt, goneSince }: Readonly<ProductRecord>): boolean {
    return picturesAt === undefined && goneSince === undefined;
}

/** Asks what pictures a product has, and keeps that. @throws what the client throws */
export async function readPictures(
    client: EvotorClient,
    catalog: Catalog,
    { store, id }: Pick<ProductRecord, 'store' | 'id'>,
    signal?: AbortSignal,
): Promise<void> {
    const list = await client.images(store, id, signal);
    keepPictures(catalog, { store, id }, (list?.rows ?? []).filter(isReadable).map(pictureRecord));
}

/**
 * Keeps what pictures a product has, and that somebody looked just now.
 * @param pictures null: as they are known
 */
export function keepPictures(
    catalog: Catalog,
    { store, id }: Pick<ProductRecord, 'store' | 'id'>,
    pictures: PictureRecord[] | null,
): void {
    // a pass may have written it in the meantime, or an account may have been removed
    const product = catalog.get('products', keyOf(store, id));
    if (product === undefined) return;
    const { hash: _hash, at: _at, ...rest } = product;
    const picturesAt = new Date().toISOString();
    catalog.setDeferred(
        'products',
        withHash(groupsOf(catalog, store), { ...rest, pictures: pictures ?? rest.pictures ?? [], picturesAt }),
    );
}

/**
 * The file of a product's picture. Its address may have ended: then its product is asked for a new one.
 * @returns null where there is none any more, or it is no picture
 * @throws what the client throws
 */
export async function pictureFile(
    client: EvotorClient,
    catalog: Catalog,
    product: Pick<ProductRecord, 'store' | 'id'>,
    { url, hash }: PictureRecord,
    signal?: AbortSignal,
): Promise<Picture | null> {
    const refused: { by: RejectedError | null } = { by: null };
    const found = await client.picture(url, signal).catch((failure: unknown) => {
        if (!(failure instanceof RejectedError)) throw failure;
        refused.by = failure;
        return null;
    });
    if (found !== null) return found;
    await readPictures(client, catalog, product, signal);
    const anew = catalog.product(product.store, product.id)?.pictures?.find((each) => each.hash === hash);
    if (anew !== undefined && anew.url !== url) return client.picture(anew.url, signal);
    if (refused.by !== null && anew !== undefined) throw refused.by;
    return null;
}

/** Told apart by what Evotor says of it: its address may be another each time it is asked for. */
function pictureRecord({ id, url, updated_at: updated, meta }: EvotorImage): PictureRecord {
    const version = JSON.stringify([id, updated, meta?.file_size ?? null]);
    return { url, hash: createHash('sha1').update(version).digest('hex').slice(0, 20) };
}
