import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { ClosedError } from '../../../../lib/concurrency/closed-error';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { keyOf } from '../../../../lib/store/catalog/keys';
import { holdCatalog } from '../../../../lib/store/catalog/open-catalogs';
import { CATALOG } from '../../../../lib/store/catalog/schema';
import { OtherStore } from '../../../../lib/store/engine/format-errors';
import { StoreInUse } from '../../../../lib/store/engine/lock/store-lock';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { linkRecord, productRecord, SHOP } from '../../../fixtures/catalog-records';
import { StoreFolder } from '../../../fixtures/store-folder';

describe('the catalog', () => {
    const stores = new StoreFolder('catalog.json');
    const { onWarning } = stores;
    const open = (): Promise<Catalog> => stores.keep(Catalog.open(stores.file, { onWarning }));
    const idsOf = (records: Iterable<{ id: string }>): string[] => [...records].map(({ id }) => id);

    it('has its records again after it was closed and opened, each under its own key', async () => {
        let catalog = await open();
        const account = { id: 'a-1', source: 'evotor', state: 'active' } as const;
        await catalog.put('accounts', account);
        await catalog.put('products', productRecord('p-1', { price: null, quantity: null }));
        catalog.setDeferred('links', linkRecord('p-1', { item: 9, photos: { x: 4 } }));
        await stores.close(catalog);
        for (let round = 0; round < 2; round++) {
            catalog = await open();
            assert.equal(catalog.get('accounts', 'a-1')?.state, 'active');
            assert.equal(catalog.product(SHOP, 'p-1')?.price, null);
            assert.deepEqual(catalog.link('77', 'p-1')?.photos, { x: 4 });
            assert.equal(catalog.linkOfItem('77', 9)?.sku, 'p-1');
            await catalog.compact();
            await stores.close(catalog);
        }
        assert.deepEqual(stores.warnings, []);
    });

    it('has each text of a record as it was given, whatever texts others have', async () => {
        let catalog = await open();
        const texts = { name: 'Ваза', description: 'Ваза, какой достаточно', group: 'g-1' };
        catalog.setDeferred('stores', { id: SHOP, source: 'evotor', account: 'a-1', name: 'Ваза' });
        catalog.setDeferred('groups', { id: 'g-1', store: SHOP, name: 'Ваза' });
        const given = {
            products: [productRecord('p-1', texts), productRecord('p-2', { ...texts, sku: 'p-1', store: 'other' })],
            links: [
                linkRecord('p-1', { item: 9, base: { ...texts, sku: 'p-1', url: null } }),
                linkRecord('p-2', { item: 8, base: { name: 'Ваза ', description: 'Другое', sku: null } }),
                linkRecord('p-3', { product: keyOf('other', 'p-2') }),
            ],
            items: [
                { community: '77', id: 9, sku: 'p-1', title: 'Ваза', availability: 0 },
                { community: '77', id: 8, title: 'Ваза другая', availability: 0 },
            ],
            acks: [
                { sink: 'n-1', product: keyOf(SHOP, 'p-1'), state: 'p-1' },
                { sink: 'n-2', product: keyOf('other', 'p-2'), state: 'p-1' },
                { sink: 'n-1', product: 'nothing', state: '' },
            ],
        } as const;
        for (const [collection, records] of Object.entries(given) as [keyof typeof given, readonly object[]][])
            for (const record of records) catalog.setDeferred(collection, structuredClone(record));
        for (let round = 0; round < 2; round++) {
            for (const [collection, records] of Object.entries(given) as [keyof typeof given, readonly object[]][]) {
                const known = [...catalog.all(collection)].map(({ at: _at, ...record }) => record);
                assert.deepEqual(known, records);
            }
            await stores.close(catalog);
            catalog = await open();
        }
    });

    it('finds products by store, by group and by sku, also after they moved or went', async () => {
        let catalog = await open();
        catalog.setDeferred('products', productRecord('p-1', { group: 'g-1' }));
        catalog.setDeferred('products', productRecord('p-2', { group: 'g-1' }));
        catalog.setDeferred('products', productRecord('p-3'));
        catalog.setDeferred('products', productRecord('p-2', { group: 'g-2' }));
        await catalog.remove('products', keyOf(SHOP, 'p-3'));
        for (let round = 0; round < 2; round++) {
            assert.deepEqual(idsOf(catalog.find('products', 'store', SHOP)).sort(), ['p-1', 'p-2']);
            assert.deepEqual(idsOf(catalog.find('products', 'group', keyOf(SHOP, 'g-1'))), ['p-1']);
            assert.deepEqual(idsOf(catalog.find('products', 'group', keyOf(SHOP, 'g-2'))), ['p-2']);
            assert.deepEqual(idsOf(catalog.find('products', 'group', keyOf(SHOP, ''))), []);
            assert.deepEqual(idsOf(catalog.find('products', 'sku', 'p-2')), ['p-2']);
            assert.equal(catalog.count('products', 'store', SHOP), 2);
            await stores.close(catalog);
            catalog = await open();
        }
    });

    it('finds the link of an item of its own community, and items under one sku', async () => {
        const catalog = await open();
        const item = { community: '77', title: 't', availability: 0 };
        await catalog.put('links', linkRecord('p-1', { item: 9 }));
        await catalog.put('links', linkRecord('p-1', { community: '78', item: 10 }));
        for (const id of [9, 10]) await catalog.put('items', { ...item, id, sku: 'p-1' });
        await catalog.put('items', { ...item, id: 11 });
        assert.equal(catalog.linkOfItem('77', 10), undefined);
        assert.equal(catalog.linkOfItem('78', 10)?.community, '78');
        assert.deepEqual(
            [...catalog.find('items', 'sku', '77/p-1')].map(({ id }) => id),
            [9, 10],
        );
        assert.deepEqual([...catalog.find('links', 'product', keyOf(SHOP, 'p-1'))].length, 2);
        await catalog.change('links', '77/p-1', { item: 12, state: 'hidden' });
        assert.equal(catalog.linkOfItem('77', 9), undefined);
        assert.equal(catalog.linkOfItem('77', 12)?.state, 'hidden');
        assert.equal(catalog.count('links', 'state', '77/live'), 0);
    });

    it('tells each change at once, and what is not there cannot be changed', async () => {
        const catalog = await open();
        const reported: string[] = [];
        const end = catalog.onChange((collection, key) => void reported.push(`${collection} ${key}`));
        const writing = catalog.put('switches', { store: SHOP, group: 'g-1', on: true });
        assert.deepEqual(reported, [`switches ${SHOP}/g-1`]);
        await writing;
        catalog.removeDeferred('switches', keyOf(SHOP, 'g-1'));
        catalog.removeDeferred('switches', keyOf(SHOP, 'g-1'));
        end();
        catalog.setDeferred('meta', { id: 'gate', value: 'x' });
        assert.deepEqual(reported, [`switches ${SHOP}/g-1`, `switches ${SHOP}/g-1`]);
        await assert.rejects(catalog.change('links', '77/none', { item: 1 }), /no record 77\/none among the links/);
    });

    it('changes nothing in memory once it is closed', async () => {
        const catalog = await open();
        await catalog.put('meta', { id: 'gate', value: 'open' });
        await stores.close(catalog);
        await assert.rejects(catalog.put('meta', { id: 'gate', value: 'shut' }), ClosedError);
        assert.throws(() => catalog.removeDeferred('meta', 'gate'), ClosedError);
        assert.equal(catalog.meta('gate'), 'open');
    });

    it('is one process at a time, and one instance for all of this one', async () => {
        const [a, b] = await Promise.all([
            holdCatalog(stores.file, { onWarning }),
            holdCatalog(stores.file, { onWarning }),
        ]);
        assert.equal(a.store, b.store);
        await a.release();
        await assert.rejects(Catalog.open(stores.file, { onWarning }), StoreInUse);
        await b.store.put('meta', { id: 'x', value: '1' });
        await b.release();
        assert.equal((await open()).meta('x'), '1');
    });

    it('is not opened as a ledger, nor a ledger as a catalog', async () => {
        const catalog = await open();
        await catalog.put('products', productRecord('p-1'));
        await stores.close(catalog);
        await assert.rejects(Ledger.open(stores.file, { onWarning }), OtherStore);
        const ledger = await Ledger.open(`${stores.file}.prints`, { onWarning });
        await ledger.setPartDurable({ identity: 'name:x', IPN: 'x', name: 'x', pk: 1 });
        await ledger.close();
        await assert.rejects(Catalog.open(`${stores.file}.prints`, { onWarning }), OtherStore);
    });

    it('keeps what was acknowledged, wherever the process ends between two writes', async () => {
        const catalog = await open();
        const writes = 12;
        for (let n = 0; n < writes; n++) {
            // intent, call, result: the order on the disk is the order of the writes
            await catalog.put('links', linkRecord('p-1', { state: n % 2 === 0 ? 'intent' : 'live', reason: `${n}` }));
        }
        await stores.close(catalog);
        const bytes = await readFile(`${stores.file}.journal.1`);
        for (let length = bytes.length; length >= 0; length -= 23) {
            const file = `${stores.file}-${length}`;
            await writeFile(`${file}.journal.1`, bytes.subarray(0, length));
            const lines = bytes.subarray(0, length).toString('latin1').split('\n');
            // a last line that lacks nothing but its end may count
            const whole = lines.length - 1;
            const again = await stores.keep(Catalog.open(file, { onWarning }));
            const reported = Number(again.link('77', 'p-1')?.reason ?? -1);
            assert.ok(
                reported === whole - 1 || (reported === whole && lines.at(-1)!.endsWith(']')),
                `${reported} of ${whole}`,
            );
            await stores.close(again);
        }
    });

    it('refuses records of an import that are under a wrong key or in a state that is not known', () => {
        const link = { ...linkRecord('p-1'), at: '' };
        assert.equal(CATALOG.faultOf('links', '77/p-1', { ...link }), null);
        assert.match(CATALOG.faultOf('links', '77/p-2', { ...link })!, /own key/);
        assert.match(CATALOG.faultOf('links', '77/p-1', { ...link, state: 'x' })!, /no state that is known/);
    });
});
