import assert from 'node:assert/strict';
import { ClosedError, UnavailableError } from '../../../../lib/http/errors';
import { WriteSemaphore } from '../../../../lib/clients/inventree/write-semaphore';
import { settle } from '../../fake-clock';

describe('the semaphore of writes', () => {
    let time: number;
    let lane: WriteSemaphore;

    beforeEach(() => {
        time = 1_000_000;
        lane = new WriteSemaphore(4, () => time);
    });

    const write = (): Promise<void> => lane.run(() => Promise.resolve());
    const fail = (status: number | undefined): Promise<void> =>
        assert.rejects(
            lane.run(() => Promise.reject(new UnavailableError('no', { server: 'InvenTree', status }))),
            UnavailableError,
        );
    const pass = (seconds: number): void => void (time += seconds * 1000);

    /** How many of eight writes that come at once are under way at a time. */
    async function together(): Promise<number> {
        let [now, most] = [0, 0];
        await Promise.all(
            Array.from({ length: 8 }, () =>
                lane.run(async () => {
                    most = Math.max(most, ++now);
                    await settle();
                    now--;
                }),
            ),
        );
        return most;
    }

    it('lets as many through as are allowed', async () => {
        assert.equal(await together(), 4);
    });

    it('a 500 now and then changes nothing', async () => {
        for (let i = 0; i < 5; i++) {
            await fail(500);
            pass(11);
        }
        assert.equal(await together(), 4);
    });

    it('500s in a cluster: one write at a time', async () => {
        await fail(500);
        pass(9);
        await fail(500);
        assert.equal(lane.limit, 1);
        assert.equal(await together(), 1);
    });

    it('recovers although the clock was set back by a day', async () => {
        await fail(500);
        await fail(500);
        assert.equal(lane.limit, 1);
        pass(-24 * 3600);
        for (let i = 0; i < 4; i++) {
            await write();
            pass(60);
        }
        assert.equal(lane.limit, 4);
    });

    it('500s of writes that went together are a cluster', async () => {
        await Promise.all([fail(500), fail(500), write(), write()]);
        assert.equal(await together(), 1);
    });

    for (const status of [undefined, 502, 503, 504, 408, 429])
        it(`failures with ${status ?? 'no answer'} say nothing about writes that meet`, async () => {
            for (let i = 0; i < 5; i++) await fail(status);
            assert.equal(lane.limit, 4);
        });

    it('what is not a failure of the server says nothing either', async () => {
        for (let i = 0; i < 3; i++)
            await assert.rejects(
                lane.run(() => Promise.reject(new Error('500'))),
                /500/,
            );
        assert.equal(lane.limit, 4);
    });

    it('raises the limit by one for each quiet minute with a successful write', async () => {
        await Promise.all([fail(500), fail(500)]);
        pass(59);
        await write();
        assert.equal(lane.limit, 1);
        pass(1);
        await write();
        assert.equal(lane.limit, 2);
        await write();
        assert.equal(lane.limit, 2);
        pass(60);
        await write();
        assert.equal(lane.limit, 3);
        pass(600);
        await write();
        assert.equal(lane.limit, 4);
        pass(600);
        await write();
        assert.equal(lane.limit, 4);
        assert.equal(await together(), 4);
    });

    it('while the limit recovers, a single 500 restarts the quiet minute, a cluster resets the limit to one', async () => {
        await Promise.all([fail(500), fail(500)]);
        pass(60);
        await write();
        assert.equal(lane.limit, 2);
        pass(50);
        await fail(500);
        pass(20);
        await write();
        assert.equal(lane.limit, 2);
        pass(60);
        await write();
        assert.equal(lane.limit, 3);
        await Promise.all([fail(500), fail(500)]);
        assert.equal(lane.limit, 1);
    });

    it('where one at a time is allowed it stays one', async () => {
        lane = new WriteSemaphore(1, () => time);
        await Promise.all([fail(500), fail(500)]);
        pass(600);
        await write();
        assert.equal(await together(), 1);
    });

    it('a lower limit does not abort writes in flight: the next one waits for them', async () => {
        const ends: (() => void)[] = [];
        const slow = (): Promise<void> => lane.run(() => new Promise((resolve) => ends.push(resolve)));
        const two = [slow(), slow()];
        await Promise.all([fail(500), fail(500)]);
        let third = false;
        const waiting = lane.run(() => Promise.resolve(void (third = true)));
        ends[0]!();
        await settle();
        assert.equal(third, false);
        ends[1]!();
        await Promise.all([...two, waiting]);
        assert.equal(third, true);
    });

    it('an aborted waiter leaves the queue and holds no slot', async () => {
        lane = new WriteSemaphore(1, () => time);
        let end: () => void = () => undefined;
        const slow = lane.run(() => new Promise<void>((resolve) => (end = resolve)));
        const leaving = new AbortController();
        const left = assert.rejects(
            lane.run(() => Promise.resolve(), leaving.signal),
            ClosedError,
        );
        leaving.abort();
        await left;
        end();
        await slow;
        await write();
    });
});
