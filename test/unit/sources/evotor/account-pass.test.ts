import assert from 'node:assert/strict';
import { AuthError, UnavailableError } from '../../../../lib/http/errors';
import { readAccount } from '../../../../lib/sources/evotor/account-pass';
import type { PassKind, PassReport } from '../../../../lib/sources/catalog/pass-report';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { ownObject } from '../../../../lib/store/catalog/own-object';
import { keyOf } from '../../../../lib/store/catalog/keys';
import type { ProductRecord } from '../../../../lib/store/catalog/records';
import { evotorFixture, type EvotorFixture } from '../../../fixtures/evotor-client';
import { StoreFolder } from '../../../fixtures/store-folder';
import type { StoreRow } from '../../../simulators/evotor';
import { jsonAnswer } from '../../../simulators/simulator';

const MINUTE = 60_000;

describe('reading an account of Evotor into the catalog', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let fixture: EvotorFixture;
    let store: StoreRow;
    let now: number;
    let changes: string[];

    const pass = async (kind: PassKind = 'full'): Promise<PassReport> => {
        changes = [];
        const { client } = fixture;
        const parts = { client, catalog, account: 'a-1', onWarning: stores.onWarning };
        return readAccount(parts, kind, new AbortController().signal);
    };
    const id = (row: StoreRow): string => row.id.toLowerCase();
    const product = (of: string, from = store): Readonly<ProductRecord> => catalog.product(id(from), of)!;
    const failureOf = (work: Promise<unknown>): Promise<unknown> =>
        work.then(
            () => assert.fail('it was read'),
            (failure: unknown) => failure,
        );

    beforeEach(async () => {
        now = Date.parse('2026-11-29T17:40:02.004Z');
        fixture = await evotorFixture({ now: () => now, pageSize: 2 });
        store = fixture.sim.tills.addStore(fixture.sim.account.userId, { name: 'Мастерская', address: 'Тверь' });
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        catalog.onChange((collection, key) => void changes.push(`${collection} ${key}`));
    });
    afterEach(() => fixture.close());

    it('knows stores, groups and products as Evotor has them', async () => {
        const { tills } = fixture.sim;
        const group = tills.addGroup(store, 'Печать');
        const colour = { id: 'C1', name: 'Цвет', choices: [{ id: 'C10', name: 'Чёрный' }] };
        const models = tills.addGroup(store, 'Подставка', { parentId: group.id, attributes: [colour] });
        const made = tills.addProduct(store, 'Подставка для наушников', {
            price: 450.5,
            quantity: -2,
            parentId: models.id,
            attributesChoices: { C1: 'C10' },
            description: '',
            barcodes: ['2000000001012'],
            articleNumber: 'ORG-6',
        });
        const report = await pass();
        assert.deepEqual([report.stores, report.groups, report.products, report.changed], [1, 2, 1, 1]);
        const { name, address, source, account, readAt, stockAt, newest } = catalog.get('stores', id(store))!;
        assert.deepEqual([name, address, source, account], ['Мастерская', 'Тверь', 'evotor', 'a-1']);
        assert.ok(readAt !== undefined && stockAt !== undefined);
        assert.equal(newest, now);
        assert.deepEqual(catalog.get('groups', keyOf(id(store), models.id))?.attributes, {
            c1: { name: 'Цвет', choices: { c10: 'Чёрный' } },
        });
        const { at: _at, hash, rest: _rest, ...record } = product(made.id);
        assert.deepEqual(record, {
            id: made.id,
            source: 'evotor',
            account: 'a-1',
            store: id(store),
            sku: made.id,
            group: models.id,
            name: 'Подставка для наушников',
            kind: 'NORMAL',
            price: 450.5,
            quantity: -2,
            unit: 'шт',
            sellable: true,
            article: 'ORG-6',
            barcodes: ['2000000001012'],
            options: { Цвет: 'Чёрный' },
            updatedAt: '2026-11-29T17:40:02.004Z',
        });
        assert.match(hash, /^[0-9a-f]{20}$/);
        const own = ownObject(product(made.id))!;
        assert.deepEqual(
            [own['id'], own['cost_price'], own['updated_at'], own['description'], own['store_id']],
            [made.id, 0, '2026-11-29T17:40:02.004+0000', '', store.id],
        );
    });

    it('what a pass changes in a store, and what is gone from it, is held until all of it is written', async () => {
        const { sim } = fixture;
        sim.pageSize = 1000;
        const rows = Array.from({ length: 1200 }, (_, n) => sim.tills.addProduct(store, `Товар ${n}`, { quantity: 5 }));
        await pass();
        assert.equal(catalog.isHeld, false);
        let [isReleased, seen] = [false, 0];
        const unlisten = catalog.onChange((collection) => {
            if (collection !== 'products') return;
            assert.equal(catalog.isHeld, true);
            assert.equal(isReleased, false, 'nothing is written after others may have acted');
            // the event loop turns between portions
            if (++seen === 1) setImmediate(() => (isReleased = !catalog.isHeld));
        });
        for (const row of rows.slice(0, 1100)) sim.tills.change(row, { quantity: 0 });
        for (const row of rows.slice(1100)) sim.tills.remove(store, row.id);
        await pass();
        unlisten();
        assert.deepEqual([seen, catalog.isHeld], [1200, false]);
    });

    it('an unchanged catalog costs one request for each page, and no record is written', async () => {
        const { sim } = fixture;
        sim.pageSize = 1000;
        const group = sim.tills.addGroup(store, 'Печать');
        for (let i = 0; i < 5; i++) sim.tills.addProduct(store, `Товар ${i}`, { parentId: group.id });
        await pass();
        const before = sim.requestCount;
        const report = await pass();
        assert.equal(sim.requestCount - before, 3);
        assert.equal(report.changed, 0);
        assert.deepEqual(
            changes.filter((each) => !each.startsWith('stores ')),
            [],
        );
    });

    it('a new store is read, and off', async () => {
        await pass();
        assert.equal(catalog.get('switches', id(store)), undefined);
        assert.notEqual(catalog.get('stores', id(store)), undefined);
    });

    it('marks why a shop may have to leave a product out', async () => {
        const { tills } = fixture.sim;
        const of = [
            tills.addProduct(store, 'Сидр', { type: 'ALCOHOL_NOT_MARKED' }),
            tills.addProduct(store, 'Настойка', { odd: { alcohol_by_volume: 40 } }),
            tills.addProduct(store, 'Сигареты', { type: 'TOBACCO_MARKED' }),
            tills.addProduct(store, 'Нож', { odd: { is_age_limited: true } }),
            tills.addProduct(store, 'Ваза'),
        ];
        await pass();
        assert.deepEqual(
            of.map((row) => product(row.id).limited),
            ['alcohol', 'alcohol', 'tobacco', 'age-limited', undefined],
        );
    });

    describe('a product that is gone', () => {
        it('is marked, as it was last, and comes back as itself', async () => {
            const { tills } = fixture.sim;
            tills.addProduct(store, 'Остаётся');
            const sold = tills.addProduct(store, 'Ваза');
            await pass();
            store.products.delete(sold.id);
            assert.equal((await pass()).gone, 1);
            assert.equal(product(sold.id).name, 'Ваза');
            assert.ok(product(sold.id).goneSince !== undefined);
            assert.equal((await pass()).gone, 0);
            store.products.set(sold.id, sold);
            await pass();
            assert.equal(product(sold.id).goneSince, undefined);
        });

        it('is not concluded from a list that breaks off, nor is anything else', async () => {
            const { sim } = fixture;
            for (let i = 0; i < 5; i++) sim.tills.addProduct(store, `Товар ${i}`);
            await pass();
            const [first] = store.products.values();
            sim.tills.change(first!, { price: 7 });
            let pages = 0;
            sim.interfere = ({ url }) =>
                /\/products\?/.test(url) && ++pages === 2 ? { at: 'after', kind: 'cut' } : undefined;
            const report = await pass();
            assert.ok(report.failures[0]?.failure instanceof UnavailableError);
            assert.deepEqual([report.gone, report.changed], [0, 0]);
            assert.equal(product(first!.id).price, 100);
        });

        it('is not concluded from what changed since the last look', async () => {
            const { tills } = fixture.sim;
            const kept = tills.addProduct(store, 'Ваза');
            await pass();
            now += 60 * MINUTE;
            const added = tills.addProduct(store, 'Новая');
            assert.equal((await pass('changes')).gone, 0);
            assert.equal(product(kept.id).goneSince, undefined);
            assert.equal(product(added.id).name, 'Новая');
        });

        it('is not concluded where an answer does not say that the list ends', async () => {
            const { sim } = fixture;
            const kept = sim.tills.addProduct(store, 'Ваза');
            await pass();
            sim.rewrite = (path, body) => (path.endsWith('/products') ? { items: [] } : body);
            assert.equal((await pass()).gone, 0);
            assert.equal(product(kept.id).goneSince, undefined);
        });

        it('is not concluded from one list: a row that is skipped while a list moves is there in the next', async () => {
            const { sim } = fixture;
            const rows = [0, 1, 2, 3].map((i) => sim.tills.addProduct(store, `Товар ${i}`));
            await pass();
            // the first is taken away while the second page is asked for, so that the third row is on neither page
            sim.interfere = ({ url }) => {
                if (url.includes('cursor=')) store.products.delete(rows[0]!.id);
                return undefined;
            };
            assert.equal((await pass()).gone, 0);
            assert.equal(product(rows[2]!.id).goneSince, undefined);
            // the first was seen in that look
            assert.equal((await pass()).gone, 1);
            assert.ok(product(rows[0]!.id).goneSince !== undefined);
        });

        it('a till that was reset loses all, as a whole list says', async () => {
            const { tills } = fixture.sim;
            for (let i = 0; i < 3; i++) tills.addProduct(store, `Товар ${i}`);
            await pass();
            tills.reset(store);
            assert.equal((await pass()).gone, 3);
        });
    });

    describe('a row that cannot be read', () => {
        it('is told, is not gone, and costs no other', async () => {
            const { tills } = fixture.sim;
            const odd = tills.addProduct(store, 'Ваза');
            const good = tills.addProduct(store, 'Кружка');
            await pass();
            odd.odd = { price: '12.50' };
            tills.change(good, { price: 7 });
            const report = await pass();
            assert.deepEqual(
                report.unreadable.map(({ id: of, name }) => [of, name]),
                [[odd.id, 'Ваза']],
            );
            assert.match(report.unreadable[0]!.why, /^price: /);
            assert.equal(product(odd.id).goneSince, undefined);
            assert.equal(product(odd.id).price, 100);
            assert.equal(product(good.id).price, 7);
        });

        it('without an id it leaves open what is gone', async () => {
            const { tills } = fixture.sim;
            const sold = tills.addProduct(store, 'Ваза');
            const odd = tills.addProduct(store, 'Кружка');
            await pass();
            store.products.delete(sold.id);
            odd.odd = { id: null };
            assert.equal((await pass()).gone, 0);
            assert.equal(product(sold.id).goneSince, undefined);
        });
    });

    describe('what changed since the last look', () => {
        it('is asked for from a little before the newest change that was seen', async () => {
            const { sim } = fixture;
            sim.tills.addProduct(store, 'Ваза');
            await pass();
            const newest = now;
            now += 60 * MINUTE;
            await pass('changes');
            assert.ok(sim.requests.some(({ url }) => url.endsWith(`/products?since=${newest - 5 * MINUTE}`)));
        });

        it('is a whole list where none was read before', async () => {
            const { sim } = fixture;
            sim.tills.addProduct(store, 'Ваза');
            const report = await pass('changes');
            assert.equal(report.products, 1);
            assert.ok(sim.requests.every(({ url }) => !url.includes('since=')));
            assert.ok(catalog.get('stores', id(store))?.readAt !== undefined);
        });

        it('is a whole list where groups changed: products are called by them', async () => {
            const { tills } = fixture.sim;
            const group = tills.addGroup(store, 'Печать');
            const made = tills.addProduct(store, 'Ваза', { parentId: group.id });
            await pass();
            const { hash } = product(made.id);
            now += 60 * MINUTE;
            tills.rename(group, { name: 'Вазы' });
            await pass('changes');
            assert.notEqual(product(made.id).hash, hash);
        });
    });

    describe('stock', () => {
        it('is read from whole lists, since a sale may be no change, of stores that are on', async () => {
            const { sim } = fixture;
            const other = sim.tills.addStore(sim.account.userId);
            const made = sim.tills.addProduct(store, 'Ваза', { quantity: 5 });
            const there = sim.tills.addProduct(other, 'Кружка', { quantity: 5 });
            await pass();
            await catalog.put('switches', { store: id(store), on: true });
            const { hash } = product(made.id);
            now += 60 * MINUTE;
            sim.tills.sell(made, 2);
            sim.tills.sell(there, 2);
            const before = sim.requestCount;
            await pass('stock');
            assert.equal(product(made.id).quantity, 3);
            assert.equal(product(made.id).hash, hash, 'the rest is as it was');
            assert.equal(product(there.id, other).quantity, 5);
            assert.equal(sim.requestCount - before, 1);
        });

        it('without the right to read it from the start it is unknown, and nobody is warned', async () => {
            fixture.sim.account.rights.stock = false;
            const made = fixture.sim.tills.addProduct(store, 'Ваза', { quantity: 5 });
            await pass();
            assert.equal(product(made.id).quantity, null);
            assert.deepEqual(stores.warnings, []);
        });

        it('that is lost all at once stays as it was, with one warning', async () => {
            const { sim } = fixture;
            const made = [3, 0].map((quantity) => sim.tills.addProduct(store, 'Ваза', { quantity }));
            const service = sim.tills.addProduct(store, 'Печать', { type: 'SERVICE' });
            await pass();
            sim.account.rights.stock = false;
            sim.tills.change(made[0]!, { price: 7 });
            const { stockAt } = catalog.get('stores', id(store))!;
            await pass();
            await pass();
            assert.deepEqual(
                [...made, service].map((row) => product(row.id).quantity),
                [3, 0, null],
            );
            assert.equal(product(made[0]!.id).price, 7);
            assert.equal(catalog.get('stores', id(store))!.stockAt, stockAt);
            assert.equal(stores.warnings.length, 1);
            assert.match(stores.warnings[0]!, /Мастерская tells no quantities/);
            sim.account.rights.stock = true;
            sim.tills.sell(made[0]!, 1);
            await pass();
            assert.equal(product(made[0]!.id).quantity, 2);
            sim.account.rights.stock = false;
            await pass();
            assert.equal(stores.warnings.length, 2);
        });
    });

    describe('a store that is not served', () => {
        it('freezes alone, says why, and thaws when it is served again', async () => {
            const { sim } = fixture;
            const other = sim.tills.addStore(sim.account.userId);
            const made = sim.tills.addProduct(store, 'Ваза');
            const there = sim.tills.addProduct(other, 'Кружка');
            await pass();
            store.unpaid = true;
            sim.tills.change(there, { price: 7 });
            const report = await pass();
            assert.deepEqual(
                report.failures.map(({ store: of, failure }) => [of, failure.status]),
                [[id(store), 402]],
            );
            const frozen = catalog.get('stores', id(store))!;
            assert.equal(frozen.staleWhy, 'payment');
            assert.ok(frozen.staleSince !== undefined);
            assert.equal(product(made.id).goneSince, undefined);
            assert.equal(product(there.id, other).price, 7);
            await pass();
            assert.equal(catalog.get('stores', id(store))!.staleSince, frozen.staleSince, 'since it began');
            store.unpaid = false;
            await pass();
            const thawed = catalog.get('stores', id(store))!;
            assert.deepEqual([thawed.staleSince, thawed.staleWhy], [undefined, undefined]);
        });

        it('a right that is missing freezes it, too', async () => {
            const { sim } = fixture;
            await pass();
            sim.account.rights.products = false;
            const report = await pass();
            assert.ok(report.failures[0]?.failure instanceof AuthError);
            assert.equal(catalog.get('stores', id(store))!.staleWhy, 'right');
        });

        it('a token that is refused freezes all stores of the account', async () => {
            const { sim } = fixture;
            await pass();
            sim.account.ended = true;
            assert.ok((await failureOf(pass())) instanceof AuthError);
            assert.equal(catalog.get('stores', id(store))!.staleWhy, 'credentials');
            sim.account.ended = false;
            await pass();
            assert.equal(catalog.get('stores', id(store))!.staleWhy, undefined);
        });

        it('an outage freezes nothing, and is told', async () => {
            const { sim } = fixture;
            await pass();
            sim.interfere = ({ url }) => (url.includes('product') ? { at: 'before', kind: 503 } : undefined);
            const report = await pass();
            assert.ok(report.failures[0]?.failure instanceof UnavailableError);
            assert.equal(catalog.get('stores', id(store))!.staleWhy, undefined);
            sim.down = true;
            assert.ok((await failureOf(pass())) instanceof UnavailableError);
            assert.equal(catalog.get('stores', id(store))!.staleWhy, undefined);
        });

        it('one that its account has no more is marked, and its products stay', async () => {
            const { sim } = fixture;
            const made = sim.tills.addProduct(store, 'Ваза');
            await pass();
            sim.tills.stores.delete(store.id);
            await pass();
            assert.ok(catalog.get('stores', id(store))!.goneSince !== undefined);
            assert.equal(product(made.id).goneSince, undefined);
            sim.tills.stores.set(store.id, store);
            await pass();
            assert.equal(catalog.get('stores', id(store))!.goneSince, undefined);
        });

        it('stores that cannot be read leave open which are gone', async () => {
            const { sim } = fixture;
            await pass();
            sim.interfere = ({ url }) =>
                url === '/stores' ? jsonAnswer(200, { items: [{ name: 'no id' }], paging: {} }) : undefined;
            await pass();
            assert.equal(catalog.get('stores', id(store))!.goneSince, undefined);
            assert.match(stores.warnings[0]!, /1 of 1 stores could not be read/);
        });

        it('a store that another account reads already is left to that', async () => {
            await pass();
            const { client } = fixture;
            const parts = { client, catalog, account: 'a-2', onWarning: stores.onWarning };
            const report = await readAccount(parts, 'full', new AbortController().signal);
            assert.equal(report.stores, 0);
            assert.equal(catalog.get('stores', id(store))!.account, 'a-1');
            assert.match(stores.warnings[0]!, /another account/);
        });
    });

    it('groups made anew, rings of parents, 1 MB of description and 5,000 groups are read', async () => {
        const { sim } = fixture;
        sim.pageSize = 1000;
        const [one, two] = [sim.tills.addGroup(store, 'Один'), sim.tills.addGroup(store, 'Два')];
        one.parentId = two.id;
        two.parentId = one.id;
        for (let i = 0; i < 5000; i++) sim.tills.addGroup(store, `Группа ${i}`);
        const made = sim.tills.addProduct(store, 'Ваза', { parentId: one.id, description: '<p>'.repeat(350_000) });
        const report = await pass();
        assert.equal(report.groups, 5002);
        assert.ok(product(made.id).description!.length <= 10_000);
        assert.equal(ownObject(product(made.id)), null, 'its own object is too long to be kept');
        sim.tills.remove(store, one.id);
        const anew = sim.tills.addGroup(store, 'Один');
        sim.tills.change(made, { parentId: anew.id });
        await pass();
        assert.ok(catalog.get('groups', keyOf(id(store), one.id))!.goneSince !== undefined);
        assert.equal(product(made.id).group, anew.id);
    });
});
