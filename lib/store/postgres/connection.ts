import { Client } from 'pg';
import { ClosedError } from '../../concurrency/closed-error';
import { postgresError } from './postgres-error';

export interface ConnectionOptions {
    host: string;
    port: number;
    database: string;
    user: string;
    password: string;
    /** the server's certificate is checked */
    tls: boolean;
    /** how long to wait for a connection, and for an answer; ms */
    timeoutMs?: number;
}

/** A row by column: text, number, boolean or null. A bigint is text. */
export type Row = Record<string, unknown>;

const TIMEOUT_MS = 5000;

/**
 * One connection to a PostgreSQL server, made anew after it broke. It keeps nothing in the session (no prepared statement,
 * no setting, no lock beyond a transaction), so that a pooler in transaction mode may stand between.
 */
export class Connection {
    /** for people: `host:port/database` */
    readonly server: string;
    private client: Promise<Client> | null = null;
    private closed = false;

    constructor(private readonly options: ConnectionOptions) {
        this.server = `${options.host}:${options.port}/${options.database}`;
    }

    /** One statement, a transaction of its own, in one round trip. @throws PostgresError; ClosedError */
    async query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
        return this.with((client) => ask(client, text, values));
    }

    /**
     * Statements that take effect together or not at all. Nobody else may use this connection meanwhile.
     * @throws PostgresError; ClosedError; what `work` throws
     */
    async transaction<R>(work: (query: Connection['query']) => Promise<R>): Promise<R> {
        return this.with(async (client) => {
            await ask(client, 'begin');
            try {
                const result = await work((text, values) => ask(client, text, values));
                await ask(client, 'commit');
                return result;
            } catch (error) {
                await ask(client, 'rollback').catch(() => this.drop());
                throw error;
            }
        });
    }

    /** Breaks off what is under way. */
    close(): void {
        this.closed = true;
        this.drop();
    }

    private async with<R>(work: (client: Client) => Promise<R>): Promise<R> {
        if (this.closed) throw new ClosedError();
        this.client ??= this.open();
        const { client } = this;
        try {
            return await work(await client);
        } catch (error) {
            if (!isOfDatabase(error)) throw error;
            const failure = postgresError(this.server, error);
            // an answer that is late must not be taken for that of the next statement
            if (!failure.isAnswer && this.client === client) this.drop();
            throw failure;
        }
    }

    private open(): Promise<Client> {
        const { host, port, database, user, password, tls, timeoutMs = TIMEOUT_MS } = this.options;
        const client = new Client({
            host,
            port,
            database,
            user,
            password,
            ssl: tls,
            keepAlive: true,
            connectionTimeoutMillis: timeoutMs,
            query_timeout: timeoutMs,
        });
        const opening = client.connect().then(() => client);
        const forget = (): void => {
            if (this.client === opening) this.client = null;
        };
        client.on('error', forget);
        opening.catch(forget);
        return opening;
    }

    private drop(): void {
        const { client } = this;
        this.client = null;
        client?.then(destroy, () => undefined);
    }
}

/** Ends it without a farewell: after a split of the network that would wait for minutes. */
function destroy(client: Client): void {
    client.on('error', () => undefined);
    (client as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
}

async function ask(client: Client, text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await client.query<Row>(text, [...values])).rows;
}

/** Errors of the server and of the network have a code, the client's own none but a text. */
function isOfDatabase(error: unknown): boolean {
    if (!(error instanceof Error)) return false;
    return 'code' in error || /timeout|terminated|not queryable|connection/i.test(error.message);
}
