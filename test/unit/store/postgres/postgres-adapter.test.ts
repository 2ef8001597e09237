import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { OtherStore } from '../../../../lib/store/engine/format-errors';
import { StoreReloaded } from '../../../../lib/store/engine/not-writable';
import { Connection } from '../../../../lib/store/postgres/connection';
import { LeadershipLost } from '../../../../lib/store/postgres/leadership';
import { PostgresError } from '../../../../lib/store/postgres/postgres-error';
import { prepareTables } from '../../../../lib/store/postgres/tables';
import { Cable } from '../../../harness/cable';
import { Place, type Branch } from './shared-store';

interface StoredRow {
    key: string;
    record: { title: string } | null;
    fence: string;
    seq: string;
}

describe('a store in PostgreSQL', () => {
    const place = new Place('store');

    const branch = (timeoutMs = 5000, port = place.server.port): Branch => place.branch({ timeoutMs, port });
    const rows = (): Promise<StoredRow[]> =>
        place.server.ask<StoredRow>(`select key, record, fence, seq from ${place.schema}.records order by key`);
    const leaderRow = async (): Promise<{ fence: string; format: number }> =>
        (
            await place.server.ask<{ fence: string; format: number }>(
                `select fence, format from ${place.schema}.leaders`,
            )
        )[0]!;
    /** Holds the row of the leader, as a statement does that is stuck. @returns lets go of it */
    const holdRow = async (): Promise<() => Promise<void>> => {
        const client = new Client(place.server.options());
        await client.connect();
        await client.query('begin');
        await client.query(`select 1 from ${place.schema}.leaders for update`);
        return async () => {
            await client.query('commit');
            await client.end();
        };
    };

    it('knows after a restart what it was told, whatever the texts are', async () => {
        const books = {
            plain: { title: 'Momo' },
            'with "quotes", \\ and {braces}': { title: '"}\\,{NULL' },
            'NUL \u0000 and half \ud83d': { title: 'NUL \u0000 and half \ud83d' },
            NULL: { title: '' },
            'пластик 🧵\n': { title: '\u2028' },
        };
        const first = await branch().open();
        for (const [key, book] of Object.entries(books)) first.db.data.books[key] = book;
        for (const key of Object.keys(books)) first.adapter.markDirty('books', key);
        first.db.data.readers['constructor'] = { name: 'own' };
        first.adapter.markDirty('readers', 'constructor');
        await first.db.write();
        await first.close();
        const { data } = (await branch().open()).db;
        assert.deepEqual({ ...data.books }, books);
        assert.deepEqual({ ...data.readers }, { constructor: { name: 'own' } });
    });

    it('writes what was changed together in one statement, and what waits for it in the next', async () => {
        const { set, leadership } = await opened();
        await Promise.all(Array.from({ length: 40 }, (_, n) => set(`a${n}`)));
        assert.deepEqual([...new Set((await rows()).map(({ seq }) => seq))], ['1'], 'one statement');
        const letGo = await holdRow();
        const first = set('b0');
        await sleep(50);
        const rest = Array.from({ length: 40 }, (_, n) => set(`c${n}`));
        await letGo();
        await Promise.all([first, ...rest]);
        const later = new Map((await rows()).map(({ key, seq }) => [key, seq]));
        assert.deepEqual([later.get('b0'), later.get('c0'), later.get('c39')], ['2', '3', '3']);
        assert.equal(leadership.nextStatement(), 4);
    });

    it('a statement that arrives after the one that was sent in its place changes nothing', async () => {
        const cable = new Cable(place.server.port);
        const own = await branch(400, await cable.listen()).open();
        await own.set('b1', { title: 'first' });
        cable.isSlow = true;
        await assert.rejects(own.set('b1', { title: 'slow' }), (error) => {
            assert.ok(error instanceof PostgresError);
            assert.match(error.message, /did not answer in time/);
            return true;
        });
        cable.isSlow = false;
        while (!(await own.set('b1', { title: 'second' }).then(yes, no)));
        const before = await rows();
        assert.equal(before[0]!.record!.title, 'second');
        cable.deliver();
        await sleep(100);
        await settled(place.schema);
        assert.deepEqual(await rows(), before);
        await own.close();
        await cable.close();
    });

    it('a statement that arrives after another one led changes nothing', async () => {
        const cable = new Cable(place.server.port);
        const north = await branch(400, await cable.listen()).open();
        await north.set('b1', { title: 'first' });
        cable.isSlow = true;
        await assert.rejects(north.set('b2', { title: 'slow' }), PostgresError);
        const south = await branch().open();
        await south.set('b1', { title: 'of south' });
        const before = await rows();
        cable.deliver();
        await sleep(100);
        await settled(place.schema);
        assert.deepEqual(await rows(), before);
        north.crash();
        await cable.close();
    });

    it('a statement that is stuck until another one leads changes nothing', async () => {
        const north = branch(400);
        await north.open();
        await north.set('b1', { title: 'first' });
        // as another leader does: it has the row, and reads only afterwards
        const client = new Client(place.server.options());
        await client.connect();
        await client.query('begin');
        await client.query(
            `update ${place.schema}.leaders set owner = gen_random_uuid(), fence = fence + 1, name = 'south'`,
        );
        await assert.rejects(north.set('b1', { title: 'stuck' }), PostgresError);
        await client.query('commit');
        await client.end();
        await settled(place.schema);
        assert.equal((await rows())[0]!.record!.title, 'first');
        await assert.rejects(north.set('b2', { title: 'late' }), LeadershipLost);
    });

    it('what was removed stays removed, and its row goes with the next leader', async () => {
        const first = await branch().open();
        await first.set('b1', { title: 'Momo' });
        await first.set('b2', { title: 'Krabat' });
        await first.remove('b1');
        assert.deepEqual(
            (await rows()).map(({ record }) => record),
            [null, { title: 'Krabat' }],
        );
        await first.close();
        const second = await branch().open();
        assert.deepEqual(Object.keys(second.db.data.books), ['b2']);
        assert.deepEqual(
            (await rows()).map(({ key }) => key),
            ['b2'],
        );
        await second.set('b1', { title: 'Momo again' });
        assert.equal((await rows()).length, 2);
    });

    it('has the format of its records, from the first that needs it', async () => {
        const own = await branch().open();
        await own.set('b1', { title: 'Momo' });
        assert.equal((await leaderRow()).format, 1);
        await own.set('b1', { title: 'Momo', lentTo: 'Beppo' });
        await own.set('b2', { title: 'Krabat' });
        assert.equal((await leaderRow()).format, 2);
    });

    it('of which a collection is not known is refused', async () => {
        const own = await branch().open();
        await place.server.ask(
            `insert into ${place.schema}.records values ('town', 'tools', 't1', '{}', 1, 1), ('village', 'books', 'b1', '{}', 1, 1)`,
        );
        await assert.rejects(own.db.read(), OtherStore);
        await place.server.ask(`delete from ${place.schema}.records where collection = 'tools'`);
        await own.db.read();
        assert.deepEqual(Object.keys(own.db.data.books), [], 'another store is none of its business');
    });

    it('is read in portions, between which everything else goes on', async () => {
        const count = 5000;
        await place.server.ask(
            `insert into ${place.schema}.records
             select 'town', 'books', 'b' || n, json_build_object('title', n), 1, 1 from generate_series(1, ${count}) n`,
        );
        let turns = 0;
        let isReading = true;
        const turn = (): void => {
            turns++;
            if (isReading) setImmediate(turn);
        };
        turn();
        const own = await branch().open();
        isReading = false;
        assert.equal(Object.keys(own.db.data.books).length, count);
        assert.ok(turns > count / 250, `${turns} turns`);
    });

    it('loses nothing that it acknowledged when the place.server dies, and writes the rest when it is back', async function () {
        this.timeout(60_000);
        const own = branch(1000);
        await own.open();
        const acknowledged = new Set<string>();
        const refused = new Set<string>();
        let isWriting = true;
        const writing = (async () => {
            for (let n = 0; isWriting; n++) {
                const key = `b${n}`;
                await own.set(key, { title: key }).then(
                    () => acknowledged.add(key),
                    () => refused.add(key),
                );
                await sleep(2);
            }
        })();
        await sleep(300);
        await place.server.kill();
        await sleep(300);
        await place.server.run();
        while (acknowledged.size === 0 || refused.size === 0) await sleep(10);
        const before = acknowledged.size;
        while (acknowledged.size < before + 20) await sleep(10);
        isWriting = false;
        await writing;
        const known = new Set((await rows()).map(({ key }) => key));
        for (const key of [...acknowledged, ...refused]) assert.ok(known.has(key), key);
        assert.deepEqual(own.losses, []);
    });

    it('a write that waits while all is read again is refused', async () => {
        const own = await branch().open();
        const letGo = await holdRow();
        const sent = own.set('b1', { title: 'Momo' });
        await sleep(50);
        const waits = assert.rejects(own.set('b2', { title: 'Krabat' }), StoreReloaded);
        const reading = own.db.read();
        const meanwhile = assert.rejects(own.set('b3', { title: 'Ronja' }), StoreReloaded);
        await letGo();
        await Promise.all([sent, waits, reading, meanwhile]);
        assert.deepEqual(
            [Object.keys(own.db.data.books), (await rows()).map(({ key }) => key)],
            [['b1'], ['b1']],
            'what the memory knows is what the database has',
        );
        await own.set('b2', { title: 'Krabat' });
        assert.equal((await rows()).length, 2);
    });

    it('works through pgbouncer in transaction mode', async function () {
        this.timeout(30_000);
        const port = await place.server.pooled(this);
        place.schema = 'pooled';
        const connection = new Connection(place.server.options({ port }));
        await prepareTables(connection, place.schema);
        connection.close();
        const first = await branch(5000, port).open();
        await Promise.all(Array.from({ length: 300 }, (_, n) => first.set(`b${n}`, { title: String(n) })));
        const next = branch(5000, port);
        assert.equal(await next.leadership.tryLead(), false);
        await first.set('b0', { title: 'changed', lentTo: 'Beppo' });
        await first.remove('b1');
        await first.close();
        await next.open();
        assert.equal(Object.keys(next.db.data.books).length, 299);
        assert.equal(next.db.data.books['b0']!.title, 'changed');
        await assert.rejects(first.set('b2', { title: 'late' }));
    });

    /** One that leads, and sets books of which the title is the key. */
    async function opened(): Promise<{ set: (key: string) => Promise<void>; leadership: Branch['leadership'] }> {
        const own = await branch().open();
        return { set: (key) => own.set(key, { title: key }), leadership: own.leadership };
    }

    /** Resolves when no statement is under way in the place.server. */
    async function settled(of: string): Promise<void> {
        for (;;) {
            const busy = await place.server.ask(
                `select 1 from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and query like $1`,
                [`%${of}.%`],
            );
            if (busy.length === 0) return;
            await sleep(20);
        }
    }
});

const yes = (): boolean => true;
const no = (): boolean => false;
