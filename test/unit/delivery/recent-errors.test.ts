import assert from 'node:assert/strict';
import { RecentErrors } from '../../../lib/delivery/recent-errors';
import { ClosedError, RejectedError } from '../../../lib/http/errors';

describe('the last errors of a store', () => {
    it('tell what was asked and answered, newest first', () => {
        const errors = new RecentErrors(() => Date.UTC(2026, 10, 30, 12));
        const details = { server: 'InvenTree', status: 400, request: 'POST /api/stock/', body: { location: ['gone'] } };
        errors.add('stock', new RejectedError('InvenTree refused', details), 'bambuddy-1');
        errors.add('node', new Error('no poll'));
        const [newest, refused] = errors.list();
        assert.equal(newest!.message, 'no poll');
        assert.deepEqual(refused, {
            at: '2026-11-30T12:00:00.000Z',
            where: 'stock',
            batch: 'bambuddy-1',
            message: 'InvenTree refused',
            code: 'REJECTED',
            server: 'InvenTree',
            request: 'POST /api/stock/',
            status: 400,
            answer: 'location: gone',
            times: 1,
        });
    });

    it('count the same error told again, keep fifty, and leave out what was closed', () => {
        const errors = new RecentErrors();
        for (let n = 0; n < 3; n++) errors.add('poll', new Error('away'));
        errors.add('poll', new ClosedError());
        assert.deepEqual(
            errors.list().map(({ message, times }) => [message, times]),
            [['away', 3]],
        );
        for (let n = 0; n < 60; n++) errors.add('poll', new Error(`no ${n}`));
        assert.equal(errors.list().length, 50);
        assert.equal(errors.list()[0]!.message, 'no 59');
    });
});
