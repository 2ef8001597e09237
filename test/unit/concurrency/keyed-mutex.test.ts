import assert from 'node:assert/strict';
import { KeyedMutex } from '../../../lib/concurrency/keyed-mutex';
import { settle } from '../fake-clock';

describe('one piece of work at a time for each key', () => {
    it('the others of that key wait in order; other keys do not', async () => {
        const mutex = new KeyedMutex();
        const log: string[] = [];
        const ends: (() => void)[] = [];
        const work = (name: string, key: string): Promise<void> =>
            mutex.run(key, async () => {
                log.push(`${name} begins`);
                await new Promise<void>((resolve) => ends.push(resolve));
                log.push(`${name} ends`);
            });
        const all = [work('a', 'x'), work('b', 'x'), work('c', 'y')];
        await settle();
        assert.deepEqual(log, ['a begins', 'c begins']);
        ends[0]!();
        await settle();
        assert.deepEqual(log, ['a begins', 'c begins', 'a ends', 'b begins']);
        for (const end of ends) end();
        await Promise.all(all);
    });

    it('work that failed does not hold up the next, nor fail it', async () => {
        const mutex = new KeyedMutex();
        const first = mutex.run('x', () => Promise.reject(new Error('no')));
        const second = mutex.run('x', () => Promise.resolve(2));
        await assert.rejects(first, /no/);
        assert.equal(await second, 2);
    });

    it('is one for all who lead to one server', () => {
        assert.equal(KeyedMutex.for('http://a'), KeyedMutex.for('http://a'));
        assert.notEqual(KeyedMutex.for('http://a'), KeyedMutex.for('http://b'));
    });
});
