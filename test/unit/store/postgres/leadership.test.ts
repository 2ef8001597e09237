import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClosedError } from '../../../../lib/concurrency/closed-error';
import { NewerFormat, OtherStore } from '../../../../lib/store/engine/format-errors';
import { LeadershipLost, type LeadershipOptions } from '../../../../lib/store/postgres/leadership';
import { PostgresError } from '../../../../lib/store/postgres/postgres-error';
import { Cable } from '../../../harness/cable';
import { Place, TIMES, type Branch } from './shared-store';

describe('who leads a store in PostgreSQL', () => {
    const place = new Place('lead');
    const cables: Cable[] = [];

    const branch = (more: Partial<LeadershipOptions> = {}, port = place.server.port): Branch =>
        place.branch({ port, timeoutMs: 600 }, more);
    const behindCable = async (more: Partial<LeadershipOptions> = {}): Promise<[Branch, Cable]> => {
        const cable = new Cable(place.server.port);
        cables.push(cable);
        return [branch(more, await cable.listen()), cable];
    };
    const titles = async (): Promise<string[]> =>
        (
            await place.server.ask<{ title: string }>(
                `select record->>'title' as title from ${place.schema}.records order by key`,
            )
        ).map(({ title }) => title);
    const fence = async (): Promise<number> =>
        Number((await place.server.ask<{ fence: string }>(`select fence from ${place.schema}.leaders`))[0]!.fence);

    afterEach(async () => {
        for (const cable of cables.splice(0)) await cable.close();
    });

    it('is one of them; the next one leads at once when it closes, and knows what it wrote', async () => {
        const north = await branch().open();
        const south = branch({ name: 'south' });
        assert.equal(await south.leadership.tryLead(), false);
        assert.equal((await south.leadership.leader())?.name, 'north');
        await assert.rejects(south.adapter.read(), LeadershipLost, 'what is read before it leads is outdated at once');
        await north.set('b1', { title: 'Momo' });
        const before = await fence();
        void north.set('b2', { title: 'Krabat' });
        await north.close();
        assert.equal(await south.leadership.tryLead(), true);
        await south.open();
        assert.deepEqual(Object.keys(south.db.data.books), ['b1', 'b2']);
        assert.ok((await fence()) > before);
    });

    it('is another one when a lease has passed after a crash, not earlier', async () => {
        const north = await branch().open();
        const led = Date.now();
        // the last renewal is not longer ago than this
        north.crash();
        const south = branch({ name: 'south' });
        const seen: string[] = [];
        await south.leadership.lead((leader) => seen.push(leader!.name));
        assert.ok(Date.now() - led > TIMES.leaseMs / 2, 'it waited');
        assert.deepEqual([...new Set(seen)], ['north']);
    });

    it('stays the same as long as it renews', async () => {
        const north = await branch().open();
        await sleep(2 * TIMES.leaseMs);
        assert.equal(await branch().leadership.tryLead(), false);
        assert.ok(north.leadership.isCertain);
        assert.deepEqual(north.losses, []);
    });

    it('a leader that was cut off writes nothing when it is back, and says so', async () => {
        const [north, cable] = await behindCable();
        await north.open();
        await north.set('b1', { title: 'Momo' });
        cable.isCut = true;
        const unsure = north.set('b1', { title: 'written in the dark' });
        await assert.rejects(unsure);
        const south = await branch({ name: 'south' }).open();
        await south.set('b1', { title: 'Momo, second edition' });
        assert.equal(north.leadership.isCertain, false);
        cable.isCut = false;
        await assert.rejects(
            answered(() => north.set('b2', { title: 'late' })),
            LeadershipLost,
        );
        assert.deepEqual(await titles(), ['Momo, second edition']);
        assert.equal(north.losses.length, 1);
        assert.match(north.losses[0]!.message, /led by south now: .*asleep or cut off.*Nothing more is written/);
    });

    it('that leads again writes nothing of before, until it has read again', async () => {
        const north = await branch().open();
        await place.server.ask(
            `update ${place.schema}.leaders set owner = gen_random_uuid(), until = now() - interval '1 s'`,
        );
        await assert.rejects(north.leadership.renew(), LeadershipLost);
        await north.leadership.lead();
        await assert.rejects(north.set('b1', { title: 'old' }), LeadershipLost);
        await north.db.read();
        await north.set('b2', { title: 'new' });
        assert.deepEqual(await titles(), ['new']);
    });

    it('goes on after the database was away for longer than the lease, where nobody else led', async () => {
        const [north, cable] = await behindCable();
        await north.open();
        cable.isCut = true;
        await assert.rejects(north.set('b1', { title: 'Momo' }));
        await sleep(TIMES.leaseMs);
        cable.isCut = false;
        await answered(() => north.set('b2', { title: 'Krabat' }));
        assert.deepEqual(await titles(), ['Momo', 'Krabat']);
        assert.deepEqual(north.losses, []);
    });

    it('a leader whose clock jumps asks the database before it writes', async () => {
        let jump = 0;
        const north = await branch({ times: { clocks: () => [Date.now() + jump, performance.now()] } }).open();
        for (const step of [3_600_000, -3_600_000]) {
            jump += step;
            assert.equal(north.leadership.isCertain, false);
            await north.set('b1', { title: `after ${step}` });
            assert.equal(north.leadership.isCertain, true);
        }
        await place.server.ask(`update ${place.schema}.leaders set owner = gen_random_uuid(), name = 'south'`);
        jump += 3_600_000;
        await assert.rejects(north.set('b1', { title: 'late' }), LeadershipLost);
        assert.deepEqual(await titles(), ['after -3600000']);
    });

    it('a stopped process writes nothing after another one led, and says so', async function () {
        this.timeout(30_000);
        const child = spawn(
            process.execPath,
            [
                '--require',
                'tsx/cjs',
                join(__dirname, 'writer.ts'),
                JSON.stringify(place.server.options()),
                place.schema,
            ],
            { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        const lines: string[] = [];
        const output = createInterface(child.stdout).on('line', (line) => lines.push(line));
        try {
            while (lines.length < 20) await once(output, 'line');
            child.kill('SIGSTOP');
            const south = await branch({ name: 'south' }).open();
            const known = Object.keys(south.db.data.books).length;
            await south.set('count', { title: 'of south' });
            const ended = once(child, 'exit');
            child.kill('SIGCONT');
            assert.deepEqual(await ended, [3, null]);
            assert.match(lines.at(-1)!, /^lost: .* is led by south now/);
            await south.db.read();
            assert.equal(south.db.data.books['count']!.title, 'of south');
            assert.equal(Object.keys(south.db.data.books).length, known);
            // whatever was acknowledged before is there
            for (const line of lines.slice(0, -1)) assert.ok(south.db.data.books[line], line);
        } finally {
            child.kill('SIGKILL');
        }
    });

    it('of a database of yesterday is nobody who led since, and its fence is a new one', async () => {
        const north = await branch().open();
        await north.set('b1', { title: 'Momo' });
        const yesterday = await place.server.ask<{ owner: string; fence: string }>(
            `select owner, fence from ${place.schema}.leaders`,
        );
        await north.close();
        const south = await branch({ name: 'south' }).open();
        const latest = await fence();
        await place.server.ask(
            `update ${place.schema}.leaders set owner = $1, fence = $2, until = now() - interval '1 day'`,
            [yesterday[0]!.owner, yesterday[0]!.fence],
        );
        await assert.rejects(south.set('b2', { title: 'Krabat' }), LeadershipLost);
        const third = await branch({ name: 'third' }).open();
        assert.ok((await fence()) > latest);
        assert.deepEqual(Object.keys(third.db.data.books), ['b1']);
    });

    it('refuses a store of another kind and of a later format, and leaves it as it is', async () => {
        const north = await branch().open();
        await north.set('b1', { title: 'Momo', lentTo: 'Beppo' });
        await assert.rejects(branch({ kind: 'archive' }).leadership.tryLead(), OtherStore);
        await assert.rejects(branch({ format: 1 }).leadership.tryLead(), NewerFormat);
        await north.close();
        await assert.rejects(branch({ format: 1 }).leadership.tryLead(), NewerFormat);
        assert.deepEqual(await titles(), ['Momo']);
    });

    it('a wait ends when it is closed', async () => {
        await branch().open();
        const south = branch();
        const waiting = south.leadership.lead();
        await sleep(50);
        await south.close();
        await assert.rejects(waiting, ClosedError);
    });

    it('does not write after it is closed, where its last statement is late', async () => {
        const north = await branch().open();
        await north.leadership.close();
        await assert.rejects(north.set('b1', { title: 'late' }), ClosedError);
        assert.deepEqual(await titles(), []);
    });
});

/** Tries again while the database does not answer, as what was asked when the cable was cut is waited for. */
async function answered(work: () => Promise<void>): Promise<void> {
    for (let left = 10; ; left--) {
        try {
            return void (await work());
        } catch (error) {
            if (left === 0 || !(error instanceof PostgresError)) throw error;
        }
    }
}
