import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { picture } from '../../simulators/bambuddy/png';
import { until } from '../fixture';
import { CATEGORY, Shop } from './shop';

describe('a flow from Evotor to VK', function () {
    this.timeout(60_000);
    const shop = new Shop();
    let fallbackPicture: string;
    beforeEach(async () => {
        await shop.open();
        fallbackPicture = join(shop.fixture.userDir, 'fallback.png');
        writeFileSync(fallbackPicture, picture(7, 500));
    });
    afterEach(() => shop.close());

    it('puts a product of a store that is switched on into the shop, once, also after a restart', async () => {
        const group = shop.evotor.tills.addGroup(shop.store, 'Напитки');
        shop.evotor.tills.addProduct(shop.store, 'Морс клюквенный', { price: 120.5, quantity: 7, parentId: group.id });
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.fixture.ask('refresh');
        await shop.fixture.showing('source', 'yellow ring no store is on');
        assert.equal(shop.vk.requestCount, 0);
        await shop.switchOn();
        await shop.becomes(['Морс клюквенный']);
        await shop.inStep();
        const item = shop.item('Морс клюквенный');
        assert.deepEqual(
            [item.price, item.stock, item.categoryId, item.hidden, item.photos.length],
            [12050, 7, CATEGORY, false, 1],
        );
        assert.deepEqual(
            [...item.albums].map((id) => shop.community.albums.get(id)?.title),
            ['Напитки'],
        );
        assert.deepEqual(shop.results('out'), ['Морс клюквенный added']);
        const { shop: told, change } = shop.fixture.at('out')[0] as { shop: { url: string }; change: string };
        assert.equal(told.url, `https://vk.com/market-123?w=product-123_${item.id}`);
        assert.equal(change, 'new');
        const calls = shop.vk.calls.length;
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.fixture.ask('sync');
        await shop.inStep();
        assert.equal(shop.vk.calls.length, calls);
        assert.deepEqual(shop.shown, ['Морс клюквенный']);
        assert.deepEqual(shop.fixture.at('caught'), []);
    });

    it('follows the till: price, stock, name, sold out and back, switched off, gone', async () => {
        const { tills } = shop.evotor;
        const product = tills.addProduct(shop.store, 'Сыр твёрдый', { price: 900, quantity: 3 });
        for (let n = 0; n < 3; n++) tills.addProduct(shop.store, `Хлеб ржаной ${n}`);
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.switchOn();
        await shop.becomes(['Сыр твёрдый', 'Хлеб ржаной 0', 'Хлеб ржаной 1', 'Хлеб ржаной 2']);
        await shop.inStep();
        tills.change(product, { price: 950, name: 'Сыр мягкий' });
        await shop.fixture.ask('sync');
        await until('the new name', () => shop.shown.includes('Сыр мягкий'), 20_000);
        assert.equal(shop.item('Сыр мягкий').price, 95_000);
        tills.change(product, { quantity: 0 });
        await shop.fixture.ask('sync');
        await until('the item to be hidden', () => shop.shown.includes('(Сыр мягкий)'), 20_000);
        tills.change(product, { quantity: 4 });
        await shop.fixture.ask('sync');
        await until('the item to be shown', () => shop.shown.includes('Сыр мягкий'), 20_000);
        await shop.inStep();
        tills.remove(shop.store, product.id);
        await shop.fixture.ask('sync');
        await until('the item to be hidden', () => shop.shown.includes('(Сыр мягкий)'), 20_000);
        await shop.inStep();
        assert.equal(shop.community.shown.length, 4);
        await shop.fixture.ask({ action: 'switch', store: shop.store.id, on: false });
        await until('all to be hidden', () => shop.community.shown.every(({ hidden }) => hidden), 20_000);
        assert.deepEqual(shop.fixture.at('caught'), []);
    });

    it("enlarges the till's pictures to what VK takes, and uploads a new one when it changes", async () => {
        const product = shop.evotor.tills.addProduct(shop.store, 'Морс клюквенный');
        shop.evotor.tills.setPicture(product, picture(3, 300));
        await shop.deploy();
        await shop.switchOn();
        await shop.becomes(['Морс клюквенный']);
        await shop.inStep();
        const [first] = shop.item('Морс клюквенный').photos;
        const { width, height } = shop.community.photos.get(first!)!;
        assert.deepEqual([width, height], [600, 600]);
        shop.evotor.tills.setPicture(product, picture(4, 300));
        await shop.fixture.ask('sync');
        await until('the new photo', () => shop.item('Морс клюквенный').photos[0] !== first, 20_000);
        await shop.inStep();
        const uploads =
            shop.vk.countCalls('market.saveProductPhoto') + shop.vk.countCalls('market.saveProductPhotoBulk');
        assert.equal(uploads, 2);
    });

    it('hides no large part of a store at once before somebody agrees, by a message', async () => {
        const products = Array.from({ length: 4 }, (_, n) => shop.evotor.tills.addProduct(shop.store, `Товар ${n}`));
        for (const [n, product] of products.entries()) shop.evotor.tills.setPicture(product, picture(n, 500));
        await shop.deploy({ upsert: { mostHidden: 2 } });
        await shop.switchOn();
        await until('all', () => shop.shown.length === 4, 20_000);
        await shop.inStep();
        for (const product of products) shop.evotor.tills.change(product, { quantity: 0 });
        await shop.fixture.ask('sync');
        await shop.fixture.messages('beside', 4);
        assert.ok(shop.community.shown.every(({ hidden }) => !hidden));
        const status = (await shop.fixture.ask('status')) as unknown as { shops: { questions: object[] }[] };
        const store = shop.store.id.toLowerCase();
        assert.deepEqual(status.shops[0]?.questions, [{ kind: 'hide', store, count: 4, of: 4 }]);
        await shop.fixture.ask({ action: 'agree', store: shop.store.id });
        await until('all to be hidden', () => shop.community.shown.every(({ hidden }) => hidden), 20_000);
        assert.deepEqual(shop.fixture.at('caught'), []);
    });

    it('says beside what is not put into the shop, and why, without an error', async () => {
        const { tills } = shop.evotor;
        tills.addProduct(shop.store, 'Без цены', { price: 0 });
        tills.addProduct(shop.store, 'Без картинки');
        tills.addProduct(shop.store, 'Пиво светлое', { type: 'BEER_MARKED' });
        await shop.deploy();
        await shop.switchOn();
        await shop.fixture.messages('beside', 2);
        await shop.inStep();
        assert.deepEqual(shop.results('beside').sort(), ['Без картинки refused noPicture', 'Без цены skipped noPrice']);
        assert.deepEqual(shop.shown, []);
        assert.deepEqual(shop.fixture.at('caught'), []);
        assert.equal(shop.vk.countCalls('market.add'), 0);
    });

    it('plans in a dry run what it would do, and does it when that is over', async () => {
        shop.evotor.tills.addProduct(shop.store, 'Морс клюквенный');
        await shop.deploy({ upsert: { fallbackPicture, dryRun: true } });
        await shop.switchOn();
        await shop.fixture.messages('beside', 1);
        assert.deepEqual(shop.results('beside'), ['Морс клюквенный planned add']);
        assert.equal(shop.vk.countCalls('market.add'), 0);
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.becomes(['Морс клюквенный']);
    });

    it('applies markup, rounding, templates and what the table says of a group', async () => {
        const { tills } = shop.evotor;
        const drinks = tills.addGroup(shop.store, 'Напитки');
        const juice = tills.addGroup(shop.store, 'Соки', { parentId: drinks.id });
        tills.addProduct(shop.store, 'Сок яблочный', { price: 101, quantity: 0, parentId: juice.id });
        await shop.deploy({
            upsert: {
                fallbackPicture,
                markup: 10,
                rounding: 'ends-9',
                albums: 'last',
                description: '{{name}} из группы {{group.name}}, магазин {{storeName}}',
                groups: [{ group: 'напитки', category: '1204', outOfStock: 'show' }],
            },
        });
        await shop.switchOn();
        await shop.becomes(['Сок яблочный']);
        const item = shop.item('Сок яблочный');
        assert.deepEqual([item.price, item.categoryId, item.hidden, item.stock], [11_900, 1204, false, 0]);
        assert.equal(item.description, 'Сок яблочный из группы Соки, магазин На углу');
    });

    it('gives products back while VK has shut its gate, tells it once, and goes on by itself', async () => {
        for (let n = 0; n < 5; n++) shop.evotor.tills.addProduct(shop.store, `Хлеб ржаной ${n}`);
        shop.vk.trouble = () => ({ code: 9 });
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.switchOn();
        await shop.fixture.showing('upsert', /waiting until/, 10_000);
        await until('one error', () => shop.fixture.at('caught').length > 0);
        const calls = shop.vk.calls.length;
        await shop.fixture.ask('sync');
        assert.equal(shop.vk.calls.length, calls);
        assert.equal(shop.fixture.at('caught').length, 1);
        assert.deepEqual(shop.shown, []);
        assert.deepEqual(shop.results('beside'), []);
    });

    it('freezes the items of a store that answers 402, and brings the other on', async () => {
        const other = shop.evotor.tills.addStore(shop.evotor.account.userId, { name: 'У моста' });
        const first = shop.evotor.tills.addProduct(shop.store, 'Хлеб ржаной');
        shop.evotor.tills.addProduct(other, 'Булка сдобная');
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.switchOn();
        await shop.fixture.ask({ action: 'switch', store: 'У моста', on: true });
        await shop.becomes(['Хлеб ржаной', 'Булка сдобная']);
        await shop.inStep();
        shop.store.unpaid = true;
        shop.evotor.tills.remove(shop.store, first.id);
        shop.evotor.tills.addProduct(other, 'Пирог с яблоком');
        await shop.fixture.ask('sync');
        await shop.becomes(['Хлеб ржаной', 'Булка сдобная', 'Пирог с яблоком']);
        const { stores } = (await shop.fixture.ask('status')) as unknown as { stores: { staleWhy: string | null }[] };
        assert.deepEqual(
            stores.map(({ staleWhy }) => staleWhy),
            ['payment', null],
        );
    });

    it('refuses a message that is no product, and one that asks for nothing', async () => {
        await shop.deploy();
        const error = await shop.fixture.failing('upsert', { payload: { name: 'x' } });
        assert.match(error.message, /msg\.payload is no product: .* is missing/);
        await shop.fixture.showing('upsert', 'red ring not a product');
        const asked = await shop.fixture.failing('source', { payload: 'backfill' });
        assert.match(asked.message, /There is no action "backfill"\. Send one of refresh/);
    });
});
