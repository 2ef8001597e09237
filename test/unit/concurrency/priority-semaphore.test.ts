import assert from 'node:assert/strict';
import { ClosedError } from '../../../lib/http/errors';
import { PrioritySemaphore } from '../../../lib/concurrency/priority-semaphore';
import { settle } from '../fake-clock';

describe('the priority semaphore of prints in flight', () => {
    const signal = new AbortController().signal;

    it('has so many slots; live prints go before the history’s', async () => {
        const semaphore = new PrioritySemaphore(2);
        const order: string[] = [];
        const take = (name: string, kind: 'live' | 'history'): void =>
            void semaphore.acquire(kind, signal).then(() => order.push(name));
        take('a', 'history');
        take('b', 'history');
        take('c', 'history');
        take('d', 'live');
        await settle();
        assert.deepEqual(order, ['a', 'b']);
        semaphore.release();
        semaphore.release();
        await settle();
        assert.deepEqual(order, ['a', 'b', 'd', 'c']);
        assert.equal(semaphore.held, 2);
        semaphore.release();
        semaphore.release();
        assert.equal(semaphore.held, 0);
    });

    it('an aborted waiter leaves the queue, and no slot is lost', async () => {
        const semaphore = new PrioritySemaphore(1);
        await semaphore.acquire('live', signal);
        const mine = new AbortController();
        const waiting = semaphore.acquire('live', mine.signal);
        const other = semaphore.acquire('history', signal);
        mine.abort();
        await assert.rejects(waiting, ClosedError);
        semaphore.release();
        await other;
        semaphore.release();
        assert.equal(semaphore.held, 0);
        await assert.rejects(semaphore.acquire('live', mine.signal), ClosedError);
        assert.equal(semaphore.held, 0);
    });
});
