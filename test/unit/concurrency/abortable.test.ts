import assert from 'node:assert/strict';
import { ClosedError } from '../../../lib/http/errors';
import { abortable } from '../../../lib/concurrency/abortable';

describe('work, or the close of its node', () => {
    it('is what comes first', async () => {
        const stop = new AbortController();
        assert.equal(await abortable(Promise.resolve(1), stop.signal), 1);
        await assert.rejects(abortable(Promise.reject(new Error('no')), stop.signal), /no/);
        const waiting = abortable(new Promise(() => undefined), stop.signal);
        stop.abort();
        await assert.rejects(waiting, ClosedError);
        await assert.rejects(abortable(Promise.resolve(1), stop.signal), ClosedError);
    });

    it('that fails after the close is heard, and ends no process', async () => {
        const unheard: unknown[] = [];
        const listen = (error: unknown): void => void unheard.push(error);
        const others = process.listeners('unhandledRejection');
        process.removeAllListeners('unhandledRejection').on('unhandledRejection', listen);
        let fail: (error: Error) => void = () => undefined;
        const work = new Promise((_resolve, reject) => (fail = reject));
        await assert.rejects(abortable(work, AbortSignal.abort()), ClosedError);
        fail(new Error('too late'));
        await new Promise((resolve) => setTimeout(resolve, 10));
        process.removeAllListeners('unhandledRejection');
        for (const other of others) process.on('unhandledRejection', other);
        assert.deepEqual(unheard, []);
    });
});
