import assert from 'node:assert/strict';
import { ClosedError } from '../../../lib/http/errors';
import { Window } from '../../../lib/concurrency/priority-semaphore';
import { settle } from '../fake-clock';

describe('the window of prints under way', () => {
    const signal = new AbortController().signal;

    it('has so many slots; live prints go before the history’s', async () => {
        const window = new Window(2);
        const order: string[] = [];
        const take = (name: string, kind: 'live' | 'history'): void =>
            void window.slot(kind, signal).then(() => order.push(name));
        take('a', 'history');
        take('b', 'history');
        take('c', 'history');
        take('d', 'live');
        await settle();
        assert.deepEqual(order, ['a', 'b']);
        window.free();
        window.free();
        await settle();
        assert.deepEqual(order, ['a', 'b', 'd', 'c']);
        assert.equal(window.underWay, 2);
        window.free();
        window.free();
        assert.equal(window.underWay, 0);
    });

    it('who is closed leaves the queue, and no slot is lost with him', async () => {
        const window = new Window(1);
        await window.slot('live', signal);
        const mine = new AbortController();
        const waiting = window.slot('live', mine.signal);
        const other = window.slot('history', signal);
        mine.abort();
        await assert.rejects(waiting, ClosedError);
        window.free();
        await other;
        window.free();
        assert.equal(window.underWay, 0);
        await assert.rejects(window.slot('live', mine.signal), ClosedError);
        assert.equal(window.underWay, 0);
    });
});
