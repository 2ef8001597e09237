import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { isReadable } from '../../lib/http/checked';
import { isOwn } from '../../lib/http/own-form';
import { groupSchema, imageSchema, productSchema, readRows, storeSchema } from '../../lib/clients/evotor/answers';
import { EVOTOR_FORM } from '../../lib/clients/evotor/own-form';
import { CloudWebhooks, EvotorSimulator, type StoreRow } from '../simulators/evotor';
import { MEDIA_TYPE } from '../simulators/evotor/answers';
import { DOCUMENTED, EXAMPLES } from './evotor.coverage';
import { recordingsAvailable, recordingsRoot, send, type Answer } from './recordings';
import { compareExchange, type CompareOptions } from './shapes';

interface Page {
    items: Record<string, unknown>[];
    paging: Record<string, unknown>;
}

/** What the documentation's lists are asked with, and read by. */
const LISTS = [
    { example: 'stores.json', call: '/stores', schema: storeSchema },
    { example: 'product-groups.json', call: '/stores/S/product-groups', schema: groupSchema },
    { example: 'products-page1.json', call: '/stores/S/products', schema: productSchema },
    { example: 'products-page2-last.json', call: '/stores/S/products', schema: productSchema },
    { example: 'products-no-stock-right.json', call: '/stores/S/products', schema: productSchema },
    { example: 'images.json', call: '/stores/S/products/P/images', schema: imageSchema },
] as const;

describe('the client and simulator of Evotor against its documentation', () => {
    if (!recordingsAvailable('evotor')) {
        it.skip('the recordings are not here (RECORDINGS_DIR)');
        return;
    }
    const folder = path.join(recordingsRoot, 'evotor');
    const read = <T>(name: string): T => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as T;
    const example = (name: string): Page => read<Page>(`examples/${name}`);
    const documented = read<Record<string, unknown>>('v2-examples.json');

    it('every documented exchange is covered, or left out for a reason', () => {
        assert.deepEqual(Object.keys(EXAMPLES).sort(), fs.readdirSync(path.join(folder, 'examples')).sort());
        const exchanges = Object.keys(documented).filter((name) => name !== '_note');
        assert.deepEqual(Object.keys(DOCUMENTED).sort(), exchanges.sort());
    });

    describe('the client', () => {
        for (const { example: name, call, schema } of LISTS)
            it(`reads ${name}`, () => {
                const { _note: _, ...page } = example(name) as Page & { _note?: string };
                const answer = { status: 200, path: call, paged: false, contentType: MEDIA_TYPE, body: page };
                assert.ok(isOwn(EVOTOR_FORM, answer));
                const rows = readRows<v.GenericSchema>(schema, page.items, call);
                assert.deepEqual(
                    rows.filter((row) => !isReadable(row)),
                    [],
                );
                assert.equal(rows.length, page.items.length);
            });

        it('reads the rows of Evotor’s own pages, where these have an id', () => {
            const rows = (name: string): unknown[] =>
                (documented[name] as { items?: unknown[] }).items ?? [documented[name]];
            const isRead = (name: string, schema: v.GenericSchema): boolean =>
                readRows(schema, rows(name), name).every(isReadable);
            assert.ok(isRead('GET /stores', storeSchema));
            assert.ok(isRead('GET /stores/{store-id}/products/{product-id}', productSchema));
            assert.ok(isRead('product modification (created)', productSchema));
            assert.ok(isRead('GET /stores/{store-id}/products/{product-id}/images', imageSchema));
            // these two leave it out; with one they are read
            for (const [name, schema] of [
                ['GET /stores/{store-id}/product-groups', groupSchema],
                ['GET /stores/{store-id}/products', productSchema],
            ] as const) {
                assert.ok(!isRead(name, schema));
                const [row] = rows(name) as object[];
                assert.ok(v.is(schema, { ...row, id: '01ba18b6-8707-5f47-3d9c-4db058054cb2' }), name);
            }
        });

        it('knows the documented refusals for Evotor’s own words', () => {
            const errors = read<Record<string, unknown>>('examples/errors.json');
            for (const name of ['400 validation', '400 format'])
                assert.ok(
                    isOwn(EVOTOR_FORM, {
                        status: 400,
                        path: '/stores',
                        paged: false,
                        contentType: MEDIA_TYPE,
                        body: errors[name],
                    }),
                );
        });
    });

    describe('the simulator', () => {
        let sim: EvotorSimulator;
        let store: StoreRow;
        beforeEach(async () => {
            sim = new EvotorSimulator({ pageSize: 5, now: () => Date.parse('2026-11-29T17:40:02.004Z') });
            await sim.listen();
            store = fill(sim);
        });
        afterEach(() => sim.close());

        const ask = (call: string): Promise<Answer> =>
            send(sim.url, 'GET', call, { 'x-authorization': sim.token, accept: MEDIA_TYPE });
        const differences = (body: unknown, answer: Answer, options: CompareOptions = {}): string[] =>
            compareExchange(
                {
                    id: '',
                    number: 0,
                    name: '',
                    note: null,
                    as: null,
                    request: { method: 'GET', path: '', headers: {}, body: null },
                    response: { status: 200, headers: {}, body, bytes: null },
                },
                answer,
                options,
            );

        for (const { example: name, call } of LISTS)
            it(`answers as ${name}`, async () => {
                if (name === 'products-no-stock-right.json') sim.account.rights.stock = false;
                if (name !== 'products-page1.json') sim.pageSize = 1000;
                const [product] = store.products.values();
                const where = call.replace('/S', `/${store.id}`).replace('/P', `/${product!.id}`);
                const answer = await ask(where);
                const { _note: _, ...body } = example(name) as Page & { _note?: string };
                const found = differences(body, answer, { optional: OPTIONAL, maps: ['items.*.attributes_choices'] });
                assert.deepEqual(found, []);
            });

        it('answers one product as the row of a list', async () => {
            const [product] = store.products.values();
            const answer = await ask(`/stores/${store.id}/products/${product!.id}`);
            const [row] = example('products-page1.json').items;
            assert.deepEqual(differences(row, answer, { optional: OPTIONAL }), []);
        });

        it('refuses a format in the documented words', async () => {
            const answer = await ask(`/stores/${store.id}/products?since=yesterday`);
            assert.equal(answer.status, 400);
            const { '400 format': said } = read<Record<string, object>>('examples/errors.json');
            assert.deepEqual(Object.keys(answer.body as object).sort(), Object.keys(said!).sort());
        });

        it('counts requests in the documented headers', async () => {
            sim.rates.limit = 1;
            const { '429 headers': headers } = read<Record<string, object>>('examples/errors.json');
            for (const status of [200, 429]) {
                const answer = await ask('/stores');
                assert.equal(answer.status, status);
                for (const name of Object.keys(headers!))
                    assert.match(String(answer.headers[name.toLowerCase()]), /^\d+$/);
            }
        });

        it('is no friendlier than what is documented', async () => {
            const refusals: [string, Record<string, string>, number][] = [
                ['/stores', {}, 401],
                ['/stores', { authorization: sim.token }, 401],
                ['/stores', { authorization: `Bearer ${sim.token}` }, 406],
                ['/stores', { 'x-authorization': sim.token, accept: 'application/json' }, 406],
                [
                    `/stores/${store.id.toLowerCase()}/products`,
                    { 'x-authorization': sim.token, accept: MEDIA_TYPE },
                    404,
                ],
                ['/stores?cursor=', { 'x-authorization': sim.token, accept: MEDIA_TYPE }, 400],
                ['/nothing', { 'x-authorization': sim.token, accept: MEDIA_TYPE }, 404],
            ];
            for (const [call, headers, status] of refusals)
                assert.equal((await send(sim.url, 'GET', call, headers)).status, status, call);
        });
    });
});

describe('the webhooks of the simulated cloud', () => {
    if (!recordingsAvailable('evotor')) {
        it.skip('the recordings are not here (RECORDINGS_DIR)');
        return;
    }
    const examples = JSON.parse(
        fs.readFileSync(path.join(recordingsRoot, 'evotor', 'examples', 'webhooks.json'), 'utf8'),
    ) as Record<string, object>;
    const userId = '01-000000000012345';
    let service: http.Server;
    let url: string;
    let seen: { method: string; url: string; authorization: string; body: Record<string, unknown> }[];
    let answers: { status: number; body: unknown };

    before((done) => {
        service = http.createServer((req, res) => {
            void text(req).then((body) => {
                const { method = '', url: asked = '', headers } = req;
                const parsed = JSON.parse(body) as Record<string, unknown>;
                seen.push({ method, url: asked, authorization: headers.authorization ?? '', body: parsed });
                res.writeHead(answers.status, { 'content-type': 'application/json' }).end(JSON.stringify(answers.body));
            });
        });
        service.listen(0, '127.0.0.1', () => {
            url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/evotor`;
            done();
        });
    });
    beforeEach(() => {
        seen = [];
        answers = { status: 200, body: examples['POST /user/create answer 200'] };
    });
    after(() => service.close());

    it('send the documented bodies to the documented paths, by the documented tokens', async () => {
        const cloud = new CloudWebhooks({ url, secret: 'app-token' });
        await cloud.create(userId, { shop: 'Мастерская' });
        answers.body = examples['POST /user/verify answer 200'];
        await cloud.verify(userId, 'anna', 'not-a-real-one');
        await cloud.token(userId, '00000000-0000-4000-8000-00000000beef');
        await cloud.token(userId, '00000000-0000-4000-8000-00000000beef', 'userUuid');
        await cloud.notify('products', userId, [], 'STORE');
        assert.deepEqual(
            seen.map(({ method, url: asked }) => `${method} ${asked}`),
            [
                'POST /evotor/user/create',
                'POST /evotor/user/verify',
                'POST /evotor/user/token',
                'POST /evotor/user/token',
                'POST /evotor/inventories/stores/STORE/products',
            ],
        );
        assert.deepEqual(
            seen.slice(0, 4).map(({ body }) => body),
            ['POST /user/create request', 'POST /user/verify request', 'POST /user/token request', 'old name'].map(
                (name) => examples[name],
            ),
        );
        assert.deepEqual(
            seen.map(({ authorization }) => authorization),
            [...Array<string>(4).fill('Bearer app-token'), 'Bearer own-user-token-made-by-us'],
        );
        await new CloudWebhooks({ url, secret: 'app-token', scheme: 'Basic' }).token(userId, 'x');
        assert.equal(seen.at(-1)!.authorization, `Basic ${Buffer.from('app-token').toString('base64')}`);
    });

    it('take the documented refusals, and nothing else, for an answer', async () => {
        const cloud = new CloudWebhooks({ url, secret: 'app-token' });
        answers = { status: 409, body: examples['POST /user/create answer 409'] };
        assert.equal((await cloud.create(userId)).status, 409);
        answers = { status: 401, body: examples['any answer 401'] };
        assert.equal((await cloud.verify(userId, 'anna', 'wrong')).status, 401);
        for (const wrong of [
            { status: 500, body: {} },
            { status: 401, body: { detail: 'no' } },
            { status: 409, body: { errors: [{ code: 1001 }] } },
            { status: 200, body: { userId } },
            { status: 200, body: { userId, token: 'x'.repeat(129) } },
            { status: 200, body: { userId: '01-000000000000001', token: 'x' } },
        ]) {
            answers = wrong;
            await assert.rejects(cloud.create(userId), JSON.stringify(wrong));
        }
        answers = { status: 200, body: examples['POST /user/create answer 200'] };
        await assert.rejects(cloud.verify(userId, 'anna', 'x'), /hasBilling/);
        await assert.rejects(cloud.create('someone'), /no id of a user/);
    });
});

/** Empty fields are missing, so any may be; the example has a field that no documentation names. */
const OPTIONAL = [
    'address',
    'user_id',
    'parent_id',
    'barcodes',
    'attributes',
    'code',
    'cost_price',
    'quantity',
    'description',
    'article_number',
    'attributes_choices',
    'alcohol_by_volume',
    'alcohol_product_kind_code',
    'tare_volume',
    'some_new_field',
];

/** A catalog with what the examples have. */
function fill(sim: EvotorSimulator): StoreRow {
    const { tills } = sim;
    const store = tills.addStore(sim.account.userId, { name: 'Мастерская на Садовой', address: 'Россия, г. Тверь' });
    const group = tills.addGroup(store, 'Органайзеры');
    const colour = { id: 'c1', name: 'Цвет', choices: [{ id: 'c10', name: 'Чёрный' }] };
    const models = tills.addGroup(store, 'Подставка для наушников', { parentId: group.id, attributes: [colour] });
    const organizer = tills.addProduct(store, 'Органайзер настольный, 6 ячеек', {
        price: 890,
        costPrice: 210.5,
        quantity: 7,
        code: '101',
        description: 'PLA, печать 0,2 мм.',
        articleNumber: 'ORG-6',
        barcodes: ['2000000001012'],
        parentId: group.id,
    });
    tills.setPicture(organizer);
    tills.addProduct(store, 'Подставка для наушников (Чёрный)', {
        quantity: -2,
        price: 450.5,
        parentId: models.id,
        attributesChoices: { c1: 'c10' },
    });
    tills.addProduct(store, 'Печать по вашей модели', { type: 'SERVICE', price: 0 });
    tills.addProduct(store, 'Пластик PLA на вес', { quantity: 12.345, measureName: 'дроб', parentId: group.id });
    tills.addProduct(store, 'Кот', { allowToSell: false, parentId: group.id });
    tills.addProduct(store, 'Сидр яблочный', {
        type: 'ALCOHOL_NOT_MARKED',
        odd: { alcohol_by_volume: 5.45, alcohol_product_kind_code: 500, tare_volume: 0.57 },
    });
    return store;
}
