import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Low } from 'lowdb';
import { ClosedError } from '../../http/errors';
import { JournalAdapter } from '../../store/engine/journal-adapter';
import { lockLostText, StoreInUse, StoreLock } from '../../store/engine/lock';
import { explainDiskError } from '../../store/engine/not-writable';
import { emptyLedger, type DeliveryRecord, type LedgerData } from '../../store/ledger/records';
import { pictureOf } from '../picture/picture';
import type { Picture } from '../request/request';

/** Messages come and go: the journal is mostly of those that are gone. */
const COMPACT_AFTER = 500;

/**
 * The webhooks that are still to be sent, on the disk: the same journal as the ledger's, in a file of their own. Each
 * call of `put` and `remove` resolves when it is on the disk. Pictures lie beside it, in `<file>.pictures`.
 */
export class DeliveryStore {
    private closed = false;
    private last = 0;

    private constructor(
        private readonly file: string,
        private readonly db: Low<LedgerData>,
        private readonly adapter: JournalAdapter,
        private readonly lock: StoreLock,
    ) {}

    /** @throws StoreInUse; NewerFormat; Error where the folder cannot be written */
    static async open(file: string, onWarning: (text: string) => void): Promise<DeliveryStore> {
        const { Low } = await import('lowdb');
        const path = resolve(file);
        let store: DeliveryStore | null = null;
        const guard = (): Promise<void> | null => lock.doubt();
        const adapter: JournalAdapter = new JournalAdapter(path, { onWarning, compactAfter: COMPACT_AFTER, guard });
        const lock = await StoreLock.take(path, {
            isAsLeft: () => adapter.isAsLeft(),
            reload: () => store?.reload() ?? Promise.reject(new StoreInUse(path, null)),
            lost: (why) => {
                adapter.lockLost();
                onWarning(lockLostText(path, why));
            },
            warn: onWarning,
        }).catch((error: unknown) => {
            throw explainDiskError(path, error);
        });
        try {
            const db = new Low<LedgerData>(adapter, emptyLedger());
            await db.read();
            const opened = new DeliveryStore(path, db, adapter, lock);
            opened.noteLastId();
            await opened.sweepPictures();
            store = opened;
            return opened;
        } catch (error) {
            await adapter.close(emptyLedger()).catch(() => undefined);
            await lock.release();
            throw explainDiskError(path, error);
        }
    }

    /** Told when the store was opened again from the disk, because another process had it meanwhile. */
    onReload: () => void = () => undefined;

    /** All of them, oldest first. */
    entries(): [string, Readonly<DeliveryRecord>][] {
        return Object.entries(this.db.data.deliveries).sort(([a], [b]) => (a < b ? -1 : 1));
    }

    get(id: string): Readonly<DeliveryRecord> | undefined {
        return Object.hasOwn(this.db.data.deliveries, id) ? this.db.data.deliveries[id] : undefined;
    }

    /** A key that sorts behind all there were. */
    nextId(): string {
        return String(++this.last).padStart(12, '0');
    }

    async put(id: string, record: DeliveryRecord): Promise<void> {
        this.mustBeOpen();
        const before = this.get(id);
        this.db.data.deliveries[id] = record;
        this.adapter.markDirty('deliveries', id);
        try {
            await this.write();
        } catch (error) {
            // what was not written was not taken, and is as it was
            if (before === undefined) delete this.db.data.deliveries[id];
            else this.db.data.deliveries[id] = before;
            throw error;
        }
    }

    async remove(id: string): Promise<void> {
        this.mustBeOpen();
        const before = this.get(id);
        const picture = before?.picture;
        delete this.db.data.deliveries[id];
        this.adapter.markDirty('deliveries', id);
        try {
            await this.write();
        } catch (error) {
            if (before !== undefined) this.db.data.deliveries[id] = before;
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

    async close(): Promise<void> {
        this.closed = true;
        try {
            await this.adapter.close(this.db.data);
        } finally {
            await this.lock.release();
        }
    }

    private async reload(): Promise<void> {
        const data = await this.adapter.reread();
        this.adapter.startOver();
        this.db.data = data;
        this.noteLastId();
        this.onReload();
    }

    /** A number is never given twice in this process, whatever another one did with the store. */
    private noteLastId(): void {
        this.last = Math.max(this.last, ...Object.keys(this.db.data.deliveries).map(Number));
    }

    private get folder(): string {
        return `${this.file}.pictures`;
    }

    /** What a crash left between picture and record. */
    private async sweepPictures(): Promise<void> {
        const known = new Set(Object.values(this.db.data.deliveries).map(({ picture }) => picture));
        const names = await readdir(this.folder).catch(() => []);
        await Promise.all(
            names.filter((name) => !known.has(name)).map((name) => rm(join(this.folder, name), { force: true })),
        );
    }

    private async write(): Promise<void> {
        try {
            await this.db.write();
        } catch (error) {
            throw explainDiskError(this.file, error);
        }
    }

    private mustBeOpen(): void {
        if (this.closed) throw new ClosedError();
        if (this.adapter.isHandedOver) throw new StoreInUse(this.file, null);
    }
}

function isPictureFile(name: string | undefined): name is string {
    return name !== undefined && /^\d+\.picture$/.test(name);
}
