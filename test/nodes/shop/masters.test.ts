import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { picture } from '../../simulators/bambuddy/png';
import type { StoreRow } from '../../simulators/evotor/rows';
import { until } from '../fixture';
import { Shop } from './shop';

describe('two stores of one community that have the same goods', function () {
    this.timeout(60_000);
    const shop = new Shop();
    let other: StoreRow;
    let cheese: Parameters<Shop['evotor']['tills']['change']>[0];
    let [here, there] = ['', ''];

    beforeEach(async () => {
        await shop.open();
        const { tills, account } = shop.evotor;
        other = tills.addStore(account.userId, { name: 'У моста' });
        [here, there] = [shop.store.id.toLowerCase(), other.id.toLowerCase()];
        const fallbackPicture = join(shop.fixture.userDir, 'fallback.png');
        writeFileSync(fallbackPicture, picture(7, 500));
        cheese = tills.addProduct(shop.store, 'Сыр твёрдый', { price: 900, quantity: 3, barcodes: ['4601'] });
        tills.addProduct(shop.store, 'Хлеб ржаной', { price: 40, quantity: 5 });
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.fixture.ask('refresh');
    });
    afterEach(() => shop.close());

    const bothOn = (): Promise<unknown> =>
        shop.fixture.ask({
            action: 'switch',
            switches: [
                { store: here, on: true },
                { store: there, on: true },
            ],
        });
    const asked = async (): Promise<object[]> => {
        const { shops } = (await shop.fixture.ask('status')) as unknown as { shops: { questions: object[] }[] };
        return shops[0]!.questions;
    };
    const twin = (fields: object = {}): ReturnType<Shop['evotor']['tills']['addProduct']> =>
        shop.evotor.tills.addProduct(other, 'Сыр «Твёрдый»', {
            price: 950,
            quantity: 4,
            barcodes: ['4601'],
            ...fields,
        });
    const question = (): object => {
        const [store, second] = [here, there].sort();
        const of = store === here ? 2 : 1;
        return { kind: 'masters', store, other: second, count: 1, of };
    };

    it('nothing is written for goods that both have before somebody says which one is master', async () => {
        twin();
        await shop.fixture.ask('refresh');
        await bothOn();
        await shop.becomes(['Хлеб ржаной']);
        await shop.inStep();
        const told = ['Сыр «Твёрдый» planned masters', 'Сыр твёрдый planned masters'];
        assert.deepEqual(shop.results('beside').sort(), told.sort());
        assert.deepEqual(await asked(), [question()]);
        const { shops } = (await shop.fixture.ask('preview')) as unknown as { shops: { held: { masters: number } }[] };
        assert.equal(shops[0]!.held.masters, 2);
    });

    it("the master's price, name and picture hold, and what is known of quantities adds up", async () => {
        const product = twin();
        await shop.fixture.ask('refresh');
        await bothOn();
        await shop.becomes(['Хлеб ржаной']);
        await shop.inStep();
        const answer = { action: 'agree', kind: 'masters', store: here, other: 'У моста', master: 'На углу' };
        assert.equal(((await shop.fixture.ask(answer)) as { master?: string }).master, here);
        await shop.becomes(['Сыр твёрдый', 'Хлеб ржаной']);
        await shop.inStep();
        const item = shop.item('Сыр твёрдый');
        assert.deepEqual([item.price, item.stock], [90_000, 7]);
        assert.deepEqual(await asked(), []);
        // sold out in one of them it is still there
        shop.evotor.tills.change(product, { quantity: 0 });
        await shop.fixture.ask('refresh');
        await shop.inStep();
        shop.evotor.tills.change(cheese, { quantity: 0 });
        await shop.fixture.ask('refresh');
        await until('it to be sold out in both', () => shop.item('Сыр твёрдый').hidden, 20_000);
        shop.evotor.tills.change(product, { quantity: 2 });
        await shop.fixture.ask('refresh');
        await until('it to be back', () => !shop.item('Сыр твёрдый').hidden, 20_000);
        assert.equal(shop.item('Сыр твёрдый').stock, 2);
        assert.deepEqual(shop.fixture.at('caught'), []);
    });

    it('the answer is kept over a restart, and the item of the other store is hidden', async () => {
        await shop.fixture.ask({ action: 'switch', store: here, on: true });
        await shop.becomes(['Сыр твёрдый', 'Хлеб ржаной']);
        await shop.inStep();
        twin();
        await shop.fixture.ask('refresh');
        await bothOn();
        await until('the question', () => shop.results('beside').length > 0, 20_000);
        await shop.inStep();
        assert.deepEqual(shop.shown, ['Сыр твёрдый', 'Хлеб ржаной']);
        await shop.fixture.ask({ action: 'agree', kind: 'masters', store: here, other: there, master: there });
        await shop.becomes(['(Сыр твёрдый)', 'Сыр «Твёрдый»', 'Хлеб ржаной']);
        await shop.inStep();
        const calls = shop.vk.calls.length;
        const fallbackPicture = join(shop.fixture.userDir, 'fallback.png');
        await shop.deploy({ upsert: { fallbackPicture } });
        await shop.fixture.ask('sync');
        await shop.inStep();
        assert.deepEqual(await asked(), []);
        assert.equal(shop.vk.calls.length, calls);
    });

    it('stores that stay apart have an item each', async () => {
        twin({ articleNumber: 'A-1' });
        await shop.fixture.ask('refresh');
        await bothOn();
        await shop.becomes(['Хлеб ржаной']);
        await shop.fixture.ask({ action: 'agree', kind: 'masters', store: here, other: there, master: 'apart' });
        await shop.becomes(['Сыр «Твёрдый»', 'Сыр твёрдый', 'Хлеб ржаной']);
        assert.deepEqual(await asked(), []);
    });

    it('an answer that names no store, one store twice, or a third one is refused', async () => {
        for (const [fields, words] of [
            [{ other: there }, /"master" is missing/],
            [{ other: here, master: here }, /another store/],
            [{ other: there, master: 'nowhere' }, /no store "nowhere"/],
        ] as const) {
            const payload = { action: 'agree', kind: 'masters', store: here, ...fields };
            assert.match((await shop.fixture.failing('source', { payload })).message, words);
        }
        assert.equal(shop.vk.countCalls('market.add'), 0);
    });
});
