import assert from 'node:assert/strict';
import { MarketFixture, productOf, SETTINGS } from './fixture';

describe('changes that people make in a community', () => {
    let shop: MarketFixture;

    beforeEach(async () => (shop = await new MarketFixture().open()));
    afterEach(() => shop.close());

    it('a name or description that a person changed stays; price and stock follow the catalog', async () => {
        await shop.one(productOf('a'));
        Object.assign(shop.item('a')!, { name: 'Имя человека', price: 999 });
        const result = await shop.one(productOf('a', { name: 'Новое имя', description: 'Новое описание', price: 50 }));
        assert.equal(result.action, 'edited');
        const item = shop.item('a')!;
        assert.deepEqual([item.name, item.description, item.price], ['Имя человека', 'Новое описание', 5000]);
        await shop.one(productOf('a', { name: 'Ещё одно имя', description: 'Новое описание', price: 50 }));
        assert.equal(item.name, 'Имя человека', 'it stays theirs');
    });

    it('where nothing is to be kept, the catalog holds', async () => {
        const settings = { keepManual: new Set<never>() };
        await shop.one(productOf('a'), { settings });
        shop.item('a')!.name = 'Имя человека';
        await shop.one(productOf('a', { name: 'Новое имя' }), { settings });
        assert.equal(shop.item('a')?.name, 'Новое имя');
    });

    it('what VK makes of a text is not taken for a person’s change', async () => {
        shop.vk.normalise = (text) => text.replaceAll('"', '«').replaceAll('  ', ' ').trim();
        await shop.one(productOf('a', { name: 'Ваза "Роза"' }));
        await shop.one(productOf('a', { name: 'Ваза "Мак"' }));
        assert.equal(shop.item('a')?.name, 'Ваза «Мак«');
    });

    it('pictures and category of a person stay', async () => {
        await shop.one(productOf('a'));
        const item = shop.item('a')!;
        Object.assign(item, { photos: [4242], categoryId: 1205 });
        await shop.one(productOf('a', { pictures: [{ url: 'new', hash: 'new' }] }), { extras: { categoryId: 1301 } });
        assert.deepEqual([item.photos, item.categoryId], [[4242], 1205]);
        assert.equal(shop.vk.uploads.uploaded, 1);
    });

    it('the first sync into a community with items stops until a person chooses', async () => {
        const theirs = shop.byHand({ name: 'Товар a', price: 10_000 });
        const results = await shop.offer([productOf('a'), productOf('b')]);
        assert.deepEqual(
            results.map(({ action, reason }) => [action, reason]),
            Array(2).fill(['planned', 'firstSync']),
        );
        assert.equal(shop.community.items.size, 1);
        const { add, link, ask } = shop.market.dryRun('n1');
        assert.deepEqual({ add, link, ask }, { add: 1, link: 1, ask: 0 }, 'the person sees what it would do');
        await shop.market.firstSync.choose('link');
        const [linked, added] = await shop.offer([productOf('a'), productOf('b')]);
        assert.deepEqual([linked?.action, linked?.itemId, added?.action], ['linked', theirs.id, 'added']);
        assert.deepEqual([theirs.sku, theirs.description, theirs.name], ['a', 'Описание человека', 'Товар a']);
        assert.equal(theirs.stock, 5, 'stock is ours');
        assert.equal(shop.community.items.size, 2);
    });

    it('linking leaves a sku of a person, and asks where several fit', async () => {
        const [one] = [shop.byHand({ name: 'Товар a', price: 10_000, sku: 'own' })];
        for (const _ of [1, 2]) shop.byHand({ name: 'Товар b', price: 10_000 });
        await shop.until(shop.market.firstSync.choose('link'));
        const [linked, asked] = await shop.offer([productOf('a'), productOf('b')]);
        assert.deepEqual([linked?.itemId, one.sku], [one.id, 'own']);
        assert.deepEqual([asked?.action, asked?.reason, shop.link('b')?.state], ['skipped', 'severalFit', 'asked']);
        const free = [...shop.community.items.values()].at(-1)!;
        assert.equal(await shop.until(shop.market.link('b', shop.productKey('b'), free.id)), true);
        assert.equal((await shop.one(productOf('b'))).itemId, free.id);
    });

    it('added beside what is there, nothing of it is touched', async () => {
        const theirs = shop.byHand({ name: 'Товар a', price: 10_000 });
        const before = JSON.stringify(theirs);
        await shop.market.firstSync.choose('beside');
        assert.equal((await shop.one(productOf('a'))).action, 'added');
        assert.equal(JSON.stringify(theirs), before);
    });

    it('after the catalog was lost, items are known by their sku', async () => {
        await shop.offer([productOf('a'), productOf('b')]);
        for (const { community, sku } of [...shop.market.links.all()])
            shop.catalog.removeDeferred('links', `${community}/${sku}`);
        await shop.offer([productOf('a'), productOf('b')]);
        assert.deepEqual([shop.community.bySku('a').length, shop.community.bySku('b').length], [1, 1]);
    });

    describe('brakes', () => {
        const ids = Array.from({ length: 40 }, (_, n) => `p${n}`);

        beforeEach(() => shop.offer(ids.map((id) => productOf(id))));

        it('a till that was reset hides nothing before a person agrees; other changes go on', async () => {
            for (const id of ids) shop.keep(productOf(id, { quantity: 0 }));
            const results = await shop.offer(ids.map((id) => productOf(id, { quantity: 0 })));
            assert.ok(results.every(({ action, reason }) => action === 'planned' && reason === 'brake:hide'));
            assert.ok(shop.community.shown.every(({ hidden }) => !hidden));
            assert.equal(shop.warnings.filter((text) => text.includes('40 of 40')).length, 1);
            assert.equal((await shop.one(productOf('new'))).action, 'added');
            const [note] = shop.market.brakes.list();
            assert.deepEqual([note?.kind, note?.count, note?.of], ['hide', 40, 40]);
            const again = await shop.market.brakes.agree('hide', note!.store);
            assert.equal(again.length, 40);
            await shop.offer(ids.map((id) => productOf(id, { quantity: 0 })));
            assert.equal(shop.community.shown.filter(({ hidden }) => hidden).length, 40);
        });

        it('the items of a store are counted once for a batch, not once for each product of it', async () => {
            for (const id of ids) shop.keep(productOf(id, { quantity: 0 }));
            const find = shop.catalog.find.bind(shop.catalog);
            let counts = 0;
            shop.catalog.find = ((...args: Parameters<typeof find>) => {
                if (args[0] === 'links' && new Error().stack?.includes('brakes.')) counts++;
                return find(...args);
            }) as typeof find;
            const offered = shop.offer(ids.map((id) => productOf(id, { quantity: 0 })));
            assert.ok((await offered).every(({ reason }) => reason === 'brake:hide'));
            assert.ok(counts >= 1 && counts <= 2, `${counts} counts for ${ids.length} products in batches of 25`);
        });

        it('it lifts by itself when the catalog is right again', async () => {
            for (const id of ids) shop.keep(productOf(id, { quantity: 0 }));
            await shop.offer(ids.map((id) => productOf(id, { quantity: 0 })));
            for (const id of ids.slice(1)) shop.keep(productOf(id));
            const result = await shop.one(productOf('p0', { quantity: 0 }));
            assert.equal(result.action, 'hidden');
            assert.deepEqual(shop.market.brakes.list(), []);
            assert.equal(shop.offeredAgain.length, 40);
        });

        it('more than a tenth of the prices by more than half waits, too; a few do not', async () => {
            assert.equal((await shop.one(productOf('p0', { price: 1000 }))).action, 'edited');
            for (const id of ids) shop.keep(productOf(id, { price: 10_000 }));
            const results = await shop.offer(ids.map((id) => productOf(id, { price: 10_000 })));
            assert.ok(results.every(({ action }) => action === 'planned'));
            assert.equal(shop.community.shown.filter(({ price }) => price === 1_000_000).length, 0);
        });

        it('hides are held where both figures of mostHidden are exceeded, not where one of them is', async () => {
            const sold = ids.slice(0, 5).map((id) => productOf(id, { quantity: 0 }));
            for (const product of sold) shop.keep(product);
            const held = async (count: number, percent: number): Promise<boolean> => {
                const result = await shop.one(sold[0]!, {
                    settings: { mostHidden: { count, percent }, dryRun: false },
                });
                return result.reason === 'brake:hide';
            };
            assert.equal(await held(4, 12), true);
            assert.equal(await held(5, 12), false);
            assert.equal(shop.item('p0')?.hidden, true);
            for (const [count, percent] of [
                [3, 13],
                [5, 1],
            ] as const)
                assert.equal(
                    await shop.market.brakes.wouldHold('hide', shop.productKey('p1').split('/')[0]!, {
                        ...SETTINGS,
                        mostHidden: { count, percent },
                    }),
                    false,
                );
        });

        it('what somebody switched off is no matter of a brake', async () => {
            const results = await shop.offer(
                ids.map((id) => productOf(id)),
                { change: 'off' },
            );
            assert.ok(results.every(({ action }) => action === 'hidden'));
        });
    });
});
