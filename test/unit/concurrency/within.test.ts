import assert from 'node:assert/strict';
import { within } from '../../../lib/concurrency/within';

const LONG_MS = 60_000;

describe('waiting for work within a time', () => {
    it('gives what the work gives, or throws what it throws', async () => {
        assert.equal(await within(Promise.resolve(7), LONG_MS), 7);
        await assert.rejects(within(Promise.reject(new Error('away')), LONG_MS), /away/);
    });

    it('gives undefined where the work takes longer; the work goes on, and its error is nobody’s', async () => {
        let fail: (error: Error) => void = () => undefined;
        const work = new Promise<number>((_resolve, reject) => (fail = reject));
        assert.equal(await within(work, 1), undefined);
        // an error that nobody handles would end the process of the tests
        fail(new Error('late'));
        await new Promise((resolve) => setImmediate(resolve));
    });
});
