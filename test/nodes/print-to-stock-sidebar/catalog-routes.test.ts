import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import helper from 'node-red-node-test-helper';
import type { NodeInitializer } from 'node-red';
import type {
    CatalogContent,
    CatalogOverview,
    GroupPage,
    ItemRow,
    Page,
    ProductRow,
} from '../../../lib/admin/sidebar/catalog/wire';
import sidebar from '../../../plugins/print-to-stock-sidebar/plugin';
import { picture } from '../../simulators/bambuddy/png';
import { NodeFixture, OUR_NODES, pause, until } from '../fixture';
import { GROUP, Shop } from '../shop/shop';

const ROOT = '/print-to-stock/sidebar/catalogs';

/** Each load of the helper has routes of its own; the runtime halves of before go on, unheard. */
let loads = 0;
const published: string[] = [];
const plugin: NodeInitializer = (RED) => {
    const load = ++loads;
    const comms = { publish: (topic: string) => void (load === loads && published.push(topic)) };
    void sidebar({ ...RED, comms });
};

describe('the routes of the tab Catalog', function () {
    this.timeout(60_000);
    const shop = new Shop(new NodeFixture({ nodes: () => [...OUR_NODES, plugin] }));
    let fallbackPicture: string;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        await shop.open();
        fallbackPicture = join(shop.fixture.userDir, 'fallback.png');
        writeFileSync(fallbackPicture, picture(7, 500));
    });
    afterEach(() => shop.close());

    const get = (path: string) => helper.request().get(`${ROOT}${path}`);
    const post = (path: string, body: object) => helper.request().post(`${ROOT}/catalog/${path}`).send(body);
    /** The catalog, once it is open. */
    const overview = async (): Promise<CatalogOverview & CatalogContent> => {
        for (;;) {
            const { catalogs } = (await get('').expect(200)).body as { catalogs: CatalogOverview[] };
            const [first] = catalogs;
            assert.ok(first !== undefined && first.problem === null, JSON.stringify(first));
            if (first.ready) return first;
        }
    };
    const groups = async (query: string): Promise<GroupPage> =>
        (await get(`/catalog/groups?${query}`).expect(200)).body as GroupPage;
    const products = async (query = ''): Promise<Page<ProductRow>> =>
        (await get(`/catalog/products?${query}`).expect(200)).body as Page<ProductRow>;

    it('tell of the catalogs that run, with stores, sources and shops, and of none after they are closed', async () => {
        shop.evotor.tills.addProduct(shop.store, 'Морс клюквенный');
        await shop.deploy({ upsert: { fallbackPicture } });
        assert.deepEqual((await overview()).stores, []);
        await shop.switchOn();
        await shop.becomes(['Морс клюквенный']);
        await shop.inStep();
        const { stores, sources, shops, accounts, goneStores } = await overview();
        assert.deepEqual(
            stores.map(({ name, on, checked, products: n }) => [name, on, checked, n]),
            [['На углу', true, true, 1]],
        );
        assert.deepEqual(
            sources.map(({ id, kind, ready, paused, reading, sending }) => [id, kind, ready, paused, reading, sending]),
            [['source', 'evotor', true, false, null, null]],
        );
        assert.deepEqual(
            shops.map(({ community, counts, firstSyncAsks, questions }) => [
                community,
                counts.live,
                firstSyncAsks,
                questions,
            ]),
            [[`${GROUP}`, 1, false, []]],
        );
        assert.deepEqual([accounts[0]?.id, accounts[0]?.state, goneStores], ['evotor', 'active', []]);
        await shop.fixture.undeploy();
        await get('/catalog/products').expect(404);
    });

    it('give the groups of a store as a tree, each box with what is in it, and switch them', async () => {
        const { tills } = shop.evotor;
        const drinks = tills.addGroup(shop.store, 'Напитки');
        const juice = tills.addGroup(shop.store, 'Соки', { parentId: drinks.id });
        tills.addProduct(shop.store, 'Сок яблочный', { parentId: juice.id });
        tills.addProduct(shop.store, 'Вода питьевая', { parentId: drinks.id });
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.fixture.ask('refresh');
        const { stores } = await overview();
        const store = stores[0]!.id;
        // prepared while the store is off: nothing is shown before that is on
        await post('actions', { action: 'switch', store, group: juice.id, on: false }).expect(200);
        const root = await groups(`store=${store}`);
        assert.deepEqual(
            root.groups.map(({ name, checked, on, groups: n, allProducts }) => [name, checked, on, n, allProducts]),
            [['Напитки', 'mixed', false, 1, 2]],
        );
        const inside = await groups(`store=${store}&parent=${root.groups[0]!.id}`);
        assert.deepEqual(
            inside.groups.map(({ name, checked, switched }) => [name, checked, switched]),
            [['Соки', false, false]],
        );
        await post('actions', { action: 'switch', store, on: true }).expect(200);
        assert.equal((await overview()).stores[0]!.checked, 'mixed');
        await shop.becomes(['Вода питьевая']);
        await post('actions', { action: 'switch', store, group: juice.id, on: true }).expect(200);
        assert.equal((await overview()).stores[0]!.checked, true);
        await shop.becomes(['Вода питьевая', 'Сок яблочный']);
        await get('/catalog/groups').expect(400);
    });

    it('give products page by page, by group, state and words, with their item and picture', async () => {
        const { tills } = shop.evotor;
        const group = tills.addGroup(shop.store, 'Сыры');
        const cheese = tills.addProduct(shop.store, 'Сыр козий', { price: 890, parentId: group.id });
        tills.setPicture(cheese, picture(3, 300));
        tills.addProduct(shop.store, 'Хлеб ржаной');
        tills.addProduct(shop.store, 'Сыр без цены', { price: 0, parentId: group.id });
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.switchOn();
        await shop.becomes(['Сыр козий', 'Хлеб ржаной']);
        await shop.inStep();
        const names = (page: Page<ProductRow>): string[] => page.rows.map(({ name }) => name);
        const first = await products('limit=2');
        assert.deepEqual([names(first), first.total], [['Сыр без цены', 'Сыр козий'], 3]);
        assert.deepEqual(names(await products(`limit=2&after=${first.next}`)), ['Хлеб ржаной']);
        const store = first.rows[0]!.store;
        assert.deepEqual(names(await products(`store=${store}&group=${first.rows[0]!.group!.id}&states=live`)), [
            'Сыр козий',
        ]);
        assert.deepEqual(names(await products('states=skipped')), ['Сыр без цены']);
        const [found] = (await products(`search=${encodeURIComponent('козий')}`)).rows;
        const item = shop.item('Сыр козий');
        assert.equal(found?.shops[0]?.url, `https://vk.com/market-${GROUP}?w=product-${GROUP}_${item.id}`);
        const answer = await get(`/catalog/picture?product=${found.key}`).expect(200);
        assert.equal(answer.headers['content-type'], 'image/png');
        await get(`/catalog/picture?product=${found.key}`)
            .set('If-None-Match', String(answer.headers['etag']))
            .expect(304);
        await get('/catalog/picture?product=nothing').expect(204);
        await get('/catalog/products?states=lost').expect(400);
        await get('/catalog/products?after=nowhere').expect(400);
    });

    it("give the community's albums and items, whosever they are", async () => {
        const group = shop.evotor.tills.addGroup(shop.store, 'Сыры');
        shop.evotor.tills.addProduct(shop.store, 'Сыр козий', { parentId: group.id });
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.switchOn();
        await shop.becomes(['Сыр козий']);
        await shop.inStep();
        const { albums } = (await get(`/catalog/albums?community=${GROUP}`).expect(200)).body as {
            albums: { id: number; title: string }[];
        };
        assert.deepEqual(
            albums.map(({ title }) => title),
            ['Сыры'],
        );
        const items = (await get(`/catalog/items?community=${GROUP}`).expect(200)).body as Page<ItemRow>;
        assert.deepEqual(
            items.rows.map(({ title, product }) => [title, product?.name]),
            [['Сыр козий', 'Сыр козий']],
        );
        // put into its album by us: the list of items is not read again for that
        const inAlbum = (await get(`/catalog/items?community=${GROUP}&album=${albums[0]!.id}`).expect(200))
            .body as Page<ItemRow>;
        assert.equal(inAlbum.rows.length, 1);
        await get('/catalog/items').expect(400);
    });

    it('put back what was removed in VK, and say what cannot be done', async () => {
        shop.evotor.tills.addProduct(shop.store, 'Сыр козий');
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.switchOn();
        await shop.becomes(['Сыр козий']);
        await shop.inStep();
        shop.item('Сыр козий').removedAt = Date.now();
        shop.evotor.tills.change([...shop.store.products.values()][0]!, { price: 777 });
        await post('actions', { action: 'sync' });
        const removed = async (): Promise<ProductRow | undefined> => (await products('states=removed')).rows[0];
        let row = await removed();
        for (let tries = 0; row === undefined && tries < 200; tries++) {
            await pause(50);
            row = await removed();
        }
        assert.ok(row !== undefined);
        await post('actions', { action: 'put-back', sku: row.sku }).expect(200);
        await shop.becomes(['Сыр козий']);
        await post('actions', { action: 'put-back', sku: row.sku }).expect(400);
        await post('actions', { action: 'dance' }).expect(400);
        await post('actions', { action: 'export' }).expect(400);
        await post('actions', { action: 'pause', source: 'another' }).expect(404);
    });

    it('decide about accounts', async () => {
        await shop.deploy();
        const catalog = shop.fixture.node('catalog') as unknown as {
            ready: Promise<{ catalog: { put: (collection: 'accounts', record: object) => Promise<unknown> } }>;
        };
        const { catalog: open } = await catalog.ready;
        await open.put('accounts', { id: '01-5', source: 'evotor', state: 'pending', user: '01-5' });
        const states = async (): Promise<string[]> =>
            (await overview()).accounts.map(({ id, state }) => `${id} ${state}`);
        assert.deepEqual(await states(), ['01-5 pending', 'evotor active']);
        await post('accounts', { action: 'approve', id: '01-5' }).expect(200);
        await post('accounts', { action: 'suspend', id: '01-5' }).expect(200);
        assert.deepEqual(await states(), ['evotor active', '01-5 suspended']);
        await post('accounts', { action: 'remove', id: '01-5' }).expect(400);
        await post('accounts', { action: 'remove', id: '01-5', parting: 'keep' }).expect(200);
        await post('accounts', { action: 'remove', id: 'evotor', parting: 'keep' }).expect(409);
        assert.deepEqual(await states(), ['evotor active']);
        const answer = await post('accounts', { action: 'code', name: 'Анна' }).expect(200);
        assert.match((answer.body as { code: string }).code, /^[A-Z0-9]{10}$/);
        await post('accounts', { action: 'dance' }).expect(400);
    });

    it('tell browsers that a catalog has changed, and of none of its contents', async () => {
        await shop.deploy();
        published.length = 0;
        shop.evotor.tills.addProduct(shop.store, 'Сыр козий');
        await shop.fixture.ask('refresh');
        await until('the note', () => published.includes('print-to-stock/catalogs/catalog'));
        await pause(600);
        published.length = 0;
        await post('actions', { action: 'pause' }).expect(200);
        await until('the note of a pause', () => published.includes('print-to-stock/catalogs/catalog'));
        assert.equal((await overview()).sources[0]!.paused, true);
    });
});
