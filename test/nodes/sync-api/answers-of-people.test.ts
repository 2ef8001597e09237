import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../fixture';
import { ALL } from '../flow';
import { ServiceFixture, TOKEN } from './service-fixture';

const HOUR = 3_600_000;
const HELD = '/sync/held';
const OFFERED = '/sync/offered';

interface Listed {
    batch: string;
    question?: string;
    reason?: string;
    since?: string | null;
    until?: string | null;
    doubleOf?: string | null;
    expected?: number | null;
}

describe('sync-api: answers of a person about held and offered prints', () => {
    const fixture = new ServiceFixture({ bambuddy: { version: '1.2.5.7' }, inventree: { apiVersion: 530 } });
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const serve = (source: Record<string, unknown> = {}): Promise<void> =>
        fixture.serve(ALL, { source: { startWith: 'all', pollOnDeploy: true, live: false, settle: 0, ...source } });
    const listed = async (path: string): Promise<Listed[]> => {
        const { status, body } = await fixture.api('GET', path);
        assert.equal(status, 200, JSON.stringify(body));
        return body['prints'] as Listed[];
    };
    const count = (state: 'parked' | 'done') => fixture.ledger().counts()[state];

    /** A print that asks how it came out. */
    async function awaited(): Promise<void> {
        fixture.bambuddy.print({ name: 'Goose', confirm: true, startedAt: new Date(Date.now() - HOUR), seconds: 3000 });
        await serve();
        await until('it is held', () => [...fixture.ledger().prints()].some(({ hold }) => hold === 'verdict'));
    }

    /** One print that Bambuddy tells of twice: archives 1 and 2. */
    async function toldTwice(): Promise<void> {
        const printer = fixture.bambuddy.addPrinter({ name: 'North' }).id;
        const one = { name: 'Bracket', filename: 'bracket.3mf', printer };
        fixture.bambuddy.print({ ...one, startedAt: new Date(Date.now() - 4 * HOUR), seconds: 3 * 3600 });
        fixture.bambuddy.print({ ...one, startedAt: new Date(Date.now() - 3 * HOUR), seconds: 2 * 3600 });
        await serve();
        await until('one to be held, the other in stock', () => count('parked') === 1 && count('done') === 1);
    }

    /** Three prints whose stock was sold before the ledger was lost; the newest of four is still there. */
    async function lostLedger(): Promise<void> {
        for (const minute of [0, 2, 4, 6])
            fixture.bambuddy.print({
                filename: `${minute}.3mf`,
                startedAt: `2026-10-20T08:0${minute}:00Z`,
                seconds: 60,
            });
        await serve();
        await until('all in stock', () => count('done') === 4);
        await fixture.undeploy();
        for (const { pk, batch } of [...fixture.inventree.state.stock.values()])
            if (batch !== 'bambuddy-4') fixture.inventree.person.sellOut(pk);
        rmSync(join(fixture.userDir, 'print-to-stock'), { recursive: true });
        await serve({ startWith: 'now' });
        await until('three to be offered', () => fixture.ledger().offeredCount === 3);
    }

    for (const [method, path] of [
        ['GET', HELD],
        ['GET', OFFERED],
        ['POST', `${HELD}/bambuddy-1/release`],
        ['POST', `${OFFERED}/import`],
        ['POST', `${OFFERED}/dismiss`],
    ] as const)
        it(`${method} ${path} wants the service token`, async () => {
            await serve();
            for (const token of ['', 'wrong', `${TOKEN}x`])
                assert.equal((await fixture.api(method, path, { 'X-Service-Token': token })).status, 401, token);
            assert.notEqual((await fixture.api(method, path)).status, 401);
            const other = method === 'GET' ? 'POST' : 'GET';
            assert.deepEqual((await fixture.api(other, path)).headers.allow, method);
        });

    it('bad values are 400, and nothing is answered by them', async () => {
        await lostLedger();
        for (const [method, path, words] of [
            ['POST', `${HELD}/bambuddy-1/release?verdict=maybe`, /"verdict" must be one of good, reject/],
            ['POST', `${HELD}/bambuddy-1/release?verdict=`, /"verdict"/],
            ['POST', `${HELD}/bambuddy-1/release?pieces=`, /"pieces" must be a whole number from 0/],
            ['POST', `${HELD}/bambuddy-1/release?pieces=1.5`, /"pieces" must be a whole number from 0/],
            ['POST', `${HELD}/bambuddy-1/release?force=true`, /Unknown parameter "force"/],
            ['POST', `${HELD}/%E0%A4%A/release`, /not URL-encoded/],
            ['POST', `${OFFERED}/import?batch=`, /"batch" must be the batch of a print/],
            ['POST', `${OFFERED}/dismiss?batch=%20`, /"batch" must be the batch of a print/],
            ['POST', `${OFFERED}/dismiss?batches=bambuddy-1`, /Unknown parameter "batches"/],
            ['GET', `${OFFERED}?batch=bambuddy-1`, /Unknown parameter "batch": there are none/],
        ] as const) {
            const { status, body } = await fixture.api(method, path);
            assert.equal(status, 400, path);
            assert.match(String(body['detail']), words);
        }
        assert.equal(fixture.ledger().offeredCount, 3);
        assert.deepEqual(fixture.batches(), ['bambuddy-4']);
    });

    it('lists a print that waits for its outcome, and takes it at once when it is released', async () => {
        await awaited();
        const [held, ...rest] = await listed(HELD);
        assert.deepEqual(rest, []);
        assert.deepEqual(
            [held!.batch, held!.question, held!.reason, held!.doubleOf],
            ['bambuddy-1', 'outcome', 'waits for its outcome', null],
        );
        assert.equal(Date.parse(held!.until!) - Date.parse(held!.since!) > 6 * 24 * HOUR, true);
        const { status, body } = await fixture.api('POST', `${HELD}/bambuddy-1/release`);
        assert.deepEqual([status, body], [202, { batch: 'bambuddy-1', verdict: 'good', sent: true }]);
        await fixture.messages('out', 1);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
        assert.deepEqual(await listed(HELD), []);
        assert.equal((await fixture.api('POST', `${HELD}/bambuddy-1/release`)).status, 404);
    });

    it('lists a print that waits for the number of good pieces, and stocks as many as are said', async () => {
        fixture.bambuddy.print({ name: 'Goose', quantity: 6, failureReason: 'Spaghetti' });
        await serve({ failed: 'ask' });
        await until('it is held', () => [...fixture.ledger().prints()].some(({ hold }) => hold === 'number'));
        const [held] = await listed(HELD);
        assert.deepEqual(
            [held!.batch, held!.question, held!.reason, held!.expected, held!.until],
            ['bambuddy-1', 'pieces', 'waits for the number of good pieces', 6, null],
        );
        const { status, body } = await fixture.api('POST', `${HELD}/bambuddy-1/release?pieces=4`);
        assert.deepEqual([status, body], [202, { batch: 'bambuddy-1', pieces: 4, sent: true }]);
        await fixture.messages('out', 1);
        assert.deepEqual(
            [...fixture.inventree.state.stock.values()].map(({ quantity }) => quantity),
            [4],
        );
    });

    it('the stock of a print whose archive was edited is put right', async () => {
        const { archiveId } = fixture.bambuddy.print({ name: 'Goose', quantity: 2 });
        await fixture.serve(ALL, {
            source: { startWith: 'all', pollOnDeploy: true, live: false, settle: 0 },
            stock: { quantity: '1', quantityType: 'plate' },
        });
        await until('it is in stock', () => count('done') === 1);
        fixture.bambuddy.editArchive(archiveId, { quantity: 5 });
        const path = '/sync/prints/bambuddy-1/apply';
        const { status, body } = await fixture.api('POST', path);
        assert.deepEqual([status, body], [202, { batch: 'bambuddy-1', sent: true }]);
        const quantities = (): number[] => [...fixture.inventree.state.stock.values()].map(({ quantity }) => quantity);
        await until('more in stock', () => quantities()[0] === 5);
        assert.equal((await fixture.api('POST', `${path}?less=perhaps`)).status, 400);
        assert.equal((await fixture.api('POST', '/sync/prints/bambuddy-9/apply')).status, 404);
    });

    it('a print that is rejected here is not stocked', async () => {
        await awaited();
        const { status, body } = await fixture.api('POST', `${HELD}/bambuddy-1/release?verdict=reject`);
        assert.deepEqual([status, body['sent']], [200, false]);
        assert.equal(fixture.ledger().print('bambuddy-1')?.state, 'skipped');
        assert.deepEqual([fixture.batches(), await listed(HELD)], [[], []]);
    });

    it('lists the second of a print told twice with its reason; released, it is a print of its own', async () => {
        await toldTwice();
        const [held] = await listed(HELD);
        assert.deepEqual([held!.batch, held!.question, held!.doubleOf], ['bambuddy-2', 'double', 'bambuddy-1']);
        assert.match(held!.reason!, /^suspected double: same printer and content as bambuddy-1/);
        const { status, body } = await fixture.api('POST', `${HELD}/bambuddy-2/release?verdict=good`);
        assert.deepEqual([status, body], [202, { batch: 'bambuddy-2', verdict: 'good', sent: true }]);
        await until('both in stock', () => count('done') === 2);
        assert.deepEqual(fixture.batches(), ['bambuddy-1', 'bambuddy-2']);
    });

    it('the second of a print told twice that is rejected is let go, and nothing is stocked for it', async () => {
        await toldTwice();
        const { status, body } = await fixture.api('POST', `${HELD}/bambuddy-2/release?verdict=reject`);
        assert.deepEqual([status, body['sent']], [200, false]);
        assert.equal(fixture.ledger().print('bambuddy-2')?.state, 'skipped');
        assert.deepEqual([fixture.batches(), await listed(HELD)], [['bambuddy-1'], []]);
    });

    it('lists what is offered after a lost ledger; one is imported, one dismissed, each once', async () => {
        await lostLedger();
        assert.deepEqual(
            (await listed(OFFERED)).map(({ batch }) => batch),
            ['bambuddy-1', 'bambuddy-2', 'bambuddy-3'],
        );
        const imported = await fixture.api('POST', `${OFFERED}/import?batch=bambuddy-2`);
        assert.deepEqual([imported.status, imported.body], [202, { sent: 1, remaining: 0 }]);
        const dismissed = await fixture.api('POST', `${OFFERED}/dismiss?batch=bambuddy-3`);
        assert.deepEqual([dismissed.status, dismissed.body], [200, { dismissed: 1 }]);
        for (const batch of ['bambuddy-2', 'bambuddy-3', 'nobody'])
            for (const answer of ['import', 'dismiss'])
                assert.equal((await fixture.api('POST', `${OFFERED}/${answer}?batch=${batch}`)).status, 404);
        await until('it in stock', () => fixture.ledger().print('bambuddy-2')?.state === 'done');
        assert.deepEqual(fixture.batches(), ['bambuddy-4', 'bambuddy-2']);
        assert.deepEqual(
            (await listed(OFFERED)).map(({ batch }) => batch),
            ['bambuddy-1'],
        );
        const { body } = await fixture.api('GET', '/sync/status');
        assert.deepEqual([body['offered'], body['held']], [1, 0]);
    });

    it('all that are offered are imported in one call, or dismissed', async () => {
        await lostLedger();
        const { status, body } = await fixture.api('POST', `${OFFERED}/import`);
        assert.deepEqual([status, body], [202, { sent: 3, remaining: 0 }]);
        await until('all in stock', () => count('done') === 4);
        assert.deepEqual(fixture.batches().sort(), ['bambuddy-1', 'bambuddy-2', 'bambuddy-3', 'bambuddy-4']);
        assert.deepEqual((await fixture.api('POST', `${OFFERED}/dismiss`)).body, { dismissed: 0 });
    });

    it('an import that waits is answered as begun; dismissed meanwhile are only those it has not taken', async () => {
        await lostLedger();
        await fixture.ask('pause');
        const { status, body } = await fixture.api('POST', `${OFFERED}/import`);
        assert.deepEqual([status, body], [202, { sent: 0, remaining: 3, state: 'waiting' }]);
        assert.deepEqual((await fixture.api('POST', `${OFFERED}/dismiss?batch=bambuddy-2`)).body, { dismissed: 1 });
        await fixture.ask('resume');
        await until('the other two in stock', () => count('done') === 3);
        assert.deepEqual(fixture.batches().sort(), ['bambuddy-1', 'bambuddy-3', 'bambuddy-4']);
        assert.deepEqual(await listed(OFFERED), []);
    });
});
