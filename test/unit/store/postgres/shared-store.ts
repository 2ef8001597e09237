import { Low } from 'lowdb';
import { emptyData, type StoreSchema } from '../../../../lib/store/engine/schema';
import { Connection, type ConnectionOptions } from '../../../../lib/store/postgres/connection';
import { Leadership, type LeadershipOptions, type LeadershipLost } from '../../../../lib/store/postgres/leadership';
import { PostgresAdapter } from '../../../../lib/store/postgres/postgres-adapter';
import { FencedRecords } from '../../../../lib/store/postgres/records';
import { prepareTables, tablesOf } from '../../../../lib/store/postgres/tables';
import { PostgresServer } from '../../../harness/postgres-server';

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

/** A PostgreSQL for the tests of a suite, with a schema of its own for each of them. */
export class Place {
    server!: PostgresServer;
    schema = '';
    private number = 0;
    private branches: Branch[] = [];

    /** @param prefix of the names of the schemas. Where there is no PostgreSQL, the tests are skipped */
    constructor(prefix: string) {
        const open = async (context: Mocha.Context): Promise<void> =>
            void (this.server = await PostgresServer.start(context));
        before(async function () {
            await open(this);
        });
        after(() => (this.server as PostgresServer | undefined)?.close());
        beforeEach(async () => {
            this.schema = `${prefix}${++this.number}`;
            const connection = new Connection(this.server.options());
            await prepareTables(connection, this.schema);
            connection.close();
        });
        afterEach(async () => {
            for (const each of this.branches.splice(0)) await each.close().catch(() => undefined);
        });
    }

    /** A branch that is closed after the test. */
    branch(options: Partial<ConnectionOptions>, more: Partial<LeadershipOptions> = {}): Branch {
        const made = new Branch(this.server.options(options), this.schema, more);
        this.branches.push(made);
        return made;
    }
}
