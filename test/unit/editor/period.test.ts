import assert from 'node:assert/strict';
import { barBounds, limitsOf, type Days } from '../../../editor/sidebar/figures/period';

/** A test of days has days of its own, whatever zone this machine is in. */
function inZone(zone: string, test: () => void): void {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
        test();
    } finally {
        if (before === undefined) delete process.env['TZ'];
        else process.env['TZ'] = before;
    }
}

const limits = (days: Partial<Days>, now: string): (string | null)[] => {
    const { from, to } = limitsOf({ period: 'any', since: '', until: '', ...days }, new Date(now));
    return [from, to].map((each) => each && each.toISOString());
};

describe('the days of a filter', () => {
    it('begin and end at midnight where the person is, also on days of 23 and 25 hours', () => {
        inZone('Europe/Berlin', () => {
            const now = '2026-10-26T10:00:00Z';
            assert.deepEqual(limits({}, now), [null, null]);
            assert.deepEqual(limits({ period: 'today' }, now), [
                '2026-10-25T23:00:00.000Z',
                '2026-10-26T23:00:00.000Z',
            ]);
            assert.deepEqual(limits({ period: 'week' }, now)[0], '2026-10-19T22:00:00.000Z');
            const [first] = limits({ period: 'month' }, '2026-04-02T10:00:00Z');
            assert.equal(first, '2026-03-03T23:00:00.000Z');
        });
        inZone('Asia/Kathmandu', () => {
            const now = '2026-10-26T20:00:00Z';
            assert.deepEqual(limits({ period: 'today' }, now), [
                '2026-10-26T18:15:00.000Z',
                '2026-10-27T18:15:00.000Z',
            ]);
        });
    });

    it('of a range are its first and its last one, each of which may be missing', () => {
        inZone('America/New_York', () => {
            const range = (since: string, until: string): (string | null)[] =>
                limits({ period: 'range', since, until }, '2026-11-30T12:00:00Z');
            assert.deepEqual(range('2026-11-01', '2026-11-01'), [
                '2026-11-01T04:00:00.000Z',
                '2026-11-02T05:00:00.000Z',
            ]);
            assert.deepEqual(range('2026-11-01', ''), ['2026-11-01T04:00:00.000Z', null]);
            assert.deepEqual(range('', ''), [null, null]);
        });
    });

    it('have bars for the last fourteen of them, and never for days to come', () => {
        inZone('Europe/Berlin', () => {
            const now = new Date('2026-10-26T10:00:00Z');
            const bounds = barBounds({ period: 'week', since: '', until: '' }, now).map((each) => each.toISOString());
            assert.equal(bounds.length, 15);
            assert.deepEqual(bounds.slice(-3), [
                '2026-10-24T22:00:00.000Z',
                '2026-10-25T23:00:00.000Z',
                '2026-10-26T23:00:00.000Z',
            ]);
            const last = (until: string): string | undefined =>
                barBounds({ period: 'range', since: '', until }, now).at(-1)?.toISOString();
            assert.equal(last('2026-06-30'), '2026-06-30T22:00:00.000Z');
            assert.equal(last('2027-01-01'), '2026-10-26T23:00:00.000Z');
        });
    });
});
