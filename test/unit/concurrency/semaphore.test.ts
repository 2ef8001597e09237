import assert from 'node:assert/strict';
import { ClosedError } from '../../../lib/http/errors';
import { Semaphore } from '../../../lib/concurrency/semaphore';
import { settle } from '../fake-clock';

/** Work that ends when it is told to. */
function works(semaphore: Semaphore, signal?: AbortSignal) {
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const run = (n: number): Promise<number> =>
        semaphore.run(() => {
            started.push(n);
            return new Promise<number>((resolve) => (ends[n] = () => resolve(n)));
        }, signal);
    return { started, ends, run };
}

describe('a semaphore', () => {
    it('runs at most its limit at a time, the others in order', async () => {
        const { started, ends, run } = works(new Semaphore(2));
        const all = [0, 1, 2, 3].map(run);
        await settle();
        assert.deepEqual(started, [0, 1]);
        ends[1]!();
        await settle();
        assert.deepEqual(started, [0, 1, 2]);
        ends[0]!();
        ends[2]!();
        await settle();
        ends[3]!();
        assert.deepEqual(await Promise.all(all), [0, 1, 2, 3]);
    });

    it('goes on after work that failed', async () => {
        const semaphore = new Semaphore(1);
        await assert.rejects(
            semaphore.run(() => Promise.reject(new Error('no'))),
            /no/,
        );
        assert.equal(await semaphore.run(() => Promise.resolve(1)), 1);
    });

    it('takes a new limit while it runs', async () => {
        const semaphore = new Semaphore(3);
        const { started, ends, run } = works(semaphore);
        const all = [0, 1, 2, 3, 4].map(run);
        await settle();
        semaphore.limit = 0;
        assert.equal(semaphore.limit, 1);
        ends[0]!();
        ends[1]!();
        await settle();
        assert.deepEqual(started, [0, 1, 2]);
        semaphore.limit = 3;
        await settle();
        assert.deepEqual(started, [0, 1, 2, 3, 4]);
        for (const n of [2, 3, 4]) ends[n]!();
        await Promise.all(all);
    });

    it('rejects the waiters of a closed node, and no others', async () => {
        const semaphore = new Semaphore(1);
        const closing = new AbortController();
        const first = works(semaphore);
        const holding = first.run(0);
        const waiting = works(semaphore, closing.signal).run(0);
        const other = works(semaphore);
        const last = other.run(0);
        closing.abort();
        await assert.rejects(waiting, ClosedError);
        first.ends[0]!();
        await holding;
        await settle();
        assert.deepEqual(other.started, [0]);
        other.ends[0]!();
        await last;
        await assert.rejects(
            semaphore.run(() => Promise.resolve(), closing.signal),
            ClosedError,
        );
    });
});
