import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readAccount } from '../../../../lib/sources/evotor/account-pass';
import type { PassKind } from '../../../../lib/sources/catalog/pass-report';
import { Failure } from '../../../../lib/http/errors';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { evotorFixture, type EvotorFixture } from '../../../fixtures/evotor-client';
import { StoreFolder } from '../../../fixtures/store-folder';
import { FakeClock } from '../../fake-clock';
import type { Fault } from '../../../simulators/simulator';
import type { ProductRow, StoreRow } from '../../../simulators/evotor';

const LOGIN_PAGE = '<html><title>Sign in</title></html>';

/** What can come in the place of an answer. */
const FAULTS: Readonly<Record<string, Fault>> = {
    reset: { at: 'before', kind: 'reset' },
    'reset after the answer was made': { at: 'after', kind: 'reset' },
    'cut short': { at: 'after', kind: 'cut' },
    'a login page': { at: 'before', kind: 200, body: LOGIN_PAGE },
    'an empty answer': { at: 'before', kind: 200, body: '' },
    'a list without its end': {
        at: 'before',
        kind: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"items":[]}',
    },
    'an empty list that ends': {
        at: 'before',
        kind: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"items":[],"paging":{}}',
    },
    'another list': { at: 'before', kind: 200, headers: { 'content-type': 'application/json' }, body: '[]' },
    'rows that are none': {
        at: 'before',
        kind: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"items":[1,null],"paging":{}}',
    },
    'a row without an id': {
        at: 'before',
        kind: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"items":[{"name":"x"}],"paging":{}}',
    },
    redirect: { at: 'before', kind: 302, headers: { location: 'https://example.invalid/login' }, body: '' },
    401: { at: 'before', kind: 401, body: '' },
    402: { at: 'before', kind: 402, body: '' },
    403: { at: 'before', kind: 403, body: '' },
    404: { at: 'before', kind: 404, body: '' },
    '404 of a proxy': { at: 'before', kind: 404, body: LOGIN_PAGE },
    429: { at: 'before', kind: 429, body: '' },
    500: { at: 'before', kind: 500, body: '' },
    503: { at: 'before', kind: 503, body: LOGIN_PAGE },
};

describe('reading Evotor through faults', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let fixture: EvotorFixture;
    let shops: StoreRow[];
    let now: number;

    const pass = async (kind: PassKind = 'full'): Promise<void> => {
        const { client } = fixture;
        const parts = { client, catalog, account: 'a-1', onWarning: stores.onWarning };
        await readAccount(parts, kind, new AbortController().signal).catch((failure: unknown) => {
            // what a person sees is told by whoever makes passes; here a bug would be an error of another kind
            assert.ok(failure instanceof Failure, String(failure));
        });
    };
    /** What the catalog says of products that are there, as the tills have them. */
    const known = (): string[] =>
        [...catalog.all('products')]
            .filter(({ goneSince }) => goneSince === undefined)
            .map(({ store, id, name, price, quantity, group }) => [store, id, name, price, quantity, group].join(' '))
            .sort();
    const truth = (): string[] =>
        shops.flatMap((shop) => [...shop.products.values()].map((row) => truthOf(shop, row))).sort();
    const truthOf = (shop: StoreRow, { id, name, price, quantity, parentId }: ProductRow): string =>
        [shop.id.toLowerCase(), id, name, price, quantity ?? null, parentId].join(' ');

    beforeEach(async () => {
        now = Date.parse('2026-11-29T17:40:02.004Z');
        const clock = new FakeClock(true);
        fixture = await evotorFixture({ now: () => now, pageSize: 2 }, {}, clock);
        const { tills, account } = fixture.sim;
        shops = [tills.addStore(account.userId), tills.addStore(account.userId)];
        for (const shop of shops) {
            const group = tills.addGroup(shop, 'Печать');
            for (let i = 0; i < 3; i++) tills.addProduct(shop, `Товар ${i}`, { parentId: group.id, quantity: i });
        }
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
    });
    afterEach(() => fixture.close());

    for (const [what, fault] of Object.entries(FAULTS))
        it(`${what}, at each request of a pass: nothing is gone that is there, and the next pass knows all`, async function () {
            this.timeout(60_000);
            const { sim } = fixture;
            await pass();
            const before = sim.requestCount;
            await pass();
            const requests = sim.requestCount - before;
            assert.ok(requests >= 7, String(requests));
            for (let at = 0; at < requests; at++) {
                now += 60_000;
                const [first] = shops[at % 2]!.products.values();
                sim.tills.change(first!, { price: 1000 + at });
                const wanted = truth();
                const gone = new Set<string>();
                const unlisten = catalog.onChange((collection, key) => {
                    if (collection === 'products' && catalog.get('products', key)?.goneSince !== undefined)
                        gone.add(key);
                });
                const start = sim.requestCount;
                sim.interfere = ({ n }) => (n === start + at + 1 ? fault : undefined);
                await pass();
                sim.interfere = undefined;
                unlisten();
                assert.deepEqual([...gone], [], `at request ${at}`);
                assert.ok([...catalog.all('stores')].every(({ goneSince }) => goneSince === undefined));
                await pass();
                assert.deepEqual(known(), wanted, `at request ${at}`);
                assert.ok([...catalog.all('stores')].every(({ staleWhy }) => staleWhy === undefined));
            }
        });

    it('whatever people do at the tills, and whatever fails: what is there is never gone, and one whole pass knows all', async function () {
        this.timeout(120_000);
        const { sim } = fixture;
        const step = fc.oneof(
            fc.record({ act: fc.constant('add' as const), shop: fc.nat(1), of: fc.nat(20) }),
            fc.record({ act: fc.constant('change' as const), shop: fc.nat(1), of: fc.nat(20) }),
            fc.record({ act: fc.constant('sell' as const), shop: fc.nat(1), of: fc.nat(20) }),
            fc.record({ act: fc.constant('remove' as const), shop: fc.nat(1), of: fc.nat(20) }),
            fc.record({ act: fc.constant('anew' as const), shop: fc.nat(1), of: fc.nat(20) }),
            fc.record({ act: fc.constant('move' as const), shop: fc.nat(1), of: fc.nat(20) }),
            fc.record({ act: fc.constant('reset' as const), shop: fc.nat(1), of: fc.nat(20) }),
            fc.record({ act: fc.constantFrom('full' as const, 'changes' as const), shop: fc.nat(1), of: fc.nat(40) }),
        );
        const kinds = Object.values(FAULTS);
        await fc.assert(
            fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
                for (const { act, shop: at, of } of steps) {
                    now += 60_000;
                    const shop = shops[at]!;
                    const rows = [...shop.products.values()];
                    const row = rows[of % Math.max(1, rows.length)];
                    if (act === 'add') sim.tills.addProduct(shop, `Новый ${of}`);
                    else if (act === 'reset' && of === 0) sim.tills.reset(shop);
                    else if (act === 'full' || act === 'changes') {
                        const there = new Set(shops.flatMap((each) => [...each.products.keys()]));
                        const start = sim.requestCount;
                        sim.interfere = ({ n }) => (n === start + of ? kinds[of % kinds.length] : undefined);
                        await pass(act);
                        sim.interfere = undefined;
                        for (const { id, goneSince } of catalog.all('products'))
                            assert.ok(goneSince === undefined || !there.has(id), id);
                    }
                    if (row === undefined) continue;
                    if (act === 'change') sim.tills.change(row, { price: of + 1 });
                    else if (act === 'sell') sim.tills.sell(row, 1);
                    else if (act === 'remove') sim.tills.remove(shop, row.id);
                    else if (act === 'move')
                        sim.tills.change(row, { parentId: sim.tills.addGroup(shop, `Г ${of}`).id });
                    else if (act === 'anew') {
                        sim.tills.remove(shop, row.id);
                        sim.tills.addProduct(shop, row.name);
                    }
                }
                await pass();
                assert.deepEqual(known(), truth());
            }),
            { numRuns: 25 },
        );
    });
});
