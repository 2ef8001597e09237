import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { systemClock } from '../../../../../lib/concurrency/clock';
import { ipnOf } from '../../../../../lib/print/part-identity';
import { EventFollowUp } from '../../../../../lib/sources/bambuddy/follow-up/event-follow-up';
import type { SourceSettings } from '../../../../../lib/sources/bambuddy/source';
import { FakeClock, settle } from '../../../fake-clock';
import { Flow, pause, until } from '../../../flow';
import { FILTER, Fixture, type FixtureOptions } from '../../../fixture';

const SECOND = 1000;

describe('following a live event', () => {
    let clock: FakeClock;
    let closing: AbortController;
    let followUp: EventFollowUp;
    /** seconds after the beginning */
    let looks: number[];
    let taken: [archiveId: number, second: number][];
    let failures: string[];
    /** what a look finds */
    let found: () => void;

    beforeEach(() => {
        clock = new FakeClock();
        closing = new AbortController();
        setMaxListeners(0, closing.signal);
        [looks, taken, failures] = [[], [], []];
        found = () => undefined;
        const start = clock.now();
        const second = (): number => (clock.now() - start) / SECOND;
        followUp = new EventFollowUp(
            {
                look: async () => {
                    looks.push(second());
                    await settle();
                    found();
                },
                take: (archiveId) => Promise.resolve(void taken.push([archiveId, second()])),
                failed: (error) => void failures.push((error as Error).message),
            },
            clock,
            closing.signal,
        );
    });

    /** The row of an archive is there from so many seconds on. */
    function rowAfter(archiveId: number, seconds: number): void {
        const from = clock.now() + seconds * SECOND;
        found = () => {
            if (clock.now() >= from) followUp.came(archiveId);
        };
    }

    const pass = async (seconds: number): Promise<void> => {
        for (let i = 0; i < seconds; i++) await clock.advance(SECOND);
    };

    it('looks at once; a row that is there ends it', async () => {
        rowAfter(7, 0);
        followUp.ended(7);
        await pass(200);
        assert.deepEqual(looks, [0]);
        assert.deepEqual(taken, []);
    });

    for (const [late, expected] of [
        [1, [0, 2]],
        [3, [0, 2, 12]],
        [30, [0, 2, 12, 72]],
    ] as const)
        it(`a row that is ${late} s late is waited for`, async () => {
            rowAfter(7, late);
            followUp.ended(7);
            await pass(200);
            assert.deepEqual(looks, expected);
            assert.deepEqual(taken, []);
        });

    it('a row that never comes: the archive is taken by itself', async () => {
        followUp.ended(7);
        await pass(200);
        assert.deepEqual(looks, [0, 2, 12, 72]);
        assert.deepEqual(taken, [[7, 72]]);
    });

    it('told again of the same archive, looks once more and follows it once', async () => {
        followUp.ended(7);
        await pass(5);
        followUp.ended(7);
        await pass(200);
        assert.deepEqual(looks, [0, 2, 5, 12, 72]);
        assert.equal(taken.length, 1);
    });

    it('a thousand wakes in a second are a few looks', async () => {
        for (let i = 0; i < 1000; i++) {
            followUp.wake();
            await clock.advance(1);
        }
        await pass(10);
        assert.ok(looks.length <= 3, String(looks));
    });

    it('a thousand wakes at once are a look and one after it', async () => {
        for (let i = 0; i < 1000; i++) followUp.wake();
        await pass(10);
        assert.ok(looks.length <= 2, String(looks));
    });

    it('a thousand archives that end at once are few looks, never two in a second', async () => {
        for (let i = 1; i <= 1000; i++) followUp.ended(i);
        await pass(200);
        assert.ok(looks.length <= 8, String(looks));
        looks.reduce((before, second) => (assert.ok(second - before >= 1, String(looks)), second));
        assert.ok(taken.length <= 500);
    });

    it('a wake during a look is a look of its own: what came behind its back is found', async () => {
        found = () => {
            found = () => undefined;
            followUp.wake();
        };
        followUp.wake();
        await pass(5);
        assert.deepEqual(looks, [0, 1]);
    });

    it('a look that fails is told, and the next is made all the same', async () => {
        found = () => {
            throw new Error('refused');
        };
        followUp.ended(7);
        await pass(5);
        found = () => followUp.came(7);
        await pass(200);
        assert.deepEqual(failures, ['refused', 'refused']);
        assert.deepEqual(looks, [0, 2, 12]);
        assert.deepEqual(taken, []);
    });

    it('closed, it waits for nothing and does nothing more', async () => {
        followUp.ended(7);
        followUp.ended(8);
        await pass(3);
        closing.abort();
        await settle();
        assert.equal(clock.sleeping, 0);
        const before = looks.length;
        await pass(200);
        assert.equal(looks.length, before);
        assert.deepEqual(taken, []);
    });
});

describe('a source that is told of ended archives', () => {
    let fixture: Fixture;
    let flow: Flow;
    let clock: FakeClock;

    async function open(settings: Partial<SourceSettings> = {}, options: FixtureOptions = {}): Promise<void> {
        fixture = await Fixture.open(options);
        clock = new FakeClock();
        flow = new Flow(fixture, settings, ['part', 'stock'], clock);
        await flow.poll();
    }

    afterEach(() => flow.end());

    const looks = (): number => fixture.bambuddy.count('GET', /print-log\/$/);

    /** Lets time pass to the next look (after 2, 10, 60 s) and waits until that is over. */
    async function nextLook(seconds: number): Promise<void> {
        const before = looks();
        await until('the wait', () => clock.sleeping === 1);
        await clock.advance(seconds * SECOND);
        await until('the look', () => looks() > before);
        await until('its end', () => clock.sleeping === 1 || seconds === 60);
        await flow.idle();
    }

    async function afterAllLooks(): Promise<void> {
        for (const seconds of [2, 10, 60]) await nextLook(seconds);
    }

    /** A print that ended and whose row is not written. */
    function ended(options: Parameters<typeof fixture.bambuddy.print>[0] = {}): number {
        const { archiveId } = fixture.bambuddy.print({ logged: false, ...options });
        flow.source.heard(archiveId, 'completed');
        return archiveId;
    }

    const stocked = (items: number): Promise<void> =>
        until(`${items} items`, () => fixture.inventree.state.stock.size === items);

    for (const [late, waits] of [
        [3, [2, 10]],
        [30, [2, 10, 60]],
    ] as const)
        it(`a row that is ${late} s late makes its item when it comes`, async () => {
            await open();
            const archiveId = ended();
            await nextLook(2);
            if (late > 12) await nextLook(10);
            assert.deepEqual(fixture.inStock, []);
            fixture.bambuddy.logRun(archiveId);
            await nextLook(waits.at(-1)!);
            await stocked(1);
            assert.equal(fixture.ledger.print(`bambuddy-${archiveId}`)?.runId, 1);
        });

    it('a row that never comes: one item, by the start that the archive has', async () => {
        await open();
        const archiveId = ended();
        await afterAllLooks();
        await stocked(1);
        assert.deepEqual(fixture.inStock, [`bambuddy-${archiveId} x1`]);
        assert.deepEqual(flow.failures, []);
    });

    it('a row that comes after all, with that start, is the same print', async () => {
        await open();
        const archiveId = ended();
        await afterAllLooks();
        await stocked(1);
        await flow.idle();
        fixture.bambuddy.logRun(archiveId);
        await flow.poll();
        assert.equal((await flow.backfill()).created, 0);
        assert.equal((await flow.source.reconcile()).matches, 1);
        assert.equal(fixture.inventree.state.stock.size, 1);
    });

    it('a reprint whose row is late is waited for, though looks still show the run before it', async () => {
        await open();
        const { archiveId } = fixture.bambuddy.print({ seconds: 60 });
        await flow.poll();
        await stocked(1);
        ended({ archive: archiveId, seconds: 30 });
        await nextLook(2);
        const runId = fixture.bambuddy.logRun(archiveId);
        await nextLook(10);
        await stocked(2);
        assert.deepEqual(fixture.inStock, [`bambuddy-${archiveId} x1`, `bambuddy-${archiveId}-${runId} x1`]);
    });

    it('a reprint whose row never comes has an item of its own', async () => {
        await open();
        const { archiveId } = fixture.bambuddy.print({ seconds: 60 });
        await flow.poll();
        await stocked(1);
        ended({ archive: archiveId, seconds: 30 });
        await afterAllLooks();
        await stocked(2);
        assert.match(fixture.inStock[1]!, new RegExp(`^bambuddy-${archiveId}-\\d{14} x1$`));
    });

    it('and does not take the stock that the first run has from before us', async () => {
        await open({ startWith: 'now' });
        // by whole seconds: in the second of the newest row it could be either
        const started = new Date(Date.now() - 120_000);
        const { archiveId } = fixture.bambuddy.print({ startedAt: started, seconds: 60 });
        const { content_hash } = fixture.bambuddy.state.archives.get(archiveId)!;
        const part = fixture.inventree.addPart({
            name: 'From before',
            IPN: ipnOf(`content_hash:${content_hash}`, 'BMB'),
        });
        fixture.inventree.addStock({ part: part.pk, quantity: 1, batch: `bambuddy-${archiveId}` });
        await flow.source.close();
        await fixture.forget();
        flow = new Flow(fixture, { startWith: 'now' }, ['part', 'stock'], clock);
        await flow.poll();
        ended({ archive: archiveId, seconds: 30 });
        await afterAllLooks();
        await stocked(2);
        assert.match(fixture.inStock[1]!, new RegExp(`^bambuddy-${archiveId}-\\d{14} x1$`));
    });

    it('an archive that is gone before it could be taken is no error', async () => {
        await open();
        const archiveId = ended();
        fixture.bambuddy.purge(archiveId);
        await afterAllLooks();
        await until('the archive to be asked for', () => fixture.bambuddy.count('GET', /archives\/1$/) > 0);
        await pause(20);
        assert.deepEqual(fixture.inStock, []);
        assert.deepEqual(flow.failures, []);
    });

    it('one that ended before "now" is not taken, whoever tells of it', async () => {
        await open({ startWith: 'now' });
        await flow.source.close();
        // by whole seconds: in the second of the newest row it could be either
        const started = new Date(Date.now() - 120_000);
        const { archiveId } = fixture.bambuddy.print({ startedAt: started, seconds: 60 });
        fixture.bambuddy.print({ seconds: 30 });
        await fixture.forget();
        flow = new Flow(fixture, { startWith: 'now' }, ['part', 'stock'], clock);
        await flow.poll();
        flow.source.heard(archiveId, 'completed');
        await afterAllLooks();
        await until('the archive to be asked for', () => fixture.bambuddy.count('GET', /archives\/1$/) > 0);
        await pause(20);
        assert.deepEqual(fixture.inStock, []);
    });

    it('one that is printing again by then is left for its next end', async () => {
        await open();
        const archiveId = ended();
        fixture.bambuddy.start({ archive: archiveId });
        await afterAllLooks();
        await pause(50);
        assert.deepEqual(fixture.inStock, []);
        assert.deepEqual(flow.failures, []);
    });

    it('failed prints are looked for only where they are wanted', async () => {
        await open();
        const before = looks();
        for (const status of ['failed', 'aborted', 'cancelled', 'printing', 'archived', ''])
            flow.source.heard(1, status);
        await clock.advance(100 * SECOND);
        assert.equal(looks(), before);
        await flow.source.close();
        flow = new Flow(fixture, { filter: { ...FILTER, successOnly: false } }, ['part', 'stock'], clock);
        const { archiveId } = fixture.bambuddy.print({ status: 'failed' });
        flow.source.heard(archiveId, 'failed');
        await until('the print', () => flow.sent.length === 1);
    });

    it('settling: the print is sent when its time has passed, and no longer waits by a clock that is ahead', async () => {
        await open({ settle: 5 });
        // five hours ahead of ours
        const { archiveId } = fixture.bambuddy.print({ startedAt: new Date(clock.now() + 5 * 3600_000), seconds: 60 });
        flow.source.heard(archiveId, 'completed');
        // one waits for its row, one settles
        await until('both waits', () => clock.sleeping === 2);
        await clock.advance(4 * SECOND);
        assert.deepEqual(flow.sent, []);
        await clock.advance(SECOND);
        await stocked(1);
    });
});

describe('a source that listens', () => {
    let fixture: Fixture;
    let flow: Flow;

    async function listen(settings: Partial<SourceSettings> = {}, options: FixtureOptions = {}): Promise<void> {
        fixture = await Fixture.open(options);
        flow = new Flow(fixture, { live: true, pollOnDeploy: true, ...settings }, ['part', 'stock'], systemClock);
        flow.source.start();
        await until('the socket', () => flow.source.status().live === true);
        if (settings.pollOnDeploy !== false)
            await until('the first look', () => flow.source.status().lastPoll !== null);
        // the look of the deploy and the one after the socket stood
        await pause(1200);
    }

    afterEach(async () => {
        await flow.idle();
        await flow.source.close();
        await until('the socket to go', () => fixture.bambuddy.events.connected === 0);
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    const looks = (): number => fixture.bambuddy.count('GET', /print-log\/$/);
    const stocked = (items: number): Promise<void> =>
        until(`${items} items`, () => fixture.inventree.state.stock.size === items);

    for (const interval of [0, 300])
        it(`brings a print into stock when it ends, with an interval of ${interval} s`, async () => {
            await listen({ interval });
            const { archiveId } = fixture.bambuddy.start();
            fixture.bambuddy.finish(archiveId);
            await stocked(1);
            assert.deepEqual(fixture.inStock, [`bambuddy-${archiveId} x1`]);
        });

    it('asks for nothing when a print has failed', async () => {
        await listen();
        const before = fixture.bambuddy.requestCount;
        fixture.bambuddy.finish(fixture.bambuddy.start().archiveId, { status: 'failed' });
        await pause(200);
        assert.equal(fixture.bambuddy.requestCount, before);
        assert.deepEqual(flow.sent, []);
    });

    it('catches up with one look on what it missed while the server started again', async () => {
        await listen();
        const before = looks();
        fixture.bambuddy.events.refuse = true;
        fixture.bambuddy.events.disconnect(1012);
        await until('the end of the socket', () => flow.source.status().live === false);
        for (let i = 0; i < 3; i++) fixture.bambuddy.print({ name: `Missed ${i}` });
        fixture.bambuddy.events.refuse = false;
        await stocked(3);
        await pause(100);
        assert.equal(flow.source.status().live, true);
        assert.equal(looks(), before + 1);
    });

    it('a thousand events of one archive in a second are a few looks', async () => {
        await listen();
        const before = looks();
        const { archiveId } = fixture.bambuddy.print();
        for (let i = 0; i < 999; i++)
            fixture.bambuddy.events.emit({ type: 'archive_updated', data: { id: archiveId, status: 'completed' } });
        await stocked(1);
        await pause(1500);
        assert.ok(looks() - before <= 4, `${looks() - before} looks`);
        assert.equal(fixture.inventree.state.stock.size, 1);
    });

    it('with no look wanted at the deploy makes none, and "now" is the deploy all the same', async () => {
        fixture = await Fixture.open();
        fixture.bambuddy.print({ name: 'Before' });
        flow = new Flow(fixture, { live: true, pollOnDeploy: false, startWith: 'now' }, ['part', 'stock'], systemClock);
        flow.source.start();
        await until('the socket', () => flow.source.status().live === true);
        fixture.bambuddy.events.refuse = true;
        fixture.bambuddy.events.disconnect(1012);
        fixture.bambuddy.print({ name: 'After' });
        await pause(50);
        assert.equal(flow.source.status().lastPoll, null);
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-2']);
    });

    it('works where authentication is off', async () => {
        await listen({}, { auth: false });
        fixture.bambuddy.finish(fixture.bambuddy.start().archiveId);
        await stocked(1);
        assert.equal(fixture.bambuddy.count('POST', /token/), 0);
    });
});
