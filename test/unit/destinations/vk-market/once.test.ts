import assert from 'node:assert/strict';
import { GateClosedError } from '../../../../lib/clients/vk/rates';
import { VkError } from '../../../../lib/clients/vk/errors';
import type { Fault } from '../../../simulators/simulator';
import { MarketFixture, productOf } from './fixture';

const HOUR = 3_600_000;

describe('once: an item of a community for a product, whatever is lost on the way', () => {
    let shop: MarketFixture;

    beforeEach(async () => (shop = await new MarketFixture().open()));
    afterEach(() => shop.close());

    /** Spoils the first request of a kind. */
    function spoil(part: string, fault: Fault): void {
        let isDone = false;
        shop.vk.interfere = ({ url }) => {
            if (isDone || !url.includes(part)) return undefined;
            isDone = true;
            return fault;
        };
    }

    for (const kind of ['reset', 'cut', 502] as const)
        it(`the answer to the adds is lost (${kind}): the items are found, and none is made twice`, async () => {
            spoil('/method/execute', { at: 'after', kind });
            const results = await shop.offer([productOf('a'), productOf('b'), productOf('c')]);
            assert.deepEqual(
                results.map(({ action }) => action),
                ['added', 'added', 'added'],
            );
            assert.deepEqual(
                ['a', 'b', 'c'].map((sku) => shop.community.bySku(sku).length),
                [1, 1, 1],
            );
            assert.ok(
                [...shop.community.items.values()].every(({ albums }) => albums.size === 1),
                'the albums are seen to',
            );
        });

    it('the adds never came to VK: after two minutes and a look at all they are sent again', async () => {
        spoil('/method/execute', { at: 'before', kind: 'reset' });
        const began = shop.clock.now();
        const results = await shop.offer([productOf('a'), productOf('b')]);
        assert.deepEqual(
            results.map(({ action }) => action),
            ['added', 'added'],
        );
        assert.equal(shop.community.items.size, 2);
        assert.ok(shop.clock.now() - began >= 120_000);
    });

    it('VK does what we have given up on, a minute later: it is found, and not made twice', async () => {
        let commit: (() => Promise<void>) | undefined;
        spoil('/method/execute', { at: 'late', kind: 'hang', late: (go) => (commit = go) });
        const work = shop.offer([productOf('a')]);
        while (commit === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
        // its client gives up after five seconds of real time
        shop.client.close();
        await commit();
        await assert.rejects(work);
        await shop.restart();
        const [result] = await shop.offer([productOf('a')]);
        assert.equal(result?.action, 'added');
        assert.equal(shop.community.items.size, 1);
    });

    it('in a batch one add has an unknown outcome (error 10): it alone is looked for', async () => {
        let times = 0;
        shop.vk.trouble = (method, { sku }) =>
            method === 'market.add' && sku === 'b' && times++ === 0 ? { code: 10, done: true } : undefined;
        const results = await shop.offer([productOf('a'), productOf('b'), productOf('c')]);
        assert.deepEqual(
            results.map(({ action }) => action),
            ['added', 'added', 'added'],
        );
        assert.equal(shop.community.items.size, 3);
    });

    it('in a batch one add is put back (error 6): it alone is sent again', async () => {
        let times = 0;
        shop.vk.trouble = (method, { sku }) =>
            method === 'market.add' && sku === 'b' && times++ === 0 ? { code: 6 } : undefined;
        const results = await shop.offer([productOf('a'), productOf('b')]);
        assert.deepEqual(
            results.map(({ action }) => action),
            ['added', 'added'],
        );
        assert.equal(shop.vk.countCalls('market.add'), 2);
    });

    it('the process ends between intent and answer: after the start the item is found', async () => {
        shop.vk.interfere = ({ url }) => (url.includes('/method/execute') ? { at: 'after', kind: 'reset' } : undefined);
        const work = shop.take(productOf('a')).catch(() => null);
        while (shop.community.items.size === 0) {
            await shop.clock.advance(100);
            await new Promise((resolve) => setTimeout(resolve, 2));
        }
        shop.vk.interfere = undefined;
        await shop.restart();
        await work;
        assert.equal(shop.link('a')?.state, 'intent');
        assert.equal((await shop.one(productOf('a'))).action, 'added');
        assert.equal(shop.community.items.size, 1);
        assert.equal(shop.vk.uploads.uploaded, 1);
    });

    it('a lost answer to an edit or a hide: it is sent again, and what a person hid stays theirs', async () => {
        await shop.offer([productOf('a'), productOf('b'), productOf('c')]);
        spoil('/method/execute', { at: 'after', kind: 'reset' });
        assert.equal((await shop.one(productOf('a', { price: 7 }))).action, 'edited');
        spoil('/method/execute', { at: 'after', kind: 'reset' });
        assert.equal((await shop.one(productOf('b', { quantity: 0 }))).action, 'hidden');
        assert.equal(shop.link('b')?.state, 'hidden', 'we hid it');
        shop.item('c')!.hidden = true;
        assert.deepEqual(
            await shop.one(productOf('c', { quantity: 0 })).then(({ action, reason }) => [action, reason]),
            ['unchanged', 'hiddenInVk'],
        );
        await shop.offer([productOf('b', { quantity: 2 }), productOf('c', { quantity: 2 })]);
        assert.deepEqual([shop.item('b')?.hidden, shop.item('c')?.hidden], [false, true]);
    });

    for (const [what, before, after] of [
        ['show', 0, 2],
        ['hide', 2, 0],
    ] as const)
        it(`the process ends before the answer to a ${what}: what is wanted after the start holds`, async () => {
            await shop.one(productOf('a'));
            await shop.one(productOf('a', { quantity: before }));
            await shop.catalog.flush();
            const isHidden = before === 0;
            assert.equal(shop.item('a')?.hidden, isHidden);
            shop.vk.interfere = ({ url }) =>
                url.includes('/method/execute') ? { at: 'after', kind: 'reset' } : undefined;
            const work = shop.take(productOf('a', { quantity: after })).catch(() => null);
            while (shop.item('a')?.hidden === isHidden) await shop.pass();
            const disk = shop.onDisk();
            shop.vk.interfere = undefined;
            await shop.crashedAt(disk);
            await work;
            await shop.one(productOf('a', { quantity: before }));
            assert.equal(shop.item('a')?.hidden, isHidden);
            assert.equal(shop.link('a')?.intent, undefined, 'it is known what came of it');
        });

    it('flood control: what waits is given back, nothing is lost, and VK is not asked before the hour is over', async () => {
        await shop.one(productOf('a'));
        shop.vk.limits.shutGate();
        const work = [productOf('a', { price: 1 }), productOf('b')].map((product) => shop.take(product));
        const results = await shop.until(Promise.allSettled(work));
        assert.ok(results.every(({ status }) => status === 'rejected'));
        const asked = shop.asked;
        await assert.rejects(shop.one(productOf('b')), GateClosedError);
        assert.equal(shop.asked, asked);
        await shop.clock.advance(HOUR + 1000);
        const again = await shop.offer([productOf('a', { price: 1 }), productOf('b')]);
        assert.deepEqual(
            again.map(({ action }) => action),
            ['edited', 'added'],
        );
    });

    it('a token without the right gives everything back with what to do, and no intent stays', async () => {
        shop.community.editors.clear();
        await assert.rejects(shop.one(productOf('a')), VkError);
        shop.community.editors.add(1);
        assert.equal((await shop.one(productOf('a'))).action, 'added');
    });

    it('what a person or VK deleted is not made anew before somebody puts it back', async () => {
        await shop.offer([productOf('a'), productOf('b')]);
        shop.item('a')!.removedAt = shop.clock.now();
        const edited = await shop.one(productOf('a', { price: 7 }));
        assert.deepEqual([edited.action, edited.reason], ['skipped', 'removedInVk']);
        shop.item('b')!.removedAt = shop.clock.now();
        await shop.until(shop.market.index.readWhole());
        assert.equal(shop.link('b')?.state, 'removed');
        assert.equal((await shop.one(productOf('b'))).action, 'skipped');
        assert.equal(shop.community.shown.length, 0);
        assert.equal(shop.market.putBack('b'), true);
        assert.deepEqual(shop.offeredAgain, [shop.productKey('b')]);
        assert.equal((await shop.one(productOf('b'))).action, 'added');
        assert.equal(shop.community.bySku('b').length, 1);
    });

    it('a lost answer to a photo or to an album: one item, one album', async () => {
        spoil('saveProductPhoto', { at: 'after', kind: 'reset' });
        await shop.until(Promise.allSettled([shop.take(productOf('a'))]));
        assert.equal((await shop.one(productOf('a'))).itemId, shop.item('a')?.id);
        assert.equal(shop.community.items.size, 1);
        let executes = 0;
        shop.vk.interfere = ({ url }) =>
            url.includes('/method/execute') && ++executes === 2 ? { at: 'after', kind: 'reset' } : undefined;
        const vases = productOf('b', { group: { id: 'g', name: 'Вазы', path: ['Вазы'] } });
        await shop.until(Promise.allSettled([shop.take(vases)]));
        shop.vk.interfere = undefined;
        await shop.one(vases);
        assert.equal([...shop.community.albums.values()].filter(({ title }) => title === 'Вазы').length, 1);
        assert.equal(shop.item('b')?.albums.size, 1);
    });
});
