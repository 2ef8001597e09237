import assert from 'node:assert/strict';
import { NodeFixture, until } from '../fixture';
import { ALL, line } from '../flow';
import type { PrintRecord } from '../../../lib/store/ledger/records';

const HOUR = 3_600_000;

describe('bambuddy-archive-in: prints with a failure', () => {
    const fixture = new NodeFixture({ bambuddy: { version: '1.2.5.7' } });
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const deploy = (source: Record<string, unknown> = {}, stock: Record<string, unknown> = {}): Promise<void> =>
        fixture.deploy(line(fixture, ALL, { source: { startWith: 'all', pollOnDeploy: true, ...source }, stock }));
    const printed = (more: Record<string, unknown> = {}): number =>
        fixture.bambuddy.print({
            name: 'Goose',
            quantity: 6,
            startedAt: new Date(Date.now() - HOUR),
            seconds: 3000,
            failureReason: 'Spaghetti',
            ...more,
        }).archiveId;
    const records = (): Readonly<PrintRecord>[] => [...fixture.ledger().prints()];
    const isAsked = (): Promise<void> =>
        until('the print to be asked about', () => records().some(({ hold }) => hold === 'number'));
    const items = (): [number, number, string][] =>
        [...fixture.inventree.state.stock.values()].map(({ quantity, status, notes }) => [
            quantity,
            status,
            notes ?? '',
        ]);
    const asked = { failed: 'ask' };

    it('wait for the number of good pieces over a restart; that many are stocked, and the notes say who counted', async () => {
        printed();
        await deploy(asked, { quantity: '1', quantityType: 'plate' });
        await isAsked();
        await fixture.undeploy();
        await deploy(asked, { quantity: '1', quantityType: 'plate' });
        await fixture.showing('source', /watching/);
        assert.deepEqual([fixture.at('out'), fixture.batches()], [[], []]);
        assert.equal((await fixture.ask('status'))['held'], 1);
        const answer = await fixture.ask({ action: 'release', batch: 'bambuddy-1', pieces: 4 });
        assert.deepEqual(answer, { action: 'release', batch: 'bambuddy-1', pieces: 4, sent: true });
        await fixture.messages('out', 1);
        const [[quantity, status, notes]] = items() as [[number, number, string]];
        assert.deepEqual([quantity, status], [4, 10]);
        assert.match(notes, /^Quantity: 4 \(counted by a person\)$/m);
        assert.equal((await fixture.ask('status'))['held'], 0);
    });

    it('do not change weight and time of the Part, which are those of a piece of the whole plate', async () => {
        fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
        printed({ grams: 60 });
        await deploy(asked, { quantity: '1', quantityType: 'plate' });
        await isAsked();
        await fixture.ask({ action: 'release', batch: 'bambuddy-1', pieces: 2 });
        await fixture.messages('out', 1);
        const weights = [...fixture.inventree.state.parameters.values()].map(({ data }) => data);
        assert.ok(weights.includes('10'), weights.join());
    });

    it('with no good piece nothing is stocked', async () => {
        printed();
        await deploy(asked);
        await isAsked();
        const answer = await fixture.ask({ action: 'release', batch: 'bambuddy-1', pieces: 0 });
        assert.deepEqual(answer, { action: 'release', batch: 'bambuddy-1', pieces: 0, sent: false });
        const [{ state, reason, pieces, hold }] = records() as [PrintRecord];
        assert.deepEqual([state, reason, pieces, hold], ['skipped', 'no piece is good', 0, undefined]);
        assert.deepEqual([fixture.batches(), fixture.inventree.state.parts.size], [[], 0]);
    });

    it('an answer that was written before the process died is acted on at the next start', async () => {
        printed();
        await deploy(asked);
        await isAsked();
        await fixture.ledger().changePrint('bambuddy-1', { pieces: 5 });
        await fixture.undeploy();
        await deploy(asked);
        await fixture.messages('out', 1);
        assert.deepEqual(
            items().map(([quantity]) => quantity),
            [5],
        );
    });

    it('good is all of them, reject none', async () => {
        printed();
        printed({ name: 'Duck', startedAt: new Date(Date.now() - 2 * HOUR) });
        await deploy(asked);
        await until('both to be asked about', () => records().filter(({ hold }) => hold === 'number').length === 2);
        await fixture.ask({ action: 'release', batch: 'bambuddy-1', verdict: 'good' });
        await fixture.ask({ action: 'release', batch: 'bambuddy-2', verdict: 'reject' });
        await fixture.messages('out', 1);
        assert.deepEqual(
            items().map(([quantity]) => quantity),
            [6],
        );
    });

    it('are not asked about twice, and no other number than a whole one is taken', async () => {
        printed();
        await deploy(asked);
        await isAsked();
        for (const pieces of [-1, 1.5, 'many', 1_000_001]) {
            const { message } = await fixture.failing('source', {
                payload: { action: 'release', batch: 'bambuddy-1', pieces },
            });
            assert.match(message, /"pieces" must/);
        }
        const release = { action: 'release', batch: 'bambuddy-1', pieces: 3 };
        await fixture.ask(release);
        await fixture.messages('out', 1);
        const { message } = await fixture.failing('source', { payload: release });
        assert.match(message, /No print with the batch bambuddy-1 waits for the number of good pieces/);
        assert.equal(fixture.batches().length, 1);
    });

    it('failed ones are asked about where not only successful ones are taken', async () => {
        printed({ status: 'failed', failureReason: undefined });
        await deploy({ ...asked, successOnly: false });
        await isAsked();
        const [{ batch }] = records() as [PrintRecord];
        await fixture.ask({ action: 'release', batch, pieces: 2 });
        await fixture.messages('out', 1);
        assert.deepEqual(
            items().map(([quantity]) => quantity),
            [2],
        );
    });

    it('are stocked with a status of their own, or not at all, by the setting', async () => {
        printed();
        await deploy({ failed: 'stock', failedStatus: 55 });
        await fixture.messages('out', 1);
        assert.deepEqual(
            items().map(([, status]) => status),
            [55],
        );
        printed({ name: 'Duck' });
        await deploy({ failed: 'skip' });
        await until('the second to be known', () => records().length === 2);
        assert.equal(records()[1]!.reason, 'failed: Spaghetti');
        assert.equal(fixture.batches().length, 1);
    });

    it('are stocked like any other by default', async () => {
        printed();
        await deploy();
        await fixture.messages('out', 1);
        assert.deepEqual(
            items().map(([, status]) => status),
            [10],
        );
    });
});
