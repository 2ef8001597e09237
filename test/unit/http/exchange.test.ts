import assert from 'node:assert/strict';
import type { Dispatcher } from 'undici';
import { Exchange } from '../../../lib/http/exchange';

/** A dispatcher that does nothing by itself: the test plays the connection. */
function begin(): { exchange: Exchange; controller: Dispatcher.DispatchController; aborted: () => unknown } {
    let reason: unknown = null;
    const controller = {
        abort: (why: unknown) => (reason = why),
    } as unknown as Dispatcher.DispatchController;
    const dispatcher = { dispatch: () => true } as unknown as Dispatcher;
    const exchange = new Exchange(dispatcher, { method: 'GET', path: '/' });
    return { exchange, controller, aborted: () => reason };
}

describe('an exchange', () => {
    it('gives the answer whole, in as many pieces as it came', async () => {
        for (const pieces of [[], ['{}'], ['{"a"', ':1', '}']]) {
            const { exchange, controller } = begin();
            exchange.onRequestStart(controller);
            exchange.onResponseStart(controller, 200, { 'content-type': 'application/json' });
            for (const piece of pieces) exchange.onResponseData(controller, Buffer.from(piece));
            exchange.onResponseEnd();
            const { status, bytes } = await exchange.answer;
            assert.deepEqual([status, bytes.toString()], [200, pieces.join('')]);
        }
    });

    it('takes the final answer, not the informational one before it', async () => {
        const { exchange, controller } = begin();
        exchange.onResponseStart(controller, 103, { link: '</style.css>' });
        exchange.onResponseStart(controller, 201, {});
        exchange.onResponseEnd();
        assert.equal((await exchange.answer).status, 201);
    });

    it('that is given up while it waits for a connection ends at once, and never goes out', async () => {
        const { exchange, controller, aborted } = begin();
        exchange.abort();
        await assert.rejects(exchange.answer, /given up/);
        assert.equal(aborted(), null);
        exchange.onRequestStart(controller);
        assert.ok(aborted() instanceof Error);
    });

    it('that is given up on its way is ended on its connection, too', async () => {
        const { exchange, controller, aborted } = begin();
        exchange.onRequestStart(controller);
        exchange.abort();
        await assert.rejects(exchange.answer, /given up/);
        assert.ok(aborted() instanceof Error);
    });
});
