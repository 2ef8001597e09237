import assert from 'node:assert/strict';
import { catalogActionOf, performCatalogAction } from '../../../../lib/delivery/products/catalog-actions';
import type { CatalogActionParts } from '../../../../lib/delivery/products/actions/parts';
import { wishOf } from '../../../../lib/delivery/products/wish';
import type { Parting } from '../../../../lib/delivery/products/parting';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { linkRecord, productRecord, SHOP } from '../../../fixtures/catalog-records';
import { StoreFolder } from '../../../fixtures/store-folder';

const RULES = { newGroups: 'parent', leaveOut: [] } as const;

describe('a store that its account has no more', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let looks: number;
    let parts: CatalogActionParts;

    const ask = (payload: object): Promise<Record<string, unknown>> =>
        performCatalogAction(parts, catalogActionOf(payload)) as Promise<Record<string, unknown>>;
    const wish = (): unknown => wishOf(catalog, catalog.product(SHOP, 'p-1')!, RULES);
    const questions = async (): Promise<unknown> => (await ask({ action: 'status' }))['questions'];

    beforeEach(async () => {
        looks = 0;
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        await catalog.put('accounts', { id: 'a-1', source: 'evotor', state: 'active' });
        await catalog.put('stores', {
            id: SHOP,
            source: 'evotor',
            account: 'a-1',
            name: 'На углу',
            goneSince: '2026-11-30T10:00:00.000Z',
        });
        await catalog.put('products', productRecord('p-1'));
        await catalog.put('switches', { store: SHOP, on: true });
        await catalog.put('links', linkRecord('p-1', { item: 5 }));
        parts = {
            catalog,
            accounts: () => ['a-1'],
            shops: () => [],
            passes: { paused: false },
            offers: { counts: { inFlight: 0, waiting: 0, notTaken: 0 }, lookAtAll: () => looks++ },
        } as unknown as CatalogActionParts;
    });

    it('is asked about, and its items stay as they are meanwhile', async () => {
        assert.deepEqual(await questions(), [
            { kind: 'gone', store: SHOP, name: 'На углу', products: 1, since: '2026-11-30T10:00:00.000Z' },
        ]);
        assert.equal(wish(), null);
    });

    it('keeps its items where nothing else is chosen, and is not asked about again', async () => {
        assert.deepEqual(await ask({ action: 'agree', store: 'На углу' }), {
            store: SHOP,
            agreed: ['gone'],
            parting: 'keep',
            released: 0,
        });
        assert.deepEqual([wish(), await questions()], [null, []]);
        await assert.rejects(ask({ action: 'agree', store: SHOP }), /Nothing is asked/);
    });

    it('has its items hidden where a person chose so, as if it were switched off', async () => {
        await ask({ action: 'agree', store: SHOP, kind: 'gone', products: 'hide' });
        assert.deepEqual([wish(), looks], ['off', 1]);
        await catalog.change('accounts', 'a-1', { state: 'suspended' });
        assert.equal(wish(), null, 'of a suspended account nothing changes');
    });

    it('is forgotten where a person lets it go, and its items are nobody’s', async () => {
        await ask({ action: 'agree', store: SHOP, products: 'let-go' });
        assert.deepEqual(
            [...catalog.all('stores'), ...catalog.all('products'), ...catalog.all('links'), ...catalog.all('switches')],
            [],
        );
    });

    it('takes no other answer', async () => {
        await assert.rejects(ask({ action: 'agree', store: SHOP, products: 'delete' }), /one of keep, hide, let-go/);
        assert.equal(((await questions()) as unknown[]).length, 1);
    });

    it('accounts are decided about by messages, where a source has any', async () => {
        await assert.rejects(ask({ action: 'approve', account: 'x' }), /no accounts to decide about/);
        const said: string[] = [];
        const say = (what: string) => (account: string, parting?: Parting) => {
            said.push([what, account, parting].filter(Boolean).join(' '));
            return Promise.resolve({ id: account });
        };
        parts = {
            ...parts,
            accountActions: {
                list: () => [{ id: 'x' }],
                approve: say('approve'),
                suspend: say('suspend'),
                remove: say('remove'),
                offerCode: say('code'),
                connect: (user) => say('connect')(user),
            },
        };
        assert.deepEqual(await ask({ action: 'accounts' }), { accounts: [{ id: 'x' }] });
        await ask({ action: 'approve', account: 'x' });
        await ask({ action: 'suspend', account: 'x' });
        await ask({ action: 'remove', account: 'x' });
        await ask({ action: 'remove', account: 'x', products: 'hide' });
        await ask({ action: 'code', name: 'Anna' });
        assert.deepEqual(said, ['approve x', 'suspend x', 'remove x keep', 'remove x hide', 'code Anna']);
        await assert.rejects(ask({ action: 'remove', account: 'x', products: 'all' }), /one of keep, hide, let-go/);
        await assert.rejects(ask({ action: 'remove' }), /"account" is missing/);
    });
});
