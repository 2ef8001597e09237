import assert from 'node:assert/strict';
import sinon from 'sinon';
import { InFlight } from '../../../../../lib/delivery/in-flight';
import { ADMISSION_DEFAULTS, type OutcomeRules } from '../../../../../lib/sources/bambuddy/admission-rules';
import { FakeClock, settle } from '../../../fake-clock';
import { Flow, pause, until } from '../../../flow';
import { Fixture } from '../../../fixture';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('prints whose outcome Bambuddy asks for', () => {
    let clock: FakeClock;
    let fixture: Fixture;
    let flow: Flow;

    const flowOf = (outcome: Partial<OutcomeRules> = {}, more: { window?: number } = {}): Flow =>
        new Flow(
            fixture,
            {
                admission: { ...ADMISSION_DEFAULTS, outcome: { ...ADMISSION_DEFAULTS.outcome, ...outcome } },
                startWith: 'all',
                live: false,
                ...more,
            },
            ['part', 'stock'],
            clock,
        );

    async function begin(outcome: Partial<OutcomeRules> = {}, version = '1.2.5.7'): Promise<void> {
        clock = new FakeClock();
        fixture = await Fixture.open({ version, now: () => clock.time });
        flow = flowOf(outcome);
    }

    /** The flow as after a start of Node-RED: it looks after what waits by itself. */
    async function start(): Promise<void> {
        flow.source.start();
        await until('the first look', () => clock.sleeping > 0 || flow.source.status().held === 0);
        await settle();
    }

    async function restart(outcome: Partial<OutcomeRules> = {}): Promise<void> {
        await flow.source.close();
        await fixture.restart();
        flow = flowOf(outcome);
    }

    afterEach(() => flow.end());

    const printed = (more: object = {}): number =>
        fixture.bambuddy.print({
            name: 'Goose',
            confirm: true,
            startedAt: new Date(clock.time - HOUR),
            seconds: 3590,
            ...more,
        }).archiveId;

    const record = (batch = 'bambuddy-1') => fixture.ledger.print(batch)!;
    const reads = (): number =>
        fixture.bambuddy.count('GET', /\/runs$/) +
        fixture.bambuddy.requests.filter(({ url }) => url.includes('print-log') && url.includes('limit=500')).length;

    /** Lets time pass, and everything that this sets off. */
    async function pass(ms: number, step = 5 * MINUTE): Promise<void> {
        for (const end = clock.time + ms; clock.time < end;) {
            await clock.advance(Math.min(step, end - clock.time));
            await until('all is read', () => fixture.bambuddy.requests.every(({ status }) => status !== undefined));
            for (let i = 0; i < 5; i++) await settle();
            await new Promise((resolve) => setTimeout(resolve, 10));
            await flow.idle();
        }
    }

    it('wait, without a slot and without a Part', async () => {
        await begin();
        printed();
        await flow.poll();
        assert.deepEqual([fixture.inStock, flow.sent, flow.source.status().underWay], [[], [], 0]);
        const { state, hold, holdUntil } = record();
        assert.deepEqual([state, hold], ['accepted', 'verdict']);
        assert.equal(Date.parse(holdUntil!), clock.time - 10_000 + 7 * DAY);
        assert.equal(flow.source.status().held, 1);
        assert.equal(fixture.inventree.state.parts.size, 0);
    });

    /** Two that wait and one that does not, where one print at a time may be under way. */
    async function beginWithOneSlot(): Promise<void> {
        await begin();
        await flow.source.close();
        flow = flowOf({}, { window: 1 });
        for (const hours of [3, 2])
            printed({ name: `Goose ${hours}`, startedAt: new Date(clock.time - hours * HOUR), seconds: 600 });
        printed({ name: 'Hook', confirm: false });
    }
    const isHookInStock = (): Promise<void> => until('the hook is in stock', () => fixture.inStock.length === 1);

    it('are asked about as ever where our clock was set back, before and after a restart', async () => {
        await begin();
        const id = printed();
        await flow.poll();
        await start();
        await pass(10 * MINUTE);
        clock.skew -= DAY;
        fixture.bambuddy.tellOutcome(id, 'good');
        await pass(10 * MINUTE);
        assert.equal(fixture.inStock.length, 1);
        const second = printed({ name: 'Duck', startedAt: new Date(clock.time - 120_000), seconds: 60 });
        await flow.poll();
        clock.skew -= DAY;
        await restart();
        await start();
        fixture.bambuddy.tellOutcome(second, 'good');
        await pass(10 * MINUTE);
        assert.equal(fixture.inStock.length, 2);
    });

    it('hold no slot: with one at a time the others go into stock beside them', async () => {
        await beginWithOneSlot();
        await flow.poll();
        await isHookInStock();
        assert.equal(flow.source.status().held, 2);
    });

    it('a slot that one of them keeps is noticed', async () => {
        await beginWithOneSlot();
        const free = sinon.stub(InFlight.prototype, 'release');
        try {
            const polled = flow.poll().catch(() => undefined);
            await until('the first one waits', () => flow.source.status().held === 1);
            await pause(1000);
            assert.deepEqual([fixture.inStock, flow.source.status().held], [[], 1]);
            await flow.source.close();
            await polled;
        } finally {
            free.restore();
        }
    });

    it('go into stock when they came out well', async () => {
        await begin();
        const id = printed();
        await flow.poll();
        fixture.bambuddy.tellOutcome(id, 'good');
        await flow.poll();
        await until('it is in stock', () => fixture.inStock.length === 1);
        assert.deepEqual([fixture.inStock, record().verdict, record().hold], [['bambuddy-1 x1'], 'good', undefined]);
    });

    it('are not stocked when they were rejected, and the reason says so', async () => {
        await begin();
        const id = printed();
        await flow.poll();
        fixture.bambuddy.tellOutcome(id, 'reject');
        await flow.poll();
        await settle();
        const { state, reason, hold } = record();
        assert.deepEqual([fixture.inStock, state, reason, hold], [[], 'skipped', 'rejected in Bambuddy', undefined]);
    });

    it('are stocked with a status of its own when they were rejected, where the setting says so', async () => {
        await begin({ rejected: 'stock', rejectedStatus: 55 });
        const id = printed();
        await flow.poll();
        fixture.bambuddy.tellOutcome(id, 'reject');
        await flow.poll();
        await until('it is in stock', () => fixture.inStock.length === 1);
        assert.deepEqual(
            [...fixture.inventree.state.stock.values()].map(({ status }) => status),
            [55],
        );
    });

    it('that were rejected before we look are not stocked', async () => {
        for (const ask of ['wait', 'take'] as const) {
            await begin({ ask });
            fixture.bambuddy.tellOutcome(printed(), 'reject');
            await flow.poll();
            assert.deepEqual([fixture.inStock, [...fixture.ledger.prints()][0]!.reason], [[], 'rejected in Bambuddy']);
            if (ask === 'wait') {
                await flow.source.close();
                await fixture.close();
            }
        }
    });

    it('that were called good before we look go into stock at once', async () => {
        await begin();
        fixture.bambuddy.tellOutcome(printed(), 'good');
        await flow.poll();
        assert.equal(fixture.inStock.length, 1);
    });

    it('are taken at once where the setting says so', async () => {
        await begin({ ask: 'take' });
        printed();
        await flow.poll();
        assert.equal(fixture.inStock.length, 1);
    });

    it('the jobs that ask nothing, and a Bambuddy that cannot ask, wait for nobody', async () => {
        await begin();
        printed({ confirm: false });
        await flow.poll();
        assert.equal(fixture.inStock.length, 1);
        await flow.source.close();
        await fixture.close();
        await begin({}, '1.2.5.2');
        printed();
        await flow.poll();
        assert.equal(fixture.inStock.length, 1);
    });

    it('wait over a restart, and what was told meanwhile counts', async () => {
        await begin();
        const id = printed();
        await flow.poll();
        await restart();
        assert.equal(flow.source.status().held, 1);
        fixture.bambuddy.tellOutcome(id, 'good');
        await start();
        await until('it is in stock', () => fixture.inStock.length === 1);
    });

    it('are let go by a deploy that takes prints at once', async () => {
        await begin();
        printed();
        await flow.poll();
        await restart({ ask: 'take' });
        await start();
        await until('it is in stock', () => fixture.inStock.length === 1);
    });

    it('are read every five minutes for an hour and then every hour, one request each', async () => {
        await begin();
        printed();
        await flow.poll();
        await start();
        const before = reads();
        await pass(HOUR);
        const inFirstHour = reads() - before;
        assert.ok(inFirstHour >= 11 && inFirstHour <= 12, `${inFirstHour} requests`);
        await pass(6 * HOUR);
        const later = reads() - before - inFirstHour;
        assert.ok(later >= 5 && later <= 7, `${later} requests`);
    });

    it('that wait together are read with one page of the log', async () => {
        await begin();
        const ids = [0, 1, 2, 3].map((n) =>
            printed({ name: `Goose ${n}`, startedAt: new Date(clock.time - (n + 2) * HOUR), printer: 1 }),
        );
        await flow.poll();
        assert.equal(flow.source.status().held, 4);
        await start();
        const before = fixture.bambuddy.requests.length;
        fixture.bambuddy.tellOutcome(ids[2]!, 'good');
        await pass(5 * MINUTE);
        await until('it is in stock', () => fixture.inStock.length === 1);
        const asked = fixture.bambuddy.requests.slice(before).filter(({ url }) => /print-log|runs/.test(url));
        assert.equal(asked.length, 1);
        assert.equal(flow.source.status().held, 3);
    });

    it('need attention when nobody answers in time; all are not tried again, one by its name is', async () => {
        await begin({ days: 2 });
        printed();
        await flow.poll();
        await start();
        await pass(2 * DAY + 2 * HOUR, HOUR);
        await until('it is parked', () => record().state === 'parked');
        assert.deepEqual([record().state, record().reason], ['parked', 'nobody told Bambuddy the outcome']);
        assert.match(flow.failures.join(), /Archive 1 is parked: nobody told Bambuddy the outcome/);
        assert.deepEqual(await flow.source.manual.retry(null), { sent: 0, remaining: 0 });
        await flow.source.manual.retry('bambuddy-1');
        await flow.idle();
        assert.equal(fixture.inStock.length, 1);
    });

    it('count as good when nobody answers in time, where the setting says so', async () => {
        await begin({ days: 2, unanswered: 'good' });
        printed();
        await flow.poll();
        await start();
        await pass(2 * DAY + 2 * HOUR, HOUR);
        await until('it is in stock', () => fixture.inStock.length === 1);
    });

    it('of the history that nobody answered in time do not wait anew', async () => {
        await begin();
        printed({ startedAt: new Date(clock.time - 30 * DAY) });
        await flow.backfill();
        assert.deepEqual([record().state, record().reason], ['parked', 'nobody told Bambuddy the outcome']);
    });

    for (const [verdict, inStock] of [
        ['good', ['bambuddy-1 x1']],
        ['reject', []],
    ] as const)
        it(`are released by hand as ${verdict}, also when they need attention`, async () => {
            await begin({ days: 1 });
            printed();
            await flow.poll();
            await flow.source.release('bambuddy-1', verdict);
            await flow.idle();
            assert.deepEqual([fixture.inStock, record().verdict], [inStock, verdict]);
            await assert.rejects(flow.source.release('bambuddy-1', verdict), /waits for its outcome/);
            const second = printed({ startedAt: new Date(clock.time - 30 * DAY) });
            await flow.backfill();
            assert.equal(record(`bambuddy-${second}`).state, 'parked');
            await flow.source.release(`bambuddy-${second}`, verdict);
            await flow.idle();
            assert.equal(fixture.inStock.length, inStock.length * 2);
        });

    it('a verdict on the archive is of its newest run: the older one waits on by its own row', async () => {
        await begin();
        const archive = printed({ startedAt: new Date(clock.time - 3 * HOUR) });
        await flow.poll();
        fixture.bambuddy.print({ archive, confirm: true, startedAt: new Date(clock.time - HOUR), seconds: 3000 });
        fixture.bambuddy.tellOutcome(archive, 'reject');
        await flow.poll();
        const states = [...fixture.ledger.prints()].map(({ state, hold }) => `${state} ${hold ?? '-'}`).sort();
        assert.deepEqual(states, ['accepted verdict', 'skipped -']);
        assert.equal(fixture.inStock.length, 0);
    });

    it('a print that is being printed again says nothing of the run before', async () => {
        await begin();
        const archive = printed({ confirm: false, startedAt: new Date(clock.time - 3 * HOUR) });
        fixture.bambuddy.start({ archive, confirm: true, startedAt: new Date(clock.time - 60_000) });
        await flow.poll();
        assert.equal(fixture.inStock.length, 1);
    });

    it('whose row was cleared are told by their archive, and need attention where that is gone', async () => {
        await begin();
        const ids = [printed(), printed({ name: 'Hook', startedAt: new Date(clock.time - 5 * HOUR) })];
        await flow.poll();
        await start();
        fixture.bambuddy.clearLog();
        fixture.bambuddy.tellOutcome(ids[0]!, 'good');
        fixture.bambuddy.purge(ids[1]!);
        await pass(20 * MINUTE);
        await until('the first is in stock', () => fixture.inStock.length === 1);
        assert.equal(record('bambuddy-2').reason, 'archive gone before anybody told the outcome');
    });

    it('an event of their archive has them read, a flood of events once in ten seconds', async () => {
        await begin();
        const id = printed();
        await flow.poll();
        await start();
        await pass(MINUTE);
        const before = reads();
        for (let i = 0; i < 20; i++) flow.source.touched(id);
        await until('it is read', () => reads() > before);
        fixture.bambuddy.tellOutcome(id, 'good');
        for (let i = 0; i < 20; i++) flow.source.touched(id);
        await pass(10_000, 10_000);
        await until('it is in stock', () => fixture.inStock.length === 1);
        assert.equal(reads() - before, 2);
    });

    it('a verdict that comes after the stock shows in the comparison', async () => {
        await begin({ ask: 'take' });
        const id = printed();
        await flow.poll();
        fixture.bambuddy.tellOutcome(id, 'reject');
        const { differing, lists } = await flow.source.reconcile();
        assert.equal(differing, 1);
        assert.deepEqual(
            lists.differing.map(({ what, was, is }) => [what, was, is]),
            [['outcome', null, 'reject']],
        );
    });
});

describe('plates of which nothing came', () => {
    for (const [counts, inStock] of [
        [true, []],
        [false, ['bambuddy-1 x1']],
    ] as const)
        it(`are ${counts ? 'not stocked where' : 'stocked where not'} the quantity is Bambuddy’s count`, async () => {
            const fixture = await Fixture.open({ version: '1.2.5.7' });
            const flow = new Flow(fixture, { admission: { ...ADMISSION_DEFAULTS, countsPieces: () => counts } });
            fixture.bambuddy.print({ quantity: 0 });
            await flow.poll();
            const [record] = [...fixture.ledger.prints()];
            await flow.source.close();
            assert.deepEqual(fixture.inStock, inStock);
            assert.equal(record!.reason, counts ? '0 items printed' : undefined);
            assert.equal(fixture.inventree.state.parts.size, inStock.length);
            await fixture.close();
        });

    it('are said of the newest run alone', async () => {
        const fixture = await Fixture.open({ version: '1.2.5.7' });
        const flow = new Flow(fixture, { admission: { ...ADMISSION_DEFAULTS, countsPieces: () => true } });
        const { archiveId: archive } = fixture.bambuddy.print({ quantity: 3, startedAt: '2026-10-20T08:00:00Z' });
        fixture.bambuddy.print({ archive, startedAt: '2026-10-20T10:00:00Z' });
        fixture.bambuddy.editArchive(archive, { quantity: 0 });
        await flow.poll();
        await flow.source.close();
        assert.equal(fixture.inStock.length, 1);
        await fixture.close();
    });
});
