import assert from 'node:assert/strict';
import { ClosedError } from '../../../../lib/concurrency/closed-error';
import { CatalogPasses, PassStopped, type PassKind } from '../../../../lib/delivery/products/catalog-passes';
import { FakeClock, settle } from '../../fake-clock';

describe('the passes over a catalog', () => {
    let clock: FakeClock;
    let passes: CatalogPasses<{ n: number }>;
    let made: PassKind[];
    let failures: string[];
    let read: (kind: PassKind, signal: AbortSignal) => Promise<{ n: number }>;

    const start = (all: number, stock: number, atOnce = false): void => {
        passes = new CatalogPasses<{ n: number }>({
            clock,
            intervalMs: { all, stock },
            read: (kind, signal) => read(kind, signal),
            done: (kind) => void made.push(kind),
            failed: (error) => void failures.push((error as Error).message),
        });
        passes.start(atOnce);
    };
    beforeEach(() => {
        clock = new FakeClock();
        [made, failures] = [[], []];
        read = () => Promise.resolve({ n: 1 });
    });
    afterEach(() => passes.close());

    it('are made at their intervals, and one over all has the stock, too', async () => {
        start(60_000, 25_000);
        await clock.advance(59_000);
        assert.deepEqual(made, ['stock', 'stock']);
        await clock.advance(1000);
        assert.deepEqual(made, ['stock', 'stock', 'all']);
        await clock.advance(24_000);
        assert.equal(made.length, 3);
        await clock.advance(1000);
        assert.deepEqual(made.at(-1), 'stock');
    });

    it('are made at the deploy where that is wanted, and never by themselves at 0', async () => {
        start(0, 0);
        await clock.advance(1e9);
        assert.deepEqual(made, []);
        await passes.close();
        start(0, 0, true);
        await clock.advance(1e9);
        assert.deepEqual(made, ['all']);
    });

    it('are made when somebody asks, once for all who ask at the same time', async () => {
        start(0, 0);
        await settle();
        assert.deepEqual(await Promise.all([passes.refresh(), passes.refresh()]), [{ n: 1 }, { n: 1 }]);
        assert.deepEqual(made, ['all']);
        assert.deepEqual(await passes.refresh(), { n: 1 });
        assert.deepEqual(made, ['all', 'all']);
    });

    it('go on after one that failed, which whoever asked for it hears of', async () => {
        start(60_000, 0);
        read = () => Promise.reject(new Error('no token'));
        await assert.rejects(passes.refresh(), /no token/);
        assert.deepEqual(failures, ['no token']);
        read = () => Promise.resolve({ n: 2 });
        await clock.advance(60_000);
        assert.deepEqual(made, ['all']);
    });

    it('rest while they are paused, but for those that are asked for', async () => {
        start(60_000, 0);
        passes.pause();
        await clock.advance(180_000);
        assert.deepEqual(made, []);
        await passes.refresh();
        assert.deepEqual(made, ['all']);
        passes.resume();
        await clock.advance(60_000);
        assert.deepEqual(made, ['all', 'all']);
    });

    it('stop when a person says so, which is no failure, and go on at the next interval', async () => {
        start(60_000, 0);
        assert.equal(passes.stop(), false);
        read = (_kind, signal) =>
            new Promise((_, reject) => signal.addEventListener('abort', () => reject(new ClosedError())));
        const asked = passes.refresh();
        await settle();
        assert.equal(passes.stop(), true);
        await assert.rejects(asked, PassStopped);
        assert.deepEqual([made, failures], [[], []]);
        read = () => Promise.resolve({ n: 1 });
        await clock.advance(60_000);
        assert.deepEqual(made, ['all']);
    });

    it('end with the node, and nobody waits for one in vain', async () => {
        start(0, 0);
        let end = (): void => undefined;
        read = () => new Promise((_, reject) => (end = () => reject(new ClosedError())));
        const first = passes.refresh();
        await settle();
        const second = passes.refresh();
        const closing = passes.close();
        end();
        await closing;
        await assert.rejects(first, ClosedError);
        await assert.rejects(second, ClosedError);
        await assert.rejects(passes.refresh(), ClosedError);
    });
});
