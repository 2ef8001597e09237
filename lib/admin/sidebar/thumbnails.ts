import { createHash } from 'node:crypto';
import { isFresh } from '../../concurrency/clock';
import { Semaphore } from '../../concurrency/semaphore';
import type { Picture } from '../../http/picture-type';
import type { PrintRecord } from '../../store/ledger/records';
import type { Sync } from '../../sync';

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
const PATIENCE_MS = 15_000;

/** Pictures of prints, read with the store's own key and kept for a while: the least recently shown go first. */
export class Thumbnails {
    private readonly kept = new Map<string, Kept>();
    private readonly coming = new Map<string, Promise<Thumbnail | null>>();
    private readonly semaphore = new Semaphore(AT_A_TIME);
    private bytes = 0;

    constructor(
        private readonly sync: Sync,
        private readonly now: () => number = Date.now,
    ) {}

    /** @returns null where there is none. @throws what the source's client throws */
    async of(record: Readonly<PrintRecord>): Promise<Thumbnail | null> {
        const { batch } = record;
        const known = this.kept.get(batch);
        if (known !== undefined && isFresh(known.at, known.thumbnail === null ? NONE_MS : FRESH_MS, this.now())) {
            this.kept.delete(batch);
            this.kept.set(batch, known);
            return known.thumbnail;
        }
        let coming = this.coming.get(batch);
        if (coming === undefined) {
            coming = this.semaphore.run(() => this.read(record)).finally(() => this.coming.delete(batch));
            this.coming.set(batch, coming);
        }
        return coming;
    }

    private async read(record: Readonly<PrintRecord>): Promise<Thumbnail | null> {
        // who is off is not asked by every row
        const from = this.sync.delivery.printSource(record.source);
        if (from === undefined || from.isOff()) return null;
        const picture = await from.thumbnail(record, AbortSignal.timeout(PATIENCE_MS));
        const thumbnail = picture === null ? null : { ...picture, etag: etagOf(picture.bytes) };
        this.keep(record.batch, { thumbnail, at: this.now() });
        return thumbnail;
    }

    private keep(batch: string, kept: Kept): void {
        this.drop(batch);
        this.kept.set(batch, kept);
        this.bytes += sizeOf(kept);
        for (const oldest of this.kept.keys()) {
            if (this.bytes <= MOST_BYTES && this.kept.size <= MOST) return;
            this.drop(oldest);
        }
    }

    private drop(batch: string): void {
        const known = this.kept.get(batch);
        if (known === undefined) return;
        this.kept.delete(batch);
        this.bytes -= sizeOf(known);
    }
}

function sizeOf({ thumbnail }: Kept): number {
    return thumbnail?.bytes.length ?? 0;
}

function etagOf(bytes: Buffer): string {
    return `"${createHash('sha1').update(bytes).digest('base64url')}"`;
}
