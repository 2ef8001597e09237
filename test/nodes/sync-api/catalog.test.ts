import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../lib/clients/findings';
import { picture } from '../../simulators/bambuddy/png';
import type { CatalogStoreNode } from '../../../nodes/runtime/flow/catalog-nodes';
import { until } from '../fixture';
import { CATEGORY, GROUP, Shop } from '../shop/shop';
import { SECRET, service, ServiceFixture, TOKEN } from './service-fixture';

type Rows = Record<string, unknown>[];

describe('sync-api: what scripts ask of a catalog', function () {
    this.timeout(60_000);
    const shop = new Shop(new ServiceFixture());
    const { fixture } = shop;
    let fallbackPicture: string;

    beforeEach(async () => {
        await shop.open();
        fallbackPicture = join(fixture.userDir, 'fallback.png');
        writeFileSync(fallbackPicture, picture(7, 500));
    });
    afterEach(() => shop.close());

    const serve = (changes: Record<string, Record<string, unknown>> = {}): Promise<void> => {
        const upsert = { fallbackPicture, ...changes['upsert'] };
        return shop.deploy({ ...changes, upsert }, [service('api', { ...changes['api'] })], {
            api: { serviceToken: TOKEN, webhookSecret: SECRET },
        });
    };
    const get = async (path: string): Promise<Record<string, unknown>> => {
        const { status, body } = await fixture.api('GET', path);
        assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
        return body;
    };
    const post = async (path: string): Promise<Record<string, unknown>> => {
        const { status, body } = await fixture.api('POST', path);
        assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
        return body;
    };
    const rows = async (path: string): Promise<Rows> => (await get(path))['rows'] as Rows;
    const names = async (path: string): Promise<unknown[]> => (await rows(path)).map((row) => row['name']);
    const put = (body: object): ReturnType<ServiceFixture['api']> => fixture.api('PUT', '/catalog/switches', {}, body);

    it('a script switches a store on, and follows its products into the shop', async () => {
        const { tills } = shop.evotor;
        const drinks = tills.addGroup(shop.store, 'Напитки');
        const juice = tills.addGroup(shop.store, 'Соки', { parentId: drinks.id });
        tills.addProduct(shop.store, 'Сок яблочный', { price: 90, parentId: juice.id });
        tills.addProduct(shop.store, 'Морс клюквенный', { price: 120.5, parentId: drinks.id });
        tills.addProduct(shop.store, 'Без цены', { price: 0 });
        await serve();
        assert.equal((await post('/catalog/refresh'))['products'], 3);
        const [store] = (await get('/catalog/stores'))['stores'] as Rows;
        assert.deepEqual([store!['name'], store!['on'], store!['products']], ['На углу', false, 3]);
        assert.deepEqual((await put({ store: 'На углу', on: true })).body, {
            store: store!['id'],
            group: null,
            on: true,
        });
        await shop.becomes(['Морс клюквенный', 'Сок яблочный']);
        await shop.inStep();

        const id = String(store!['id']);
        assert.deepEqual(await names(`/catalog/groups?store=${id}`), ['Напитки', 'Соки']);
        assert.deepEqual(await names(`/catalog/groups?store=${id}&parent=${drinks.id}`), ['Соки']);
        assert.deepEqual(await names(`/catalog/groups?store=${id}&parent=`), ['Напитки']);
        assert.deepEqual(await names('/catalog/products'), ['Без цены', 'Морс клюквенный', 'Сок яблочный']);
        assert.deepEqual(await names(`/catalog/products?store=${id}&group=${juice.id}`), ['Сок яблочный']);
        assert.deepEqual(await names('/catalog/products?state=live&search=морс'.replace('морс', encodeURI('морс'))), [
            'Морс клюквенный',
        ]);
        const [skipped] = await rows('/catalog/products?state=skipped');
        assert.deepEqual((skipped!['shops'] as Rows)[0]!['reason'], 'noPrice');
        const albums = (await get('/catalog/albums'))['albums'] as Rows;
        assert.deepEqual(
            albums.map((each) => each['title']),
            ['Напитки', 'Напитки / Соки'],
        );
        const [item] = await rows(`/catalog/items?community=${GROUP}&linked=true`);
        assert.equal((item!['product'] as { name: string }).name, item!['title']);

        const status = await get('/catalog/status');
        assert.deepEqual([status['paused'], status['underWay'], status['waiting']], [false, 0, 0]);
        assert.equal(
            ((await get('/catalog/export?collections=switches'))['records'] as { switches: Rows }).switches.length,
            1,
        );
        const { source, working } = (await fixture.call('GET', '/print-to-stock/health', {})).body;
        assert.deepEqual([source, working], ['catalog', true]);
    });

    it('pages end where the next one begins', async () => {
        for (let n = 0; n < 5; n++) shop.evotor.tills.addProduct(shop.store, `Хлеб ${n}`);
        for (let n = 0; n < 3; n++) shop.evotor.tills.addGroup(shop.store, `Группа ${n}`);
        await serve();
        await post('/catalog/refresh');
        const id = shop.store.id.toLowerCase();
        for (const [path, all] of [
            ['/catalog/products?limit=2', 5],
            [`/catalog/groups?store=${id}&limit=2`, 3],
        ] as const) {
            const seen: unknown[] = [];
            for (let after = ''; ;) {
                const page = await get(`${path}${after}`);
                assert.equal(page['total'], all);
                seen.push(...(page['rows'] as Rows).map((row) => row['name']));
                if (page['next'] === null) break;
                after = `&after=${String(page['next'])}`;
            }
            assert.equal(new Set(seen).size, all);
            assert.equal(seen.length, all);
        }
    });

    it('each action does what a message does', async () => {
        const product = shop.evotor.tills.addProduct(shop.store, 'Морс клюквенный');
        await serve();
        await post('/catalog/refresh');
        await put({ switches: [{ store: shop.store.id, on: true }] });
        await shop.becomes(['Морс клюквенный']);
        await shop.inStep();
        assert.equal((await post('/catalog/pause'))['paused'], true);
        assert.equal((await post('/catalog/resume'))['paused'], false);
        assert.deepEqual(await post('/catalog/stop'), { reading: false, underWay: 0, waiting: 0 });
        assert.equal((await post('/catalog/sync?force=true'))['force'], true);
        await shop.inStep();
        assert.deepEqual(await post(`/catalog/retry?sku=${product.id}`), { retried: 1 });
        assert.deepEqual(await post('/catalog/retry-all'), { retried: 0 });
        await shop.inStep();
        assert.deepEqual(await post('/catalog/link?matches=link'), { matches: 'link', communities: [`${GROUP}`] });
        const item = shop.item('Морс клюквенный');
        shop.community.items.delete(item.id);
        shop.evotor.tills.change(product, { price: 7 });
        await post('/catalog/sync');
        const told = 'Морс клюквенный skipped removedInVk';
        await until('word of it', () => shop.results('beside').includes(told), 20_000);
        assert.deepEqual(await names('/catalog/products?state=removed'), ['Морс клюквенный']);
        const back = await post(`/catalog/put-back?sku=${product.id}`);
        assert.deepEqual(back, { sku: product.id, communities: [`${GROUP}`] });
        await shop.becomes(['Морс клюквенный']);
        assert.equal(shop.item('Морс клюквенный').price, 700);
    });

    it('a preview tells what a pass would do with its cost, before a store is switched on and after', async () => {
        const { tills } = shop.evotor;
        const drinks = tills.addGroup(shop.store, 'Напитки');
        const product = tills.addProduct(shop.store, 'Сок яблочный', { price: 90, parentId: drinks.id });
        for (let n = 0; n < 3; n++) tills.addProduct(shop.store, `Хлеб ржаной ${n}`, { price: 40 });
        tills.addProduct(shop.store, 'Без цены', { price: 0 });
        tills.addProduct(shop.store, 'Сыр', { price: 5 });
        shop.community.byHand({ name: 'Хлеб ржаной 0', price: 4000 });
        await serve();
        await post('/catalog/refresh');
        assert.deepEqual((await get('/catalog/preview'))['preview'], null);
        const previewed = async (path: string): Promise<Record<string, unknown>> =>
            ((await post(path))['shops'] as Rows)[0]!;
        assert.equal((await previewed('/catalog/preview'))['add'], 0);
        const first = await previewed(`/catalog/preview?store=${shop.store.id}`);
        assert.deepEqual(
            [first['add'], first['link'], first['photos'], first['newAlbums'], first['firstSyncAsks']],
            [3, 1, 3, 1, true],
        );
        assert.deepEqual([first['skipped'], first['refused']], [{ noPrice: 1 }, { nameTooShort: 1 }]);
        assert.ok((first['calls'] as number) > 0 && (first['share'] as number) > 0);
        assert.equal(shop.shown.length, 1);
        assert.equal([...shop.vk.calls].filter(({ method }) => /add|edit|save/.test(method)).length, 0);
        await post('/catalog/link?matches=beside');
        await put({ store: shop.store.id, on: true });
        await until('all of them', () => shop.shown.length === 5, 20_000);
        await shop.inStep();
        const { preview } = (await get('/catalog/preview')) as { preview: { shops: Rows } };
        assert.equal(preview.shops[0]!['add'], 3);
        await serve({ upsert: { dryRun: true } });
        tills.change(product, { price: 99 });
        await post('/catalog/refresh');
        const last = await previewed('/catalog/preview');
        assert.deepEqual([last['add'], last['edit'], last['unchanged'], last['photos']], [0, 1, 3, 0]);
        const change = { sku: product.id, name: 'Сок яблочный', does: 'edit', itemId: shop.item('Сок яблочный').id };
        assert.deepEqual(last['changes'], [change]);
        assert.equal(shop.item('Сок яблочный').price, 9000);
    });

    it('a script reads what a dry run would do, product by product, page by page, and what some of it would cost', async () => {
        const { tills } = shop.evotor;
        const one = tills.addProduct(shop.store, 'Сок яблочный', { price: 90, quantity: 5 });
        const two = tills.addProduct(shop.store, 'Сок вишнёвый', { price: 80, quantity: 5 });
        const three = tills.addProduct(shop.store, 'Вода', { price: 30, quantity: 5 });
        await serve();
        await post('/catalog/refresh');
        await put({ store: shop.store.id, on: true });
        await until('all of them', () => shop.shown.length === 3, 20_000);
        await shop.inStep();
        const empty = await get('/catalog/planned');
        assert.deepEqual([empty['rows'], empty['total'], empty['next']], [[], 0, null]);
        await serve({ upsert: { dryRun: true } });
        tills.change(one, { price: 99, name: 'Сок яблочный 1 л' });
        tills.change(two, { quantity: 0 });
        tills.change(three, { price: 33 });
        await post('/catalog/refresh');
        let first: Record<string, unknown> = {};
        for (let n = 0; n < 200 && first['total'] !== 3; n++) {
            first = await get('/catalog/planned?limit=2');
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const rest = await get(`/catalog/planned?limit=2&after=${String(first['next'])}`);
        const rows = [...(first['rows'] as Rows), ...(rest['rows'] as Rows)];
        assert.equal(rest['next'], null);
        const by = new Map(rows.map((row) => [row['sku'], row]));
        const { does, fields, name, itemId } = by.get(one.id)!;
        assert.deepEqual([does, name, itemId], ['edit', 'Сок яблочный 1 л', shop.item('Сок яблочный').id]);
        assert.deepEqual(fields, [
            { field: 'name', from: 'Сок яблочный', to: 'Сок яблочный 1 л' },
            // without a description of its own it is filled up with the name
            { field: 'description', from: 'Сок яблочный', to: 'Сок яблочный 1 л' },
            { field: 'price', from: 90, to: 99 },
        ]);
        const hidden = by.get(two.id)!;
        assert.deepEqual([hidden['does'], hidden['reason'], hidden['fields']], ['hide', 'soldOut', []]);
        const juices = await get(`/catalog/planned?does=edit&search=${encodeURIComponent('сок')}`);
        assert.deepEqual(
            (juices['rows'] as Rows).map(({ sku }) => sku),
            [one.id],
        );
        const [some, all] = [juices['cost'], first['cost']] as { calls: number; minutes: number; edit: number }[];
        assert.ok(some!.calls > 0 && some!.calls < all!.calls);
        assert.equal(all!.edit, 2);
        const { status } = await fixture.api('GET', '/catalog/planned?does=delete');
        assert.equal(status, 400);
        assert.equal(shop.item('Сок яблочный').price, 9000);
    });

    it('a script exports the switches as a table, and imports them', async () => {
        await serve();
        await post('/catalog/refresh');
        await put({ store: shop.store.id, on: true });
        const { csv } = await get('/catalog/export?format=csv');
        await put({ store: shop.store.id, on: false });
        const { status, body } = await fixture.api('POST', '/catalog/import', {}, { csv });
        assert.deepEqual([status, body], [200, { connections: 0, switches: 1 }]);
        assert.equal(((await get('/catalog/stores'))['stores'] as Rows)[0]!['on'], true);
        const refused = await fixture.api('POST', '/catalog/import', {}, { csv: 'store,on\nnowhere,1' });
        assert.equal(refused.status, 400);
        assert.match(String(refused.body['detail']), /row 2: There is no store "nowhere"/);
    });

    it('a script answers what a brake asks', async () => {
        const products = Array.from({ length: 4 }, (_, n) => shop.evotor.tills.addProduct(shop.store, `Товар ${n}`));
        await serve({ upsert: { mostHidden: 2 } });
        await post('/catalog/refresh');
        await put({ store: shop.store.id, on: true });
        await until('all', () => shop.shown.length === 4, 20_000);
        await shop.inStep();
        for (const product of products) shop.evotor.tills.change(product, { quantity: 0 });
        await post('/catalog/sync');
        await fixture.messages('beside', 4);
        const store = shop.store.id.toLowerCase();
        const [asked] = (await get('/catalog/status'))['shops'] as { questions: object[] }[];
        assert.deepEqual(asked!.questions, [{ kind: 'hide', store, count: 4, of: 4 }]);
        const agreed = { store, agreed: ['hide'], released: 4 };
        assert.deepEqual(await post(`/catalog/agree?store=${store}&kind=hide`), agreed);
        await until('all to be hidden', () => shop.community.shown.every(({ hidden }) => hidden), 20_000);
    });

    const BAD: [string, string, number, RegExp][] = [
        ['GET', '/catalog/groups', 400, /"store" is missing/],
        ['GET', '/catalog/groups?store=nowhere', 404, /no store "nowhere"/],
        ['GET', '/catalog/products?state=sold', 400, /"state" must be of intent, live/],
        ['GET', '/catalog/products?group=g', 400, /"group" needs "store"/],
        ['GET', '/catalog/products?limit=501', 400, /at most 500/],
        ['GET', '/catalog/products?limit=0', 400, /"limit"/],
        ['GET', '/catalog/products?after=x', 400, /"after" must be/],
        ['GET', '/catalog/products?Search=x', 400, /Unknown parameter/],
        ['GET', '/catalog/albums?community=7', 404, /no community "7"/],
        ['GET', '/catalog/items?linked=maybe', 400, /"linked" must be/],
        ['GET', '/catalog/export?collections=x', 400, /"collections" must be of/],
        ['POST', '/catalog/retry', 400, /"sku" is missing/],
        ['POST', '/catalog/sync?force=maybe', 400, /"force" must be/],
        ['POST', '/catalog/link?matches=all', 400, /"matches" must be/],
        ['POST', '/catalog/link?sku=nothing&item=1', 400, /no product "nothing"/],
        ['POST', '/catalog/agree?store=nowhere', 400, /no store "nowhere"/],
        ['POST', '/catalog/put-back?sku=nothing', 400, /was removed in VK/],
        ['GET', '/sync/status', 404, /offers products: see \/catalog\/status/],
    ];
    it('what is asked for wrongly is told with what would be right', async () => {
        await serve();
        await post('/catalog/refresh');
        for (const [method, path, status, words] of BAD) {
            const reply = await fixture.api(method, path);
            assert.deepEqual([path, reply.status], [path, status], JSON.stringify(reply.body));
            assert.match(String(reply.body['detail']), words, path);
        }
        const reply = await put({ store: shop.store.id, on: 'yes' });
        assert.deepEqual([reply.status, reply.body['detail']], [400, reply.body['detail']]);
        assert.equal((await fixture.api('PUT', '/catalog/switches', {}, '{')).status, 400);
        assert.equal((await fixture.api('GET', '/catalog/stores', { 'X-Service-Token': 'wrong' })).status, 401);
        assert.equal((await fixture.api('DELETE', '/catalog/switches')).status, 405);
    });

    it('validate looks at Evotor, at the community, its categories, the stores and the wires', async () => {
        shop.evotor.tills.addProduct(shop.store, 'Морс клюквенный');
        const checks = async (): Promise<Map<string, string>> => {
            const { checks: list } = (await get('/validate')) as unknown as { checks: Finding[] };
            for (const { ok, whatToDo, name } of list) assert.equal(whatToDo === null, ok, name);
            return new Map(list.map(({ name, ok, text }) => [name, `${ok ? 'ok' : 'wrong'}: ${text}`]));
        };
        await serve();
        let found = await checks();
        assert.equal(found.get('stores'), 'wrong: No store was read yet');
        await post('/catalog/refresh');
        await put({ store: shop.store.id, on: true });
        found = await checks();
        assert.deepEqual(
            [...found.values()].filter((text) => !text.startsWith('ok: ')),
            [],
        );
        assert.match(found.get('evotor-stores')!, /1 stores: На углу/);
        assert.equal(found.get('vk-category'), `ok: VK has the categories ${CATEGORY}`);
        assert.match(found.get('flow')!, /Products come to: /);
        await serve({ upsert: { category: 99, groups: [{ group: 'Соки', category: '98', outOfStock: '' }] } });
        assert.equal((await checks()).get('vk-category'), 'wrong: VK has no category 99, 98');
        await serve({ source: { wires: [[], ['answers']] } });
        assert.match((await checks()).get('flow')!, /wrong: No VK product node is wired/);
    });

    it('a service of prints says where it has no catalog', async () => {
        await fixture.serve();
        const reply = await fixture.api('GET', '/catalog/status');
        assert.deepEqual(
            [reply.status, reply.body['detail']],
            [404, 'The source of this service API offers prints: see /sync/status'],
        );
    });

    it('a script approves, suspends and removes accounts, and hands out one-time codes', async () => {
        await serve();
        await post('/catalog/refresh');
        const user = '01-000000000000077';
        const { ready } = fixture.node('catalog') as unknown as CatalogStoreNode;
        const { catalog } = await ready;
        await catalog.put('accounts', { id: user, source: 'evotor', state: 'pending', user });
        const states = async (): Promise<unknown[]> =>
            ((await get('/catalog/accounts'))['accounts'] as Rows).map(({ id, state }) => [id, state]);
        assert.deepEqual(await states(), [
            [user, 'pending'],
            ['evotor', 'active'],
        ]);
        assert.equal((await post(`/catalog/approve?account=${user}`))['state'], 'active');
        assert.equal((await post(`/catalog/suspend?account=${user}`))['state'], 'suspended');
        const code = await post('/catalog/code?name=Anna');
        assert.match(String(code['code']), /^[A-Z2-9]{10}$/);
        const removed = await post(`/catalog/remove?account=${user}&products=hide`);
        assert.deepEqual(removed, { id: user, parting: 'hide', products: 0, items: 0 });
        assert.deepEqual(await states(), [['evotor', 'active']]);
        assert.equal((await fixture.api('POST', `/catalog/approve?account=${user}`)).status, 404);
        const typed = await fixture.api('POST', '/catalog/remove?account=evotor');
        assert.equal(typed.status, 409);
        assert.match(String(typed.body['detail']), /typed in a config node/);
        assert.equal((await fixture.api('POST', '/catalog/remove')).status, 400);
    });
});
