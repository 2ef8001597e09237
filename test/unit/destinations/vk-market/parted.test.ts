import assert from 'node:assert/strict';
import { partWith } from '../../../../lib/delivery/products/parting';
import { MarketFixture, productOf } from './fixture';

const HOUR = 3_600_000;

describe('items whose account was removed', () => {
    let shop: MarketFixture;
    beforeEach(async () => (shop = await new MarketFixture().open()));
    afterEach(() => shop.close());

    const IDS = Array.from({ length: 30 }, (_, n) => `p${n}`);
    const add = (ids: readonly string[] = IDS): Promise<unknown> => shop.offer(ids.map((id) => productOf(id)));
    const part = async (parting: 'keep' | 'hide' | 'let-go'): Promise<void> => {
        const keys = [...shop.catalog.all('products')].map(({ id }) => shop.productKey(id));
        await partWith(shop.catalog, keys, parting);
        for (const key of keys) shop.catalog.removeDeferred('products', key);
    };
    const hidden = (): number => shop.community.shown.filter((item) => item.hidden).length;
    const passUntil = async (is: () => boolean): Promise<void> => {
        for (let n = 0; n < 200 && !is(); n++) await shop.pass();
        assert.ok(is());
    };

    it('are hidden where a person chose so, 25 with a request, and the links know whose hiding it is', async () => {
        await add();
        const before = shop.asked;
        await part('hide');
        // an item is hidden in VK before its answer is here
        const isNoted = (sku: string): boolean =>
            shop.link(sku)?.state === 'hidden' && shop.link(sku)?.intent === undefined;
        await passUntil(() => hidden() === 30 && isNoted('p0') && isNoted('p29'));
        assert.equal(shop.asked - before, 4, 'two looks, two writes');
        const { state, reason, wanted, intent } = shop.link('p0')!;
        assert.deepEqual([state, reason, wanted, intent], ['hidden', 'gone', undefined, undefined]);
        await add(['p0']);
        assert.equal(shop.item('p0')!.hidden, false, 'they come back with their account');
    });

    it('stay as they are by default, and are let go where a person chose so', async () => {
        await add(['a', 'b']);
        const before = shop.asked;
        await part('keep');
        await shop.pass();
        assert.deepEqual([shop.asked, hidden(), shop.link('a')?.state], [before, 0, 'live']);
        await add(['a', 'b']);
        await part('let-go');
        await shop.pass();
        assert.deepEqual([hidden(), shop.link('a')], [0, undefined]);
        const [again] = await shop.offer([productOf('a', { price: 1 })]);
        assert.notEqual(again!.action, 'edited', 'an item that is not ours is not touched');
    });

    it('are hidden after a restart, and after a gate that was closed', async () => {
        await add(['a', 'b']);
        shop.vk.trouble = () => ({ code: 9 });
        await part('hide');
        await shop.pass();
        await shop.restart();
        shop.vk.trouble = undefined;
        await shop.pass();
        assert.equal(hidden(), 0);
        await shop.clock.advance(HOUR);
        await passUntil(() => hidden() === 2);
    });

    it('after a lost answer are known as hidden by us; those that a person hid stay theirs', async () => {
        await add(['a', 'b']);
        shop.item('b')!.hidden = true;
        let isLost = true;
        shop.vk.trouble = (method) => (isLost && method === 'market.edit' ? { code: 10, done: true } : undefined);
        await part('hide');
        await shop.pass();
        isLost = false;
        await shop.clock.advance(HOUR);
        await passUntil(() => shop.link('a')!.wanted === undefined && shop.link('b')!.wanted === undefined);
        assert.equal(shop.link('a')!.state, 'hidden');
        assert.deepEqual([shop.link('b')!.state, shop.link('b')!.reason], ['live', 'hiddenInVk']);
        assert.deepEqual([shop.item('a')!.hidden, shop.item('b')!.hidden], [true, true]);
    });

    it('that a person removed are removed, and hold up no other', async () => {
        await add(['a', 'b']);
        shop.item('a')!.removedAt = shop.clock.now();
        await part('hide');
        await passUntil(() => shop.link('b')!.state === 'hidden');
        assert.equal(shop.link('a')!.state, 'removed');
    });

    it('are not hidden where their account comes back before', async () => {
        await add(['a']);
        shop.vk.trouble = () => ({ code: 9 });
        await part('hide');
        await shop.pass();
        shop.vk.trouble = undefined;
        void shop.take(productOf('a')).catch(() => undefined);
        assert.equal(shop.link('a')!.wanted, undefined);
    });
});
