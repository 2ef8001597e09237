import assert from 'node:assert/strict';
import { UntilDone } from '../../../lib/concurrency/until-done';

describe('work that has to succeed once', () => {
    it('is done once for all who wait for it, at the same time or later', async () => {
        let times = 0;
        const work = new UntilDone(() => Promise.resolve(void times++));
        assert.equal(work.begun, null);
        await Promise.all([work.run(), work.run()]);
        await work.run();
        assert.equal(times, 1);
        assert.notEqual(work.begun, null);
    });

    it('fails for all who wait for an attempt, and is tried again by the next', async () => {
        let times = 0;
        const work = new UntilDone(() => (++times === 1 ? Promise.reject(new Error('away')) : Promise.resolve()));
        const both = await Promise.allSettled([work.run(), work.run()]);
        assert.deepEqual(
            both.map(({ status }) => status),
            ['rejected', 'rejected'],
        );
        assert.equal(work.begun, null);
        await work.run();
        assert.equal(times, 2);
    });
});
