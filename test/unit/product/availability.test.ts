import assert from 'node:assert/strict';
import { availabilityOf } from '../../../lib/product/availability';
import { limitOf } from '../../../lib/product/kinds';
import { isMeasured, stockFigure } from '../../../lib/product/stock';

describe('the stock figure in the shop', () => {
    for (const [quantity, unit, expected] of [
        [7, 'шт', 7],
        [0, 'шт', 0],
        [-0, 'шт', 0],
        [-2, 'шт', 0],
        [-0.001, 'дроб', 0],
        [null, 'шт', null],
        [NaN, 'шт', null],
        [Infinity, 'шт', null],
        [12.345, 'дроб', 12],
        [0.3, 'дроб', 1],
        [0.3, 'кг', 1],
        [0.3, 'Кг.', 1],
        [0.3, ' м2 ', 1],
        [0.3, 'шт', 0],
        [0.3, null, 0],
        [2.999, 'шт', 2],
        [1_000_000, 'шт', 999_999],
        [1e9, 'кг', 999_999],
    ] as const)
        it(`${quantity} ${unit}: ${expected}`, () => assert.equal(stockFigure(quantity, unit), expected));

    for (const unit of ['шт', 'шт.', 'упак', 'компл', 'коробка', '', 'мин', null])
        it(`"${unit}" counts pieces`, () => assert.equal(isMeasured(unit), false));
});

describe('kinds that a shop may have to leave out', () => {
    const plain = { isAgeLimited: false, isExcisable: false, hasAlcohol: false };
    for (const [kind, marks, expected] of [
        ['NORMAL', {}, null],
        ['SERVICE', {}, null],
        ['WATER_MARKED', {}, null],
        ['DAIRY_MARKED', {}, null],
        ['SOMETHING_NEW', {}, null],
        ['', {}, null],
        ['ALCOHOL_MARKED', {}, 'alcohol'],
        ['ALCOHOL_NOT_MARKED', {}, 'alcohol'],
        ['BEER_MARKED', {}, 'alcohol'],
        ['BEER_MARKED_KEG', {}, 'alcohol'],
        ['beer_marked', {}, 'alcohol'],
        ['NOT_ALCOHOL_BEER_MARKED', {}, 'age-limited'],
        ['NOT_ALCOHOL_WATER', {}, null],
        ['TOBACCO_MARKED', {}, 'tobacco'],
        ['NICOTINE_CONTAINING_MARKED', {}, 'tobacco'],
        ['NORMAL', { hasAlcohol: true }, 'alcohol'],
        ['NORMAL', { isExcisable: true }, 'tobacco'],
        ['NORMAL', { isExcisable: true, hasAlcohol: true }, 'alcohol'],
        ['ALCOHOL_MARKED', { isExcisable: true }, 'alcohol'],
        ['NORMAL', { isAgeLimited: true }, 'age-limited'],
    ] as const)
        it(`${kind} ${JSON.stringify(marks)}: ${expected}`, () =>
            assert.equal(limitOf({ kind, ...plain, ...marks }), expected));
});

describe('whether the shop shows a product', () => {
    const product = { quantity: 7, unit: 'шт', sellable: true, price: 100, change: 'changed' } as const;
    const rule = { outOfStock: 'hide', goneProducts: 'hide', sendStock: true } as const;

    for (const [what, ofProduct, ofRule, expected] of [
        ['in stock', {}, {}, { show: true, stock: 7 }],
        ['in stock, figures stay here', {}, { sendStock: false }, { show: true, stock: null }],
        ['in stock, whatever it says', {}, { outOfStock: 'always' }, { show: true, stock: null }],
        ['unknown quantity is not 0', { quantity: null }, {}, { show: true, stock: null }],
        ['sold out', { quantity: 0 }, {}, { show: false, reason: 'soldOut', stock: 0 }],
        ['sold more than there was', { quantity: -2 }, {}, { show: false, reason: 'soldOut', stock: 0 }],
        [
            'sold out, figures stay here',
            { quantity: 0 },
            { sendStock: false },
            { show: false, reason: 'soldOut', stock: null },
        ],
        ['sold out and shown', { quantity: 0 }, { outOfStock: 'show' }, { show: true, stock: 0 }],
        ['sold out and always there', { quantity: -5 }, { outOfStock: 'always' }, { show: true, stock: null }],
        ['the last of weighed goods', { quantity: 0.2, unit: 'кг' }, {}, { show: true, stock: 1 }],
        ['not for sale', { sellable: false }, {}, { show: false, reason: 'notForSale', stock: 7 }],
        [
            'not for sale, always there',
            { sellable: false },
            { outOfStock: 'always' },
            { show: false, reason: 'notForSale', stock: null },
        ],
        ['without a price', { price: null }, {}, { show: false, reason: 'noPrice', stock: 7 }],
        [
            'switched off',
            { change: 'off' },
            { goneProducts: 'keep', outOfStock: 'always' },
            { show: false, reason: 'off', stock: null },
        ],
        ['gone', { change: 'gone' }, {}, { show: false, reason: 'gone', stock: null }],
        ['gone and kept', { change: 'gone', sellable: false }, { goneProducts: 'keep' }, { show: 'keep' }],
    ] as const)
        it(what, () =>
            assert.deepEqual(availabilityOf({ ...product, ...ofProduct }, { ...rule, ...ofRule }), expected),
        );
});
