import assert from 'node:assert/strict';
import { priceOf, type PriceParts } from '../../../../lib/print/rules/price';

describe('the price of a piece', () => {
    const PRICES: [
        cost: number | null,
        energy: number | null,
        parts: PriceParts,
        quantity: number,
        price: number | null,
    ][] = [
        [0.6, 0.15, 'filament', 6, 0.1],
        [0.6, 0.15, 'filamentEnergy', 6, 0.125],
        [1, null, 'filament', 3, 0.3333],
        [2, null, 'filament', 3, 0.6667],
        // 1.00005 lies below its own half as a binary number
        [1.00005, null, 'filament', 1, 1.0001],
        [0.6, 0, 'filamentEnergy', 1, 0.6],
        [0.6, null, 'filament', 1.5, 0.4],
        // not known, or no price
        [0.6, null, 'filamentEnergy', 1, null],
        [null, 0.15, 'filamentEnergy', 1, null],
        [0, 0.15, 'filamentEnergy', 1, null],
        [-1, null, 'filament', 1, null],
        [0.6, -1, 'filamentEnergy', 1, null],
        [0.6, 0.15, 'none', 1, null],
        [0.00001, null, 'filament', 1, null],
    ];
    for (const [cost, energyCost, parts, quantity, price] of PRICES)
        it(`${String(cost)} and ${String(energyCost)} of energy, ${parts}, over ${quantity}: ${String(price)}`, () => {
            assert.equal(priceOf({ cost, energyCost }, parts, quantity, 4), price);
        });

    it('is rounded to the decimals that are wanted', () => {
        const rounded = (decimals: number): number | null =>
            priceOf({ cost: 1.2345678, energyCost: null }, 'filament', 1, decimals);
        assert.deepEqual([0, 2, 6].map(rounded), [1, 1.23, 1.234568]);
    });
});
