import assert from 'node:assert/strict';
import type { Product } from '../../../lib/product/product';
import type { GroupRow } from '../../../nodes/runtime/settings/group-table';
import { fromGroups } from '../../../nodes/vk-product-upsert/group-rows';
import { filled } from '../../../nodes/vk-product-upsert/template';

const group = { id: 'g-2', name: 'Соки', path: ['Напитки', 'Соки'] };
const row = (of: string, category: string, outOfStock: GroupRow['outOfStock'] = ''): GroupRow => ({
    group: of,
    category,
    outOfStock,
});

describe('the table of groups of VK product', () => {
    it('holds for a group by its id, its path and its name, the nearest row first', () => {
        const rows = [row('Напитки', '10'), row('напитки/соки', '20'), row('G-2', '30')];
        assert.equal(fromGroups(rows, { group }, 'category'), '30');
        assert.equal(fromGroups(rows.slice(0, 2), { group }, 'category'), '20');
        assert.equal(fromGroups(rows.slice(0, 1), { group }, 'category'), '10');
        assert.equal(fromGroups([row('Соки', '40')], { group }, 'category'), '40');
    });

    it('says nothing where a row leaves a column empty, or the product is in no group', () => {
        const rows = [row('Соки', '', 'show'), row('Напитки', '10')];
        assert.equal(fromGroups(rows, { group }, 'category'), '10');
        assert.equal(fromGroups(rows, { group }, 'outOfStock'), 'show');
        assert.equal(fromGroups(rows, { group: null }, 'category'), null);
    });
});

describe('a template of VK product', () => {
    const product = {
        name: 'Сок',
        group,
        options: { Объём: '1 л' },
        barcodes: ['1', '2'],
        price: 129,
    } as Partial<Product>;
    const of = (text: string): string | null => filled(text, product as Product);

    it('has fields of the product filled in, and nothing for those that are not there', () => {
        assert.equal(
            of('{{name}} {{ group.name }}, {{options.Объём}}: {{price}} [{{barcodes}}]'),
            'Сок Соки, 1 л: 129 [1, 2]',
        );
        assert.equal(of('{{nowhere}}{{group}}!'), '!');
        assert.equal(of('  '), null);
        assert.equal(of('{{constructor.name}}{{__proto__}}x'), 'x');
    });
});
