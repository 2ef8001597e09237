import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
    AuthError,
    ClosedError,
    ConfigError,
    RejectedError,
    UnavailableError,
    UnreadableRowError,
} from '../../../../lib/http/errors';
import { isReadable } from '../../../../lib/http/checked';
import type { EvotorProduct, Row } from '../../../../lib/clients/evotor/answers';
import { EvotorClient } from '../../../../lib/clients/evotor/client';
import { PaymentRequiredError } from '../../../../lib/clients/evotor/errors';
import { jsonAnswer } from '../../../simulators/simulator';
import { evotorFixture, type EvotorFixture } from '../../../fixtures/evotor-client';
import { FakeClock } from '../../fake-clock';
import type { StoreRow } from '../../../simulators/evotor';

describe('the client of Evotor', () => {
    let fixture: EvotorFixture;
    let store: StoreRow;

    const open = async (...options: Parameters<typeof evotorFixture>): Promise<EvotorFixture> => {
        fixture = await evotorFixture(...options);
        store = fixture.sim.tills.addStore(fixture.sim.account.userId);
        return fixture;
    };
    const productsOf = async (query = {}): Promise<Row<EvotorProduct>[]> => {
        const rows: Row<EvotorProduct>[] = [];
        for await (const page of fixture.client.products(store.id, query)) rows.push(...page.rows);
        return rows;
    };
    const failureOf = async (work: Promise<unknown>): Promise<Error> => {
        const error: unknown = await work.then(
            () => assert.fail('it was answered'),
            (failure: unknown) => failure,
        );
        assert.ok(error instanceof Error);
        const shown = inspect(error, { depth: 9, showHidden: true });
        assert.ok(!shown.includes(fixture.sim.token), shown);
        return error;
    };

    afterEach(() => fixture.close());

    describe('lists', () => {
        it('reads stores, groups and products, page by page, each once', async () => {
            const { sim, client } = await open({ pageSize: 2 });
            for (let i = 0; i < 5; i++) sim.tills.addProduct(store, `Product ${i}`);
            for (let i = 0; i < 3; i++) sim.tills.addGroup(store, `Group ${i}`);
            const stores = await client.stores();
            assert.deepEqual(
                stores.rows.map((row) => isReadable(row) && row.id),
                [store.id.toLowerCase()],
            );
            assert.ok(stores.isComplete);
            const groups = await client.groups(store.id);
            assert.deepEqual(
                groups.rows.map((row) => isReadable(row) && row.name),
                ['Group 0', 'Group 1', 'Group 2'],
            );
            const ends: string[] = [];
            for await (const { end } of client.products(store.id)) ends.push(end);
            assert.deepEqual(ends, ['more', 'more', 'complete']);
            assert.equal((await productsOf()).length, 5);
        });

        it('asks for the first page without a cursor, and names what changed since there alone', async () => {
            const { sim } = await open({ pageSize: 1 });
            for (let i = 0; i < 3; i++) sim.tills.addProduct(store, `Product ${i}`);
            await productsOf({ since: 1000 });
            const asked = sim.requests.map(({ url }) => url.split('?')[1]!);
            assert.equal(asked[0], 'since=1000');
            assert.ok(
                asked.slice(1).every((query) => /^cursor=[^&]+$/.test(query)),
                asked.join(),
            );
        });

        it('gives only what changed since then', async () => {
            let now = 1_796_000_000_000;
            const { sim } = await open({ now: () => now });
            sim.tills.addProduct(store, 'Old');
            now += 60_000;
            const changed = sim.tills.addProduct(store, 'New');
            const rows = await productsOf({ since: now });
            assert.deepEqual(
                rows.map((row) => isReadable(row) && row.id),
                [changed.id],
            );
        });

        it('a cursor that comes again ends in an error, not in a list', async () => {
            const { sim } = await open({ pageSize: 1 });
            for (let i = 0; i < 3; i++) sim.tills.addProduct(store, `Product ${i}`);
            sim.rewrite = (path, body) =>
                path.endsWith('/products') ? { ...(body as object), paging: { next_cursor: 'same' } } : body;
            sim.interfere = ({ url }) =>
                url.includes('cursor=same')
                    ? jsonAnswer(200, { items: [], paging: { next_cursor: 'same' } })
                    : undefined;
            const error = await failureOf(productsOf());
            assert.ok(error instanceof UnavailableError);
            assert.match(error.message, /second time/);
            assert.equal(sim.count('GET', /products$/), 2);
        });

        it('cursors without an end end, too', async () => {
            const { sim } = await open();
            let n = 0;
            sim.interfere = () => jsonAnswer(200, { items: [], paging: { next_cursor: `c${n++}` } });
            const error = await failureOf(productsOf());
            assert.match(error.message, /more than 1000 pages/);
        });

        for (const [what, fault] of [
            ['cut short', { at: 'after', kind: 'cut' }],
            ['reset', { at: 'before', kind: 'reset' }],
            ['a page of a login', { at: 'before', kind: 200, body: '<html><title>Sign in</title></html>' }],
            ['503', { at: 'before', kind: 503 }],
        ] as const)
            it(`a list that breaks off in the middle throws: ${what}`, async () => {
                const { sim } = await open({ pageSize: 1 });
                for (let i = 0; i < 3; i++) sim.tills.addProduct(store, `Product ${i}`);
                sim.interfere = ({ url }) => (url.includes('cursor=') ? fault : undefined);
                assert.ok((await failureOf(productsOf())) instanceof UnavailableError);
            });

        it('an answer that does not say that the list ends ends none', async () => {
            const { sim, client } = await open();
            sim.interfere = () => jsonAnswer(200, { items: [] });
            assert.deepEqual(await client.stores(), { rows: [], isComplete: false });
            sim.interfere = () => jsonAnswer(200, { items: [], paging: { next_cursor: null } });
            assert.deepEqual(await client.stores(), { rows: [], isComplete: true });
            sim.interfere = () => jsonAnswer(200, { items: [], paging: { next_cursor: 7 } });
            assert.ok((await failureOf(client.stores())) instanceof UnreadableRowError);
        });
    });

    describe('rows', () => {
        it('compares ids without case', async () => {
            const { sim, client } = await open();
            const group = sim.tills.addGroup(store, 'Group');
            sim.tills.addProduct(store, 'Product', { odd: { id: 'ABCD-EF', parent_id: group.id.toUpperCase() } });
            sim.rewrite = (path, body) =>
                path === '/stores' ? { ...(body as object), items: [{ id: 'AbC', name: 'Store' }] } : body;
            const [row] = await productsOf();
            assert.ok(row !== undefined && isReadable(row));
            assert.deepEqual([row.id, row.parent_id], ['abcd-ef', group.id]);
            const [listed] = (await client.stores()).rows;
            assert.equal(listed !== undefined && isReadable(listed) && listed.id, 'abc');
        });

        it('what is missing is unknown, and quantity without the right to read stock is not 0', async () => {
            const { sim } = await open();
            sim.account.rights.stock = false;
            sim.tills.addProduct(store, 'Product', { quantity: 5, odd: { some_new_field: { ignored: true } } });
            const [row] = await productsOf();
            assert.ok(row !== undefined && isReadable(row));
            assert.equal(row.quantity, null);
            assert.equal(row.description, null);
            assert.deepEqual((row as Record<string, unknown>)['some_new_field'], { ignored: true });
        });

        it('negative and fractional stock is read as it is', async () => {
            const { sim } = await open();
            for (const quantity of [-2, 12.345, 0]) sim.tills.addProduct(store, 'Product', { quantity });
            assert.deepEqual(
                (await productsOf()).map((row) => isReadable(row) && row.quantity),
                [-2, 12.345, 0],
            );
        });

        for (const [field, value] of [
            ['price', '12.50'],
            ['price', -1],
            ['quantity', '3'],
            ['allow_to_sell', 'yes'],
            ['id', 17],
        ] as const)
            it(`${field} ${JSON.stringify(value)} makes one row unreadable, and no other`, async () => {
                const { sim } = await open();
                sim.tills.addProduct(store, 'Good');
                sim.tills.addProduct(store, 'Odd', { odd: { [field]: value } });
                sim.tills.addProduct(store, 'Good, too');
                const rows = await productsOf();
                assert.deepEqual(rows.map(isReadable), [true, false, true]);
                const [, odd] = rows;
                assert.ok(odd !== undefined && !isReadable(odd));
                assert.match(odd.why, new RegExp(`^${field}: `));
                assert.equal(odd.field('name'), 'Odd');
            });

        for (const odd of [
            { name: null },
            { updated_at: 'yesterday' },
            { barcodes: 'none' },
            { barcodes: [4600, null, '4600'] },
            { attributes_choices: 'none' },
            { description: { html: true } },
            { parent_id: 5 },
            { measure_name: false },
        ])
            it(`an odd ${Object.keys(odd)[0]} costs that field alone: ${JSON.stringify(odd)}`, async () => {
                const { sim } = await open();
                sim.tills.addProduct(store, 'Product', { odd });
                const [row] = await productsOf();
                assert.ok(row !== undefined && isReadable(row), inspect(row));
                const value = (row as Record<string, unknown>)[Object.keys(odd)[0]!];
                assert.deepEqual(value, Array.isArray(odd.barcodes) ? ['4600'] : null);
            });

        it('a list in which no row is an object is no list of Evotor', async () => {
            const { sim, client } = await open();
            sim.interfere = () => jsonAnswer(200, { items: [1, 'two'], paging: {} });
            assert.ok((await failureOf(client.stores())) instanceof UnreadableRowError);
        });
    });

    describe('authorization', () => {
        for (const rule of ['both', 'bearer', 'x-authorization'] as const)
            it(`auto finds the way that works where the server takes ${rule}, and remembers it`, async () => {
                const { sim, client } = await open();
                sim.access.rule = rule;
                await client.stores();
                await client.stores();
                assert.equal(sim.requestCount, rule === 'x-authorization' ? 3 : 2);
                assert.equal(client.way, rule === 'x-authorization' ? 'x-authorization' : 'bearer');
            });

        for (const kind of ['empty', 'json', 'page'] as const)
            it(`auto takes a 401 with ${kind} body for one`, async () => {
                const { sim, client } = await open();
                sim.access.rule = 'x-authorization';
                sim.refusals = kind;
                assert.equal((await client.stores()).rows.length, 1);
            });

        it('a token that is wrong is asked about both ways once, and told as that', async () => {
            const { sim, client } = await open();
            sim.account.ended = true;
            const error = await failureOf(client.stores());
            assert.ok(error instanceof AuthError && error.status === 401);
            assert.match(error.message, /Check that the token is correct/);
            assert.equal(sim.requestCount, 2);
        });

        it('once a way has worked, a 401 is about the token', async () => {
            const { sim, client } = await open();
            await client.stores();
            sim.access.renew(sim.account);
            assert.ok((await failureOf(client.stores())) instanceof AuthError);
            assert.equal(sim.requestCount, 2);
        });

        for (const way of ['bearer', 'x-authorization'] as const)
            it(`${way} is the only way where a person chose it`, async () => {
                const { sim, client } = await open({}, { authorization: way });
                sim.access.rule = way === 'bearer' ? 'x-authorization' : 'bearer';
                assert.ok((await failureOf(client.stores())) instanceof AuthError);
                assert.equal(sim.requestCount, 1);
            });

        it('two accounts see their own stores alone', async () => {
            const { sim } = await open();
            const other = sim.addAccount();
            const theirs = sim.tills.addStore(other.userId);
            const client = new EvotorClient({ url: sim.url, token: other.token, authorization: 'auto', timeout: 5 });
            const { rows } = await client.stores();
            assert.deepEqual(
                rows.map((row) => isReadable(row) && row.id),
                [theirs.id.toLowerCase()],
            );
            const refusal = await failureOf(client.groups(store.id));
            assert.ok(refusal instanceof RejectedError && refusal.status === 404);
            client.close();
        });
    });

    describe('refusals', () => {
        for (const kind of ['empty', 'json', 'page'] as const)
            it(`402 (${kind} body) is about its store, and names it`, async () => {
                const { sim, client } = await open();
                sim.refusals = kind;
                const paid = sim.tills.addStore(sim.account.userId);
                store.unpaid = true;
                const error = await failureOf(productsOf());
                assert.ok(error instanceof PaymentRequiredError);
                assert.equal(error.storeId, store.id);
                assert.match(error.message, new RegExp(store.id));
                assert.ok((await client.groups(paid.id)).isComplete);
            });

        it('402 to the account names no store', async () => {
            const { sim, client } = await open();
            sim.interfere = () => ({ at: 'before', kind: 402, body: '' });
            const error = await failureOf(client.stores());
            assert.ok(error instanceof PaymentRequiredError && error.storeId === null);
        });

        it('403 says that a right is missing', async () => {
            const { sim, client } = await open();
            sim.account.rights.products = false;
            const error = await failureOf(client.groups(store.id));
            assert.ok(error instanceof AuthError && error.status === 403);
            assert.match(error.message, /lacks a right for this, or its user has not installed it/);
        });

        it('a page with 403 or 404 is somebody else’s: nothing is concluded', async () => {
            const { sim, client } = await open();
            sim.refusals = 'page';
            sim.account.rights.products = false;
            const error = await failureOf(client.groups(store.id));
            assert.ok(error instanceof UnavailableError && error.foreign);
        });

        it('a 400 is told in the server’s words', async () => {
            const { sim } = await open();
            sim.interfere = () =>
                jsonAnswer(400, {
                    code: 'invalid_format',
                    message: 'invalid value',
                    violations: [{ reason: 'no', subject: 'since' }],
                });
            const error = await failureOf(productsOf());
            assert.ok(error instanceof RejectedError);
            assert.match(error.message, /invalid_format/);
        });

        it('every request names the version that it wants', async () => {
            const { sim, client } = await open();
            const product = sim.tills.addProduct(store, 'Product');
            await client.stores();
            await client.groups(store.id);
            await client.images(store.id, product.id);
            // 406 otherwise
            assert.deepEqual(
                sim.requests.map(({ status }) => status),
                [200, 200, 200],
            );
        });

        for (const url of ['', 'api.evotor.ru', 'ftp://api.evotor.ru', 'https://user:pw@api.evotor.ru'])
            it(`"${url}" is no address`, async () => {
                await open();
                assert.throws(
                    () => new EvotorClient({ url, token: 'token', authorization: 'auto', timeout: 5 }),
                    ConfigError,
                );
            });
    });

    describe('rates', () => {
        it('waits for a new window instead of going over the limit', async () => {
            const clock = new FakeClock(true);
            const began = clock.now();
            const { sim, client } = await open({ now: () => clock.now(), pageSize: 1 }, {}, clock);
            sim.rates.limit = 3;
            for (let i = 0; i < 7; i++) sim.tills.addProduct(store, `Product ${i}`);
            const work = productsOf();
            const rows = await work;
            assert.equal(rows.length, 7);
            assert.ok(sim.requests.every(({ status }) => status === 200));
            assert.ok(clock.now() - began >= 120_000);
            assert.ok((await client.stores()).isComplete, 'another address is counted by itself');
        });

        it('a 429 in the middle of a list does not begin it anew', async () => {
            const clock = new FakeClock(true);
            const began = clock.now();
            const { sim } = await open({ now: () => clock.now(), pageSize: 1 }, {}, clock);
            for (let i = 0; i < 3; i++) sim.tills.addProduct(store, `Product ${i}`);
            let refused = 0;
            sim.interfere = ({ url }) =>
                url.includes('cursor=') && refused++ === 0
                    ? { at: 'before', kind: 429, body: '', headers: { 'X-RateLimit-Reset': '17' } }
                    : undefined;
            assert.equal((await productsOf()).length, 3);
            assert.equal(sim.requestCount, 4);
            assert.ok(clock.now() - began >= 17_000);
        });

        it('a limit that does not end is told, with how long to wait', async () => {
            const clock = new FakeClock(true);
            const { sim, client } = await open({}, {}, clock);
            sim.interfere = () => ({ at: 'before', kind: 429, body: '', headers: { 'X-RateLimit-Reset': '17' } });
            const error = await failureOf(client.stores());
            assert.ok(error instanceof UnavailableError);
            assert.equal(error.retryAfterMs, 17_000);
            assert.equal(sim.requestCount, 4);
        });

        it('a wait ends with its node', async () => {
            const { sim, client } = await open();
            sim.interfere = () => ({ at: 'before', kind: 429, body: '', headers: { 'X-RateLimit-Reset': '17' } });
            const ended = new AbortController();
            const work = client.stores(ended.signal);
            setTimeout(() => ended.abort(), 50);
            assert.ok((await failureOf(work)) instanceof ClosedError);
        });
    });

    describe('pictures', () => {
        const urlOf = async (productId: string): Promise<string> => {
            const list = await fixture.client.images(store.id, productId);
            const [image] = list!.rows;
            assert.ok(image !== undefined && isReadable(image));
            return image.url;
        };

        it('reads the images of a product, and the file of one', async () => {
            const { sim, client } = await open();
            const product = sim.tills.addProduct(store, 'Product');
            const { bytes } = sim.tills.setPicture(product);
            const picture = await client.picture(await urlOf(product.id));
            assert.deepEqual(picture, { bytes, type: 'image/png' });
        });

        it('a product that is gone has none', async () => {
            const { client } = await open();
            assert.equal(await client.images(store.id, 'gone'), null);
        });

        it('shows the token to the API’s own host, and to no other', async () => {
            const { sim, client } = await open();
            sim.picturesNeedToken = true;
            const product = sim.tills.addProduct(store, 'Product');
            sim.tills.setPicture(product);
            assert.notEqual(await client.picture(await urlOf(product.id)), null);
            assert.deepEqual(sim.shownToPictures, [`Bearer ${sim.token}`]);
            sim.shownToPictures.length = 0;
            sim.pictureHost = sim.url.replace('127.0.0.1', 'localhost');
            sim.picturesNeedToken = false;
            await client.picture(await urlOf(product.id));
            assert.deepEqual(sim.shownToPictures, ['']);
        });

        it('what is no picture, too large or gone is none', async () => {
            const { sim, client } = await open();
            const product = sim.tills.addProduct(store, 'Product');
            for (const bytes of [
                Buffer.from('<html>sign in</html>'),
                Buffer.alloc(0),
                Buffer.alloc(11 * 1024 * 1024, 0x89),
            ]) {
                sim.tills.setPicture(product, bytes);
                assert.equal(await client.picture(await urlOf(product.id)), null);
            }
            const url = await urlOf(product.id);
            product.images = [];
            assert.equal(await client.picture(url), null);
        });

        it('a refusal names the picture without its query', async () => {
            const { sim, client } = await open();
            const product = sim.tills.addProduct(store, 'Product', { code: 'signed-9f8e' });
            sim.tills.setPicture(product);
            for (const host of [null, sim.url.replace('127.0.0.1', 'localhost')]) {
                sim.pictureHost = host;
                const url = await urlOf(product.id);
                assert.match(url, /signed-9f8e/);
                for (const kind of [403, 302, 500]) {
                    sim.interfere = ({ url: asked }) =>
                        asked.startsWith('/pictures')
                            ? { at: 'before', kind, body: '{}', headers: { location: url } }
                            : undefined;
                    const error = await failureOf(client.picture(url));
                    assert.ok(!inspect(error, { depth: 9 }).includes('signed-9f8e'), inspect(error));
                    assert.ok(
                        kind === 500 ? error instanceof UnavailableError : error instanceof RejectedError,
                        String(kind),
                    );
                }
                sim.interfere = undefined;
            }
        });

        for (const url of ['file:///etc/passwd', 'no address', 'ftp://example.com/1.png'])
            it(`is not asked for at ${url}`, async () => {
                const { client } = await open();
                assert.ok((await failureOf(client.picture(url))) instanceof RejectedError);
            });
    });
});
