import { createHash } from 'node:crypto';
import { isFresh } from '../../concurrency/clock';
import { Semaphore } from '../../concurrency/semaphore';
import type { Picture } from '../../http/picture-type';

export interface Thumbnail extends Picture {
    /** quoted, as HTTP wants it */
    etag: string;
}

interface Kept {
    thumbnail: Thumbnail | null;
    /** when it was read, ms since 1970 */
    at: number;
}

/** All pictures together; a plate's picture has some 20 to 150 kB. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST = 1000;
const FRESH_MS = 60 * 60_000;
/** One that is not there may come: Bambuddy takes it from the 3MF a while after the print. */
const NONE_MS = 5 * 60_000;
const AT_A_TIME = 4;
/** A row does not wait for its picture any longer. */
export const PICTURE_MS = 15_000;

/** Pictures of rows, kept for a while: the least recently shown go first. */
export class PictureCache {
    private readonly kept = new Map<string, Kept>();
    private readonly coming = new Map<string, Promise<Thumbnail | null>>();
    private readonly semaphore = new Semaphore(AT_A_TIME);
    private bytes = 0;

    constructor(private readonly now: () => number = Date.now) {}

    /**
     * The picture of a row.
     * @param read reads it where it is not kept; undefined: its server is off, which is not remembered
     * @returns null where there is none. @throws what `read` throws
     */
    async of(key: string, read: () => Promise<Picture | null | undefined>): Promise<Thumbnail | null> {
        const known = this.kept.get(key);
        if (known !== undefined && isFresh(known.at, known.thumbnail === null ? NONE_MS : FRESH_MS, this.now())) {
            this.kept.delete(key);
            this.kept.set(key, known);
            return known.thumbnail;
        }
        let coming = this.coming.get(key);
        if (coming === undefined) {
            coming = this.semaphore.run(() => this.read(key, read)).finally(() => this.coming.delete(key));
            this.coming.set(key, coming);
        }
        return coming;
    }

    private async read(key: string, read: () => Promise<Picture | null | undefined>): Promise<Thumbnail | null> {
        const picture = await read();
        if (picture === undefined) return null;
        const thumbnail = picture === null ? null : { ...picture, etag: etagOf(picture.bytes) };
        this.keep(key, { thumbnail, at: this.now() });
        return thumbnail;
    }

    private keep(key: string, kept: Kept): void {
        this.drop(key);
        this.kept.set(key, kept);
        this.bytes += sizeOf(kept);
        for (const oldest of this.kept.keys()) {
            if (this.bytes <= MOST_BYTES && this.kept.size <= MOST) return;
            this.drop(oldest);
        }
    }

    private drop(key: string): void {
        const known = this.kept.get(key);
        if (known === undefined) return;
        this.kept.delete(key);
        this.bytes -= sizeOf(known);
    }
}

function sizeOf({ thumbnail }: Kept): number {
    return thumbnail?.bytes.length ?? 0;
}

function etagOf(bytes: Buffer): string {
    return `"${createHash('sha1').update(bytes).digest('base64url')}"`;
}
