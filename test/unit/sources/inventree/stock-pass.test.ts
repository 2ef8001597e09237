import assert from 'node:assert/strict';
import { AuthError, ConfigError, UnavailableError } from '../../../../lib/http/errors';
import type { InvenTreeClient } from '../../../../lib/clients/inventree/client';
import type { PassReport } from '../../../../lib/sources/catalog/pass-report';
import { readStock, type StockPassParts } from '../../../../lib/sources/inventree/stock-pass';
import type { StockSettings } from '../../../../lib/sources/inventree/read-lists';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { ownObject } from '../../../../lib/store/catalog/own-object';
import { keyOf } from '../../../../lib/store/catalog/keys';
import type { ProductRecord } from '../../../../lib/store/catalog/records';
import { inventreeClient } from '../../../fixtures/inventree-client';
import { StoreFolder } from '../../../fixtures/store-folder';
import { InvenTreeSimulator } from '../../../simulators/inventree';
import { jsonAnswer } from '../../../simulators/simulator';

const USUAL: StockSettings = { categories: [], locations: [], statuses: [10], salableOnly: true };

type Body = { results: Record<string, unknown>[]; count: number };

for (const apiVersion of [388, 479, 530])
    describe(`reading the stock of InvenTree into the catalog, API ${apiVersion}`, () => {
        const stores = new StoreFolder('catalog.json');
        let catalog: Catalog;
        let sim: InvenTreeSimulator;
        let client: InvenTreeClient;
        let changes: string[];

        const pass = (
            settings: Partial<StockSettings> = {},
            parts: Partial<Pick<StockPassParts, 'priceOf'>> = {},
        ): Promise<PassReport> => {
            changes = [];
            return readStock(
                { client, catalog, settings: { ...USUAL, ...settings }, ...parts },
                new AbortController().signal,
            );
        };
        const product = (pk: number): Readonly<ProductRecord> | undefined => catalog.product('inventree', String(pk));
        const skus = (): string[] =>
            [...catalog.find('products', 'store', 'inventree')]
                .filter(({ goneSince }) => goneSince === undefined)
                .map(({ sku }) => sku)
                .sort();
        /** Changes rows of a list, as a damaged database would give them. */
        const damage = (path: string, change: (row: Record<string, unknown>) => Record<string, unknown>): void => {
            sim.rewrite = (at, body) =>
                at === path ? { ...(body as Body), results: (body as Body).results.map(change) } : body;
        };

        beforeEach(async () => {
            sim = new InvenTreeSimulator({ apiVersion });
            sim.set('PART_SALABLE', true);
            client = inventreeClient({ url: await sim.listen(), token: sim.token });
            catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
            catalog.onChange((collection, key) => void changes.push(`${collection} ${key}`));
        });
        afterEach(async () => {
            client.close();
            await sim.close();
        });

        it('knows a Part as InvenTree has it', async () => {
            const prints = sim.addCategory({ name: 'Prints' });
            const boxes = sim.addCategory({ name: 'Boxes', parent: prints.pk });
            const part = sim.addPart({
                name: 'Box',
                IPN: '3DP-1',
                description: 'A box',
                category: boxes.pk,
                units: 'pcs',
                image: 'part_images/box.png',
            });
            sim.addStock({ part: part.pk, quantity: 5, allocated: 2 });
            sim.addStock({ part: part.pk, quantity: 0.1 });
            sim.addStock({ part: part.pk, quantity: 0.2 });
            sim.addPriceBreak({ part: part.pk, quantity: 10, price: 300, price_currency: 'EUR' });
            sim.addPriceBreak({ part: part.pk, quantity: 1, price: 450.5, price_currency: 'EUR' });
            const report = await pass();
            assert.deepEqual([report.stores, report.groups, report.products, report.changed], [1, 2, 1, 1]);
            const { at: _at, hash: _hash, rest: _rest, ...record } = product(part.pk)!;
            assert.deepEqual(record, {
                id: String(part.pk),
                source: 'inventree',
                account: 'inventree',
                store: 'inventree',
                sku: `inventree:${part.pk}`,
                group: String(boxes.pk),
                name: 'Box',
                description: 'A box',
                kind: 'PART',
                price: 450.5,
                currency: 'EUR',
                quantity: 3.3,
                unit: 'pcs',
                sellable: true,
                article: '3DP-1',
                pictures: [{ url: `${client.address}/media/part_images/box.png` }],
            });
            const { name, price_breaks: breaks } = ownObject(product(part.pk)!) as {
                name: string;
                price_breaks: unknown[];
            };
            assert.deepEqual([name, breaks.length], ['Box', 2]);
            const { parent } = catalog.get('groups', keyOf('inventree', boxes.pk))!;
            assert.equal(parent, String(prints.pk));
            const { source, account, readAt, stockAt } = catalog.get('stores', 'inventree')!;
            assert.deepEqual([source, account], ['inventree', 'inventree']);
            assert.ok(readAt !== undefined && stockAt !== undefined);
        });

        it('writes nothing where nothing changed', async () => {
            sim.addStock({ part: sim.addPart({ name: 'Box' }).pk, quantity: 5 });
            await pass();
            assert.deepEqual([(await pass()).changed, changes], [0, ['stores inventree']]);
        });

        it('holds what it changes, and what is gone, until all of it is written', async () => {
            const parts = [1, 2, 3].map((n) => sim.addPart({ name: `Box ${n}` }).pk);
            await pass();
            const held: boolean[] = [];
            const unlisten = catalog.onChange((collection) => {
                if (collection === 'products') held.push(catalog.isHeld);
            });
            sim.addStock({ part: parts[0]!, quantity: 5 });
            sim.person.editPart(parts[1]!, { active: false });
            await pass();
            unlisten();
            assert.deepEqual([held, catalog.isHeld], [[true, true], false]);
        });

        it('reads more Parts than there are on a page', async () => {
            for (let i = 0; i < 1001; i++) sim.addPart({ name: `Part ${i % 7}`, IPN: `P-${i}` });
            assert.equal((await pass()).products, 1001);
            assert.equal(skus().length, 1001);
        });

        describe('which Parts are products', () => {
            it('takes those that are active and salable, virtual ones without a quantity, no templates', async () => {
                const shown = sim.addPart({ name: 'Shown' });
                sim.addPart({ name: 'Inactive', active: false });
                sim.addPart({ name: 'Not salable', salable: false });
                const template = sim.addPart({ name: 'Template', is_template: true });
                const variant = sim.addPart({ name: 'Variant', variant_of: template.pk });
                const virtual = sim.addPart({ name: 'Virtual', virtual: true });
                sim.addStock({ part: variant.pk, quantity: 4 });
                await pass();
                const expected = [shown, variant, virtual].map(({ pk }) => `inventree:${pk}`);
                assert.deepEqual(skus(), expected.sort());
                assert.deepEqual([product(shown.pk)!.quantity, product(variant.pk)!.quantity], [0, 4]);
                assert.deepEqual([product(virtual.pk)!.quantity, product(virtual.pk)!.kind], [null, 'VIRTUAL']);
            });

            it('takes those that are not salable where that is asked for', async () => {
                const part = sim.addPart({ name: 'Not salable', salable: false });
                await pass({ salableOnly: false });
                assert.equal(product(part.pk)?.sellable, true);
            });

            it('takes of several active revisions the newest, of an inactive one the other', async () => {
                const first = sim.addPart({ name: 'Box' });
                const second = sim.addPart({ name: 'Box', revision: 'B', revision_of: first.pk });
                const third = sim.addPart({ name: 'Box', revision: 'C', revision_of: first.pk });
                await pass();
                assert.deepEqual(skus(), [`inventree:${third.pk}`]);
                sim.person.editPart(third.pk, { active: false });
                await pass();
                assert.deepEqual(skus(), [`inventree:${second.pk}`]);
                assert.notEqual(product(third.pk)!.goneSince, undefined);
            });

            it('takes chosen categories with what is below them', async () => {
                const prints = sim.addCategory({ name: 'Prints' });
                const boxes = sim.addCategory({ name: 'Boxes', parent: prints.pk });
                const screws = sim.addCategory({ name: 'Screws' });
                const inside = sim.addPart({ name: 'Inside', category: boxes.pk });
                sim.addPart({ name: 'Beside', category: screws.pk });
                sim.addPart({ name: 'Nowhere' });
                // one of them lies in the other: its Parts count once
                const report = await pass({ categories: [boxes.pk, prints.pk] });
                assert.deepEqual([skus(), report.products], [[`inventree:${inside.pk}`], 1]);
            });

            it('takes what a filter asked for, though the server does not know the filter', async () => {
                const wanted = sim.addCategory({ name: 'Prints' });
                const part = sim.addPart({ name: 'In it', category: wanted.pk });
                sim.addPart({ name: 'Not in it', salable: false });
                sim.rewrite = (path, body) => {
                    if (path !== '/api/part/') return body;
                    const all = [...sim.state.parts.values()].map(({ setByPerson: _set, ...row }) => row);
                    return { count: all.length, next: null, previous: null, results: all };
                };
                await pass({ categories: [wanted.pk] });
                assert.deepEqual(skus(), [`inventree:${part.pk}`]);
            });
        });

        describe('stock', () => {
            const quantityWith = async (settings: Partial<StockSettings>, part: number): Promise<number | null> => {
                await pass(settings);
                return product(part)!.quantity;
            };

            it('counts what has a chosen status', async () => {
                const { pk: part } = sim.addPart({ name: 'Box' });
                for (const [status, quantity] of [
                    [10, 1],
                    [50, 2],
                    [85, 4],
                ] as const)
                    sim.addStock({ part, quantity, status });
                assert.equal(await quantityWith({}, part), 1);
                assert.equal(await quantityWith({ statuses: [10, 50] }, part), 3);
                // `in_stock` of InvenTree leaves returned goods out
                assert.equal(await quantityWith({ statuses: [85] }, part), 4);
            });

            it('counts what lies in a chosen location or below it, each item once', async () => {
                const shop = sim.addLocation({ name: 'Shop' });
                const shelfLocation = sim.addLocation({ name: 'Shelf', parent: shop.pk });
                const store = sim.addLocation({ name: 'Store' });
                const { pk: part } = sim.addPart({ name: 'Box' });
                for (const [location, quantity] of [
                    [shop.pk, 1],
                    [shelfLocation.pk, 2],
                    [store.pk, 4],
                    [null, 8],
                ] as const)
                    sim.addStock({ part, quantity, location });
                assert.equal(await quantityWith({}, part), 15);
                assert.equal(await quantityWith({ locations: [shop.pk, shelfLocation.pk] }, part), 3);
                assert.equal(await quantityWith({ locations: [shelfLocation.pk, store.pk] }, part), 6);
            });

            it('leaves out what is promised, sent, installed, used up or still being made', async () => {
                const { pk: part } = sim.addPart({ name: 'Box' });
                sim.addStock({ part, quantity: 3, allocated: 1 });
                sim.addStock({ part, quantity: 1, allocated: 4 });
                sim.addStock({ part, quantity: 10, customer: 1 });
                sim.addStock({ part, quantity: 10, belongs_to: 1 });
                sim.addStock({ part, quantity: 10, consumed_by: 1 });
                sim.addStock({ part, quantity: 10, is_building: true });
                assert.equal(await quantityWith({}, part), 2);
            });

            it('keeps the quantity of a Part one of whose items cannot be read, and says so', async () => {
                const [box, lid] = ['Box', 'Lid'].map((name) => sim.addPart({ name }).pk) as [number, number];
                sim.addStock({ part: box, quantity: 3 });
                sim.addStock({ part: lid, quantity: 5 });
                await pass();
                sim.addStock({ part: box, quantity: 1 });
                sim.addStock({ part: lid, quantity: 1 });
                damage('/api/stock/', (row) => (row['part'] === box ? { ...row, allocated: null } : row));
                const report = await pass();
                assert.deepEqual([product(box)!.quantity, product(lid)!.quantity], [3, 6]);
                assert.deepEqual(
                    report.unreadable.map(({ id }) => id),
                    [String(box), String(box)],
                );
                assert.match(report.unreadable[0]!.why, /^allocated/);
            });

            it('keeps all quantities where an item does not even tell its Part; of a new Part it is unknown', async () => {
                const box = sim.addPart({ name: 'Box' }).pk;
                sim.addStock({ part: box, quantity: 3 });
                await pass();
                sim.addStock({ part: box, quantity: 4 });
                const lid = sim.addPart({ name: 'Lid' }).pk;
                damage('/api/stock/', (row) => ({ ...row, part: null }));
                await pass();
                assert.deepEqual([product(box)!.quantity, product(lid)!.quantity], [3, null]);
            });
        });

        describe('price', () => {
            it('is the sale price of one piece: the highest break from 1 or less on; without one it is unknown', async () => {
                const cases: [quantities: [number, number | null][], price: number | null][] = [
                    [[[1, 450]], 450],
                    [
                        [
                            [1, 450],
                            [10, 400],
                        ],
                        450,
                    ],
                    [
                        [
                            [0.5, 500],
                            [1, 450],
                        ],
                        450,
                    ],
                    [[[0.5, 500]], 500],
                    [[[10, 400]], null],
                    [[[1, null]], null],
                    [[], null],
                ];
                const parts = cases.map(([breaks], n) => {
                    const { pk: part } = sim.addPart({ name: `Part ${n}` });
                    for (const [quantity, price] of breaks) sim.addPriceBreak({ part, quantity, price });
                    return part;
                });
                await pass();
                assert.deepEqual(
                    parts.map((pk) => product(pk)!.price),
                    cases.map(([, price]) => price),
                );
            });

            it('stays as it is known where a sale price cannot be read', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                sim.addPriceBreak({ part, price: 450 });
                await pass();
                damage('/api/part/sale-price/', (row) => ({ ...row, price: 'much' }));
                const report = await pass();
                assert.deepEqual([product(part)!.price, product(part)!.currency], [450, 'USD']);
                assert.match(report.unreadable[0]!.why, /^price/);
            });

            it('is what a person set; where that cannot be told it stays and is reported', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                sim.addPriceBreak({ part, price: 100 });
                await pass({}, { priceOf: ({ price }) => Promise.resolve(price! * 2) });
                assert.equal(product(part)!.price, 200);
                const report = await pass({}, { priceOf: () => Promise.reject(new Error('no number')) });
                assert.equal(product(part)!.price, 200);
                assert.deepEqual(report.unreadable, [
                    { store: 'inventree', id: String(part), name: 'Box', why: 'price: no number' },
                ]);
            });
        });

        describe('what is gone', () => {
            it('is what two whole lists do not have', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                await pass();
                sim.person.deletePart(part);
                const report = await pass();
                assert.equal(report.gone, 1);
                assert.notEqual(product(part)!.goneSince, undefined);
            });

            it('is nothing that the second list has', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                await pass();
                let lists = 0;
                sim.rewrite = (path, body) =>
                    path === '/api/part/' && lists++ === 0 ? { count: 0, next: null, results: [] } : body;
                const report = await pass();
                assert.deepEqual([report.gone, product(part)!.goneSince], [0, undefined]);
                assert.equal(lists, 2);
            });

            it('is nothing of a list that shows fewer rows than it counts', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                await pass();
                sim.rewrite = (path, body) => (path === '/api/part/' ? { count: 3, next: null, results: [] } : body);
                const report = await pass();
                assert.deepEqual([report.gone, product(part)!.goneSince], [0, undefined]);
            });

            it('is no Part whose row cannot be read: it stays as it is known', async () => {
                const part = sim.addPart({ name: 'Box', description: 'before' }).pk;
                await pass();
                sim.person.editPart(part, { description: 'after' });
                for (const change of [{ name: 7 }, { pk: 'x' }]) {
                    damage('/api/part/', (row) => ({ ...row, ...change }));
                    const report = await pass();
                    assert.equal(report.unreadable.length, 1);
                    assert.deepEqual([report.gone, product(part)!.description], [0, 'before']);
                }
            });

            it('comes back with its Part', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                await pass();
                sim.person.editPart(part, { salable: false });
                await pass();
                assert.notEqual(product(part)!.goneSince, undefined);
                sim.person.editPart(part, { salable: true });
                await pass();
                assert.equal(product(part)!.goneSince, undefined);
            });
        });

        describe('what cannot be read', () => {
            it('is nothing at all where a category or location that was chosen is not there', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                await pass();
                for (const settings of [{ categories: [77] }, { locations: [77] }]) {
                    const { failures, gone } = await pass(settings);
                    const [{ failure }] = failures as [PassReport['failures'][number]];
                    assert.ok(failure instanceof ConfigError);
                    assert.match(failure.message, /(category|location) 77/);
                    assert.deepEqual([gone, product(part)!.goneSince], [0, undefined]);
                }
            });

            it('is nothing where a category of the tree cannot be read, since its Parts would count as gone', async () => {
                const prints = sim.addCategory({ name: 'Prints' });
                const part = sim.addPart({
                    name: 'Box',
                    category: sim.addCategory({ name: 'Boxes', parent: prints.pk }).pk,
                });
                await pass({ categories: [prints.pk] });
                damage('/api/part/category/', (row) => (row['name'] === 'Boxes' ? { ...row, parent: 'x' } : row));
                const report = await pass({ categories: [prints.pk] });
                assert.equal(report.failures.length, 1);
                assert.equal(product(part.pk)!.goneSince, undefined);
            });

            it('takes no quantities from a list of stock that is not whole', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                sim.addStock({ part, quantity: 3 });
                await pass();
                sim.rewrite = (path, body) => (path === '/api/stock/' ? { count: 1, next: null, results: [] } : body);
                const report = await pass();
                assert.match(report.failures[0]!.failure.message, /list of stock changed/);
                assert.equal(product(part)!.quantity, 3);
            });

            it('freezes the store where the token is refused or a right is missing, until they are back', async () => {
                sim.addPart({ name: 'Box' });
                await pass();
                sim.interfere = () => jsonAnswer(401, { detail: 'Invalid token.' });
                await assert.rejects(pass(), AuthError);
                const frozen = catalog.get('stores', 'inventree')!;
                assert.deepEqual([frozen.staleWhy, frozen.staleSince === undefined], ['credentials', false]);
                sim.interfere = ({ url }) =>
                    url.startsWith('/api/stock/') ? jsonAnswer(403, { detail: 'No permission' }) : undefined;
                assert.ok((await pass()).failures[0]!.failure instanceof AuthError);
                assert.deepEqual(catalog.get('stores', 'inventree')!.staleWhy, 'right');
                assert.equal(catalog.get('stores', 'inventree')!.staleSince, frozen.staleSince);
                sim.interfere = undefined;
                await pass();
                assert.equal(catalog.get('stores', 'inventree')!.staleSince, undefined);
            });

            it('leaves all as it is where the server does not answer', async () => {
                const part = sim.addPart({ name: 'Box' }).pk;
                await pass();
                sim.interfere = ({ url }) =>
                    url.startsWith('/api/part/?') ? { at: 'before', kind: 'reset' } : undefined;
                await assert.rejects(pass(), UnavailableError);
                assert.equal(product(part)!.goneSince, undefined);
            });
        });
    });
