import assert from 'node:assert/strict';
import { InvenTreeSimulator } from '../simulators/inventree';
import { send, type Answer } from './recordings';

/** What facts/inventree.md tells of API 480 to 530; there are no recordings of it. */
describe('the InvenTree simulator, API 450 to 530', () => {
    let sim: InvenTreeSimulator;
    let url: string;
    let part: number;
    let location: number;

    async function open(apiVersion: number): Promise<void> {
        sim = new InvenTreeSimulator({ apiVersion, writeMs: 20, locking: 'postgresql' });
        url = await sim.listen();
        part = sim.addPart({ name: 'Bracket', IPN: 'BMB-1' }).pk;
        location = sim.addLocation({ name: 'Shelf' }).pk;
    }
    afterEach(() => sim.close());

    function ask<T = unknown>(method: string, path: string, body?: unknown): Promise<Answer & { body: T }> {
        const headers = { authorization: `Token ${sim.token}`, 'content-type': 'application/json' };
        const sent = body === undefined ? null : Buffer.from(JSON.stringify(body));
        return send(url, method, path, headers, sent) as Promise<Answer & { body: T }>;
    }
    async function made(fields: Record<string, unknown> = {}): Promise<number> {
        const body = { part, location: location, quantity: 2, ...fields };
        return (await ask<{ pk: number }[]>('POST', '/api/stock/', body)).body[0]!.pk;
    }
    const entries = async (query: string): Promise<Record<string, unknown>[]> =>
        (await ask<{ results: Record<string, unknown>[] }>('GET', `/api/stock/track/?limit=50&${query}`)).body.results;

    for (const [apiVersion, count] of [
        [449, 0],
        [450, 1],
        [530, 1],
    ] as const)
        it(`keeps ${count} entries of an item that is gone (API ${apiVersion})`, async () => {
            await open(apiVersion);
            sim.person.sellOut(await made());
            const found = await entries(`part=${part}`);
            assert.equal(found.length, count);
            if (count === 0) return;
            const [{ item, tracking_type, user, deltas }] = found as [Record<string, unknown>];
            assert.deepEqual([item, tracking_type, user], [null, 1, sim.users.writer.pk]);
            assert.deepEqual(deltas, { status: 10, location: location, quantity: 2 });
        });

    it('tells what became of the items of one Part, and of one user', async () => {
        await open(530);
        await made();
        const other = sim.addPart({ name: 'Clip' }).pk;
        sim.addStock({ part: other, quantity: 1 });
        assert.equal((await entries(`part=${part}`)).length, 1);
        assert.equal((await entries(`part=${other}`)).length, 1);
        assert.equal((await entries(`part=${other}&user=${sim.users.writer.pk}`)).length, 0);
        assert.equal((await entries('min_date=2999-01-01')).length, 0);
    });

    it('finds a text in notes where that is asked for', async () => {
        await open(530);
        const pk = await made({ notes: 'Bambuddy archive 11, printed 2026-11-22 04:33:35 UTC' });
        const search = 'search=archive+11,+printed&limit=5';
        const found = async (more: string): Promise<number[]> =>
            (await ask<{ results: { pk: number }[] }>('GET', `/api/stock/?${search}${more}`)).body.results.map(
                (item) => item.pk,
            );
        assert.deepEqual(await found(''), []);
        assert.deepEqual(await found('&search_notes=true'), [pk]);
    });

    it('tells when an item was made', async () => {
        await open(530);
        const { body } = await ask<Record<string, unknown>>('GET', `/api/stock/${await made()}/`);
        assert.match(String(body['creation_date']), /^\d{4}-\d{2}-\d{2}$/);
    });

    it('joins items of different batches in a transfer: one batch is gone', async () => {
        await open(530);
        const [one, two] = [await made({ batch: 'a' }), await made({ batch: 'b', location: null })];
        const moved = { items: [{ pk: two, quantity: 2 }], location: location, merge: true };
        assert.equal((await ask('POST', '/api/stock/transfer/', moved)).status, 201);
        assert.deepEqual(
            [...sim.state.stock.values()].map(({ pk, batch, quantity }) => [pk, batch, quantity]),
            [[one, 'a', 4]],
        );
    });

    it('has no tree of stock: children of an item that is deleted move up', async () => {
        await open(530);
        const root = await made({ quantity: 5 });
        const [one, two] = [sim.person.split(root, 1), sim.person.split(root, 1)];
        sim.person.deleteStock(root);
        assert.deepEqual([one.parent, two.parent], [null, null]);
    });

    it('has templates whose values are given once', async () => {
        await open(530);
        const template = sim.addTemplate({ name: 'Serial', unique: 1 }).pk;
        const other = sim.addPart({ name: 'Clip' }).pk;
        const post = (model_id: number): Promise<Answer> =>
            ask('POST', '/api/parameter/', { model_type: 'part.part', model_id, template, data: 'S1' });
        assert.equal((await post(part)).status, 201);
        assert.equal((await post(other)).status, 400);
    });

    it('on PostgreSQL takes one IPN twice at once, and answers one name and IPN at once with an IntegrityError', async () => {
        await open(530);
        sim.set('PART_ALLOW_DUPLICATE_IPN', false);
        sim.racing = true;
        const post = (name: string, IPN: string): Promise<Answer> => ask('POST', '/api/part/', { name, IPN });
        const [one, two] = await Promise.all([post('A', 'BMB-2'), post('B', 'BMB-2')]);
        assert.deepEqual([one.status, two.status], [201, 201]);
        assert.equal((await post('C', 'BMB-2')).status, 400);
        const same = await Promise.all([post('D', 'BMB-3'), post('D', 'BMB-3')]);
        assert.deepEqual(same.map(({ status }) => status).sort(), [201, 500]);
        const failed = same.find(({ status }) => status === 500)!;
        assert.equal((failed.body as { error: string }).error, 'IntegrityError');
    });
});
