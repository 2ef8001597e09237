import assert from 'node:assert/strict';
import { ClosedError } from '../../../lib/http/errors';
import { PrioritySemaphore } from '../../../lib/concurrency/priority-semaphore';
import { settle } from '../fake-clock';

describe('the window of prints under way', () => {
    const signal = new AbortController().signal;

    it('has so many slots; live prints go before the history’s', async () => {
        const window = new PrioritySemaphore(2);
        const order: string[] = [];
        const take = (name: string, kind: 'live' | 'history'): void =>
            void window.acquire(kind, signal).then(() => order.push(name));
        take('a', 'history');
        take('b', 'history');
        take('c', 'history');
        take('d', 'live');
        await settle();
        assert.deepEqual(order, ['a', 'b']);
        window.release();
        window.release();
        await settle();
        assert.deepEqual(order, ['a', 'b', 'd', 'c']);
        assert.equal(window.held, 2);
        window.release();
        window.release();
        assert.equal(window.held, 0);
    });

    it('who is closed leaves the queue, and no slot is lost with him', async () => {
        const window = new PrioritySemaphore(1);
        await window.acquire('live', signal);
        const mine = new AbortController();
        const waiting = window.acquire('live', mine.signal);
        const other = window.acquire('history', signal);
        mine.abort();
        await assert.rejects(waiting, ClosedError);
        window.release();
        await other;
        window.release();
        assert.equal(window.held, 0);
        await assert.rejects(window.acquire('live', mine.signal), ClosedError);
        assert.equal(window.held, 0);
    });
});
