import assert from 'node:assert/strict';
import { jsonAnswer } from '../../../../simulators/simulator';
import { FakeClock } from '../../../fake-clock';
import { Flow, until } from '../../../flow';
import { once, Fixture } from '../../../fixture';

const MINUTE = 60_000;
const FORBIDDEN = jsonAnswer(403, { detail: 'API key does not have permission' });

describe('a feed that Bambuddy refuses (403)', () => {
    let fixture: Fixture;
    let flow: Flow;
    let clock: FakeClock;

    beforeEach(async () => {
        fixture = await Fixture.open();
        clock = new FakeClock();
        flow = new Flow(fixture, { interval: 300, pollOnDeploy: true }, ['part', 'stock'], clock);
        fixture.bambuddy.print({ filename: 'a.3mf', startedAt: '2026-11-22T08:00:00Z', seconds: 60 });
    });
    afterEach(() => flow.end());

    const looks = (): number => fixture.bambuddy.count('GET', /\/print-log\/$/);
    const refused = (times: number): void =>
        void (fixture.bambuddy.interfere = once('GET', /\/print-log\/$/, FORBIDDEN, times));
    /** @returns when what comes of it is done */
    async function later(minutes: number, expected: number): Promise<void> {
        await clock.advance(minutes * MINUTE);
        await until(`${expected} looks`, () => looks() === expected);
        await until('the end of the look', () => flow.failures.length === expected);
        await clock.advance(0);
    }

    it('is asked again after 1, 5, 15 and then every 60 minutes, not at each poll, and goes on by itself', async () => {
        refused(100);
        flow.source.start();
        await later(0, 1);
        for (const [minutes, expected] of [
            [1, 2],
            [4, 2],
            [1, 3],
            [14, 3],
            [1, 4],
            [59, 4],
            [1, 5],
        ] as const)
            await later(minutes, expected);
        assert.match(flow.source.status().lastError ?? '', /403/);
        fixture.bambuddy.interfere = undefined;
        await clock.advance(60 * MINUTE);
        await until('the print', () => fixture.ledger.print('bambuddy-1')?.state === 'done');
        assert.equal(flow.source.status().lastError, null);
        assert.equal([...fixture.ledger.parked()].length, 0);
    });

    it('is not asked for each event either', async () => {
        refused(100);
        flow.source.start();
        await later(0, 1);
        for (let n = 0; n < 3; n++) {
            flow.source.wake();
            await clock.advance(2000);
        }
        assert.equal(looks(), 1);
    });

    it('goes on with polls at their interval once it was answered', async () => {
        refused(1);
        flow.source.start();
        await later(0, 1);
        await clock.advance(MINUTE);
        await until('the print', () => fixture.ledger.print('bambuddy-1')?.state === 'done');
        fixture.bambuddy.print({ filename: 'b.3mf', startedAt: '2026-11-22T09:00:00Z', seconds: 60 });
        await clock.advance(5 * MINUTE);
        await until('the next print', () => fixture.ledger.print('bambuddy-2')?.state === 'done');
        assert.equal(flow.failures.length, 1);
    });

    it('is asked at once when a person says so', async () => {
        refused(1);
        flow.source.start();
        await later(0, 1);
        flow.source.tryNow();
        await flow.poll();
        await until('the print', () => fixture.ledger.print('bambuddy-1')?.state === 'done');
        assert.equal(flow.source.status().lastError, null);
    });
});
