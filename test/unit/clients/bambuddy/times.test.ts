import assert from 'node:assert/strict';
import { utc } from '../../../../lib/clients/bambuddy/times';

describe('times of Bambuddy', () => {
    for (const [time, result] of [
        ['2026-11-22T04:33:35', '2026-11-22T04:33:35Z'],
        ['2026-11-22T04:33:35.123456', '2026-11-22T04:33:35.123456Z'],
        ['2026-11-22 04:33:35', '2026-11-22T04:33:35Z'],
        ['2026-11-22T04:33:35Z', '2026-11-22T04:33:35Z'],
        ['2026-11-22T04:33:35.5+00:00', '2026-11-22T04:33:35.5Z'],
        ['2026-11-22T05:33:35+01:00', '2026-11-22T04:33:35.000Z'],
        ['2026-11-21T23:33:35.5-05:00', '2026-11-22T04:33:35.500Z'],
        [' 2026-11-22T04:33:35 ', '2026-11-22T04:33:35Z'],
        ['', null],
        [null, null],
        [undefined, null],
        ['yesterday', null],
        ['2026-13-45T04:33:35', null],
        ['2026-13-45T99:33:35Z', null],
    ] as const)
        it(`${String(time)} is ${String(result)}`, () => assert.equal(utc(time), result));

    it('are never read as local time', () => {
        const before = process.env['TZ'];
        process.env['TZ'] = 'Pacific/Auckland';
        try {
            assert.equal(utc('2026-11-22T04:33:35'), '2026-11-22T04:33:35Z');
        } finally {
            if (before === undefined) delete process.env['TZ'];
            else process.env['TZ'] = before;
        }
    });
});
