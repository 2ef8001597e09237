import assert from 'node:assert/strict';
import { GROUP, Shop } from './shop';

type Row = Record<string, unknown>;

describe('vk-catalog-in', () => {
    const shop = new Shop();
    const { fixture } = shop;
    beforeEach(() => shop.open());
    afterEach(() => shop.close());

    it('lists items from what is known, and tells each that has changed', async () => {
        shop.community.items.set(5, {
            ...{ id: 5, name: 'Сделано руками', description: 'Описание человека', categoryId: 1301, price: 5000 },
            ...{ oldPrice: null, hidden: false, blocked: false, removedAt: null, photos: [], url: '', sku: '' },
            ...{ stock: -1, albums: new Set<number>(), created: Date.now(), updated: Date.now() },
        });
        await shop.deploy({}, [
            {
                id: 'items',
                type: 'vk-catalog-in',
                z: 'tab',
                x: 1,
                y: 1,
                community: 'vk',
                interval: 0,
                wires: [['out'], ['answers']],
            },
        ]);
        const ask = async (payload: object): Promise<unknown> => {
            const before = fixture.at('answers').length;
            fixture.send('items', { payload });
            return (await fixture.messages('answers', before + 1))[before]!['payload'];
        };
        assert.deepEqual(await ask({ action: 'list' }), []);
        await ask({ action: 'refresh' });
        const [{ topic, payload }] = (await fixture.messages('out', 1)) as [Row];
        assert.deepEqual(
            [topic, payload],
            [
                'shop/item',
                {
                    itemId: 5,
                    community: String(GROUP),
                    sku: null,
                    title: 'Сделано руками',
                    price: 50,
                    availability: 'available',
                    albumIds: [],
                    url: `https://vk.com/market-${GROUP}?w=product-${GROUP}_5`,
                    linked: false,
                },
            ],
        );
        const asked = shop.vk.requestCount;
        assert.deepEqual(await ask({ action: 'list', of: 'items', linked: false, search: 'руками' }), [payload]);
        assert.deepEqual(await ask({ action: 'list', of: 'items', linked: true }), []);
        assert.equal(shop.vk.requestCount, asked);
        await ask({ action: 'refresh', whole: true });
        assert.equal(fixture.at('out').length, 1, 'what is as it was is not told again');
        shop.community.items.get(5)!.removedAt = Date.now();
        await ask({ action: 'refresh', whole: true });
        const gone = (await fixture.messages('out', 2))[1]!;
        assert.deepEqual(
            [gone['topic'], gone['payload']],
            ['shop/item', { ...(payload as Row), availability: 'deleted' }],
        );
        assert.deepEqual(await ask({ action: 'list' }), []);
    });
});
