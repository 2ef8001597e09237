import assert from 'node:assert/strict';
import { systemClock } from '../../../lib/concurrency/clock';
import { WakeableLoop } from '../../../lib/concurrency/wakeable-loop';
import { until } from '../flow';

describe('work that is done when it is due', () => {
    let closed: AbortController;
    let loop: WakeableLoop;
    let done: number;

    beforeEach(() => {
        closed = new AbortController();
        loop = new WakeableLoop(systemClock, closed.signal);
        done = 0;
    });
    afterEach(() => closed.abort());

    const count = (): Promise<void> => {
        done++;
        return Promise.resolve();
    };

    it('is done again each time that it is due', async () => {
        void loop.run(count, () => Date.now() + 1);
        await until('the third time', () => done >= 3);
    });

    it('is done only when it is woken where nothing is due', async () => {
        void loop.run(count, () => Infinity);
        await until('the first time', () => done === 1);
        loop.wake();
        await until('the second time', () => done === 2);
    });

    it('that is woken while it is under way is done right after it', async () => {
        void loop.run(
            () => {
                // the second waits for nobody else
                if (done === 0) loop.wake();
                return count();
            },
            () => Infinity,
        );
        await until('the second time', () => done === 2);
    });

    for (const [when, due] of [
        ['it waits for its time', () => Date.now() + 3_600_000],
        ['nothing is due', () => Infinity],
    ] as const)
        it(`ends where ${when}`, async () => {
            const over = loop.run(count, due);
            await until('the first time', () => done === 1);
            closed.abort();
            await over;
            assert.equal(done, 1);
        });

    it('ends where it is closed while the work is under way', async () => {
        const over = loop.run(
            () => {
                closed.abort();
                return count();
            },
            () => Infinity,
        );
        await over;
        assert.equal(done, 1);
    });
});
