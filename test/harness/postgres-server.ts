import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import { Client } from 'pg';
import type { ConnectionOptions } from '../../lib/store/postgres/connection';

const DEBIAN = '/usr/lib/postgresql';
const POOLERS = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'];
/** The owner's password. */
const PASSWORD = 'owners-word';

/** Set to `required`, a machine without PostgreSQL is a failure and not a skip. */
const isRequired = process.env['PRINT_TO_STOCK_POSTGRES'] === 'required';

/** A PostgreSQL of its own in a new folder, and pgbouncer in transaction mode before it. */
export class PostgresServer {
    private server: ChildProcess | null = null;
    private pooler: ChildProcess | null = null;

    private constructor(
        private readonly programs: string,
        private readonly folder: string,
        readonly port: number,
    ) {}

    /**
     * Starts one for a suite. Where PostgreSQL is not installed, the tests are skipped, and it is said so.
     * @param hook in which it is started, before the tests
     * @throws Error where it is required
     */
    static async start(hook: Context): Promise<PostgresServer> {
        hook.timeout(60_000);
        const programs = findPrograms();
        if (programs === null)
            return skip(hook, `no PostgreSQL in ${DEBIAN}: install it to have the store in it tested`);
        const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
        const account = accountOf();
        if (account !== undefined) chownSync(folder, account.uid, account.gid);
        const data = join(folder, 'data');
        await writeFile(join(folder, 'password'), PASSWORD);
        await promisify(execFile)(
            join(programs, 'initdb'),
            [
                '-D',
                data,
                '-U',
                'owner',
                '-A',
                'scram-sha-256',
                '--pwfile',
                join(folder, 'password'),
                '-E',
                'UTF8',
                '-N',
            ],
            { ...account, cwd: folder },
        );
        const server = new PostgresServer(programs, folder, await freePort());
        await server.run();
        return server;
    }

    get data(): string {
        return join(this.folder, 'data');
    }

    /** As the owner of the database; another user or port by `changes`. */
    options(changes: Partial<ConnectionOptions> = {}): ConnectionOptions {
        const { port } = this;
        return {
            host: '127.0.0.1',
            port,
            database: 'postgres',
            user: 'owner',
            password: PASSWORD,
            tls: false,
            ...changes,
        };
    }

    /** Rows that a statement returns, asked past whatever stands between. */
    async ask<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
        const client = new Client(this.options());
        await client.connect();
        try {
            return (await client.query<R>(text, values)).rows;
        } finally {
            await client.end();
        }
    }

    /** Begins again after `kill`. */
    async run(): Promise<void> {
        this.server = spawn(
            join(this.programs, 'postgres'),
            ['-D', this.data, '-p', String(this.port), '-k', this.folder, '-c', 'listen_addresses=127.0.0.1'],
            { ...accountOf(), cwd: this.folder, stdio: 'ignore' },
        );
        await answers(() => this.ask('select 1'));
    }

    /** Ends at once, as after a power failure. */
    async kill(): Promise<void> {
        await end(this.server, 'SIGQUIT');
        this.server = null;
    }

    /** Starts pgbouncer before it. Where that is not installed, the test is skipped. @returns its port */
    async pooled(hook: Context): Promise<number> {
        const program = POOLERS.find((path) => existsSync(path));
        if (program === undefined) return skip(hook, 'no pgbouncer found');
        const port = await freePort();
        const users = join(this.folder, 'users.txt');
        await writeFile(users, `"owner" "${PASSWORD}"\n`);
        const settings = join(this.folder, 'pgbouncer.ini');
        await writeFile(
            settings,
            `[databases]
postgres = host=127.0.0.1 port=${this.port} dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
`,
        );
        this.pooler = spawn(program, [settings], { ...accountOf(), cwd: this.folder, stdio: 'ignore' });
        await answers(async () => {
            const client = new Client(this.options({ port }));
            await client.connect();
            await client.end();
        });
        return port;
    }

    async close(): Promise<void> {
        await end(this.pooler, 'SIGKILL');
        await this.kill();
        await rm(this.folder, { recursive: true, force: true });
    }
}

/** Of the newest version that is installed as a Debian package. */
function findPrograms(): string | null {
    if (!existsSync(DEBIAN)) return null;
    const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
    return (
        versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null
    );
}

/** PostgreSQL does not run as root: the account that its package made. */
function accountOf(): { uid: number; gid: number } | undefined {
    if (process.getuid?.() !== 0) return undefined;
    const line = readFileSync('/etc/passwd', 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m);
    if (line === null) throw new Error('PostgreSQL does not run as root, and there is no user postgres');
    return { uid: Number(line[1]), gid: Number(line[2]) };
}

function skip(hook: Context, why: string): never {
    if (isRequired) throw new Error(why);
    console.log(`        skipped: ${why}`);
    return hook.skip();
}

async function answers(attempt: () => Promise<unknown>): Promise<void> {
    for (let left = 150; ; left--) {
        try {
            await attempt();
            return;
        } catch (error) {
            if (left === 0) throw error;
            await sleep(100);
        }
    }
}

async function end(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
}

async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
}
