import assert from 'node:assert/strict';
import { ProductOffers, type Offer, type ProductSink } from '../../../../lib/delivery/products/product-offers';
import type { ProductWish } from '../../../../lib/delivery/products/product-state';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { linkRecord, productRecord } from '../../../fixtures/catalog-records';
import { StoreFolder } from '../../../fixtures/store-folder';
import { settle } from '../../fake-clock';

describe('the products of a source', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let sent: Offer[];
    let sinks: (ProductSink & { open: boolean })[];
    let wish: ProductWish | null;
    let offers: ProductOffers;

    const sink = (id: string, community: string | null = '77'): (typeof sinks)[number] => {
        const made = { id, community, settings: 's1', open: true, isOpen: () => made.open };
        return made;
    };
    const start = (window = 100, passAfterMs = 10_000): ProductOffers => {
        offers = new ProductOffers({
            catalog,
            accounts: () => ['a-1'],
            sinks: () => sinks,
            wish: () => wish,
            send: (offer) => void sent.push(offer),
            window,
            passAfterMs,
        });
        return offers;
    };
    const look = async (): Promise<string[]> => {
        for (let turn = 0; turn < 3; turn++) await settle();
        return sent.map(({ product, change }) => `${product.id} ${change}`);
    };
    const take = (...ids: string[]): void => {
        for (const offer of sent.splice(0)) for (const id of ids) offers.acknowledged(offer.id, id);
    };

    beforeEach(async () => {
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        sent = [];
        sinks = [sink('u-1')];
        wish = 'show';
    });
    afterEach(() => offers.close());

    it('are offered until they were acknowledged, also after a restart, and never again', async () => {
        await catalog.put('products', productRecord('p-1'));
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
        offers.close();
        sent = [];
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
        take('u-1');
        offers.close();
        await stores.close(catalog);
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        start().lookAtAll();
        assert.deepEqual(await look(), []);
    });

    it('are not offered while records of their pass are being written, and then together', async () => {
        start();
        const release = catalog.hold();
        catalog.setDeferred('products', productRecord('p-1'));
        assert.deepEqual(await look(), []);
        catalog.setDeferred('products', productRecord('p-2'));
        assert.deepEqual(await look(), []);
        release();
        assert.deepEqual(await look(), ['p-1 new', 'p-2 new']);
    });

    it('are offered again by themselves when something of them differs, and say what', async () => {
        start();
        await catalog.put('products', productRecord('p-1'));
        assert.deepEqual(await look(), ['p-1 new']);
        take('u-1');
        await catalog.put('products', productRecord('p-1'));
        assert.deepEqual(await look(), []);
        await catalog.put('products', productRecord('p-1', { quantity: 4 }));
        assert.deepEqual(await look(), ['p-1 stock']);
        take('u-1');
        await catalog.put('products', productRecord('p-1', { quantity: 4, hash: 'other' }));
        assert.deepEqual(await look(), ['p-1 changed']);
        take('u-1');
        wish = 'off';
        offers.lookAtAll();
        assert.deepEqual(await look(), ['p-1 off']);
        take('u-1');
        wish = 'gone';
        offers.lookAtAll();
        assert.deepEqual(await look(), ['p-1 gone']);
        take('u-1');
        wish = 'show';
        offers.lookAtAll();
        assert.deepEqual(await look(), ['p-1 changed']);
    });

    it('are offered again where settings change, and to each who has not acknowledged', async () => {
        sinks.push(sink('u-2'));
        await catalog.put('products', productRecord('p-1'));
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
        take('u-1');
        assert.equal(offers.counts.inFlight, 1);
        offers.close();
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
        take('u-1', 'u-2');
        assert.equal(offers.counts.inFlight, 0);
        sinks[1]!.settings = 's2';
        offers.lookAtAll();
        assert.deepEqual(await look(), ['p-1 changed']);
        take('u-1', 'u-2');
        sinks.push(sink('u-3'));
        offers.lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
    });

    it('that were never shown are not offered to be hidden; those that the shop has are', async () => {
        wish = 'off';
        await catalog.put('products', productRecord('p-1'));
        await catalog.put('products', productRecord('p-2'));
        await catalog.put('links', linkRecord('p-2', { item: 9 }));
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-2 off']);
    });

    it('are offered, whatever was acknowledged, where a call of the shop was without an answer', async () => {
        await catalog.put('products', productRecord('p-1'));
        await catalog.put('links', linkRecord('p-1', { item: 9 }));
        const unanswered = { item: 9, intent: '2026-11-22T12:00:00.000Z' };
        for (const [wanted, first, change] of [
            ['show', 'p-1 new', 'p-1 changed'],
            ['off', 'p-1 off', 'p-1 off'],
        ] as const) {
            wish = wanted;
            start().lookAtAll();
            assert.deepEqual(await look(), [first]);
            take('u-1');
            offers.lookAtAll();
            assert.deepEqual(await look(), []);
            await catalog.put('links', linkRecord('p-1', unanswered));
            offers.lookAtAll();
            assert.deepEqual(await look(), [change]);
            take('u-1');
            await catalog.put('links', linkRecord('p-1', { item: 9, intent: undefined }));
            offers.close();
        }
    });

    it('that may be in the shop are offered to be hidden, though nobody knows their item', async () => {
        wish = 'off';
        await catalog.put('products', productRecord('p-1'));
        await catalog.put('links', linkRecord('p-1', { state: 'intent', intent: '2026-11-22T12:00:00.000Z' }));
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-1 off']);
    });

    it('freeze where nobody knows what is to become of them', async () => {
        wish = null;
        await catalog.put('products', productRecord('p-1'));
        start().lookAtAll();
        assert.deepEqual(await look(), []);
    });

    it('are under way in a bounded number, one in the place of the other', async () => {
        for (let n = 0; n < 5; n++) await catalog.put('products', productRecord(`p-${n}`));
        start(2).lookAtAll();
        assert.equal((await look()).length, 2);
        const [first, second] = sent;
        offers.acknowledged(first!.id, 'u-1');
        assert.equal((await look()).length, 3);
        offers.acknowledged(first!.id, 'u-1');
        assert.equal((await look()).length, 3);
        offers.released(second!.id, 'u-1');
        assert.deepEqual((await look()).slice(3).length, 1);
        offers.wake();
        for (let turn = 0; turn < 5; turn++) {
            take('u-1');
            await look();
        }
        assert.deepEqual(offers.counts, { inFlight: 0, waiting: 0, notTaken: 0 });
    });

    it('take the place of an older state that is still under way; what is answered to that counts no more', async () => {
        await catalog.put('products', productRecord('p-1'));
        start(1).lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
        const old = sent[0]!;
        await catalog.put('products', productRecord('p-1', { hash: 'other' }));
        assert.deepEqual(await look(), ['p-1 new', 'p-1 changed']);
        assert.equal(offers.isCurrent(old.id), false);
        offers.acknowledged(old.id, 'u-1');
        assert.equal(catalog.get('acks', `u-1/20170228-f4f1-401b-80fa-9ecca8451ffb/p-1`), undefined);
        take('u-1');
        offers.lookAtAll();
        assert.deepEqual(await look(), []);
    });

    it('wait while a gate is closed, and what comes back is offered again when it opens', async () => {
        await catalog.put('products', productRecord('p-1'));
        start().lookAtAll();
        await look();
        const [offer] = sent.splice(0);
        sinks[0]!.open = false;
        offers.released(offer!.id, 'u-1');
        assert.deepEqual(await look(), []);
        await catalog.put('products', productRecord('p-2'));
        assert.deepEqual(await look(), []);
        sinks[0]!.open = true;
        offers.wake();
        assert.deepEqual((await look()).sort(), ['p-1 new', 'p-2 new']);
    });

    it('that may not go yet let the others pass', async () => {
        await catalog.put('products', productRecord('p-1'));
        await catalog.put('products', productRecord('p-2'));
        await catalog.put('links', linkRecord('p-2', { item: 9 }));
        const [only] = sinks;
        only!.isOpen = (change) => change !== 'new';
        start().lookAtAll();
        assert.deepEqual(await look(), []);
        assert.equal(offers.counts.waiting, 2);
        wish = 'off';
        offers.lookAtAll();
        assert.deepEqual(await look(), ['p-2 off']);
        assert.equal(offers.counts.waiting, 0);
    });

    it('count as not taken where nobody has them in hand for a while, and then wait for a change or a deploy', async () => {
        for (let n = 0; n < 3; n++) await catalog.put('products', productRecord(`p-${n}`));
        start(2, 100).lookAtAll();
        await look();
        offers.taken(sent[0]!.id);
        await new Promise((resolve) => setTimeout(resolve, 250));
        assert.equal(offers.counts.inFlight >= 1, true);
        assert.deepEqual((await look()).length, 3);
        await new Promise((resolve) => setTimeout(resolve, 250));
        assert.deepEqual(offers.counts, { inFlight: 1, waiting: 0, notTaken: 2 });
        offers.lookAtAll();
        assert.deepEqual((await look()).length, 4);
    });

    it('are told once where no shop is wired, and again when they change', async () => {
        sinks = [sink('source', null)];
        await catalog.put('products', productRecord('p-1'));
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
        offers.lookAtAll();
        assert.deepEqual(await look(), ['p-1 new']);
        await catalog.put('products', productRecord('p-1', { quantity: 1 }));
        assert.deepEqual(await look(), ['p-1 new', 'p-1 stock']);
    });

    it('are all offered again when that is asked for', async () => {
        await catalog.put('products', productRecord('p-1'));
        start().lookAtAll();
        await look();
        take('u-1');
        offers.forget();
        assert.deepEqual(await look(), ['p-1 new']);
    });

    it('of another account are nothing to this source', async () => {
        start();
        await catalog.put('products', productRecord('p-1', { account: 'a-2' }));
        assert.deepEqual(await look(), []);
    });

    it('come group by group when all are looked at, so that a shop fills one album after the other', async () => {
        for (const [id, group] of [
            ['p-1', 'g1'],
            ['p-2', 'g2'],
            ['p-3', 'g1'],
            ['p-4', undefined],
            ['p-5', 'g2'],
        ] as const)
            await catalog.put('products', productRecord(id, { group }));
        start().lookAtAll();
        assert.deepEqual(await look(), ['p-1 new', 'p-3 new', 'p-2 new', 'p-5 new', 'p-4 new']);
    });
});
