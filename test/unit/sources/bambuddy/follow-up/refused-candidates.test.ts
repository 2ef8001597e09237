import assert from 'node:assert/strict';
import { jsonAnswer } from '../../../../simulators/simulator';
import { FakeClock } from '../../../fake-clock';
import { Flow, until } from '../../../flow';
import { once, Fixture } from '../../../fixture';

const MINUTE = 60_000;
const FORBIDDEN = jsonAnswer(403, { detail: 'API key does not have permission' });
const REFUSED = /\/archives\/2$/;

describe('an archive that Bambuddy refuses (403), found by the feed', () => {
    let fixture: Fixture;
    let flow: Flow;
    let clock: FakeClock;

    beforeEach(async () => {
        fixture = await Fixture.open();
        clock = new FakeClock();
        flow = new Flow(fixture, { pageSize: 2 }, ['part', 'stock'], clock);
        await flow.poll();
    });
    afterEach(() => flow.end());

    const print = (hour: number): void =>
        void fixture.bambuddy.print({
            filename: `${hour}.3mf`,
            startedAt: `2026-11-22T${String(hour).padStart(2, '0')}:00:00Z`,
            seconds: 60,
        });
    const printed = (count: number): void => {
        for (let hour = 1; hour <= count; hour++) print(hour);
    };
    const refuse = (path: RegExp, times = 1000): void =>
        void (fixture.bambuddy.interfere = once('GET', path, FORBIDDEN, times));
    const asked = (path: RegExp): number => fixture.bambuddy.count('GET', path);
    const later = async (minutes: number): Promise<void> => {
        // refusals are of the line, whose clock is the fixture's
        fixture.clock.time += minutes * MINUTE;
        await clock.advance(minutes * MINUTE);
    };

    it('waits without a slot while later prints come into stock, and comes into stock by itself', async () => {
        printed(4);
        refuse(REFUSED, 1);
        await flow.poll();
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1', 'bambuddy-3 x1', 'bambuddy-4 x1']);
        const { underWay, waiting, lastError } = flow.source.status();
        assert.deepEqual({ underWay, waiting, lastError }, { underWay: 0, waiting: 1, lastError: null });
        assert.equal(fixture.warnings.length, 1);
        assert.match(fixture.warnings[0]!, /403 to GET \/api\/v1\/archives\/2.*Prints that need this wait/);
        await later(1);
        await until('the print', () => fixture.inStock.length === 4);
        await until('none to wait', () => flow.source.status().waiting === 0);
        assert.equal([...fixture.ledger.parked()].length, 0);
    });

    it('is asked again after 1, 5, 15 and then every 60 minutes, not at each look; later prints come meanwhile', async () => {
        printed(3);
        refuse(REFUSED);
        await flow.poll();
        let tries = 1;
        for (const [minutes, more] of [
            [1, 1],
            [4, 0],
            [1, 1],
            [14, 0],
            [1, 1],
            [59, 0],
            [1, 1],
            [59, 0],
            [1, 1],
        ] as const) {
            await later(minutes);
            tries += more;
            await until(`${tries} tries`, () => asked(REFUSED) === tries);
            await flow.poll();
            assert.equal(asked(REFUSED), tries);
        }
        print(12);
        await flow.poll();
        assert.equal(asked(REFUSED), tries);
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1', 'bambuddy-3 x1', 'bambuddy-4 x1']);
        fixture.bambuddy.interfere = undefined;
        await later(60);
        await until('the print', () => fixture.inStock.length === 4);
    });

    it('three in a row hold that kind: the others wait without being asked for, and one answer lets all go on', async () => {
        printed(6);
        refuse(/\/archives\/\d+$/);
        await flow.poll();
        assert.equal(asked(/\/archives\/\d+$/), 3);
        assert.equal(flow.source.status().waiting, 6);
        assert.equal(fixture.warnings.length, 1);
        fixture.bambuddy.interfere = undefined;
        await later(1);
        await until('all prints', () => fixture.inStock.length === 6);
        assert.equal(asked(/\/archives\/\d+$/), 9);
    });

    it('is asked for at once when a person says so', async () => {
        printed(2);
        refuse(REFUSED, 1);
        await flow.poll();
        flow.source.tryNow();
        await until('the print', () => fixture.inStock.length === 2);
    });

    it('is found again after a deploy: the cursor stayed before it', async () => {
        printed(3);
        refuse(REFUSED);
        await flow.poll();
        await flow.source.close();
        await fixture.restart();
        fixture.bambuddy.interfere = undefined;
        const next = new Flow(fixture, {}, ['part', 'stock'], new FakeClock());
        await next.poll();
        await until('the print', () => fixture.inStock.length === 3);
        await next.source.close();
    });

    it('waits too where it is InvenTree that refuses what decides about it', async () => {
        printed(2);
        fixture.inventree.interfere = once('GET', /\/stock\/$/, jsonAnswer(403, { detail: 'no' }), 1);
        await flow.poll();
        await later(1);
        await until('both prints', () => fixture.inStock.length === 2);
    });
});
