import assert from 'node:assert/strict';
import type { Item } from '../../../simulators/vk';
import type { Product } from '../../../../lib/product/product';
import { MarketFixture, productOf, type Change } from './fixture';

/** A change of a product, of which VK's answer is lost. */
interface Edit {
    what: string;
    product?: Partial<Product>;
    extras?: Change['extras'];
    /** what tells in the shop whether it was done */
    of: (item: Item, shop: MarketFixture) => unknown;
}

const OTHER_GROUP = { group: { id: 'g2', name: 'Вазы', path: ['Вазы'] } };

const EDITS: readonly Edit[] = [
    { what: 'price', product: { price: 120 }, of: ({ price }) => price },
    { what: 'old price', extras: { oldPrice: 150 }, of: ({ oldPrice }) => oldPrice ?? 0 },
    { what: 'name', product: { name: 'Другое имя' }, of: ({ name }) => name },
    {
        what: 'description',
        product: { description: 'Другое описание, какого достаточно' },
        of: ({ description }) => description,
    },
    { what: 'category', extras: { categoryId: 1205 }, of: ({ categoryId }) => categoryId },
    { what: 'link', extras: { link: 'https://example.com/a' }, of: ({ url }) => url },
    { what: 'picture', product: { pictures: [{ url: 'new', hash: 'new' }] }, of: ({ photos }) => photos[0] },
    {
        what: 'group',
        product: OTHER_GROUP,
        of: ({ albums }, { community }) => [...albums].map((id) => community.albums.get(id)?.title).join(),
    },
    { what: 'stock figure', product: { quantity: 3 }, of: ({ stock }) => stock },
];

const DAY = 86_400_000;

describe('an edit whose answer is lost, and a catalog that goes back to what it said before', () => {
    let shop: MarketFixture;

    beforeEach(async () => (shop = await new MarketFixture().open()));
    afterEach(() => shop.close());

    /** The product is in the shop, both albums are there, and the day of its stock figure is over. */
    async function inStep(): Promise<void> {
        await shop.offer([productOf('a'), productOf('b', OTHER_GROUP)]);
        await shop.clock.advance(DAY + 1000);
        await shop.one(productOf('a'));
    }

    /** Sends an edit, loses each answer to it, and waits until VK has done it. */
    async function lose({ product, extras, of }: Edit): Promise<{ work: Promise<unknown> }> {
        const before = of(shop.item('a')!, shop);
        shop.vk.interfere = ({ url }) => (url.includes('/method/execute') ? { at: 'after', kind: 'reset' } : undefined);
        const work = shop.take(productOf('a', product), { extras }).catch(() => null);
        while (String(of(shop.item('a')!, shop)) === String(before)) await shop.pass();
        return { work };
    }

    for (const edit of EDITS) {
        it(`${edit.what}: the shop goes back, too`, async () => {
            await inStep();
            const before = edit.of(shop.item('a')!, shop);
            await lose(edit);
            // the connection is cut, and that is noticed
            await shop.pass();
            shop.vk.interfere = undefined;
            await shop.one(productOf('a'));
            assert.deepEqual(edit.of(shop.item('a')!, shop), before);
            const { asked } = shop;
            await shop.one(productOf('a'));
            assert.equal(shop.asked, asked, 'it is in step');
        });

        it(`${edit.what}: after a crash, too`, async () => {
            await inStep();
            const before = edit.of(shop.item('a')!, shop);
            const { work } = await lose(edit);
            const disk = shop.onDisk();
            shop.vk.interfere = undefined;
            await shop.crashedAt(disk);
            await work;
            await shop.one(productOf('a'));
            assert.deepEqual(edit.of(shop.item('a')!, shop), before);
        });
    }

    it('a person’s name is told from ours after two edits without an answer', async () => {
        await inStep();
        const name = (text: string): Edit => ({ what: text, product: { name: text }, of: (item) => item.name });
        await lose(name('Второе имя'));
        await shop.pass();
        // this one does not even come to VK
        shop.vk.interfere = ({ url }) =>
            url.includes('/method/execute') ? { at: 'before', kind: 'reset' } : undefined;
        await assert.rejects(shop.one(productOf('a', { name: 'Третье имя' })));
        assert.equal(shop.item('a')?.name, 'Второе имя');
        shop.vk.interfere = undefined;
        await shop.one(productOf('a', { name: 'Третье имя' }));
        assert.equal(shop.item('a')?.name, 'Третье имя');
        shop.item('a')!.name = 'Имя человека';
        await shop.one(productOf('a', { name: 'Четвёртое имя' }));
        assert.equal(shop.item('a')?.name, 'Имя человека');
    });

    it('what VK refuses leaves nothing unknown', async () => {
        await inStep();
        shop.vk.trouble = (method) => (method === 'market.edit' ? { code: 1408 } : undefined);
        assert.equal((await shop.one(productOf('a', { price: 120 }))).action, 'refused');
        shop.vk.trouble = undefined;
        const { asked } = shop;
        await shop.one(productOf('a'));
        assert.equal(shop.asked, asked);
    });
});
