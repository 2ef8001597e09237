import assert from 'node:assert/strict';
import { Connection } from '../../../../lib/store/postgres/connection';
import { PostgresError } from '../../../../lib/store/postgres/postgres-error';
import { LAYOUT, NewerTables, prepareTables } from '../../../../lib/store/postgres/tables';
import { PostgresServer } from '../../../harness/postgres-server';
import { Branch } from './shared-store';

describe('tables of stores in PostgreSQL', () => {
    let server: PostgresServer;
    const opened: Connection[] = [];

    const connection = (changes: Parameters<PostgresServer['options']>[0] = {}): Connection => {
        const made = new Connection(server.options(changes));
        opened.push(made);
        return made;
    };

    before(async function () {
        server = await PostgresServer.start(this);
        await server.ask(`create role clerk login password 'clerks-word'`);
    });

    after(() => server?.close());

    afterEach(() => opened.splice(0).forEach((each) => each.close()));

    it('are made once, also by several at the same moment, in a schema of any name', async () => {
        const schema = 'Stock of "1"';
        await Promise.all([1, 2, 3, 4].map(() => prepareTables(connection(), schema)));
        const made = await server.ask<{ name: string }>(
            'select table_name as name from information_schema.tables where table_schema = $1 order by 1',
            [schema],
        );
        assert.deepEqual(
            made.map(({ name }) => name),
            ['layout', 'leaders', 'records'],
        );
        assert.deepEqual(await server.ask(`select * from "Stock of ""1""".layout`), [{ one: true, version: LAYOUT }]);
    });

    it('serve a user who may only read and write rows', async () => {
        await prepareTables(connection(), 'served');
        await server.ask('grant usage on schema served to clerk');
        await server.ask('grant select, insert, update, delete on all tables in schema served to clerk');
        const clerk = { user: 'clerk', password: 'clerks-word' };
        await prepareTables(connection(clerk), 'served');
        const branch = await new Branch(server.options(clerk), 'served').open();
        await branch.set('b1', { title: 'Momo' });
        await branch.close();
        assert.deepEqual(await server.ask('select key from served.records'), [{ key: 'b1' }]);
    });

    it('are not made by a user who may not, and it is said what to do', async () => {
        await assert.rejects(
            prepareTables(connection({ user: 'clerk', password: 'clerks-word' }), 'closed'),
            (error) => {
                assert.ok(error instanceof PostgresError);
                assert.match(error.message, /127\.0\.0\.1:\d+\/postgres: the user lacks a right: .* permission denied/);
                return true;
            },
        );
    });

    it('of a later version are refused untouched', async () => {
        const own = connection();
        await prepareTables(own, 'later');
        await server.ask('update later.layout set version = $1', [LAYOUT + 1]);
        await assert.rejects(prepareTables(own, 'later'), NewerTables);
        assert.deepEqual(await server.ask('select version from later.layout'), [{ version: LAYOUT + 1 }]);
    });

    it('a refused password is told, without the password, and the next attempt connects anew', async () => {
        const wrong = connection({ password: 'guessed-word' });
        for (const _attempt of [1, 2]) {
            await assert.rejects(wrong.query('select 1'), (error) => {
                assert.ok(error instanceof PostgresError);
                assert.equal(error.code, '28P01');
                assert.match(error.message, /refuses user or password/);
                assert.doesNotMatch(error.message + String(error.cause), /guessed-word/);
                return true;
            });
        }
    });

    it('a server that is not there is told', async () => {
        await assert.rejects(
            connection({ port: 1 }).query('select 1'),
            /127\.0\.0\.1:1\/postgres: nothing answers at this/,
        );
        await assert.rejects(connection({ database: 'none' }).query('select 1'), /it has no such database/);
    });
});
