import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../../../../lib/store/postgres/connection';
import { prepareTables } from '../../../../lib/store/postgres/tables';
import { Cable } from '../../../harness/cable';
import { PostgresServer } from '../../../harness/postgres-server';
import { Branch } from './shared-store';

const CONTENDERS = 3;
const DISTURBANCES = 12;
/** Changes between two disturbances, at least. */
const BETWEEN = 8;
/** Of what happens when; printed where it fails. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** Each change counts on from what its writer read: two with the same number mean that one did not know of the other. */
interface Change {
    count: number;
    by: string;
    isAcknowledged: boolean;
}

describe('several that share a store, with cuts, crashes and hand-overs', () => {
    let server: PostgresServer;

    before(async function () {
        server = await PostgresServer.start(this);
    });

    after(() => server?.close());

    it(`have one writer at a time, and lose nothing that was acknowledged (SEED=${SEED})`, async function () {
        this.timeout(120_000);
        const random = randomOf(SEED);
        const connection = new Connection(server.options());
        await prepareTables(connection, 'shared');
        connection.close();
        const changes: Change[] = [];
        let isOver = false;
        const disturb = new Set<(kind: number) => void>();

        const contender = async (name: string): Promise<void> => {
            for (let life = 1; !isOver; life++) await liveOnce(`${name}${life}`);
        };
        const liveOnce = async (name: string): Promise<void> => {
            const cable = new Cable(server.port);
            const port = await cable.listen();
            const branch = new Branch(server.options({ port, timeoutMs: 400 }), 'shared', { name });
            let leaves: 'crash' | 'close' | null = null;
            const disturbance = (kind: number): void => {
                if (kind < 0.3) leaves = 'crash';
                else if (kind < 0.5) leaves = 'close';
                else {
                    cable.isCut = true;
                    setTimeout(() => (cable.isCut = false), kind * 2500);
                }
            };
            const isThere = (): boolean => leaves === null && !isOver;
            while (isThere()) {
                const isLeading = await branch.leadership.tryLead().catch(() => false);
                if (isLeading && (await branch.open().then(ok, failed))) {
                    disturb.add(disturbance);
                    await count(branch, name, isThere);
                    disturb.delete(disturbance);
                }
                await sleep(20 + random() * 60);
            }
            if (leaves === 'crash') branch.crash();
            else await branch.close();
            await cable.close();
        };
        const count = async (branch: Branch, name: string, isThere: () => boolean): Promise<void> => {
            while (isThere() && branch.leadership.leads) {
                const before = Number(branch.db.data.books['count']?.title ?? 0);
                const change: Change = { count: before + 1, by: name, isAcknowledged: false };
                changes.push(change);
                branch.db.data.books[`c${change.count}`] = { title: name };
                branch.adapter.markDirty('books', `c${change.count}`);
                // what is not acknowledged is tried again as it is, as an engine does
                const written = branch.set('count', { title: String(change.count) });
                change.isAcknowledged = await written.then(ok, failed);
                if (!change.isAcknowledged) await sleep(50);
                await sleep(random() * 5);
            }
        };

        const running = Array.from({ length: CONTENDERS }, (_, n) => contender(`n${n}-`));
        let last = 0;
        for (let n = 0; n < DISTURBANCES; n++) {
            const acknowledged = (): number => changes.filter((each) => each.isAcknowledged).length;
            while (acknowledged() < last + BETWEEN) await sleep(20);
            last = acknowledged();
            for (const each of disturb) each(random());
        }
        isOver = true;
        await Promise.all(running);

        const end = await new Branch(server.options(), 'shared').open();
        const { books } = end.db.data;
        const total = Number(books['count']!.title);
        const counts = changes.filter((each) => each.isAcknowledged).map((each) => each.count);
        assert.equal(new Set(counts).size, counts.length, 'no number was acknowledged twice');
        for (const { count: number, by, isAcknowledged } of changes)
            if (isAcknowledged) assert.equal(books[`c${number}`]?.title, by, `change ${number}`);
        assert.equal(Object.keys(books).length, total + 1, 'a record for each number up to the last');
        const fences = await server.ask<{ seqs: number }>(
            `select count(*)::integer as seqs from shared.records group by fence`,
        );
        assert.ok(fences.length > 3, `${fences.length} leaders wrote what is there`);
        await end.close();
    });
});

const ok = (): boolean => true;
const failed = (): boolean => false;

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return state / 2_147_483_648;
    };
}
