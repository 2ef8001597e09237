import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { picture } from '../../simulators/bambuddy/png';
import { until } from '../fixture';
import { CATEGORY, Shop } from './shop';

interface Report {
    products: number;
    gone: number;
    unreadable: { id: string | null; name: string | null; why: string }[];
    failures: { store: string; message: string }[];
}

describe('from Evotor to VK: bad input is told where it is, everything else goes on, and nothing is lost', function () {
    this.timeout(60_000);
    const shop = new Shop();
    let fallbackPicture: string;

    beforeEach(async () => {
        await shop.open();
        fallbackPicture = join(shop.fixture.userDir, 'fallback.png');
        writeFileSync(fallbackPicture, picture(7, 500));
    });
    afterEach(() => shop.close());

    const deploy = (
        changes: Record<string, Record<string, unknown>> = {},
        credentials: Record<string, Record<string, string>> = {},
    ): Promise<void> => shop.deploy({ ...changes, upsert: { fallbackPicture, ...changes['upsert'] } }, [], credentials);
    const caught = (): string[] => shop.fixture.at('caught').map((msg) => (msg['error'] as Error).message);
    const read = async (): Promise<Report> => (await shop.fixture.ask('refresh')) as unknown as Report;
    const add = (name: string, fields: object = {}): ReturnType<Shop['evotor']['tills']['addProduct']> =>
        shop.evotor.tills.addProduct(shop.store, name, fields);

    it('a token of Evotor that is wrong: its node says so, nothing is asked of VK, and the right one goes on', async () => {
        add('Морс клюквенный');
        await deploy();
        await shop.switchOn();
        await shop.becomes(['Морс клюквенный']);
        shop.fixture.secrets.push('wrong-token-4711');
        await deploy({}, { evotor: { token: 'wrong-token-4711' } });
        const calls = shop.vk.calls.length;
        const error = await shop.fixture.failing('source', { payload: 'refresh' });
        assert.match(error.message, /Evotor.*401/);
        await shop.fixture.showing('source', /Evotor/);
        assert.deepEqual(shop.shown, ['Морс клюквенный']);
        assert.equal(shop.vk.calls.length, calls);
    });

    it('a token of VK that has ended: told once with what to do, and every product goes on with a new one', async () => {
        for (let n = 0; n < 3; n++) add(`Хлеб ржаной ${n}`);
        const ended = shop.vk.tokens.add({ life: -1 });
        shop.fixture.secrets.push(ended);
        await deploy({}, { vk: { accessToken: ended } });
        await shop.switchOn();
        await until('word of it', () => caught().length > 0, 20_000);
        assert.match(caught()[0]!, /Sign in to VK again/);
        assert.equal(caught().length, 1);
        await shop.fixture.showing('upsert', /sign in/i);
        await deploy();
        await shop.becomes(['Хлеб ржаной 0', 'Хлеб ржаной 1', 'Хлеб ржаной 2']);
    });

    it('a community without goods, and a token without the right: told once with what to do', async () => {
        add('Морс клюквенный');
        shop.community.hasMarket = false;
        await deploy();
        await shop.switchOn();
        await until('word of it', () => caught().length > 0, 20_000);
        assert.match(caught()[0]!, /Switch on "Goods" in the settings of the community/);
        shop.community.hasMarket = true;
        const poor = shop.vk.tokens.add({ scope: 'photos groups' });
        shop.fixture.secrets.push(poor);
        await deploy({}, { vk: { accessToken: poor } });
        await until('word of it', () => caught().length > 1, 20_000);
        assert.match(caught()[1]!, /needs the right "market"/);
        await deploy();
        await shop.becomes(['Морс клюквенный']);
    });

    it('a category that VK has no more refuses its products in words of VK, and the others go on', async () => {
        const drinks = shop.evotor.tills.addGroup(shop.store, 'Напитки');
        add('Морс клюквенный', { parentId: drinks.id });
        add('Хлеб ржаной');
        const gone = { group: 'Напитки', category: '9999', outOfStock: '' };
        await deploy({ upsert: { groups: [gone] } });
        await shop.switchOn();
        await shop.becomes(['Хлеб ржаной']);
        await shop.fixture.messages('beside', 1, 20_000);
        assert.match(shop.results('beside')[0]!, /^Морс клюквенный refused .*categor/i);
        await deploy({ upsert: { groups: [{ ...gone, category: String(CATEGORY) }] } });
        await shop.becomes(['Морс клюквенный', 'Хлеб ржаной']);
    });

    it('a catalog that breaks off in mid-page: nothing is concluded from it', async () => {
        for (let n = 0; n < 5; n++) add(`Хлеб ржаной ${n}`);
        await deploy();
        await shop.switchOn();
        await until('all', () => shop.shown.length === 5, 20_000);
        await shop.inStep();
        const before = shop.shown;
        shop.evotor.pageSize = 2;
        let cuts = 0;
        shop.evotor.interfere = ({ url }) =>
            /products\?.*cursor/.test(url) && ++cuts > 1 ? { at: 'after', kind: 'cut' } : undefined;
        const asked = shop.fixture.send('source', { payload: 'refresh' });
        await until('the list to break off', () => cuts > 1, 20_000);
        await until('the answer', () => shop.fixture.at('answers').includes(asked), 30_000);
        const { gone, products, failures } = asked['payload'] as Report;
        assert.deepEqual([gone, products, failures.length], [0, 0, 1]);
        assert.match(failures[0]!.message, /Evotor/);
        assert.deepEqual(shop.shown, before);
        shop.evotor.interfere = undefined;
        assert.equal((await read()).products, 5);
        await shop.inStep();
        assert.deepEqual(shop.shown, before);
    });

    it('a product without a name, a price as text, a price of nonsense: each is told, and the others are in the shop', async () => {
        add('Хлеб ржаной');
        add('x', { odd: { name: '' } });
        add('Цена текстом', { odd: { price: '12.50' } });
        add('Цена словом', { odd: { price: 'дорого' } });
        await deploy();
        const report = await read();
        await shop.fixture.ask({ action: 'switch', store: shop.store.id, on: true });
        await until('the loaf', () => shop.shown.includes('Хлеб ржаной'), 20_000);
        await shop.inStep();
        assert.ok(shop.results('beside').some((text) => / refused noName$/.test(text)));
        assert.deepEqual(report.failures, []);
        const told = report.unreadable.map(({ name }) => name);
        assert.ok(told.includes('Цена словом'));
        for (const { why } of report.unreadable) assert.match(why, /price/);
        assert.deepEqual(caught(), []);
    });

    it('1 MB of description, a ring of parents, 5,000 groups: all is in the shop', async () => {
        const { tills } = shop.evotor;
        const [one, two] = [tills.addGroup(shop.store, 'Раз'), tills.addGroup(shop.store, 'Два')];
        one.parentId = two.id;
        two.parentId = one.id;
        for (let n = 0; n < 5000; n++) tills.addGroup(shop.store, `Группа ${n}`, n === 0 ? {} : { parentId: one.id });
        add('Морс клюквенный', { parentId: one.id });
        add('Хлеб ржаной', { description: `<p>${'Очень вкусный хлеб. '.repeat(55_000)}</p>` });
        await deploy();
        assert.equal((await read()).products, 2);
        await shop.fixture.ask({ action: 'switch', store: shop.store.id, on: true });
        await shop.becomes(['Морс клюквенный', 'Хлеб ржаной']);
        assert.ok(shop.item('Хлеб ржаной').description.length <= 4000);
        assert.deepEqual(caught(), []);
    });

    it('a picture that is none: the fallback picture stands for it, or the product is refused without one', async () => {
        const product = add('Морс клюквенный');
        shop.evotor.tills.setPicture(product, Buffer.from('<html>no picture</html>'));
        await deploy({ upsert: { fallbackPicture: '' } });
        await shop.switchOn();
        await shop.fixture.messages('beside', 1, 20_000);
        assert.match(shop.results('beside')[0]!, /^Морс клюквенный refused noPicture/);
        await deploy();
        await shop.becomes(['Морс клюквенный']);
        assert.deepEqual(caught(), []);
    });

    it('the answers of a login page, from Evotor and from VK: told, nothing is concluded, and all goes on after it', async () => {
        const page = {
            at: 'before' as const,
            kind: 200,
            headers: { 'content-type': 'text/html' },
            body: '<html><form action="/login">Sign in</form></html>',
        };
        add('Хлеб ржаной');
        await deploy();
        await shop.switchOn();
        await shop.becomes(['Хлеб ржаной']);
        await shop.inStep();
        add('Морс клюквенный');
        shop.evotor.interfere = () => page;
        const asked = shop.fixture.send('source', { payload: 'refresh' });
        await shop.fixture.showing('source', /Evotor/, 20_000);
        assert.deepEqual(shop.shown, ['Хлеб ржаной']);
        shop.evotor.interfere = undefined;
        shop.vk.interfere = ({ url }) => (url.startsWith('/method/') ? page : undefined);
        await until('the catalog', () => shop.fixture.at('answers').includes(asked), 30_000);
        await until('word of it', () => caught().some((text) => /VK/.test(text)), 20_000);
        assert.deepEqual(shop.shown, ['Хлеб ржаной']);
        shop.vk.interfere = undefined;
        await deploy();
        await shop.becomes(['Морс клюквенный', 'Хлеб ржаной']);
    });
});
