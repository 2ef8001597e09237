import assert from 'node:assert/strict';
import { NodeFixture, pause, until, type Message } from '../fixture';
import { ALL, line } from '../flow';
import { jsonAnswer } from '../../simulators/simulator';

const day = (n: number): string => `2026-11-0${n}T10:00:00Z`;

describe('bambuddy-archive-in: held, stopped and put right by hand', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const print = (n: number): void => void fixture.bambuddy.print({ name: `Print ${n}`, startedAt: day(n) });
    const deploy = (changes: Record<string, Record<string, unknown>> = {}): Promise<void> =>
        fixture.deploy(line(fixture, ALL, { ...changes, source: { startWith: 'all', ...changes['source'] } }));

    it('pause: nothing is sent and the status says so; resume: all of it is', async () => {
        await deploy();
        await fixture.ask('pause');
        assert.equal(fixture.status('source'), 'yellow ring paused');
        [1, 2].forEach(print);
        fixture.send('source', { payload: 'poll' });
        await pause(200);
        assert.equal(fixture.at('out').length, 0);
        assert.equal(fixture.status('source'), 'yellow ring paused');
        await fixture.ask('resume');
        await fixture.messages('out', 2);
        await fixture.showing('source', /^green dot watching/);
        assert.deepEqual(fixture.batches(), ['bambuddy-1', 'bambuddy-2']);
    });

    it('stop ends a backfill; what was sent is finished', async () => {
        await deploy({ source: { window: 1 } });
        [1, 2, 3, 4, 5].forEach(print);
        fixture.inventree.latencyMs = 40;
        const backfill = fixture.send('source', { payload: 'backfill' });
        await fixture.messages('out', 1);
        await fixture.ask('stop');
        await until(
            'the backfill to be answered or refused',
            () =>
                fixture.at('answers').includes(backfill) ||
                fixture.at('caught').some((msg) => msg['_msgid'] === backfill['_msgid']),
        );
        fixture.inventree.latencyMs = 0;
        await pause(200);
        const { size } = fixture.inventree.state.stock;
        assert.ok(size >= 1 && size < 5, `${size} items`);
        const again = await fixture.ask('backfill');
        assert.equal(again['failed'], 0);
        await until('all of them', () => fixture.inventree.state.stock.size === 5);
    });

    describe('parked prints', () => {
        beforeEach(async () => {
            await deploy({ stock: { location: 2 } });
            [1, 2].forEach(print);
            await fixture.ask('poll');
            await fixture.messages('caught', 2);
            await fixture.showing('source', 'red dot 2 parked');
        });

        it("are listed with the server's words", async () => {
            const { prints } = await fixture.ask('parked');
            const listed = prints as Message[];
            assert.deepEqual(listed.map(({ batch }) => batch).sort(), ['bambuddy-1', 'bambuddy-2']);
            for (const { reason } of listed) assert.match(String(reason), /InvenTree .*answered 400.*location/);
        });

        it('retry sends one again, retry-all the others', async () => {
            fixture.inventree.addLocation({ name: 'Second shelf' });
            await fixture.ask({ action: 'retry', batch: 'bambuddy-2' });
            await fixture.messages('out', 1);
            assert.deepEqual(fixture.batches(), ['bambuddy-2']);
            await fixture.showing('source', 'red dot 1 parked');
            await fixture.ask('retry-all');
            await fixture.messages('out', 2);
            await fixture.showing('source', /^green dot watching/);
            assert.equal(fixture.at('caught').length, 2);
        });

        it('forget lets one go', async () => {
            await fixture.ask({ action: 'forget', batch: 'bambuddy-1' });
            await fixture.showing('source', 'red dot 1 parked');
            await fixture.ask('poll');
            assert.equal(fixture.inventree.state.stock.size, 0);
        });

        for (const action of ['retry', 'forget']) {
            it(`${action} without a batch is an error that lists what there is`, async () => {
                const error = await fixture.failing('source', { payload: { action } });
                assert.match(error.message, /"batch".*retry/);
                assert.equal(error['code'], 'ACTION');
            });
        }
    });

    it('a refusal at the start does not end the polls', async () => {
        let refusals = 3;
        fixture.bambuddy.interfere = () => (refusals-- > 0 ? { at: 'before', kind: 403 } : undefined);
        print(1);
        await deploy({ source: { pollOnDeploy: true, interval: 0.1 } });
        await fixture.messages('out', 1);
        await fixture.showing('source', /^green dot watching/);
    });

    it('a right that is missing at the start does not end the polls: poll asks at once, and they go on', async () => {
        let allowed = false;
        fixture.bambuddy.interfere = () =>
            allowed ? undefined : jsonAnswer(403, { detail: 'API key does not have permission' });
        await deploy({ source: { pollOnDeploy: true, interval: 0.1 } });
        await fixture.showing('source', 'red ring Bambuddy refused');
        allowed = true;
        await fixture.ask('poll');
        print(1);
        await fixture.messages('out', 1);
        await fixture.showing('source', /^green dot watching/);
    });
});
