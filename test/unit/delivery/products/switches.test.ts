import assert from 'node:assert/strict';
import { isGroupOn, type NewGroups } from '../../../../lib/delivery/products/switches';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { SHOP } from '../../../fixtures/catalog-records';
import { StoreFolder } from '../../../fixtures/store-folder';

describe('the switches of a catalog', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    const isOn = (group?: string, newGroups: NewGroups = 'parent'): boolean =>
        isGroupOn(catalog, SHOP, group, newGroups);
    const group = (id: string, parent?: string, attributes?: object): void =>
        void catalog.setDeferred('groups', { id, store: SHOP, name: id, parent, attributes } as never);
    const turn = (on: boolean, id?: string): void =>
        void catalog.setDeferred('switches', { store: SHOP, group: id, on });

    beforeEach(async () => {
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        group('food');
        group('cheese', 'food');
        group('goat', 'cheese');
    });

    it('leave a new store off, with all in it, until somebody switches it on', () => {
        assert.equal(isOn(), false);
        turn(true, 'goat');
        assert.equal(isOn('goat'), false);
        turn(true);
        assert.ok(isOn());
        assert.ok(isOn('goat'));
    });

    it('of the nearest group above hold for a new group', () => {
        turn(true);
        turn(false, 'food');
        assert.equal(isOn('goat'), false);
        turn(true, 'cheese');
        assert.ok(isOn('goat'));
        assert.equal(isOn('food'), false);
    });

    it('may be on or off for every new group, and its parts go with it', () => {
        turn(true);
        group('sizes', 'goat', { size: { name: 'Size', choices: {} } });
        assert.equal(isOn('goat', 'off'), false);
        turn(true, 'goat');
        assert.ok(isOn('sizes', 'off'));
        turn(false, 'food');
        assert.ok(isOn('cheese', 'on'));
    });

    it('stand a ring of parents and a parent that is not there', () => {
        turn(true);
        group('a', 'b');
        group('b', 'a');
        group('orphan', 'nowhere');
        assert.ok(isOn('a'));
        assert.ok(isOn('orphan'));
        assert.ok(isOn('unknown'));
    });
});
