import assert from 'node:assert/strict';
import { Bench, pause, until, type Message } from '../bench';
import { ALL, line } from '../flow';
import { jsonAnswer } from '../../simulators/simulator';

const day = (n: number): string => `2026-11-0${n}T10:00:00Z`;

describe('bambuddy-archive-in: held, stopped and put right by hand', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    const print = (n: number): void => void bench.bambuddy.print({ name: `Print ${n}`, startedAt: day(n) });
    const deploy = (changes: Record<string, Record<string, unknown>> = {}): Promise<void> =>
        bench.deploy(line(bench, ALL, { ...changes, source: { startWith: 'all', ...changes['source'] } }));

    it('pause: nothing is sent and the status says so; resume: all of it is', async () => {
        await deploy();
        await bench.ask('pause');
        assert.equal(bench.status('source'), 'yellow ring paused');
        [1, 2].forEach(print);
        bench.send('source', { payload: 'poll' });
        await pause(200);
        assert.equal(bench.at('out').length, 0);
        assert.equal(bench.status('source'), 'yellow ring paused');
        await bench.ask('resume');
        await bench.messages('out', 2);
        await bench.showing('source', /^green dot watching/);
        assert.deepEqual(bench.batches(), ['bambuddy-1', 'bambuddy-2']);
    });

    it('stop ends a backfill; what was sent is finished', async () => {
        await deploy({ source: { window: 1 } });
        [1, 2, 3, 4, 5].forEach(print);
        bench.inventree.latencyMs = 40;
        const backfill = bench.send('source', { payload: 'backfill' });
        await bench.messages('out', 1);
        await bench.ask('stop');
        await until(
            'the backfill to be answered or refused',
            () =>
                bench.at('answers').includes(backfill) ||
                bench.at('caught').some((msg) => msg['_msgid'] === backfill['_msgid']),
        );
        bench.inventree.latencyMs = 0;
        await pause(200);
        const { size } = bench.inventree.state.stock;
        assert.ok(size >= 1 && size < 5, `${size} items`);
        const again = await bench.ask('backfill');
        assert.equal(again['failed'], 0);
        await until('all of them', () => bench.inventree.state.stock.size === 5);
    });

    describe('parked prints', () => {
        beforeEach(async () => {
            await deploy({ stock: { location: 2 } });
            [1, 2].forEach(print);
            await bench.ask('poll');
            await bench.messages('caught', 2);
            await bench.showing('source', 'red dot 2 parked');
        });

        it("are listed with the server's words", async () => {
            const { prints } = await bench.ask('parked');
            const listed = prints as Message[];
            assert.deepEqual(listed.map(({ batch }) => batch).sort(), ['bambuddy-1', 'bambuddy-2']);
            for (const { reason } of listed) assert.match(String(reason), /InvenTree .*answered 400.*location/);
        });

        it('retry sends one again, retry-all the others', async () => {
            bench.inventree.addLocation({ name: 'Second shelf' });
            await bench.ask({ action: 'retry', batch: 'bambuddy-2' });
            await bench.messages('out', 1);
            assert.deepEqual(bench.batches(), ['bambuddy-2']);
            await bench.showing('source', 'red dot 1 parked');
            await bench.ask('retry-all');
            await bench.messages('out', 2);
            await bench.showing('source', /^green dot watching/);
            assert.equal(bench.at('caught').length, 2);
        });

        it('forget lets one go', async () => {
            await bench.ask({ action: 'forget', batch: 'bambuddy-1' });
            await bench.showing('source', 'red dot 1 parked');
            await bench.ask('poll');
            assert.equal(bench.inventree.state.stock.size, 0);
        });

        for (const action of ['retry', 'forget']) {
            it(`${action} without a batch is an error that lists what there is`, async () => {
                const error = await bench.failing('source', { payload: { action } });
                assert.match(error.message, /"batch".*retry/);
                assert.equal(error['code'], 'ACTION');
            });
        }
    });

    it('a refusal at the start does not end the polls', async () => {
        let refusals = 3;
        bench.bambuddy.interfere = () => (refusals-- > 0 ? { at: 'before', kind: 403 } : undefined);
        print(1);
        await deploy({ source: { pollOnDeploy: true, interval: 0.1 } });
        await bench.messages('out', 1);
        await bench.showing('source', /^green dot watching/);
    });

    it('a right that is missing at the start does not end the polls: poll asks at once, and they go on', async () => {
        let allowed = false;
        bench.bambuddy.interfere = () =>
            allowed ? undefined : jsonAnswer(403, { detail: 'API key does not have permission' });
        await deploy({ source: { pollOnDeploy: true, interval: 0.1 } });
        await bench.showing('source', 'red ring Bambuddy refused');
        allowed = true;
        await bench.ask('poll');
        print(1);
        await bench.messages('out', 1);
        await bench.showing('source', /^green dot watching/);
    });
});
