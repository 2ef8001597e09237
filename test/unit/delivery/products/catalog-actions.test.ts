import assert from 'node:assert/strict';
import {
    catalogActionOf,
    CatalogActionError,
    performCatalogAction,
    type CatalogActionParts,
    type ShopActions,
    type ShopStatus,
} from '../../../../lib/delivery/products/catalog-actions';
import { CatalogPasses } from '../../../../lib/delivery/products/catalog-passes';
import { ProductMessages } from '../../../../lib/delivery/products/product-messages';
import { ProductOffers, type Offer } from '../../../../lib/delivery/products/product-offers';
import { isGroupOn } from '../../../../lib/delivery/products/switches';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { linkRecord, productRecord, SHOP } from '../../../fixtures/catalog-records';
import { StoreFolder } from '../../../fixtures/store-folder';
import { FakeClock, settle } from '../../fake-clock';

/** A shop that nothing is asked of. */
const shop = (changes: Partial<ShopActions>): ShopActions => ({
    community: '77',
    chooseFirstSync: () => Promise.resolve(),
    link: () => Promise.resolve(false),
    putBack: () => false,
    preview: () => assert.fail('nothing is previewed'),
    status: () => ({ community: '77', firstSyncAsks: false, questions: [], planned: null }),
    planned: () => [],
    costOf: () => assert.fail('no cost is asked for'),
    agree: () => Promise.resolve([]),
    chooseMaster: () => Promise.resolve([]),
    ...changes,
});

describe('the actions of a source of products', () => {
    const stores = new StoreFolder('catalog.json');
    let parts: CatalogActionParts;
    let passes: CatalogPasses<object>;
    let catalog: Catalog;
    let sent: Offer[];
    let reads: number;
    let chosen: string[];
    let shops: ShopActions[];

    const ask = (payload: unknown): Promise<Record<string, unknown>> =>
        performCatalogAction(parts, catalogActionOf(payload)) as Promise<Record<string, unknown>>;
    const offered = async (): Promise<string[]> => {
        for (let turn = 0; turn < 3; turn++) await settle();
        const ids = sent.map(({ product }) => product.id);
        for (const { id } of sent.splice(0)) parts.offers.acknowledged(id, 'u-1');
        return ids;
    };

    beforeEach(async () => {
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        [sent, reads, chosen] = [[], 0, []];
        shops = [];
        catalog.setDeferred('stores', { id: SHOP, source: 'evotor', account: 'a-1', name: 'На углу' });
        catalog.setDeferred('groups', { id: 'g-1', store: SHOP, name: 'Напитки' });
        catalog.setDeferred('groups', { id: 'g-2', store: SHOP, name: 'Соки', parent: 'g-1' });
        catalog.setDeferred('groups', { id: 'g-3', store: SHOP, name: 'Соки' });
        catalog.setDeferred('products', productRecord('p-1', { group: 'g-2' }));
        const accounts = (): string[] => ['a-1'];
        passes = new CatalogPasses<object>({
            clock: new FakeClock(),
            intervalMs: { all: 0, stock: 0 },
            read: () => Promise.resolve({ products: ++reads }),
            done: () => undefined,
            failed: () => undefined,
        });
        passes.start(false);
        const offers = new ProductOffers({
            catalog,
            accounts,
            sinks: () => [{ id: 'u-1', community: '77', settings: '', isOpen: () => true }],
            wish: ({ store, group }) => (isGroupOn(catalog, store, group, 'parent') ? 'show' : 'off'),
            send: (offer) => void sent.push(offer),
            window: 10,
            passAfterMs: 10_000,
        });
        const rules = { newGroups: 'parent', leaveOut: [] } as const;
        const messages = new ProductMessages(catalog);
        parts = { catalog, passes, offers, accounts, rules, messages, shops: () => shops };
    });
    afterEach(async () => {
        parts.offers.close();
        parts.messages.close();
        await passes.close();
    });

    it('are named by a text or in an object, and what is no action is told with those that are', () => {
        assert.equal(catalogActionOf(' Refresh ').action, 'refresh');
        assert.equal(catalogActionOf({ action: 'put-back', sku: 'x' }).action, 'put-back');
        for (const payload of [undefined, 7, {}, 'backfill'])
            assert.throws(
                () => catalogActionOf(payload),
                (error) => {
                    assert.ok(error instanceof CatalogActionError);
                    assert.match(error.message, /Send one of refresh, preview, sync/);
                    return true;
                },
            );
    });

    it('switch a store and a group on, by id in either case, by name and by path, and offer at once', async () => {
        assert.deepEqual(await offered(), []);
        await ask({ action: 'switch', store: SHOP.toUpperCase(), on: true });
        assert.deepEqual(await offered(), ['p-1']);
        const answer = await ask({ action: 'switch', store: 'на углу', group: 'напитки / соки', on: false });
        assert.deepEqual(answer, { store: SHOP, group: 'g-2', on: false });
        assert.deepEqual(await offered(), ['p-1']);
        assert.equal(catalog.get('switches', `${SHOP}/g-2`)?.on, false);
    });

    it('say which store or group there is, where there is not the one that was asked for', async () => {
        await assert.rejects(ask({ action: 'switch', store: 'x', on: true }), /no store "x"; there is На углу \(2017/);
        await assert.rejects(ask({ action: 'switch', store: SHOP, group: 'x', on: true }), /no group "x" in На углу/);
        catalog.setDeferred('groups', { id: 'g-4', store: SHOP, name: 'Соки' });
        await assert.rejects(
            ask({ action: 'switch', store: SHOP, group: 'Соки', on: true }),
            /There are several groups/,
        );
        await assert.rejects(ask({ action: 'switch', store: SHOP, on: 'yes' }), /"on" must be true or false/);
        await assert.rejects(ask({ action: 'switch', on: true }), /"store" is missing/);
    });

    it('read, and offer what differs or, where forced, everything', async () => {
        await ask({ action: 'switch', store: SHOP, on: true });
        await offered();
        assert.deepEqual(await ask('refresh'), { products: 1 });
        assert.deepEqual(await ask('sync'), { products: 2, force: false });
        assert.deepEqual(await offered(), []);
        await ask({ action: 'sync', force: true });
        assert.deepEqual(await offered(), ['p-1']);
    });

    it('tell where all stands, and rest and go on', async () => {
        assert.equal((await ask('pause'))['paused'], true);
        const { stores: reported, paused } = await ask('status');
        assert.equal(paused, true);
        assert.equal((await ask('resume'))['paused'], false);
        const [store] = reported as Record<string, unknown>[];
        assert.deepEqual([store!['name'], store!['on'], store!['products']], ['На углу', false, 1]);
    });

    it('offer a product that was refused once more, one or all, and put back what was removed in VK', async () => {
        await ask({ action: 'switch', store: SHOP, on: true });
        await offered();
        catalog.setDeferred('links', linkRecord('p-1', { state: 'refused', reason: 'noPicture' }));
        assert.deepEqual(await ask({ action: 'retry', sku: 'p-1' }), { retried: 1 });
        assert.deepEqual(await offered(), ['p-1']);
        assert.deepEqual(await ask('retry-all'), { retried: 1 });
        assert.deepEqual(await offered(), ['p-1']);
    });

    it('put back what was removed in VK, in each shop or the one that is named', async () => {
        const put = (community: string): ShopActions =>
            shop({ community, putBack: (sku) => chosen.push(`${community} ${sku}`) > 0 });
        shops = [put('77'), put('78'), shop({ community: '79' })];
        assert.deepEqual(await ask({ action: 'put-back', sku: 'p-1' }), { sku: 'p-1', communities: ['77', '78'] });
        const one = { action: 'put-back', sku: 'p-1', community: '78' };
        assert.deepEqual(await ask(one), { sku: 'p-1', communities: ['78'] });
        assert.deepEqual(chosen, ['77 p-1', '78 p-1', '78 p-1']);
        await assert.rejects(ask({ ...one, community: '79' }), /was removed in VK/);
    });

    it('stop a pass: what is under way comes to its end, and the rest waits for the next pass', async () => {
        for (let n = 2; n <= 30; n++) catalog.setDeferred('products', productRecord(`p-${n}`, { group: 'g-2' }));
        assert.deepEqual(await offered(), []);
        await ask({ action: 'switch', store: SHOP, on: true });
        for (let turn = 0; turn < 3; turn++) await settle();
        assert.equal(sent.length, 10);
        assert.deepEqual(await ask('stop'), { reading: false, underWay: 10, waiting: 20 });
        for (const { id } of [...sent]) parts.offers.acknowledged(id, 'u-1');
        catalog.setDeferred('products', productRecord('p-31', { group: 'g-2' }));
        for (let turn = 0; turn < 3; turn++) await settle();
        assert.equal(sent.length, 10);
        assert.deepEqual(await ask({ action: 'retry', sku: 'p-1' }), { retried: 1 });
        assert.equal((await offered()).length, 11);
        parts.offers.proceed();
        assert.equal((await offered()).length, 10);
    });

    it('set many switches at once, or none where one of them is wrong', async () => {
        const switches = [
            { store: SHOP, on: true },
            { store: SHOP, group: 'Напитки', on: false },
        ];
        const wrong = { action: 'switch', switches: [...switches, { store: SHOP, group: 'x', on: true }] };
        await assert.rejects(ask(wrong), /no group "x"/);
        assert.equal([...catalog.all('switches')].length, 0);
        await assert.rejects(ask({ action: 'switch', switches: 'all' }), /must be a list/);
        const answer = await ask({ action: 'switch', switches });
        assert.deepEqual(answer['switches'], [
            { store: SHOP, group: null, on: true },
            { store: SHOP, group: 'g-1', on: false },
        ]);
        assert.equal(catalog.get('switches', `${SHOP}/g-1`)?.on, false);
    });

    it('say what becomes of items that were there before, and which item a product is', async () => {
        await assert.rejects(ask({ action: 'link', matches: 'link' }), /No shop is wired/);
        const link = (_sku: string, product: string, item: number): Promise<boolean> =>
            Promise.resolve(chosen.push(`${product} ${item}`) > 0 && item === 9);
        shops = [shop({ chooseFirstSync: (choice) => Promise.resolve(void chosen.push(choice)), link })];
        await ask({ action: 'switch', store: SHOP, on: true });
        assert.deepEqual(await offered(), ['p-1']);
        await assert.rejects(ask({ action: 'link', matches: 'all' }), /"matches" must be/);
        assert.deepEqual(await ask({ action: 'link', matches: 'link' }), { matches: 'link', communities: ['77'] });
        assert.deepEqual(await offered(), ['p-1']);
        const linked = { linked: { community: '77', item: 9 } };
        assert.deepEqual(await ask({ action: 'link', sku: 'p-1', item: 9 }), linked);
        await assert.rejects(ask({ action: 'link', sku: 'p-1', item: 8 }), /Item 8 is not in the shop/);
        await assert.rejects(ask({ action: 'link', sku: 'p-9', item: 8 }), /no product "p-9"/);
        assert.deepEqual(chosen, ['link', `${SHOP}/p-1 9`, `${SHOP}/p-1 8`]);
    });

    it('agree to what a shop holds of a store, which is offered again', async () => {
        const agreed: string[] = [];
        const question = { kind: 'hide', store: SHOP, count: 30, of: 40 } as const;
        const status = (): ShopStatus => ({
            community: '77',
            firstSyncAsks: false,
            questions: agreed.length > 0 ? [] : [question],
            planned: null,
        });
        const agree: ShopActions['agree'] = (kind, store) => {
            agreed.push(`${kind} ${store}`);
            return Promise.resolve([`${SHOP}/p-1`]);
        };
        shops = [shop({ status, agree })];
        await ask({ action: 'switch', store: SHOP, on: true });
        assert.deepEqual(await offered(), ['p-1']);
        assert.deepEqual((await ask('status'))['shops'], [status()]);
        await assert.rejects(ask({ action: 'agree' }), /"store"/);
        await assert.rejects(ask({ action: 'agree', store: SHOP, kind: 'price' }), /Nothing is asked/);
        assert.deepEqual(await ask({ action: 'agree', store: SHOP }), { store: SHOP, agreed: ['hide'], released: 1 });
        assert.deepEqual(agreed, [`hide ${SHOP}`]);
        assert.deepEqual(await offered(), ['p-1']);
        await assert.rejects(ask({ action: 'agree', store: SHOP }), /Nothing is asked/);
    });

    it('take connections and switches from a table, or nothing where a row of it is wrong', async () => {
        const connected: string[] = [];
        const nobody = (): Promise<object> => Promise.resolve({});
        parts.accountActions = {
            list: () => [],
            approve: nobody,
            suspend: nobody,
            remove: nobody,
            offerCode: nobody,
            connect: (user, token) => Promise.resolve({ n: connected.push(`${user} ${token}`) }),
        };
        const unread = '20200101-AAAA-40BB-80CC-0123456789AB';
        const head = 'User ID;Token;Store;Group;On';
        const good = ['01-000000000000001;t-1;;;', `;;${SHOP};;yes`, ';;На углу;Напитки / Соки;нет', `;;${unread};;1`];
        const bad = [';;Нигде;;1', ';;;;1', `;;${SHOP};;maybe`, ';t-2;;;'];
        const wrong = ask({ action: 'import', csv: [head, ...good, ...bad].join('\n') });
        await assert.rejects(
            wrong,
            /row 6: There is no store "Нигде".*row 7: neither.*row 8: "on".*row 9: a token without/,
        );
        assert.deepEqual([[...catalog.all('switches')].length, connected], [0, []]);
        await assert.rejects(ask({ action: 'import', csv: 'a;b\n1;2' }), /must name columns/);
        await assert.rejects(ask({ action: 'import' }), /"csv" is missing/);
        const done = await ask({ action: 'import', csv: [head, ...good].join('\n') });
        assert.deepEqual(done, { connections: 1, switches: 3 });
        assert.deepEqual(connected, ['01-000000000000001 t-1']);
        assert.equal(catalog.get('switches', `${SHOP}/g-2`)?.on, false);
        assert.equal(catalog.get('switches', unread.toLowerCase())?.on, true);
    });

    it('export the switches as a table that import takes, without tokens and formulas', async () => {
        catalog.setDeferred('groups', { id: 'g-2', store: SHOP, name: '=cmd()', parent: 'g-1' });
        await ask({ action: 'switch', store: SHOP, on: true });
        await ask({ action: 'switch', store: SHOP, group: 'g-2', on: false });
        const { csv } = (await ask({ action: 'export', format: 'csv' })) as { csv: string };
        assert.match(csv, /^user_id,token,store,store_name,group,group_name,on\r\n/);
        assert.ok(csv.includes(`,,${SHOP},На углу,g-2,Напитки / =cmd(),false`));
        await catalog.remove('switches', SHOP, `${SHOP}/g-2`);
        assert.deepEqual(await ask({ action: 'import', csv }), { connections: 0, switches: 2 });
        assert.deepEqual(
            [catalog.get('switches', SHOP)?.on, catalog.get('switches', `${SHOP}/g-2`)?.on],
            [true, false],
        );
        await assert.rejects(ask({ action: 'export', format: 'xml' }), /json or csv/);
    });

    it('export what was asked for, without tokens unless they are', async () => {
        const { records } = await ask({ action: 'export', collections: 'switches' });
        assert.deepEqual(Object.keys(records as object), ['switches']);
        assert.ok(!('tokens' in ((await ask('export'))['records'] as object)));
        await assert.rejects(ask({ action: 'export', collections: ['x'] }), /"collections" must be of stores/);
    });
});
