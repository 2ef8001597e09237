import assert from 'node:assert/strict';
import { Bench, until, type Message } from '../bench';
import { ALL, line } from '../flow';

const HOUR = 3_600_000;

describe('bambuddy-archive-in: how a print came out', () => {
    const bench = new Bench({ bambuddy: { version: '1.2.5.7' } });
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    const deploy = (source: Record<string, unknown> = {}, stock: Record<string, unknown> = {}): Promise<void> =>
        bench.deploy(line(bench, ALL, { source: { startWith: 'all', pollOnDeploy: true, ...source }, stock }));
    const printed = (more: Record<string, unknown> = {}): number =>
        bench.bambuddy.print({
            name: 'Goose',
            confirm: true,
            startedAt: new Date(Date.now() - HOUR),
            seconds: 3000,
            ...more,
        }).archiveId;
    const isHeld = (): Promise<void> =>
        until('the print to be held', () => [...bench.ledger().prints()].some(({ hold }) => hold === 'verdict'));
    const statuses = (): number[] => [...bench.inventree.state.stock.values()].map(({ status }) => status);

    it('is waited for over a restart; nothing goes down the wires until it is told', async () => {
        const id = printed();
        await deploy();
        await isHeld();
        await bench.undeploy();
        await deploy();
        await bench.showing('source', /watching/);
        assert.deepEqual([bench.at('out'), bench.batches()], [[], []]);
        await bench.undeploy();
        bench.bambuddy.tellOutcome(id, 'good');
        await deploy();
        const [msg] = await bench.messages('out', 1);
        assert.equal((msg!['payload'] as Message)['verdict'], 'good');
        assert.deepEqual(bench.batches(), ['bambuddy-1']);
    });

    it('rejected: skipped, and said so', async () => {
        bench.bambuddy.tellOutcome(printed(), 'reject');
        await deploy();
        await until('it is known', () => [...bench.ledger().prints()].length === 1);
        const [record] = [...bench.ledger().prints()];
        assert.deepEqual([record!.state, record!.reason], ['skipped', 'rejected in Bambuddy']);
        assert.deepEqual(bench.batches(), []);
    });

    it('rejected: stocked with the status of the setting, whatever the stock node says', async () => {
        bench.bambuddy.tellOutcome(printed(), 'reject');
        await deploy({ rejected: 'stock', rejectedStatus: '55' });
        await bench.messages('out', 1);
        assert.deepEqual(statuses(), [55]);
    });

    it('is not waited for where the setting says so', async () => {
        printed();
        await deploy({ outcome: 'take' });
        await bench.messages('out', 1);
        assert.deepEqual(statuses(), [10]);
    });

    it('is answered by hand: release with the batch and good or reject', async () => {
        printed();
        await deploy();
        await isHeld();
        for (const wrong of [
            { action: 'release', batch: 'bambuddy-1' },
            { action: 'release', verdict: 'good' },
        ]) {
            const { message } = await bench.failing('source', { payload: wrong });
            assert.match(message, /"(verdict|batch)" must/);
        }
        const answer = await bench.ask({ action: 'release', batch: 'bambuddy-1', verdict: 'good' });
        assert.deepEqual(answer, { action: 'release', batch: 'bambuddy-1', verdict: 'good', sent: true });
        await bench.messages('out', 1);
        assert.equal((await bench.ask('status'))['held'], 0);
    });

    it('0 items printed: nothing is made where the quantity is the plate’s count', async () => {
        printed({ quantity: 0, confirm: false });
        await deploy({}, { quantity: '1', quantityType: 'plate' });
        await until('it is known', () => [...bench.ledger().prints()].length === 1);
        assert.equal([...bench.ledger().prints()][0]!.reason, '0 items printed');
        assert.deepEqual([bench.batches(), bench.inventree.state.parts.size], [[], 0]);
    });
});
