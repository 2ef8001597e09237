import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ROUNDINGS, shopOldPrice, shopPrice, type Rounding } from '../../../lib/product/price';

describe('the price in the shop', () => {
    for (const [price, markup, rounding, expected] of [
        [890, 0, 'none', 890],
        [450.5, 0, 'none', 450.5],
        [1.1, 0, 'none', 1.1],
        [0.29, 0, 'none', 0.29],
        [100, 10, 'none', 110],
        [1.1, 10, 'none', 1.21],
        [99.99, 15, 'none', 114.99],
        [100, -10, 'none', 90],
        [1234.56, 0, '1', 1235],
        [1234.49, 0, '1', 1234],
        [1234.01, 0, '1-up', 1235],
        [1234, 0, '1-up', 1234],
        [110, 10, '1-up', 121],
        [7, 0, '5', 5],
        [8, 0, '5', 10],
        [6, 0, '5-up', 10],
        [1234, 0, '10', 1230],
        [1235, 0, '10', 1240],
        [1231, 0, '10-up', 1240],
        [1230, 0, '10-up', 1230],
        [74, 0, '50', 50],
        [76, 0, '50', 100],
        [51, 0, '50-up', 100],
        [1249, 0, '100', 1200],
        [1201, 0, '100-up', 1300],
        [1230, 0, 'ends-9', 1239],
        [1239, 0, 'ends-9', 1239],
        [1239.5, 0, 'ends-9', 1249],
        [1000, 0, 'ends-99', 1099],
        [999, 0, 'ends-99', 999],
        [1000, 0, 'ends-90', 1090],
        [990, 0, 'ends-90', 990],
        // what costs something is never given away
        [0.3, 0, '1', 1],
        [3, 0, '10', 10],
        [3, 0, '100', 100],
        [0.001, 0, 'none', 0.01],
    ] as const)
        it(`${price} + ${markup} %, ${rounding}: ${expected}`, () =>
            assert.equal(shopPrice(price, { markup, rounding }), expected));

    for (const price of [null, 0, -1, -0, NaN, Infinity, 1e13])
        it(`of ${price} there is none`, () => assert.equal(shopPrice(price, { markup: 0, rounding: 'none' }), null));

    for (const markup of [-100, -150])
        it(`of ${markup} % nothing is left`, () => assert.equal(shopPrice(100, { markup, rounding: '1' }), null));

    it('has two decimals at most, is never 0, and near to what was asked', () => {
        const names = Object.keys(ROUNDINGS) as Rounding[];
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 999_999_999 }),
                fc.double({ min: -90, max: 300, noNaN: true }),
                fc.constantFrom(...names),
                (kopecks, markup, rounding) => {
                    const price = shopPrice(kopecks / 100, { markup, rounding });
                    assert.ok(price !== null && price > 0);
                    assert.equal(price, Number(price.toFixed(2)));
                    const wanted = (kopecks / 100) * (1 + markup / 100);
                    assert.ok(Math.abs(price - wanted) <= ROUNDINGS[rounding].step + 0.01);
                    if (ROUNDINGS[rounding].mode === 'up') assert.ok(price >= wanted - 0.01);
                },
            ),
        );
    });

    for (const [old, price, expected] of [
        [1000, 890, 1000],
        [890, 890, null],
        [500, 890, null],
        [null, 890, null],
        [NaN, 890, null],
        [890.004, 890, null],
        [890.006, 890, 890.01],
        [1e13, 890, null],
    ] as const)
        it(`beside ${price}, ${old} is struck out as ${expected}`, () =>
            assert.equal(shopOldPrice(old, price), expected));
});
