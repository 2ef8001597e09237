import assert from 'node:assert/strict';
import { CatalogReader } from '../../../../../lib/admin/catalog/catalog-reader';
import { groupNodes, storeChecked } from '../../../../../lib/admin/sidebar/catalog/tree';
import type { GroupNode } from '../../../../../lib/admin/sidebar/catalog/wire';
import type { NewGroups } from '../../../../../lib/delivery/products/switches';
import { Catalog } from '../../../../../lib/store/catalog/catalog';
import { productRecord, SHOP } from '../../../../fixtures/catalog-records';
import { StoreFolder } from '../../../../fixtures/store-folder';

describe('the boxes of the tree of groups', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let reader: CatalogReader;

    const nodes = (newGroups: NewGroups = 'parent'): GroupNode[] => groupNodes(catalog, reader.groups(SHOP), newGroups);
    const boxes = (newGroups?: NewGroups): string[] => nodes(newGroups).map(({ id, checked }) => `${id} ${checked}`);
    const turn = (group: string | undefined, on: boolean): void =>
        void catalog.setDeferred('switches', { store: SHOP, ...(group === undefined ? {} : { group }), on });

    beforeEach(async () => {
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        catalog.setDeferred('stores', { id: SHOP, source: 'evotor', account: 'a-1', name: 'На углу' });
        catalog.setDeferred('groups', { id: 'a', store: SHOP, name: 'a' });
        catalog.setDeferred('groups', { id: 'a1', store: SHOP, name: 'a1', parent: 'a' });
        catalog.setDeferred('groups', { id: 'a11', store: SHOP, name: 'a11', parent: 'a1' });
        catalog.setDeferred('groups', { id: 'b', store: SHOP, name: 'b' });
        reader = new CatalogReader(catalog, () => null);
    });
    afterEach(() => reader.close());

    it('tell what is shown once the store is on, also while it is off', () => {
        assert.deepEqual(boxes(), ['a true', 'a1 true', 'a11 true', 'b true']);
        assert.equal(storeChecked(false, nodes()), false);
        assert.equal(storeChecked(true, nodes()), true);
    });

    it('are mixed up to the store where a group in them is otherwise, and no further', () => {
        turn('a11', false);
        assert.deepEqual(boxes(), ['a mixed', 'a1 mixed', 'a11 false', 'b true']);
        assert.equal(storeChecked(true, nodes()), 'mixed');
        turn('a', false);
        turn('a1', true);
        assert.deepEqual(boxes(), ['a mixed', 'a1 mixed', 'a11 false', 'b true']);
    });

    it('of groups that nobody has set are as the settings of the source say', () => {
        turn('b', true);
        assert.deepEqual(boxes('off'), ['a false', 'a1 false', 'a11 false', 'b true']);
    });

    it('count the products of the groups in them', () => {
        for (const [id, group] of [
            ['1', 'a'],
            ['2', 'a11'],
            ['3', 'a11'],
            ['4', undefined],
        ] as const)
            catalog.setDeferred('products', productRecord(id, { group }));
        assert.deepEqual(
            nodes().map(({ id, allProducts }) => `${id} ${allProducts}`),
            ['a 3', 'a1 2', 'a11 2', 'b 0'],
        );
    });
});
