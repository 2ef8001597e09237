import assert from 'node:assert/strict';
import { KEY_OF } from '../../../../lib/store/catalog/keys';
import { GateClosedError } from '../../../../lib/clients/vk/rates';
import type { PictureSource } from '../../../../lib/destinations/vk-market/rules/settings';
import { settle } from '../../fake-clock';
import { GROUP, MarketFixture, PICTURES, productOf } from './fixture';

const DAY = 86_400_000;

describe('a product becomes and stays an item of a community', () => {
    let shop: MarketFixture;

    beforeEach(async () => (shop = await new MarketFixture().open()));
    afterEach(async () => {
        assert.deepEqual(shop.vk.violations, [], 'nothing that the schema does not know was sent');
        await shop.close();
    });

    it('is added with picture, price, stock, category, album and sku, and linked', async () => {
        const result = await shop.one(productOf('a', { price: 890.5 }));
        assert.equal(result.action, 'added');
        const item = shop.item('a')!;
        assert.equal(result.itemId, item.id);
        assert.equal(result.url, `https://vk.com/market-${GROUP}?w=product-${GROUP}_${item.id}`);
        assert.deepEqual(
            [item.name, item.price, item.stock, item.categoryId, item.photos.length, item.hidden],
            ['Товар a', 89050, 5, 1204, 1, false],
        );
        const album = shop.community.byTitle('Печать / Коробки');
        assert.ok(album !== undefined && item.albums.has(album.id));
        assert.equal(shop.link('a')?.state, 'live');
        assert.equal(shop.link('a')?.intent, undefined);
    });

    it('unchanged products cost no call, after a restart neither', async () => {
        await shop.offer([productOf('a'), productOf('b')]);
        await shop.restart();
        const before = shop.asked;
        const results = await shop.offer([productOf('a'), productOf('b')]);
        assert.deepEqual(
            results.map(({ action }) => action),
            ['unchanged', 'unchanged'],
        );
        assert.equal(shop.asked, before);
    });

    it('a hundred price changes cost four requests', async () => {
        const ids = Array.from({ length: 100 }, (_, n) => `p${n}`);
        await shop.offer(ids.map((id) => productOf(id)));
        assert.equal(shop.community.shown.length, 100);
        const before = shop.asked;
        const results = await shop.offer(ids.map((id) => productOf(id, { price: 120 })));
        assert.ok(results.every(({ action }) => action === 'edited'));
        assert.ok(shop.community.shown.every(({ price }) => price === 12_000));
        assert.equal(shop.asked - before, 4);
    });

    it('sold out is hidden, back in stock is shown; new goods that are sold out are not put in', async () => {
        await shop.one(productOf('a'));
        assert.equal((await shop.one(productOf('a', { quantity: 0 }))).action, 'hidden');
        assert.equal(shop.item('a')?.hidden, true);
        assert.equal((await shop.one(productOf('a', { quantity: 3 }))).action, 'shown');
        assert.deepEqual([shop.item('a')?.hidden, shop.item('a')?.stock], [false, 3]);
        const fresh = await shop.one(productOf('b', { quantity: 0 }));
        assert.deepEqual([fresh.action, fresh.reason], ['skipped', 'soldOut']);
        assert.equal(shop.item('b'), undefined);
    });

    it('switched off and gone are hidden; gone is kept where that is wanted', async () => {
        await shop.offer([productOf('a'), productOf('b'), productOf('c')]);
        const keep = { availability: { outOfStock: 'hide', goneProducts: 'keep', sendStock: true } } as const;
        assert.equal((await shop.one(productOf('a'), { change: 'off' })).action, 'hidden');
        assert.equal((await shop.one(productOf('b'), { change: 'gone' })).action, 'hidden');
        assert.equal((await shop.one(productOf('c'), { change: 'gone', settings: keep })).action, 'unchanged');
        assert.deepEqual(
            ['a', 'b', 'c'].map((sku) => shop.item(sku)?.hidden),
            [true, true, false],
        );
    });

    it('a stock figure goes out once a day, and at once when it crosses zero', async () => {
        const show = {
            settings: { availability: { outOfStock: 'show', goneProducts: 'hide', sendStock: true } },
        } as const;
        await shop.one(productOf('a'), show);
        const before = shop.asked;
        assert.equal((await shop.one(productOf('a', { quantity: 4 }), show)).action, 'unchanged');
        assert.equal(shop.asked, before);
        await shop.one(productOf('a', { quantity: 0 }), show);
        assert.equal(shop.item('a')?.stock, 0);
        await shop.one(productOf('a', { quantity: 9 }), show);
        await shop.one(productOf('a', { quantity: 8 }), show);
        assert.equal(shop.item('a')?.stock, 9);
        await shop.clock.advance(DAY + 1000);
        for (let n = 0; n < 100 && shop.item('a')?.stock !== 8; n++) await shop.pass();
        assert.equal(shop.item('a')?.stock, 8, 'by itself');
        await shop.one(productOf('a', { quantity: 7 }), show);
        shop.offeredAgain.length = 0;
        await shop.restart();
        await shop.until(shop.clock.advance(61_000));
        assert.deepEqual(shop.offeredAgain, [shop.productKey('a')], 'also over a restart');
        await shop.one(productOf('a', { quantity: 7 }), show);
        await shop.clock.advance(DAY + 1000);
        for (let n = 0; n < 100 && shop.item('a')?.stock !== 7; n++) await shop.pass();
        assert.equal(shop.item('a')?.stock, 7);
    });

    it('a stock figure that waits while something else is written goes out when its day is over', async () => {
        await shop.one(productOf('a'));
        assert.equal((await shop.one(productOf('a', { price: 120, quantity: 4 }))).action, 'edited');
        assert.equal(shop.item('a')?.stock, 5);
        await shop.clock.advance(DAY + 1000);
        for (let n = 0; n < 100 && shop.item('a')?.stock !== 4; n++) await shop.pass();
        assert.equal(shop.item('a')?.stock, 4);
    });

    it('a stock figure that goes out by itself leaves what was acknowledged; any other write leaves it open', async () => {
        const ack = { sink: 'n1', product: shop.productKey('a') };
        const acknowledged = (): string | undefined =>
            shop.catalog.get('acks', KEY_OF.acks({ ...ack, state: '' }))?.state;
        await shop.one(productOf('a'));
        await shop.one(productOf('a', { quantity: 4 }));
        shop.catalog.setDeferred('acks', { ...ack, state: 'four' });
        await shop.clock.advance(DAY + 1000);
        const isOut = (): boolean => shop.item('a')?.stock === 4 && acknowledged() !== '';
        for (let n = 0; n < 200 && !isOut(); n++) await shop.pass();
        assert.deepEqual([shop.item('a')?.stock, acknowledged()], [4, 'four']);
        await shop.one(productOf('a', { quantity: 4, price: 120 }));
        assert.equal(acknowledged(), '');
    });

    it('a stock figure whose day ends while something else is written goes out, too', async () => {
        await shop.one(productOf('a'));
        await shop.clock.advance(DAY - 60_000);
        // the answer comes a minute later
        shop.vk.interfere = ({ url }) => {
            if (url.includes('/method/execute')) shop.clock.time += 120_000;
            return undefined;
        };
        assert.equal((await shop.one(productOf('a', { price: 120, quantity: 4 }))).action, 'edited');
        shop.vk.interfere = undefined;
        for (let n = 0; n < 100 && shop.item('a')?.stock !== 4; n++) await shop.pass();
        assert.equal(shop.item('a')?.stock, 4);
    });

    it('a stock figure that cannot be sent when its day is over is offered again', async () => {
        await shop.one(productOf('a'));
        await shop.one(productOf('a', { quantity: 4 }));
        // what a restart left open was offered by then
        await shop.until(shop.clock.advance(61_000));
        shop.offeredAgain.length = 0;
        shop.vk.trouble = () => ({ code: 29 });
        await shop.clock.advance(DAY + 1000);
        for (let n = 0; n < 100 && shop.offeredAgain.length === 0; n++) await shop.pass();
        assert.deepEqual(shop.offeredAgain, [shop.productKey('a')]);
    });

    it('what cannot be put on sale is refused with its reason, and the others go on', async () => {
        const results = await shop.offer([
            productOf('a', { name: 'abc' }),
            productOf('b', { price: 0 }),
            productOf('c', { pictures: [] }),
            productOf('d'),
        ]);
        assert.deepEqual(
            results.map(({ action, reason }) => [action, reason]),
            [
                ['refused', 'nameTooShort'],
                ['skipped', 'noPrice'],
                ['refused', 'noPicture'],
                ['added', null],
            ],
        );
        const none = await shop.one(productOf('e'), { extras: { categoryId: null } });
        assert.deepEqual([none.action, none.reason], ['refused', 'noCategory']);
        const gone = await shop.one(productOf('f'), { extras: { categoryId: 4242 } });
        assert.deepEqual([gone.action, gone.reason], ['refused', 'categoryGone']);
        assert.equal(shop.link('f')?.state, 'refused');
    });

    it('a price in another currency than the community’s is refused, whether the community has items or none', async () => {
        shop.community.currency = 'KZT';
        const refused = await shop.one(productOf('a'));
        assert.deepEqual([refused.action, refused.reason], ['refused', 'otherCurrency']);
        assert.equal(shop.community.items.size, 0);
        assert.equal((await shop.one(productOf('b', { currency: ' kzt ' }))).action, 'added');
        await shop.restart();
        assert.equal((await shop.one(productOf('c'))).reason, 'otherCurrency', 'known over a restart');
        const other = await new MarketFixture().open();
        try {
            other.community.currency = 'KZT';
            other.byHand({});
            await other.until(other.market.firstSync.choose('beside'));
            assert.equal((await other.one(productOf('a'))).reason, 'otherCurrency');
        } finally {
            await other.close();
        }
    });

    it('an item whose product comes in another currency keeps its price, and is hidden all the same', async () => {
        await shop.one(productOf('a'));
        const dollars = await shop.one(productOf('a', { price: 7, currency: 'USD' }));
        assert.deepEqual([dollars.action, dollars.reason], ['refused', 'otherCurrency']);
        assert.deepEqual([shop.item('a')?.price, shop.item('a')?.hidden], [10_000, false]);
        assert.equal((await shop.one(productOf('a', { currency: 'USD', quantity: 0 }))).action, 'hidden');
        assert.equal((await shop.one(productOf('a', { price: 120 }))).action, 'shown');
        assert.equal(shop.item('a')?.price, 12_000);
    });

    it('a picture is uploaded once for a product, also where the item was refused at first', async () => {
        await shop.one(productOf('a'), { extras: { categoryId: 4242 } });
        await shop.one(productOf('a'));
        await shop.one(productOf('a', { price: 7 }));
        assert.equal(shop.vk.uploads.uploaded, 1);
        await shop.one(productOf('a', { pictures: [{ url: 'other', hash: 'other' }] }));
        assert.equal(shop.vk.uploads.uploaded, 2);
        assert.equal(shop.item('a')?.photos.length, 1);
        await shop.restart();
        await shop.one(productOf('a', { price: 8, pictures: [{ url: 'other', hash: 'other' }] }));
        assert.equal(shop.vk.uploads.uploaded, 2);
    });

    it('the same fallback picture has a photo for each product', async () => {
        const pictures = [{ url: 'fallback', hash: 'fallback' }];
        await shop.offer([productOf('a', { pictures }), productOf('b', { pictures })]);
        const photos = [...shop.item('a')!.photos, ...shop.item('b')!.photos];
        assert.equal(new Set(photos).size, 2);
    });

    it('a picture that VK does not take refuses its product alone', async () => {
        const bad = {
            hashOf: () => 'bad',
            read: () => Promise.resolve({ bytes: Buffer.from('no'), type: 'image/png', hash: 'bad' }),
        };
        const work = [
            shop.take(productOf('a')),
            shop.take(productOf('b'), { pictures: bad }),
            shop.take(productOf('c')),
        ];
        const results = await shop.until(Promise.all(work));
        assert.deepEqual(
            results.map(({ action, reason }) => reason ?? action),
            ['added', 'pictureRefused', 'added'],
        );
    });

    it('another group is another album, and only what we put in is taken out', async () => {
        await shop.one(productOf('a'));
        const item = shop.item('a')!;
        await shop.one(productOf('a', { group: { id: 'g2', name: 'Вазы', path: ['Вазы'] } }));
        const [boxes, vases] = ['Печать / Коробки', 'Вазы'].map((title) => shop.community.byTitle(title)!.id);
        assert.deepEqual([item.albums.has(boxes!), item.albums.has(vases!)], [false, true]);
        item.albums.add(boxes!);
        await shop.one(productOf('a', { group: { id: 'g3', name: 'Лампы', path: ['Лампы'] } }));
        assert.deepEqual(
            [item.albums.has(boxes!), item.albums.has(vases!)],
            [true, true],
            "the albums are a person's now",
        );
    });

    it('a list of which one item is in the album already (1404) is asked for again, item by item', async () => {
        const lists: number[] = [];
        shop.vk.trouble = (method, params) => {
            if (method !== 'market.addToAlbum') return undefined;
            const count = (params['item_ids'] as unknown[]).length;
            lists.push(count);
            return count > 1 ? { code: 1404 } : undefined;
        };
        const results = await shop.offer([productOf('a'), productOf('b'), productOf('c')]);
        assert.deepEqual(
            results.map(({ action }) => action),
            ['added', 'added', 'added'],
        );
        assert.deepEqual(lists, [3, 1, 1, 1]);
        const album = shop.community.byTitle('Печать / Коробки')!.id;
        for (const sku of ['a', 'b', 'c']) assert.ok(shop.item(sku)!.albums.has(album), sku);
    });

    it('an album is used where a person made one of that title, whatever its case', async () => {
        shop.community.albums.set(3, { id: 3, title: ' печать  / коробки', hidden: false, updated: 0 });
        await shop.one(productOf('a'));
        assert.equal(shop.community.albums.size, 1);
        assert.ok(shop.item('a')!.albums.has(3));
    });

    it('a newer state takes the place of one that waits', async () => {
        const first = shop.take(productOf('a'));
        const second = shop.take(productOf('a', { name: 'Новое имя' }));
        const [one, other] = await shop.until(Promise.all([first, second]));
        assert.deepEqual([one.action, other.action], ['superseded', 'added']);
        assert.equal(shop.item('a')?.name, 'Новое имя');
        assert.equal(shop.community.items.size, 1);
    });

    it('two flows on one community make one item', async () => {
        const work = [shop.take(productOf('a'), { upsert: 'n1' }), shop.take(productOf('a'), { upsert: 'n2' })];
        const results = await shop.until(Promise.all(work));
        assert.deepEqual(results.map(({ action }) => action).sort(), ['added', 'unchanged']);
        assert.equal(shop.community.items.size, 1);
    });

    it('a dry run writes nothing and tells what it would do', async () => {
        await shop.one(productOf('a'));
        const dry = { settings: { dryRun: true } };
        const results = await shop.offer([productOf('a', { price: 7 }), productOf('b')], dry);
        assert.deepEqual(
            results.map(({ action, reason }) => [action, reason]),
            [
                ['planned', 'edit'],
                ['planned', 'add'],
            ],
        );
        assert.deepEqual([shop.item('a')?.price, shop.community.items.size], [10_000, 1]);
        assert.equal((await shop.one(productOf('b'))).action, 'added');
    });

    it('a dry run tells what a first sync costs: calls, minutes, share of the month', async () => {
        const limited = await new MarketFixture({ callsPerSecond: 3, callsPerMonth: 10_000 }).open();
        try {
            const ids = Array.from({ length: 60 }, (_, n) => `p${n}`);
            await limited.offer(
                ids.map((id) => productOf(id)),
                { settings: { dryRun: true } },
            );
            const { minutes, ...reported } = limited.market.dryRun('n1');
            assert.deepEqual(reported, {
                add: 60,
                link: 0,
                ask: 0,
                edit: 0,
                hide: 0,
                photos: 60,
                newAlbums: 1,
                albums: 1,
                // 60 adds, 12 saves and the address, 1 album made, 1 filled, 1 look
                calls: 76,
                share: 76 / 10_000,
            });
            assert.ok(minutes > 0.1 && minutes < 0.2, `${minutes}`);
            await limited.offer(ids.map((id) => productOf(id)));
            assert.equal(limited.market.dryRun('n1').calls, 0);
            // the index, the currency of a community without items and the list of albums are read beside
            assert.ok(limited.rates.month.used >= 76 && limited.rates.month.used <= 81, `${limited.rates.month.used}`);
        } finally {
            await limited.close();
        }
    });

    it('where the share of the day is used up, hides and prices go on; what is new is given back', async () => {
        // 1,000 calls for nine days: 88 of a day's 111 for what is not hiding and prices
        const limited = await new MarketFixture({ callsPerMonth: 1000 }).open();
        try {
            const ids = Array.from({ length: 40 }, (_, n) => `p${n}`);
            await limited.offer(ids.map((id) => productOf(id)));
            const more = ids.map((id) => limited.take(productOf(`q${id}`)));
            const results = await limited.until(Promise.allSettled(more));
            const refused = results.filter(({ status }) => status === 'rejected');
            assert.ok(refused.length > 0, 'the day is not long enough for all');
            assert.ok(refused.every((each) => each.status === 'rejected' && each.reason instanceof GateClosedError));
            // what was too little for those may be enough for one
            await limited.rates.admit(limited.rates.left('ordinary'), 'ordinary');
            const both = [productOf('p0', { quantity: 0 }), productOf('p1', { price: 7 }), productOf('qx')];
            const [hidden, edited, fresh] = await limited.until(
                Promise.allSettled(both.map((each) => limited.take(each))),
            );
            assert.deepEqual([hidden?.status, edited?.status, fresh?.status], ['fulfilled', 'fulfilled', 'rejected']);
            assert.deepEqual([limited.item('p0')?.hidden, limited.item('p1')?.price], [true, 700]);
            await limited.clock.advance(DAY);
            assert.equal((await limited.one(productOf('qx'))).action, 'added');
        } finally {
            await limited.close();
        }
    });

    it('what VK has taken is not given back because the calls of another are used up', async () => {
        const limited = await new MarketFixture({ callsPerMonth: 1000 }).open();
        try {
            await limited.offer(['p0', 'p1'].map((id) => productOf(id)));
            // the price, and of the new one address, picture, item and texts: there is none left for its album
            const spent = limited.rates.left('ordinary') - 5;
            await limited.rates.admit(spent, 'ordinary');
            const both = [productOf('p0', { price: 7 }), productOf('new')];
            const [edited, fresh] = await limited.until(Promise.allSettled(both.map((each) => limited.take(each))));
            assert.deepEqual([limited.item('p0')?.price, limited.item('new')?.albums.size], [700, 0]);
            assert.deepEqual([edited?.status, fresh?.status], ['fulfilled', 'rejected']);
        } finally {
            await limited.close();
        }
    });

    it('many new products fill the saves of pictures that they need, and the executes', async () => {
        const wide = await new MarketFixture({}, 10).open();
        try {
            await wide.offer(Array.from({ length: 100 }, (_, n) => productOf(`p${n}`)));
            const executes = wide.vk.requests.filter(({ url }) => url.startsWith('/method/execute'));
            assert.equal(wide.vk.countCalls('market.saveProductPhotoBulk'), 10);
            // four of adds, one that makes the album and one that fills it
            assert.equal(executes.length, 6);
        } finally {
            await wide.close();
        }
    });

    it('a picture that cannot be read holds up its own product alone; behind three of them no other is asked for', async () => {
        const asked: string[] = [];
        const without = (broken: readonly string[]): PictureSource => ({
            hashOf: (all) => PICTURES.hashOf(all),
            read: async (all, signal) => {
                const [{ url } = { url: '' }] = all;
                asked.push(url);
                if (broken.some((sku) => url.includes(sku))) throw new Error(`${url} cannot be read`);
                await settle();
                return PICTURES.read(all, signal);
            },
        });
        const offer = async (skus: readonly string[], broken: readonly string[]): Promise<string[]> => {
            const pictures = without(broken);
            const all = skus.map((sku) => shop.take(productOf(sku), { pictures }));
            return (await shop.until(Promise.allSettled(all))).map(({ status }) => status);
        };
        assert.deepEqual(await offer(['x0', 'x1', 'x2'], ['x1']), ['fulfilled', 'rejected', 'fulfilled']);
        assert.deepEqual(await offer(['x1'], []), ['fulfilled']);
        asked.splice(0);
        const many = Array.from({ length: 40 }, (_, n) => `y${n}-`);
        const away = await offer(many, ['y']);
        assert.ok(away.every((status) => status === 'rejected'));
        assert.ok(asked.length < 10, `${asked.length} asked for`);
    });

    it('pictures are read some at a time, and each comes to its own item whichever is read first', async () => {
        let [under, most] = [0, 0];
        const pictures: PictureSource = {
            hashOf: (all) => PICTURES.hashOf(all),
            read: async (all, signal) => {
                most = Math.max(most, ++under);
                // the earlier ones take longer
                for (let turn = Number(/\d+/.exec(all[0]!.url)); turn < 12; turn++) await settle();
                under--;
                return PICTURES.read(all, signal);
            },
        };
        const products = Array.from({ length: 12 }, (_, n) => productOf(`a${n}`));
        await shop.offer(products, { pictures });
        assert.equal(most, 6);
        for (const product of products) {
            const photo = shop.community.photos.get(shop.item(product.sku)!.photos[0]!)!;
            const own = (await PICTURES.read(product.pictures))!;
            assert.ok(photo.bytes.equals(own.bytes), product.sku);
        }
    });
});
