import { ClosedError, Failure, RejectedError } from '../../../http/errors';
import { photoUploadServer, savePhoto, savePhotos, uploadPhotos } from '../../../clients/vk/photos';
import { VkError } from '../../../clients/vk/errors';
import type { CommunityParts, ShopLinks } from '../community';
import type { PictureSource, ShopPicture } from '../rules/settings';

/** A product that needs its picture in the shop. */
export interface PictureWish {
    sku: string;
    /** key of the product's record */
    product: string;
    /** what tells the picture */
    hash: string;
    pictures: readonly { url: string; hash: string | null }[];
    source: PictureSource;
}

/** At a time. */
const READS = 6;
const UPLOADS = 3;

interface Ready extends PictureWish {
    picture: ShopPicture;
}

/** So many that cannot be read, one after the other, are their server's failure: no further one is asked for. */
const MOST_UNREADABLE = 3;

/** Why a product has no photo: for good, or because its picture cannot be read now. */
export type NoPhoto = { refused: string } | { unreadable: Error };

/**
 * The pictures of products on VK's servers. A photo belongs to one item, so that each product has its own, also of the
 * fallback picture; one that was uploaded for a product is never uploaded again for it.
 */
export class ShopPictures {
    /** addresses serve many uploads */
    private readonly addresses = new Map<boolean, string>();

    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
    ) {}

    /**
     * Has a photo ready for each product.
     * @returns by sku: the photo's id, or why there is none
     * @throws as `VkClient.call`; what was uploaded before is kept
     */
    async prepare(wishes: readonly PictureWish[], signal?: AbortSignal): Promise<Map<string, number | NoPhoto>> {
        const done = new Map<string, number | NoPhoto>();
        const ready = await this.read(wishes, done, signal);
        const most = Math.max(1, this.parts.photosPerSave);
        const packs = Array.from({ length: Math.ceil(ready.length / most) }, (_, at) =>
            ready.slice(at * most, (at + 1) * most),
        );
        // an upload takes longer than a call has to wait for its turn
        await someAtATime(UPLOADS, packs, (pack) => this.upload(pack, done, signal));
        return done;
    }

    /**
     * Reads the pictures that VK does not have yet, in the order of the wishes. One that cannot be read is a matter of its own
     * product. @throws ClosedError
     */
    private async read(
        wishes: readonly PictureWish[],
        done: Map<string, number | NoPhoto>,
        signal?: AbortSignal,
    ): Promise<Ready[]> {
        const read = new Map<PictureWish, ShopPicture>();
        let unreadable: Error[] = [];
        const readOne = async ({ source, pictures }: PictureWish): Promise<ShopPicture | NoPhoto> => {
            if (unreadable.length >= MOST_UNREADABLE) return { unreadable: unreadable[0]! };
            try {
                const picture = await source.read(pictures, signal);
                unreadable = [];
                return picture ?? { refused: 'noPicture' };
            } catch (error) {
                if (error instanceof ClosedError) throw error;
                unreadable.push(error as Error);
                return { unreadable: error as Error };
            }
        };
        await someAtATime(READS, wishes, async (wish) => {
            const found = this.links.get(wish.sku)?.photos?.[wish.hash] ?? (await readOne(wish));
            if (typeof found === 'object' && 'bytes' in found) read.set(wish, found);
            else done.set(wish.sku, found);
        });
        return wishes.flatMap((wish) => {
            const picture = read.get(wish);
            return picture === undefined ? [] : [{ ...wish, picture }];
        });
    }

    /** A photo that VK does not take is forgotten, so that it is uploaded anew. */
    forget(sku: string, product: string, hash: string): void {
        const { [hash]: _gone, ...photos } = this.links.get(sku)?.photos ?? {};
        this.links.set(sku, product, { photos });
    }

    private async upload(
        some: readonly Ready[],
        done: Map<string, number | NoPhoto>,
        signal?: AbortSignal,
    ): Promise<void> {
        try {
            const ids = await this.send(some, signal);
            for (const [at, wish] of some.entries()) {
                const id = ids[at] ?? null;
                if (id === null) done.set(wish.sku, { refused: 'pictureRefused' });
                else {
                    done.set(wish.sku, id);
                    this.keep(wish, id);
                }
            }
        } catch (error) {
            const isRefusal = error instanceof RejectedError || (error instanceof VkError && error.remedy === 'item');
            if (!isRefusal) throw error;
            this.addresses.clear();
            if (some.length === 1) {
                this.parts.onWarning(`${some[0]!.sku}: ${error.message}`);
                done.set(some[0]!.sku, { refused: 'pictureRefused' });
                // one that VK does not take is a matter of its own
            } else for (const one of some) await this.upload([one], done, signal);
        }
    }

    private async send(some: readonly Ready[], signal?: AbortSignal): Promise<(number | null)[]> {
        const { client, group, timeoutMs } = this.parts;
        const bulk = some.length > 1;
        let url = this.addresses.get(bulk);
        if (url === undefined) {
            url = await client.call(photoUploadServer(group, bulk), { signal });
            this.addresses.set(bulk, url);
        }
        try {
            const pictures = some.map(({ picture }) => picture);
            const uploaded = await uploadPhotos(url, pictures, { api: client, timeoutMs, signal });
            if (!bulk) return [await client.call(savePhoto(uploaded), { signal })];
            return await client.call(savePhotos(uploaded), { signal });
        } catch (error) {
            // the address may have ended
            if (error instanceof Failure) this.addresses.delete(bulk);
            throw error;
        }
    }

    /** What is uploaded stays known, whatever becomes of the item. */
    private keep({ sku, product, hash }: PictureWish, id: number): void {
        const before = this.links.get(sku);
        const state = before === undefined ? ({ state: 'planned' } as const) : {};
        this.links.set(sku, product, { ...state, photos: { ...before?.photos, [hash]: id } });
    }
}

/** Does work for each, some at a time. @throws what one of them throws, once none is under way; those behind it are left */
async function someAtATime<T>(most: number, all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
    let next = 0;
    let hasFailed = false;
    const workers = Array.from({ length: most }, async () => {
        while (!hasFailed && next < all.length)
            await work(all[next++]!).catch((error: unknown) => {
                hasFailed = true;
                throw error;
            });
    });
    const failed = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected');
    if (failed !== undefined) throw failed.reason as Error;
}
