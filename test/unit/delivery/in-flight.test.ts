import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { InFlight, type Settled } from '../../../lib/delivery/in-flight';
import type { Print } from '../../../lib/print/print';
import { settle } from '../fake-clock';
import { Fixture } from '../fixture';

describe('prints under way', () => {
    let fixture: Fixture;
    let inFlight: InFlight;

    beforeEach(async () => {
        fixture = await Fixture.open();
        inFlight = new InFlight(fixture.sync.delivery, 1, 60_000);
    });

    afterEach(async () => {
        inFlight.close();
        await fixture.close();
    });

    async function fly(print: Print): Promise<{ settled: Promise<Settled> }> {
        await inFlight.acquire('live', fixture.signal);
        return { settled: inFlight.track(print) };
    }

    /** Whether a slot is free; it is given back. */
    async function isFree(): Promise<boolean> {
        const mine = new AbortController();
        const slot = inFlight.acquire('live', mine.signal).then(
            () => true,
            () => false,
        );
        await settle();
        mine.abort();
        const free = await slot;
        if (free) inFlight.release();
        return free;
    }

    it('give their slot back when they are in stock', async () => {
        const print = await fixture.printed();
        const { settled } = await fly(print);
        const part = await fixture.part(print);
        assert.equal(await isFree(), false);
        await fixture.stock(print, part.pk);
        assert.deepEqual(await settled, { batch: print.batch, created: true, failed: false });
        assert.equal(await isFree(), true);
        assert.equal(inFlight.count, 0);
    });

    it('give their slot back when they failed', async () => {
        const print = await fixture.printed();
        const { settled } = await fly(print);
        await fixture.sync.delivery.park(print, 'part', 'no');
        assert.equal((await settled).failed, true);
        assert.equal(await isFree(), true);
    });

    it('that are already done settle at once', async () => {
        const print = await fixture.printed();
        await fixture.ledger.changePrint(print.batch, { state: 'done' });
        const { settled } = await fly(print);
        assert.equal((await settled).created, false);
        assert.equal(await isFree(), true);
    });

    it('that none of our nodes takes are passed, and the slot comes back', async () => {
        inFlight.close();
        inFlight = new InFlight(fixture.sync.delivery, 1, 5);
        const print = await fixture.printed();
        const { settled } = await fly(print);
        await settled;
        await delay(5);
        assert.equal(fixture.ledger.print(print.batch)?.state, 'passed');
        assert.equal(await isFree(), true);
    });

    it('that a node has in hand are not passed, however long it holds them', async () => {
        inFlight.close();
        inFlight = new InFlight(fixture.sync.delivery, 1, 5);
        const print = await fixture.printed();
        await fly(print);
        fixture.sync.delivery.take(print, 'part');
        await delay(15);
        assert.equal(fixture.ledger.print(print.batch)?.state, 'accepted');
        assert.equal(await isFree(), false);
    });

    it('in a pass that makes Parts only, where only a stock node is wired, do not hold their slot for ever', async () => {
        inFlight.close();
        inFlight = new InFlight(fixture.sync.delivery, 1, 5);
        const print = await fixture.printed();
        const { settled } = await fly(print);
        await fixture.stock(print, 1, {}, { force: false, mode: 'parts' });
        await settled;
        assert.equal(await isFree(), true);
    });

    it('sent once more while under way (by hand) end both, and no slot is lost', async () => {
        inFlight.close();
        inFlight = new InFlight(fixture.sync.delivery, 2, 60_000);
        const print = await fixture.printed();
        const { settled: first } = await fly(print);
        const { settled: second } = await fly(print);
        await fixture.stored(print);
        await Promise.all([first, second]);
        assert.equal(inFlight.count, 0);
        await inFlight.acquire('live', fixture.signal);
        assert.equal(await isFree(), true);
    });

    it('of a source that is closed are let go: they are offered again', async () => {
        const print = await fixture.printed();
        await fly(print);
        assert.ok(fixture.sync.delivery.inFlight.has(print.batch));
        inFlight.close();
        assert.ok(!fixture.sync.delivery.inFlight.has(print.batch));
        assert.equal(fixture.ledger.print(print.batch)?.state, 'accepted');
    });
});
