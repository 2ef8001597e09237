import assert from 'node:assert/strict';
import { ownObject, restOf } from '../../../../lib/store/catalog/own-object';
import type { ProductRecord } from '../../../../lib/store/catalog/records';
import { productRecord } from '../../../fixtures/catalog-records';

const RECORD = productRecord('9a8b', {
    name: 'Ваза "Волна"',
    description: 'Описание, какого покупателю достаточно',
    article: 'A-5',
    unit: 'шт',
    updatedAt: '2026-11-20T12:00:00.000Z',
    quantity: 5,
    price: 100,
});

/** As Evotor tells the product of the record. */
const OWN: Readonly<Record<string, unknown>> = {
    id: RECORD.id,
    parent_id: RECORD.group ?? null,
    name: RECORD.name,
    type: RECORD.kind,
    price: 100,
    quantity: 5,
    measure_name: 'шт',
    allow_to_sell: RECORD.sellable,
    description: RECORD.description,
    article_number: 'A-5',
    barcodes: null,
    attributes_choices: null,
    is_age_limited: null,
    is_excisable: null,
    updated_at: '2026-11-20T12:00:00.000+0000',
    store_id: RECORD.store.toUpperCase(),
    cost_price: 7.5,
    tax: 'NO_VAT',
};

describe("the source's own object of a product", () => {
    const kept = (own: Readonly<Record<string, unknown>>): ProductRecord => {
        const { raw: _raw, ...record } = RECORD;
        return { ...record, at: '2026-11-20T12:00:00.000Z', rest: restOf(record, own)! };
    };

    it('is put together from its record and the rest, in which no text of the record is', () => {
        const record = kept(OWN);
        assert.deepEqual(ownObject(record), OWN);
        assert.deepEqual(JSON.parse(record.rest!), [{ price: 100, quantity: 5, cost_price: 7.5, tax: 'NO_VAT' }]);
    });

    for (const name of Object.keys(OWN))
        for (const [what, value] of [
            ['another', 'other'],
            ['null', null],
            ['a list', ['1', '2']],
            ['an empty text', ''],
            ['nothing', undefined],
        ] as const)
            it(`comes back as it was with ${what} as ${name}`, () => {
                const own: Record<string, unknown> = { ...OWN, [name]: value };
                if (value === undefined) delete own[name];
                assert.deepEqual(ownObject(kept(own)), own);
            });

    it('comes back with names that objects have by themselves, and with an empty one', () => {
        const own = { ...OWN, ['']: 1, constructor: 'c', toString: 2 };
        assert.deepEqual(ownObject(kept(own)), own);
    });

    it('says what the source said, whatever price and quantity its record has been given since', () => {
        assert.deepEqual(ownObject({ ...kept(OWN), price: 1, quantity: null }), OWN);
    });

    it('of InvenTree comes back, too', () => {
        const own = {
            ...{ pk: 7, name: RECORD.name, description: '', IPN: 'A-5', units: 'шт', category: null, salable: true },
            price_breaks: [{ quantity: 1, price: 5 }],
        };
        const { raw: _raw, description: _text, group: _group, ...record } = RECORD;
        const stock = { ...record, id: '7', source: 'inventree' as const, at: '2026-11-20T12:00:00.000Z' };
        assert.deepEqual(ownObject({ ...stock, rest: restOf(stock, own)! }), own);
    });

    it('is read from records that have the whole of it', () => {
        assert.deepEqual(ownObject({ ...kept(OWN), rest: undefined, raw: JSON.stringify(OWN) }), OWN);
    });

    it('is not kept where it is very long', () => {
        assert.equal(restOf(RECORD, { ...OWN, notes: 'x'.repeat(60_000) }), undefined);
        assert.equal(ownObject({ ...kept(OWN), rest: undefined }), null);
    });
});
