import assert from 'node:assert/strict';
import { NodeFixture, until, type Message } from '../fixture';
import { ALL, line } from '../flow';

const HOUR = 3_600_000;

describe('bambuddy-archive-in: how a print came out', () => {
    const fixture = new NodeFixture({ bambuddy: { version: '1.2.5.7' } });
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const deploy = (source: Record<string, unknown> = {}, stock: Record<string, unknown> = {}): Promise<void> =>
        fixture.deploy(line(fixture, ALL, { source: { startWith: 'all', pollOnDeploy: true, ...source }, stock }));
    const printed = (more: Record<string, unknown> = {}): number =>
        fixture.bambuddy.print({
            name: 'Goose',
            confirm: true,
            startedAt: new Date(Date.now() - HOUR),
            seconds: 3000,
            ...more,
        }).archiveId;
    const isHeld = (): Promise<void> =>
        until('the print to be held', () => [...fixture.ledger().prints()].some(({ hold }) => hold === 'verdict'));
    const statuses = (): number[] => [...fixture.inventree.state.stock.values()].map(({ status }) => status);

    it('is waited for over a restart; nothing goes down the wires until it is told', async () => {
        const id = printed();
        await deploy();
        await isHeld();
        await fixture.undeploy();
        await deploy();
        await fixture.showing('source', /watching/);
        assert.deepEqual([fixture.at('out'), fixture.batches()], [[], []]);
        await fixture.undeploy();
        fixture.bambuddy.tellOutcome(id, 'good');
        await deploy();
        const [msg] = await fixture.messages('out', 1);
        assert.equal((msg!['payload'] as Message)['verdict'], 'good');
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('rejected: skipped, and said so', async () => {
        fixture.bambuddy.tellOutcome(printed(), 'reject');
        await deploy();
        await until('it is known', () => [...fixture.ledger().prints()].length === 1);
        const [record] = [...fixture.ledger().prints()];
        assert.deepEqual([record!.state, record!.reason], ['skipped', 'rejected in Bambuddy']);
        assert.deepEqual(fixture.batches(), []);
    });

    it('rejected: stocked with the status of the setting, whatever the stock node says', async () => {
        fixture.bambuddy.tellOutcome(printed(), 'reject');
        await deploy({ rejected: 'stock', rejectedStatus: '55' });
        await fixture.messages('out', 1);
        assert.deepEqual(statuses(), [55]);
    });

    it('is not waited for where the setting says so', async () => {
        printed();
        await deploy({ outcome: 'take' });
        await fixture.messages('out', 1);
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
            const { message } = await fixture.failing('source', { payload: wrong });
            assert.match(message, /"(verdict|batch)" must/);
        }
        const answer = await fixture.ask({ action: 'release', batch: 'bambuddy-1', verdict: 'good' });
        assert.deepEqual(answer, { action: 'release', batch: 'bambuddy-1', verdict: 'good', sent: true });
        await fixture.messages('out', 1);
        assert.equal((await fixture.ask('status'))['held'], 0);
    });

    it('0 items printed: nothing is made where the quantity is the plate’s count', async () => {
        printed({ quantity: 0, confirm: false });
        await deploy({}, { quantity: '1', quantityType: 'plate' });
        await until('it is known', () => [...fixture.ledger().prints()].length === 1);
        assert.equal([...fixture.ledger().prints()][0]!.reason, '0 items printed');
        assert.deepEqual([fixture.batches(), fixture.inventree.state.parts.size], [[], 0]);
    });
});
