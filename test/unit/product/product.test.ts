import assert from 'node:assert/strict';
import { contentHash, type Content } from '../../../lib/product/content-hash';
import { NoProductError, productIn } from '../../../lib/product/product';

const product = {
    source: 'evotor',
    account: 'account',
    storeId: 'store',
    storeName: 'Мастерская',
    id: 'p1',
    sku: 'p1',
    name: 'Ваза',
    description: null,
    kind: 'NORMAL',
    price: 100,
    currency: 'RUB',
    quantity: 7,
    unit: 'шт',
    sellable: true,
    group: { id: 'g', name: 'Вазы', path: ['Печать', 'Вазы'] },
    article: null,
    barcodes: ['4600'],
    options: { Цвет: 'Синий', Размер: 'L' },
    pictures: [{ url: 'https://example.com/1.png', hash: 'abc' }],
    updatedAt: '2026-11-29T17:40:02.004Z',
    raw: { id: 'p1' },
};

describe('a product of a message', () => {
    it('is read as it was sent', () => assert.deepEqual(productIn(product), product));

    for (const [field, value, expected] of [
        ['price', '12.50', 12.5],
        ['price', '12,50', 12.5],
        ['price', null, null],
        ['price', '', null],
        ['quantity', '3', 3],
        ['quantity', undefined, null],
        ['id', 17, '17'],
        ['name', undefined, ''],
        ['sellable', undefined, true],
        ['sellable', false, false],
        ['storeName', null, 'store'],
        ['currency', undefined, 'RUB'],
        ['group', null, null],
        ['group', 'Вазы', null],
        ['group', { id: 'g' }, { id: 'g', name: '', path: [] }],
        ['group', { id: 'g', name: 'Вазы' }, { id: 'g', name: 'Вазы', path: ['Вазы'] }],
        ['barcodes', '4600', []],
        ['barcodes', [4600, null, '1'], ['4600', '1']],
        ['options', [], {}],
        ['options', { Цвет: 5, Размер: null }, { Цвет: '5' }],
        ['pictures', null, []],
        [
            'pictures',
            [{ hash: 'x' }, { url: 'https://example.com' }, 'x'],
            [{ url: 'https://example.com', hash: null }],
        ],
        ['raw', 'text', null],
    ] as const)
        it(`${field} ${JSON.stringify(value)} is ${JSON.stringify(expected)}`, () =>
            assert.deepEqual(productIn({ ...product, [field]: value })[field], expected));

    for (const [field, value] of [
        ['id', ''],
        ['id', undefined],
        ['sku', ' '],
        ['source', {}],
        ['storeId', null],
        ['price', 'cheap'],
        ['price', NaN],
        ['price', true],
        ['quantity', []],
    ] as const)
        it(`${field} ${JSON.stringify(value) ?? 'missing'} makes it none`, () =>
            assert.throws(() => productIn({ ...product, [field]: value }), NoProductError));

    for (const payload of [undefined, null, 'text', 5, [], [product]])
        it(`${JSON.stringify(payload)?.slice(0, 20)} is none`, () =>
            assert.throws(() => productIn(payload), NoProductError));
});

describe('the hash of a product', () => {
    const content: Content = { ...product, limited: null };
    const hash = contentHash(content);

    it('is the same for the same, in whatever order it is told', () => {
        const turned = Object.fromEntries(Object.entries(content).reverse()) as unknown as Content;
        assert.equal(contentHash(turned), hash);
        assert.equal(contentHash({ ...content, options: { Размер: 'L', Цвет: 'Синий' } }), hash);
        assert.match(hash, /^[0-9a-f]{20}$/);
    });

    it('does not tell a sale, nor what the shop is not told', () => {
        const sold = { ...content, quantity: 3, updatedAt: null, raw: null, storeName: 'Другая' };
        assert.equal(contentHash(sold), hash);
        const signed = [{ url: 'https://example.com/1.png?sign=2', hash: 'abc' }];
        assert.equal(contentHash({ ...content, pictures: signed }), hash, 'a picture that lies elsewhere is the same');
    });

    for (const [field, value] of [
        ['name', 'Ваза 2'],
        ['description', 'Большая'],
        ['price', 101],
        ['price', null],
        ['unit', null],
        ['sellable', false],
        ['group', null],
        ['group', { id: 'g', name: 'Вазы', path: ['Вазы'] }],
        ['article', 'A-1'],
        ['barcodes', []],
        ['options', {}],
        ['options', { Цвет: 'Синий', Размер: 'M' }],
        ['pictures', []],
        ['pictures', [{ url: 'https://example.com/1.png', hash: 'other' }]],
        ['limited', 'alcohol'],
        ['currency', 'KZT'],
    ] as const)
        it(`tells ${field} ${JSON.stringify(value)}`, () =>
            assert.notEqual(contentHash({ ...content, [field]: value }), hash));

    it('tells nothing from a missing text, and a list from its text', () => {
        assert.notEqual(
            contentHash({ ...content, barcodes: ['1', '2'] }),
            contentHash({ ...content, barcodes: ['1,2'] }),
        );
        assert.notEqual(contentHash({ ...content, article: '' }), contentHash({ ...content, article: null }));
    });
});
