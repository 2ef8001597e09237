import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JournalStore } from '../../store/engine/journal-store';
import { explainDiskError } from '../../store/engine/not-writable';
import type { StoreSchema } from '../../store/engine/schema';
import { pictureOf } from '../picture/picture';
import type { Picture } from '../request/request';
import type { DeliveryRecord } from './delivery-record';

interface OutboxData {
    deliveries: Record<string, DeliveryRecord>;
}

const OUTBOX: StoreSchema<OutboxData> = { collections: ['deliveries'], format: 1 };

/** Messages come and go: the journal is mostly of those that are gone. */
const COMPACT_AFTER = 500;

/**
 * The webhooks that are still to be sent, on the disk, in a store of their own. Each call of `put` and `remove` resolves
 * when it is on the disk. Pictures lie beside it, in `<file>.pictures`.
 */
export class DeliveryStore {
    private last = 0;

    private constructor(private readonly store: JournalStore<OutboxData>) {
        store.onReload = () => {
            this.noteLastId();
            this.onReload();
        };
        this.noteLastId();
    }

    /** @throws StoreInUse; NewerFormat, OtherStore; Error where the folder cannot be written */
    static async open(file: string, onWarning: (text: string) => void): Promise<DeliveryStore> {
        const store = await JournalStore.open(file, OUTBOX, { onWarning, compactAfter: COMPACT_AFTER });
        try {
            const opened = new DeliveryStore(store);
            await opened.sweepPictures();
            return opened;
        } catch (error) {
            await store.close().catch(() => undefined);
            throw explainDiskError(store.file, error);
        }
    }

    /** Told when the store was opened again from the disk, because another process had it meanwhile. */
    onReload: () => void = () => undefined;

    /** All of them, oldest first. */
    entries(): [string, Readonly<DeliveryRecord>][] {
        return Object.entries(this.store.data.deliveries).sort(([a], [b]) => (a < b ? -1 : 1));
    }

    get(id: string): Readonly<DeliveryRecord> | undefined {
        return this.store.get('deliveries', id);
    }

    /** A key that sorts behind all there were. */
    nextId(): string {
        return String(++this.last).padStart(12, '0');
    }

    async put(id: string, record: DeliveryRecord): Promise<void> {
        this.store.mustBeOpen();
        const before = this.get(id);
        this.store.set('deliveries', id, record);
        try {
            await this.store.flush();
        } catch (error) {
            // what was not written was not taken, and is as it was
            this.restore(id, before);
            throw error;
        }
    }

    async remove(id: string): Promise<void> {
        this.store.mustBeOpen();
        const before = this.get(id);
        const picture = before?.picture;
        this.store.remove('deliveries', id);
        try {
            await this.store.flush();
        } catch (error) {
            this.restore(id, before);
            throw error;
        }
        if (isPictureFile(picture)) await rm(join(this.folder, picture), { force: true });
    }

    /** @returns the name under which it lies */
    async keepPicture(id: string, { bytes }: Picture): Promise<string> {
        const name = `${id}.picture`;
        await mkdir(this.folder, { recursive: true });
        await writeFile(join(this.folder, `${name}.tmp`), bytes);
        await rename(join(this.folder, `${name}.tmp`), join(this.folder, name));
        return name;
    }

    async picture(name: string | undefined): Promise<Picture | null> {
        if (!isPictureFile(name)) return null;
        return readFile(join(this.folder, name)).then(pictureOf, () => null);
    }

    close(): Promise<void> {
        return this.store.close();
    }

    /** In memory only: it is not dirty, or still is. */
    private restore(id: string, record: DeliveryRecord | undefined): void {
        const { deliveries } = this.store.data;
        if (record === undefined) delete deliveries[id];
        else deliveries[id] = record;
    }

    /** A number is never given twice in this process, whatever another one did with the store. */
    private noteLastId(): void {
        this.last = Math.max(this.last, ...Object.keys(this.store.data.deliveries).map(Number));
    }

    private get folder(): string {
        return `${this.store.file}.pictures`;
    }

    /** What a crash left between picture and record. */
    private async sweepPictures(): Promise<void> {
        const known = new Set(Object.values(this.store.data.deliveries).map(({ picture }) => picture));
        const names = await readdir(this.folder).catch(() => []);
        await Promise.all(
            names.filter((name) => !known.has(name)).map((name) => rm(join(this.folder, name), { force: true })),
        );
    }
}

function isPictureFile(name: string | undefined): name is string {
    return name !== undefined && /^\d+\.picture$/.test(name);
}
