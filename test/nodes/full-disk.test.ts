import assert from 'node:assert/strict';
import { standBetween } from '../faults/torture/handles';
import { NodeFixture, until } from './fixture';
import { ALL, line, manualPrint } from './flow';
import { jsonAnswer } from '../simulators/simulator';

describe('a disk that is full for a while', () => {
    const fixture = new NodeFixture();
    let full: boolean;
    let restore: () => void;

    beforeEach(async () => {
        await fixture.open();
        full = false;
        restore = await standBetween({
            write: (_handle, bytes, real) =>
                full
                    ? Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
                    : real(bytes),
        });
    });
    afterEach(async () => {
        full = false;
        await fixture.close();
        restore();
    });

    const states = (): string[] => [...fixture.ledger().prints()].map(({ state }) => state);
    const reported = (text: RegExp): number => fixture.warnings('store').filter((warning) => text.test(warning)).length;
    const done = (count: number): Promise<void> =>
        until(
            () => `${count} prints to be done: ${states().join()}`,
            () => states().length === count && states().every((state) => state === 'done'),
            15_000,
        );

    it('stops prints where they are, and all go on by themselves when there is room: no deploy, nothing parked or doubled', async () => {
        await fixture.deploy(line(fixture, ALL, { source: { startWith: 'all', window: 2 } }));
        await fixture.ask('poll');
        // one is full before, two while they are under way
        const hold = new Promise<void>((resolve) => {
            fixture.inventree.hold = ({ method, url }) => {
                if (method !== 'POST' || !url.startsWith('/api/stock/')) return undefined;
                full = true;
                return new Promise((go) =>
                    setTimeout(() => {
                        resolve();
                        go();
                    }, 50),
                );
            };
        });
        for (const name of ['one', 'two', 'three']) fixture.bambuddy.print({ name });
        fixture.send('source', { payload: 'poll' });
        await hold;
        fixture.inventree.hold = undefined;
        await until('the disk to be told of', () => reported(/the disk is full/) > 0);
        // a while in which nothing may go wrong, longer than the first tries to write
        await new Promise((resolve) => setTimeout(resolve, 1500));
        assert.ok(fixture.inventree.state.stock.size <= 2);
        assert.ok(!states().includes('parked'), states().join());
        full = false;
        await done(3);
        assert.deepEqual(fixture.batches().sort(), ['bambuddy-1', 'bambuddy-2', 'bambuddy-3']);
        assert.equal(fixture.at('out').length, 3);
        assert.equal(reported(/the disk is full/), 1);
        assert.equal(reported(/is written again/), 1);
        assert.deepEqual(fixture.at('caught'), []);
    });

    it('holds a print that was found meanwhile, and it is sent once', async () => {
        await fixture.deploy(line(fixture, ALL, { source: { startWith: 'all' } }));
        await fixture.ask('poll');
        fixture.bambuddy.print({ name: 'found' });
        full = true;
        fixture.send('source', { payload: 'poll' });
        await until('the disk to be told of', () => reported(/the disk is full/) > 0);
        assert.deepEqual(fixture.at('out'), []);
        full = false;
        await done(1);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
        assert.equal(fixture.at('out').length, 1);
    });

    it('holds a message of another source in the node, which says so', async () => {
        await fixture.deploy(line(fixture, ['part', 'stock']));
        full = true;
        fixture.send('part', { payload: manualPrint() });
        await fixture.showing('stock', 'red ring ledger not usable');
        full = false;
        await fixture.messages('out', 1, 15_000);
        assert.equal(fixture.inventree.state.stock.size, 1);
        assert.deepEqual(fixture.at('caught'), []);
    });

    it('goes through an import, which tells of what it made', async () => {
        await fixture.deploy(line(fixture, ALL));
        for (let n = 0; n < 6; n++) fixture.bambuddy.print({ name: `print ${n}` });
        fixture.inventree.hold = ({ method }) => {
            if (method === 'POST' && fixture.inventree.state.stock.size === 2 && !full) full = true;
            return undefined;
        };
        const answer = fixture.ask({ action: 'backfill', mode: 'all' }, 20_000);
        await until('the disk to be told of', () => reported(/the disk is full/) > 0);
        fixture.inventree.hold = undefined;
        await new Promise((resolve) => setTimeout(resolve, 300));
        full = false;
        const { created, existing, failed, phase } = await answer;
        assert.deepEqual({ created, existing, failed, phase }, { created: 6, existing: 0, failed: 0, phase: 'done' });
        await done(6);
        assert.equal(fixture.batches().length, 6);
    });

    it('tells a person who retries a parked print, and that print goes on by itself', async () => {
        await fixture.deploy(line(fixture, ALL, { source: { startWith: 'all' } }));
        fixture.bambuddy.print({ name: 'refused' });
        fixture.inventree.interfere = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/stock/') ? jsonAnswer(400, { quantity: ['No.'] }) : undefined;
        await fixture.ask('poll');
        await until('it to be parked', () => states().includes('parked'));
        fixture.inventree.interfere = undefined;
        full = true;
        const { message } = await fixture.failing('source', { payload: 'retry-all' });
        assert.match(message, /the disk is full: free space/);
        full = false;
        await done(1);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('an import does not count a print as there that was accepted and has no item', async () => {
        await fixture.deploy(line(fixture, ALL));
        fixture.bambuddy.print({ name: 'under way' });
        let go = (): void => undefined;
        const held = new Promise<void>((resolve) => (go = resolve));
        fixture.inventree.hold = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/stock/') ? held : undefined;
        await fixture.ask({ action: 'archive', archiveId: 1 });
        for (const mode of ['all', 'preview']) {
            const { existing, skipped, reasons } = await fixture.ask({ action: 'backfill', mode });
            assert.deepEqual(
                { existing, skipped, reasons },
                { existing: 0, skipped: 1, reasons: { 'not in stock yet': 1 } },
            );
        }
        go();
        await done(1);
        const { existing } = await fixture.ask({ action: 'backfill', mode: 'all' });
        assert.equal(existing, 1);
    });
});
