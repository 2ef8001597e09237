import type { Connection } from './connection';
import { PostgresError } from './postgres-error';

/** What the tables of a schema are called, quoted for SQL. */
export interface Tables {
    /** who writes each store, until when */
    leaders: string;
    /** a row for each record of each store; a removed one stays without its text until the next leader */
    records: string;
    /** one row: the version of these tables */
    layout: string;
}

/** By version: what leads from the one before to it. */
const MIGRATIONS: readonly ((tables: Tables) => readonly string[])[] = [
    ({ leaders, records }) => [
        `create table ${leaders} (
            store text primary key,
            kind text not null,
            format integer not null,
            owner uuid not null,
            name text not null,
            fence bigint not null,
            until timestamptz not null
        )`,
        // json, not jsonb: a record comes back as it was written, with what jsonb refuses (\u0000)
        `create table ${records} (
            store text not null,
            collection text collate "C" not null,
            key text collate "C" not null,
            record json,
            fence bigint not null,
            seq bigint not null,
            primary key (store, collection, key)
        )`,
    ],
];

/** The version of the tables that this version of the package makes and uses. */
export const LAYOUT = MIGRATIONS.length;

/** Two that begin at the same moment both find nothing, and one of them fails. */
const ATTEMPTS = 3;
const MADE_BY_ANOTHER: ReadonlySet<string> = new Set(['23505', '42P06', '42P07']);
const NOT_THERE: ReadonlySet<string> = new Set(['42P01', '3F000']);

/** The tables were made by a later version of this package. */
export class NewerTables extends Error {
    constructor(server: string, schema: string, version: number) {
        super(
            `PostgreSQL ${server}: the tables in schema ${schema} have version ${version}, made by a newer version of this package (this one knows ${LAYOUT}). Update the package.`,
        );
        this.name = 'NewerTables';
    }
}

/** @param schema name of the schema in the database */
export function tablesOf(schema: string): Tables {
    const quoted = quote(schema);
    return { leaders: `${quoted}.leaders`, records: `${quoted}.records`, layout: `${quoted}.layout` };
}

/**
 * Makes the tables where they are missing, and brings earlier ones up to date. Where they are as they should be, a user who
 * may only read and write rows suffices.
 * @throws NewerTables; PostgresError
 */
export async function prepareTables(connection: Connection, schema: string): Promise<Tables> {
    const tables = tablesOf(schema);
    for (let attempt = 1; ; attempt++) {
        try {
            const version = await versionOf(connection, tables);
            if (version > LAYOUT) throw new NewerTables(connection.server, schema, version);
            if (version < LAYOUT) await migrate(connection, schema, tables);
            return tables;
        } catch (error) {
            if (attempt === ATTEMPTS || !hasCode(error, MADE_BY_ANOTHER)) throw error;
        }
    }
}

async function versionOf(connection: Connection, tables: Tables): Promise<number> {
    try {
        const [row] = await connection.query(`select version from ${tables.layout}`);
        return row === undefined ? 0 : (row['version'] as number);
    } catch (error) {
        if (hasCode(error, NOT_THERE)) return 0;
        throw error;
    }
}

/** One at a time: whoever holds the row of `layout`. */
async function migrate(connection: Connection, schema: string, tables: Tables): Promise<void> {
    await connection.transaction(async (query) => {
        // 'if not exists' alone asks for the right to create schemas even where it exists
        const there = await query('select 1 from pg_namespace where nspname = $1', [schema]);
        if (there.length === 0) await query(`create schema ${quote(schema)}`);
        await query(
            `create table if not exists ${tables.layout} (one boolean primary key check (one), version integer not null)`,
        );
        await query(`insert into ${tables.layout} values (true, 0) on conflict do nothing`);
        const [row] = await query(`select version from ${tables.layout} for update`);
        const version = row!['version'] as number;
        for (const migration of MIGRATIONS.slice(version))
            for (const statement of migration(tables)) await query(statement);
        if (version < LAYOUT) await query(`update ${tables.layout} set version = $1`, [LAYOUT]);
    });
}

function quote(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
    return error instanceof PostgresError && codes.has(error.code);
}
