import assert from 'node:assert/strict';
import { RejectedError, UnavailableError } from '../../../../lib/http/errors';
import { isReadable } from '../../../../lib/http/checked';
import { readAccount } from '../../../../lib/sources/evotor/account-pass';
import { PictureReader, type PictureReport } from '../../../../lib/sources/evotor/picture-reader';
import { awaitsPictures, pictureFile } from '../../../../lib/sources/evotor/product-pictures';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import type { ProductRecord } from '../../../../lib/store/catalog/records';
import { evotorFixture, type EvotorFixture } from '../../../fixtures/evotor-client';
import { StoreFolder } from '../../../fixtures/store-folder';
import type { ProductRow, StoreRow } from '../../../simulators/evotor';
import { FakeClock } from '../../fake-clock';

const DAY = 24 * 3_600_000;

describe('the pictures of an account of Evotor', () => {
    const stores = new StoreFolder('catalog.json');
    const clock = new FakeClock();
    let catalog: Catalog;
    let fixture: EvotorFixture;
    let store: StoreRow;
    let rows: ProductRow[];
    let hidden: Set<string>;
    let reader: PictureReader;

    const signal = new AbortController().signal;
    const pass = async (): Promise<void> => {
        const { client } = fixture;
        await readAccount({ client, catalog, account: 'a-1', onWarning: stores.onWarning }, 'full', signal);
    };
    const readerOf = (perDay: number): PictureReader =>
        new PictureReader({
            client: fixture.client,
            catalog,
            account: 'a-1',
            isShown: ({ id }) => !hidden.has(id),
            perDay,
            clock,
            onWarning: stores.onWarning,
        });
    const read = (): Promise<PictureReport> => reader.read(signal);
    const product = (row: ProductRow): Readonly<ProductRecord> => catalog.product(store.id.toLowerCase(), row.id)!;
    const asked = (): number => fixture.sim.count('GET', /\/images$/);

    beforeEach(async () => {
        clock.time = Date.now();
        fixture = await evotorFixture();
        const { tills, account } = fixture.sim;
        store = tills.addStore(account.userId);
        rows = ['Ваза', 'Кружка', 'Крючок'].map((name) => tills.addProduct(store, name));
        tills.setPicture(rows[0]!);
        hidden = new Set();
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        reader = readerOf(200);
        await pass();
    });
    afterEach(() => fixture.close());

    it('are read once, of products that are shown, and tell a product from the one it was', async () => {
        hidden.add(rows[2]!.id);
        const { hash } = product(rows[0]!);
        assert.ok(rows.every((row) => awaitsPictures(product(row))));
        assert.deepEqual(await read(), { read: 2, left: 0, failure: null });
        assert.equal(product(rows[0]!).pictures?.length, 1);
        assert.notEqual(product(rows[0]!).hash, hash);
        assert.deepEqual(product(rows[1]!).pictures, []);
        assert.deepEqual(
            rows.map((row) => awaitsPictures(product(row))),
            [false, false, true],
        );
        assert.equal((await read()).read, 0);
        await pass();
        assert.equal((await read()).read, 0);
        hidden.clear();
        assert.equal((await read()).read, 1);
    });

    it('are read again where the product changed, and are those of before until then', async () => {
        await read();
        fixture.sim.tills.change(rows[0]!, { price: 7 });
        await new Promise((resolve) => setTimeout(resolve, 5));
        fixture.sim.tills.setPicture(rows[0]!);
        const [before] = product(rows[0]!).pictures!;
        await pass();
        assert.deepEqual(product(rows[0]!).pictures, [before]);
        assert.ok(!awaitsPictures(product(rows[0]!)));
        assert.equal((await read()).read, 1);
        assert.notEqual(product(rows[0]!).pictures![0]!.hash, before!.hash);
    });

    it('are the same picture where only its address is another', async () => {
        await read();
        const { hash } = product(rows[0]!);
        fixture.sim.pictureHost = fixture.sim.url.replace('127.0.0.1', 'localhost');
        clock.time += 2 * DAY;
        await read();
        assert.match(product(rows[0]!).pictures![0]!.url, /localhost/);
        assert.equal(product(rows[0]!).hash, hash);
    });

    it('of a few a day are looked at in turn, those that waited longest first', async () => {
        reader = readerOf(2);
        await read();
        assert.equal(asked(), 3, 'the first look is none of them');
        clock.time += 2 * DAY;
        assert.equal((await read()).read, 2);
        assert.equal((await read()).read, 0, 'enough for this day');
        clock.time += DAY;
        assert.equal((await read()).read, 2);
        assert.ok(rows.every(({ id }) => fixture.sim.count('GET', new RegExp(`${id}/images$`)) >= 2));
    });

    it('of products that are gone are not read', async () => {
        store.products.delete(rows[1]!.id);
        await pass();
        assert.equal((await read()).read, 2);
    });

    it('of one that is gone since its list are none', async () => {
        store.products.delete(rows[1]!.id);
        assert.equal((await read()).read, 3);
        assert.deepEqual(product(rows[1]!).pictures, []);
    });

    it('without the right to read them nobody waits, with one warning', async () => {
        const { account } = fixture.sim;
        account.rights.images = false;
        assert.equal((await read()).failure?.status, 403);
        assert.ok(rows.every((row) => !awaitsPictures(product(row))));
        fixture.sim.tills.change(rows[0]!, { price: 7 });
        await pass();
        await read();
        assert.equal(stores.warnings.length, 1);
        assert.match(stores.warnings[0]!, /fallback picture/);
        account.rights.images = true;
        clock.time += 2 * DAY;
        await read();
        assert.equal(product(rows[0]!).pictures?.length, 1);
    });

    it('wait for a server that does not answer, and the others are read', async () => {
        const { sim } = fixture;
        sim.interfere = ({ url }) => (url.includes(rows[0]!.id) ? { at: 'before', kind: 503 } : undefined);
        assert.deepEqual(await read(), { read: 2, left: 1, failure: null });
        assert.ok(awaitsPictures(product(rows[0]!)));
        sim.interfere = undefined;
        await read();
        assert.equal(product(rows[0]!).pictures?.length, 1);
    });

    it('that are never answered are done without after three attempts', async () => {
        fixture.sim.interfere = ({ url }) => (url.includes(rows[0]!.id) ? { at: 'before', kind: 503 } : undefined);
        for (let i = 0; i < 3; i++) await read();
        assert.deepEqual(product(rows[0]!).pictures, []);
    });

    it('an outage ends the reading soon', async () => {
        const { sim } = fixture;
        for (let i = 0; i < 100; i++) sim.tills.addProduct(store, `Товар ${i}`);
        await pass();
        sim.down = true;
        const before = sim.requestCount;
        const { failure, read: done } = await read();
        assert.ok(failure instanceof UnavailableError);
        assert.equal(done, 0);
        assert.ok(sim.requestCount - before < 20, `${sim.requestCount - before} requests`);
    });

    it('a store that is not served keeps nobody from the pictures of another', async () => {
        const { sim } = fixture;
        const other = sim.tills.addStore(sim.account.userId);
        sim.tills.addProduct(other, 'Товар');
        await pass();
        store.unpaid = true;
        const report = await read();
        assert.deepEqual([report.read, report.failure], [1, null]);
    });

    describe('the file of one', () => {
        const file = () => pictureFile(fixture.client, catalog, product(rows[0]!), product(rows[0]!).pictures![0]!);
        beforeEach(() => read());

        it('is what lies there', async () => {
            assert.deepEqual((await file())?.bytes, rows[0]!.images[0]!.bytes);
        });

        it('is asked for at its new address where the one that is known has ended', async () => {
            const { sim } = fixture;
            sim.pictureHost = sim.url.replace('127.0.0.1', 'localhost');
            let refused = 0;
            sim.interfere = ({ url }) =>
                url.startsWith('/pictures/') && refused++ === 0 ? { at: 'before', kind: 403, body: '{}' } : undefined;
            assert.deepEqual((await file())?.bytes, rows[0]!.images[0]!.bytes);
        });

        it('is none where it was taken away, and that is known from then on', async () => {
            rows[0]!.images = [];
            assert.equal(await file(), null);
            assert.deepEqual(product(rows[0]!).pictures, []);
        });

        it('is a refusal where its address is the same and refused', async () => {
            fixture.sim.interfere = ({ url }) =>
                url.startsWith('/pictures/') ? { at: 'before', kind: 403, body: '{}' } : undefined;
            await assert.rejects(file(), RejectedError);
        });
    });

    it('images that cannot be read cost no other', async () => {
        const { sim, client } = fixture;
        sim.tills.setPicture(rows[1]!);
        sim.rewrite = (path, body) =>
            path.endsWith('/images')
                ? { ...(body as object), items: [{ id: 'x' }, ...(body as { items: object[] }).items] }
                : body;
        const list = await client.images(store.id, rows[1]!.id);
        assert.deepEqual(list!.rows.map(isReadable), [false, true]);
        await read();
        assert.equal(product(rows[1]!).pictures?.length, 1);
    });

    it('are read group by group, as the products come to a shop then', async () => {
        const { tills } = fixture.sim;
        const groups = ['Вазы', 'Кружки'].map((name) => tills.addGroup(store, name));
        for (const [n, row] of rows.entries()) tills.change(row, { parentId: groups[n % 2]!.id });
        await pass();
        await read();
        const order = fixture.sim.requests.flatMap(({ url }) => /products\/([^/]+)\/images$/.exec(url)?.[1] ?? []);
        assert.deepEqual(
            order,
            [rows[0]!, rows[2]!, rows[1]!].map(({ id }) => id),
        );
    });
});
