import assert from 'node:assert/strict';
import { CoalescedRun } from '../../../lib/concurrency/coalesced-run';

describe('work that runs once at a time', () => {
    /** ends the runs that have begun, one after the other */
    let ends: { resolve: () => void; reject: (error: Error) => void }[];
    let begun: number;
    let work: CoalescedRun;

    beforeEach(() => {
        [ends, begun] = [[], 0];
        work = new CoalescedRun(() => {
            begun++;
            return new Promise<void>((resolve, reject) => void ends.push({ resolve, reject }));
        });
    });

    const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

    it('is run again once for all who asked meanwhile, and they wait for that run', async () => {
        const through: string[] = [];
        const asked = ['first', 'second', 'third'].map((who) => work.run().then(() => void through.push(who)));
        assert.equal(begun, 1);
        ends[0]!.resolve();
        await settled();
        assert.deepEqual([begun, through], [2, []]);
        ends[1]!.resolve();
        await Promise.all(asked);
        assert.equal(begun, 2);
        assert.equal(work.inFlight, null);
    });

    it('that fails does so for all who wait, and the next who asks begins anew', async () => {
        const asked = [work.run(), work.run()].map((run) => assert.rejects(run, /no answer/));
        ends[0]!.reject(new Error('no answer'));
        await Promise.all(asked);
        assert.deepEqual([begun, work.inFlight], [1, null]);
        const next = work.run();
        assert.equal(begun, 2);
        ends[1]!.resolve();
        await next;
        // what was asked for before the failure is not made up for
        assert.equal(begun, 2);
    });
});
