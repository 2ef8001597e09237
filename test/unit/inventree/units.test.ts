import assert from 'node:assert/strict';
import { hoursAndMinutes, parameterData, type Measure } from '../../../lib/inventree/units';

const grams = (value: number): Measure => ({ value, of: 'grams' });
const seconds = (value: number): Measure => ({ value, of: 'seconds' });

describe('a parameter’s data in the unit of its template', () => {
    for (const [measure, unit, data] of [
        [grams(148.2), 'g', '148.2'],
        [grams(148.2), ' G ', '148.2'],
        [grams(148.2), 'kg', '0.1482'],
        [grams(0.5), 'mg', '500'],
        [grams(1000), 'lb', '2.2046'],
        [grams(148.2), '', '148.2'],
        [grams(1 / 3), '', '0.3333'],
        [grams(0), 'g', '0'],
        [grams(1e-7), 'g', '0'],
        [grams(148.2), 'h', null],
        [grams(148.2), 'mm', null],
        [grams(148.2), 'constructor', null],
        [seconds(14820), 's', '14820'],
        [seconds(14820), 'min', '247'],
        [seconds(14820), 'h', '4.1167'],
        [seconds(14820), 'hours', '4.1167'],
        [seconds(43200), 'd', '0.5'],
        [seconds(14820), '', '4h 07m'],
        [seconds(14820), 'g', null],
        [{ value: 0.2, of: 'number' }, 'mm', '0.2'],
        [{ value: 4, of: 'number' }, '', '4'],
        ['PLA', '', 'PLA'],
        ['PLA', 'g', 'PLA'],
    ] as const)
        it(`${JSON.stringify(measure)} in "${unit}" is ${data}`, () =>
            assert.equal(parameterData(measure, unit), data));

    for (const [time, text] of [
        [0, '0s'],
        [45, '45s'],
        [59.4, '59s'],
        [60, '1m'],
        [720, '12m'],
        [3599, '1h 00m'],
        [3600, '1h 00m'],
        [14820, '4h 07m'],
        [360_000, '100h 00m'],
    ] as const)
        it(`${time} s is read as ${text}`, () => assert.equal(hoursAndMinutes(time), text));

    it('59.7 s is not told as 60s', () => assert.equal(hoursAndMinutes(59.7), '1m'));
});
