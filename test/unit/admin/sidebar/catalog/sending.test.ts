import assert from 'node:assert/strict';
import { Sending } from '../../../../../lib/admin/sidebar/catalog/sending';

describe('the progress of what is sent to a shop', () => {
    it('counts from when nothing was on its way, and tells the time that is left by the speed so far', () => {
        const sending = new Sending();
        assert.equal(sending.report(0, 0), null);
        assert.deepEqual(sending.report(100, 1000), { done: 0, total: 100, secondsLeft: null });
        assert.deepEqual(sending.report(80, 11_000), { done: 20, total: 100, secondsLeft: 40 });
        assert.equal(sending.report(0, 60_000), null);
        assert.deepEqual(sending.report(10, 70_000), { done: 0, total: 10, secondsLeft: null });
    });

    it('takes what comes meanwhile as more to do', () => {
        const sending = new Sending();
        sending.report(10, 0);
        sending.report(4, 5000);
        assert.deepEqual(sending.report(8, 6000), { done: 6, total: 14, secondsLeft: 8 });
    });

    it('does not guess from the first moments', () => {
        const sending = new Sending();
        sending.report(1000, 0);
        assert.equal(sending.report(900, 500)?.secondsLeft, null);
        assert.equal(sending.report(897, 60_000)?.secondsLeft, 523);
    });
});
