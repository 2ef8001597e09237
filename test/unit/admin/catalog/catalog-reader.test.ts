import assert from 'node:assert/strict';
import { CatalogReader, type ProductQuery } from '../../../../lib/admin/catalog/catalog-reader';
import { BadPlace } from '../../../../lib/admin/catalog/page';
import type { ProductRow } from '../../../../lib/admin/catalog/wire';
import { ClosedError } from '../../../../lib/http/errors';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { linkRecord, productRecord, SHOP } from '../../../fixtures/catalog-records';
import { StoreFolder } from '../../../fixtures/store-folder';

const ALL: ProductQuery = {
    store: null,
    group: null,
    states: [],
    community: null,
    search: '',
    after: null,
    limit: 100,
};

describe('the pages of a catalog', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let reader: CatalogReader;

    const names = (rows: readonly ProductRow[]): string[] => rows.map(({ name }) => name);
    const page = async (query: Partial<ProductQuery>): Promise<string[]> =>
        names((await reader.productPage({ ...ALL, ...query })).rows);
    const groupNames = (parent?: string | null): string[] => reader.groups(SHOP, parent).map(({ name }) => name);

    beforeEach(async () => {
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        catalog.setDeferred('accounts', { id: 'a-1', source: 'evotor', state: 'active' });
        catalog.setDeferred('stores', { id: SHOP, source: 'evotor', account: 'a-1', name: 'На углу' });
        catalog.setDeferred('stores', { id: 's-2', source: 'evotor', account: 'a-2', name: 'У моста' });
        catalog.setDeferred('groups', { id: 'g-1', store: SHOP, name: 'Напитки' });
        catalog.setDeferred('groups', { id: 'g-2', store: SHOP, name: 'Соки', parent: 'g-1' });
        catalog.setDeferred('groups', { id: 'g-3', store: SHOP, name: 'Объём', parent: 'g-2', attributes: {} });
        catalog.setDeferred('groups', { id: 'g-4', store: SHOP, name: 'Бакалея' });
        catalog.setDeferred('switches', { store: SHOP, on: true });
        reader = new CatalogReader(catalog, () => null);
    });
    afterEach(() => reader.close());

    it('have stores by name, with what is known of each', () => {
        catalog.setDeferred('products', productRecord('p-1'));
        const [first, second] = reader.stores();
        assert.deepEqual([first!.name, first!.on, first!.groups, first!.products], ['На углу', true, 4, 1]);
        assert.deepEqual([second!.name, second!.on, second!.staleWhy], ['У моста', false, null]);
        assert.deepEqual(
            reader.stores(['a-2']).map(({ id }) => id),
            ['s-2'],
        );
    });

    it('have groups as a tree, a modification group as a part of the one above it, each with its switch', () => {
        catalog.setDeferred('switches', { store: SHOP, group: 'g-1', on: false });
        catalog.setDeferred('products', productRecord('p-1', { group: 'g-3' }));
        assert.deepEqual(groupNames(), ['Бакалея', 'Напитки', 'Соки']);
        assert.deepEqual([groupNames(null), groupNames('g-1')], [['Бакалея', 'Напитки'], ['Соки']]);
        const juice = reader.groups(SHOP, 'g-1')[0]!;
        assert.deepEqual([juice.on, juice.switched, juice.products, juice.groups], [false, null, 1, 0]);
        assert.deepEqual(juice.path, ['Напитки', 'Соки']);
        assert.deepEqual(
            reader.groups(SHOP, undefined, 'сок').map(({ id }) => id),
            ['g-2'],
        );
    });

    it('cut a ring of parents where it closes, and show a group of an unknown parent in the root', () => {
        catalog.setDeferred('groups', { id: 'r-1', store: SHOP, name: 'Раз', parent: 'r-2' });
        catalog.setDeferred('groups', { id: 'r-2', store: SHOP, name: 'Два', parent: 'r-1' });
        catalog.setDeferred('groups', { id: 'r-3', store: SHOP, name: 'Сам', parent: 'r-3' });
        catalog.setDeferred('groups', { id: 'u-1', store: SHOP, name: 'Чей', parent: 'nobody' });
        assert.deepEqual(groupNames(null), ['Бакалея', 'Напитки', 'Раз', 'Сам', 'Чей']);
        assert.deepEqual([groupNames('r-1'), groupNames('r-2'), groupNames('r-3')], [['Два'], [], []]);
        assert.equal(reader.groups(SHOP).length, 7);
    });

    it('have products by store and name, page after page, whatever changes between them', async () => {
        for (const [at, name] of ['Яблоко', 'абрикос', 'Груша', 'Вишня'].entries())
            catalog.setDeferred('products', productRecord(`p-${at}`, { name }));
        catalog.setDeferred('products', productRecord('p-9', { name: 'Банан', store: 's-2', account: 'a-2' }));
        const first = await reader.productPage({ ...ALL, limit: 2 });
        assert.deepEqual([names(first.rows), first.total, first.more], [['абрикос', 'Вишня'], 5, false]);
        catalog.setDeferred('products', productRecord('p-1', { name: 'Арбуз' }));
        catalog.setDeferred('products', productRecord('p-5', { name: 'Гранат' }));
        await catalog.remove('products', `${SHOP}/p-0`);
        const second = await reader.productPage({ ...ALL, limit: 2, after: first.next });
        assert.deepEqual(names(second.rows), ['Гранат', 'Груша']);
        const third = await reader.productPage({ ...ALL, limit: 2, after: second.next });
        assert.deepEqual([names(third.rows), third.next], [['Банан'], null]);
        assert.deepEqual(await page({ store: 's-2' }), ['Банан']);
        await assert.rejects(page({ after: 'x' }), BadPlace);
    });

    it('have products of a group with those of the groups in it, and by words and state', async () => {
        catalog.setDeferred('products', productRecord('p-1', { name: 'Морс', group: 'g-1', article: 'М-77' }));
        catalog.setDeferred('products', productRecord('p-2', { name: 'Сок 1 л', group: 'g-3', barcodes: ['460123'] }));
        catalog.setDeferred('products', productRecord('p-3', { name: 'Мука', group: 'g-4' }));
        catalog.setDeferred('links', linkRecord('p-2', { state: 'refused', reason: 'noPicture' }));
        catalog.setDeferred('links', linkRecord('p-3', { item: 9 }));
        assert.deepEqual(await page({ store: SHOP, group: 'g-1' }), ['Морс', 'Сок 1 л']);
        assert.deepEqual(await page({ store: SHOP, group: 'g-2' }), ['Сок 1 л']);
        assert.deepEqual(await page({ states: ['refused'] }), ['Сок 1 л']);
        assert.deepEqual(await page({ states: ['none', 'live'] }), ['Морс', 'Мука']);
        assert.deepEqual(await page({ search: 'м-77' }), ['Морс']);
        assert.deepEqual(await page({ search: 'СОК 4601' }), ['Сок 1 л']);
        assert.deepEqual(await page({ store: SHOP, group: 'g-1', states: ['live'] }), []);
        const { rows } = await reader.productPage({ ...ALL, states: ['refused'] });
        assert.deepEqual(rows[0]!.group, { id: 'g-2', name: 'Соки', path: ['Напитки', 'Соки'] });
        assert.deepEqual([rows[0]!.wish, rows[0]!.shops[0]!.reason], ['show', 'noPicture']);
        const live = reader.product(`${SHOP}/p-3`)!.shops[0]!;
        assert.equal(live.url, 'https://vk.com/market-77?w=product-77_9');
    });

    it('have products by their state in one community, or in any', async () => {
        catalog.setDeferred('products', productRecord('p-1', { name: 'Морс' }));
        catalog.setDeferred('products', productRecord('p-2', { name: 'Сок' }));
        catalog.setDeferred('links', linkRecord('p-1', { item: 1 }));
        catalog.setDeferred('links', linkRecord('p-1', { state: 'refused', community: '88' }));
        catalog.setDeferred('links', linkRecord('p-2', { state: 'refused' }));
        assert.deepEqual(await page({ states: ['refused'] }), ['Морс', 'Сок']);
        assert.deepEqual(await page({ states: ['refused'], community: '77' }), ['Сок']);
        assert.deepEqual(await page({ states: ['refused'], community: '88' }), ['Морс']);
        assert.deepEqual(await page({ states: ['none'], community: '88' }), ['Сок'], 'that shop was not told of it');
        assert.deepEqual(await page({ states: ['none', 'refused'], community: '77' }), ['Сок']);
        assert.deepEqual(await page({ store: SHOP, states: ['live'], community: '88' }), []);
    });

    it('say what a shop is to do about a product: shown, switched off, or left as it is', async () => {
        catalog.setDeferred('products', productRecord('p-1', { limited: 'alcohol' }));
        assert.equal(reader.product(`${SHOP}/p-1`)!.wish, 'show');
        const strict = new CatalogReader(catalog, () => ({ newGroups: 'parent', leaveOut: ['alcohol'] }));
        assert.equal(strict.product(`${SHOP}/p-1`)!.wish, 'off');
        await catalog.change('stores', SHOP, { staleSince: '2026-11-01T00:00:00Z', staleWhy: 'payment' });
        assert.equal(strict.product(`${SHOP}/p-1`)!.wish, null);
        strict.close();
    });

    it('have albums and items of a community, by title, with the product that an item is', async () => {
        catalog.setDeferred('albums', { id: 3, community: '77', title: 'Напитки', count: 2 });
        catalog.setDeferred('albums', { id: 0, community: '77', title: 'Сыры', intent: '2026-11-01T00:00:00Z' });
        catalog.setDeferred('products', productRecord('p-1', { name: 'Морс' }));
        catalog.setDeferred('links', linkRecord('p-1', { item: 9 }));
        const item = { community: '77', availability: 0 };
        catalog.setDeferred('items', { ...item, id: 9, title: 'Морс клюквенный', price: 12050, albums: [3] });
        catalog.setDeferred('items', { ...item, id: 8, title: 'Кружка', availability: 2 });
        assert.deepEqual(
            reader.albums('77').map(({ title, items }) => [title, items]),
            [['Напитки', 2]],
        );
        const query = { community: '77', album: null, linked: null, search: '', after: null, limit: 10 };
        const { rows, total } = await reader.itemPage(query);
        assert.deepEqual(
            rows.map(({ title, availability, product }) => [title, availability, product?.name ?? null]),
            [
                ['Кружка', 'unavailable', null],
                ['Морс клюквенный', 'available', 'Морс'],
            ],
        );
        assert.deepEqual([total, rows[1]!.price], [2, 120.5]);
        for (const part of [{ album: 3 }, { linked: true }, { search: 'морс' }])
            assert.deepEqual(
                (await reader.itemPage({ ...query, ...part })).rows.map(({ id }) => id),
                [9],
            );
        assert.deepEqual(reader.communities(), ['77']);
    });

    it('read of 50,000 products no more records for a page than it shows', async () => {
        for (let n = 0; n < 50_000; n++)
            catalog.setDeferred('products', productRecord(`p-${n}`, { name: `Товар ${n}` }));
        await page({ limit: 1 });
        let reads = 0;
        const get = catalog.get.bind(catalog);
        catalog.get = ((...args: Parameters<typeof get>) => {
            if (args[0] === 'products') reads++;
            return get(...args);
        }) as typeof get;
        let after: string | null = null;
        for (let n = 0; n < 3; n++) after = (await reader.productPage({ ...ALL, after, limit: 100 })).next;
        assert.ok(reads <= 3 * 2 * 101, `${reads} records were read`);
        reads = 0;
        catalog.setDeferred('products', productRecord('p-7', { name: 'Ананас' }));
        assert.deepEqual(await page({ limit: 1 }), ['Ананас']);
        assert.ok(reads < 10, `${reads} records were read after one had changed`);
        const searching = new AbortController();
        const search = reader.productPage({ ...ALL, search: 'nothing' }, undefined, searching.signal);
        searching.abort();
        await assert.rejects(search, ClosedError);
    });
});
