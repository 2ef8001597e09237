import { Low } from 'lowdb';
import { emptyData, type StoreSchema } from '../../../../lib/store/engine/schema';
import { Connection, type ConnectionOptions } from '../../../../lib/store/postgres/connection';
import { Leadership, type LeadershipOptions, type LeadershipLost } from '../../../../lib/store/postgres/leadership';
import { PostgresAdapter } from '../../../../lib/store/postgres/postgres-adapter';
import { FencedRecords } from '../../../../lib/store/postgres/records';
import { tablesOf } from '../../../../lib/store/postgres/tables';

/** Records that no other store of this package has. */
export interface Library {
    books: Record<string, { title: string; lentTo?: string }>;
    readers: Record<string, { name: string }>;
}

/** Format 2 of it knows who has a book. */
export const LIBRARY: StoreSchema<Library> = {
    collections: ['books', 'readers'],
    format: 2,
    formatOf: (_collection, record) => ('lentTo' in record ? 2 : 1),
};

/** Short, so that a take-over is soon. */
export const TIMES = { leaseMs: 1200, renewMs: 300 };

/** One of several that share a library, as one Node-RED is. */
export class Branch {
    readonly leadership: Leadership;
    readonly losses: LeadershipLost[] = [];
    readonly adapter: PostgresAdapter<Library>;
    db!: Low<Library>;
    private readonly connections: Connection[];

    constructor(options: ConnectionOptions, schema: string, more: Partial<LeadershipOptions> = {}) {
        const [lease, rows] = [new Connection(options), new Connection(options)];
        this.connections = [lease, rows];
        const tables = tablesOf(schema);
        this.leadership = new Leadership(lease, tables, {
            store: 'town',
            kind: 'library',
            format: LIBRARY.format,
            name: 'north',
            lost: (why) => this.losses.push(why),
            ...more,
            times: { ...TIMES, ...more.times },
        });
        this.adapter = new PostgresAdapter('town', LIBRARY, new FencedRecords(rows, tables, this.leadership));
    }

    /** Resolves when this one leads and has read everything. */
    async open(): Promise<this> {
        await this.leadership.lead();
        this.db = new Low(this.adapter, emptyData<Library>(LIBRARY.collections));
        await this.db.read();
        return this;
    }

    set(key: string, book: Library['books'][string]): Promise<void> {
        this.db.data.books[key] = book;
        this.adapter.markDirty('books', key);
        return this.db.write();
    }

    remove(key: string): Promise<void> {
        delete this.db.data.books[key];
        this.adapter.markDirty('books', key);
        return this.db.write();
    }

    /** Hands over. */
    async close(): Promise<void> {
        await this.adapter.close(this.db?.data ?? emptyData<Library>(LIBRARY.collections));
        await this.leadership.close();
        this.crash();
    }

    /** Is gone without a word. */
    crash(): void {
        for (const connection of this.connections) connection.close();
    }
}
