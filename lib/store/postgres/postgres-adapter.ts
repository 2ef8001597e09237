import type { Adapter } from 'lowdb';
import { yieldToEventLoop } from '../engine/lines';
import { OtherStore } from '../engine/format-errors';
import { StoreReloaded } from '../engine/not-writable';
import { emptyData, lowestFormat, type CollectionOf, type Collections, type StoreSchema } from '../engine/schema';
import { LeadershipLost } from './leadership';
import type { FencedRecords, StoredRecord } from './records';

/**
 * lowdb's `Adapter` on rows of PostgreSQL: the data lives in memory, `read` gets all of it, `write` sends the records that
 * were changed. What was changed together is written together; writes that wait for another one share the next statement.
 */
export class PostgresAdapter<T extends Collections<T>> implements Adapter<T> {
    /** changed in memory, not in the database: collection and key by their common name */
    private dirty = new Map<string, [CollectionOf<T>, string]>();
    /** ends with the last write that was begun, whatever became of it */
    private last: Promise<void> = Promise.resolve();
    /** waits for it; takes with it what is dirty by then */
    private next: Promise<void> | null = null;
    /** counts the readings: what began before the last one is not written */
    private reading = 0;
    /** the store is another's: nothing is written until it is read again */
    private handedOver: LeadershipLost | null = null;
    private closing = false;

    /** @param place of the store, for people */
    constructor(
        private readonly place: string,
        private readonly schema: StoreSchema<T>,
        private readonly records: FencedRecords,
    ) {}

    /** Marks a record to be written with the next `write`. */
    markDirty(collection: CollectionOf<T>, key: string): void {
        this.dirty.set(`${collection}/${key}`, [collection, key]);
    }

    /**
     * All records, after the write that is under way. Writes that wait are refused, and what was changed is forgotten.
     * @throws OtherStore; LeadershipLost; PostgresError
     */
    read(): Promise<T> {
        this.forget();
        const reading = this.last.then(() => this.readAll());
        this.last = reading.then(
            () => undefined,
            () => undefined,
        );
        return reading;
    }

    /** Resolves when what is dirty is in the database. @throws LeadershipLost, StoreReloaded, PostgresError */
    write(data: T): Promise<void> {
        if (this.closing) return Promise.reject(new Error('the store is not open'));
        return this.enqueue(data);
    }

    /** Writes what is dirty, if it can be written. From the call on nothing new begins. */
    async close(data: T): Promise<void> {
        const last = this.closing ? Promise.resolve() : this.enqueue(data).catch(() => undefined);
        this.closing = true;
        await last;
    }

    private async readAll(): Promise<T> {
        const data = emptyData<T>(this.schema.collections);
        for await (const portion of this.records.read()) {
            for (const { collection, key, text } of portion) {
                if (!Object.hasOwn(data, collection)) throw new OtherStore(this.place, collection);
                const records = data[collection as CollectionOf<T>] as Record<string, object>;
                if (text !== null) records[key] = JSON.parse(text) as object;
            }
            await yieldToEventLoop();
        }
        // what was changed meanwhile was based on older data
        this.forget();
        this.handedOver = null;
        return data;
    }

    private forget(): void {
        this.reading++;
        this.next = null;
        this.dirty = new Map();
    }

    private enqueue(data: T): Promise<void> {
        if (this.next !== null) return this.next;
        const { reading } = this;
        const next = this.last.then(async () => {
            // what is marked in the same turn goes with it
            await yieldToEventLoop();
            if (this.next === next) this.next = null;
            await this.writeDirty(data, reading);
        });
        this.next = next;
        this.last = next.catch(() => undefined);
        return next;
    }

    private async writeDirty(data: T, reading: number): Promise<void> {
        if (this.reading !== reading) throw new StoreReloaded(this.place);
        if (this.handedOver !== null) throw this.handedOver;
        if (this.dirty.size === 0) return;
        const dirty = [...this.dirty.values()];
        this.dirty = new Map();
        const entries = dirty.map(([collection, key]) => [collection, key, data[collection][key]] as const);
        try {
            await this.records.write(entries.map(storedRecord), lowestFormat(this.schema, entries));
        } catch (error) {
            if (this.reading !== reading) throw error;
            // still to be written with the next, or the database would know less than the memory
            for (const [collection, key] of dirty) this.markDirty(collection, key);
            if (error instanceof LeadershipLost) this.handedOver = error;
            throw error;
        }
    }
}

function storedRecord([collection, key, record]: readonly [string, string, object | undefined]): StoredRecord {
    return { collection, key, text: record === undefined ? null : JSON.stringify(record) };
}
