import assert from 'node:assert/strict';
import { ConfigError, UnavailableError, UnreadableRowError } from '../../../../lib/http/errors';
import { oneStockItem, rows, stockSchema } from '../../../../lib/clients/inventree/answers';
import type { InvenTreeClient } from '../../../../lib/clients/inventree/client';
import { dialectOf } from '../../../../lib/clients/inventree/api-version';
import { inventreeClient } from '../../../fixtures/inventree-client';
import { InvenTreeSimulator } from '../../../simulators/inventree';
import { jsonAnswer } from '../../../simulators/simulator';

describe('what an InvenTree speaks, by its API version', () => {
    for (const [version, parameters, bulk, ofPart] of [
        [350, '/api/part/parameter/', false, { part: 7 }],
        [388, '/api/part/parameter/', false, { part: 7 }],
        [409, '/api/part/parameter/', false, { part: 7 }],
        [410, '/api/part/parameter/', true, { part: 7 }],
        [429, '/api/part/parameter/', true, { part: 7 }],
        [430, '/api/parameter/', true, { model_type: 'part.part', model_id: 7 }],
        [479, '/api/parameter/', true, { model_type: 'part.part', model_id: 7 }],
        [99999, '/api/parameter/', true, { model_type: 'part.part', model_id: 7 }],
    ] as const)
        it(`${version}: ${parameters}${bulk ? ', many at once' : ''}`, () => {
            const dialect = dialectOf(version);
            assert.equal(dialect.parameters, parameters);
            assert.equal(dialect.templates, `${parameters}template/`);
            assert.equal(dialect.bulkParameters, bulk);
            assert.deepEqual(dialect.parameterOf(7), ofPart);
        });

    it('a new StockItem is read from a list and from an object', () => {
        const item = { pk: 3, part: 1, quantity: '2.00000', batch: 'b' };
        assert.equal(oneStockItem([item]).pk, 3);
        assert.equal(oneStockItem(item).quantity, 2);
        for (const body of [[], {}, null, 'x']) assert.throws(() => oneStockItem(body), UnreadableRowError);
    });

    it('a list is read with pages and without', () => {
        const item = { pk: 3, part: 1, quantity: 1 };
        assert.equal(rows(stockSchema, [item], 'x').rows.length, 1);
        assert.equal(rows(stockSchema, { count: 2, next: 'http://x', results: [item] }, 'x').more, true);
        assert.throws(() => rows(stockSchema, { results: [item] }, 'GET x'), /GET x/);
        const spoiled = [{ pk: 'three' }, item];
        assert.throws(() => rows(stockSchema, spoiled, 'GET x', () => true), UnreadableRowError);
        const { rows: readable, read } = rows(stockSchema, spoiled, 'GET x');
        assert.deepEqual([readable.map(({ pk }) => pk), read], [[3], 2]);
    });
});

describe('who an InvenTree is', () => {
    let server: InvenTreeSimulator;
    const clients: InvenTreeClient[] = [];

    const client = (url = server.url, webUrl = '', frontend = '', token = server.token): InvenTreeClient => {
        const made = inventreeClient({ url, token }, { webUrl, frontend });
        clients.push(made);
        return made;
    };

    beforeEach(async () => {
        server = new InvenTreeSimulator();
        await server.listen();
    });

    afterEach(async () => {
        for (const each of clients.splice(0)) each.close();
        await server.close();
    });

    it('is asked once, however many want to know', async () => {
        const mine = client();
        const [a, b] = await Promise.all([mine.handshake(), mine.handshake()]);
        await mine.handshake();
        assert.equal(a, b);
        assert.equal(a.apiVersion, 479);
        assert.equal(server.count('GET', /^\/api\/$/), 1);
    });

    it('an older one than we can speak to is refused with both versions', async () => {
        server.apiVersion = 300;
        await assert.rejects(
            client().handshake(),
            (error) => error instanceof ConfigError && /300/.test(error.message) && /350/.test(error.message),
        );
    });

    it('another server is refused, naming the address', async () => {
        server.interfere = () => jsonAnswer(200, { name: 'something else' });
        await assert.rejects(client().handshake(), (error) => error instanceof UnavailableError && error.stranger);
    });

    it('a question that failed is asked again', async () => {
        const mine = client();
        server.down = true;
        await assert.rejects(mine.handshake());
        server.down = false;
        assert.equal((await mine.handshake()).apiVersion, 479);
    });

    it('tells the base of its pages; a person’s setting comes first', async () => {
        server.frontendBase = 'ui';
        const mine = client(server.url, 'https://stock.example/');
        assert.equal(mine.partPage(3), 'https://stock.example/web/part/3/');
        await mine.handshake();
        assert.equal(mine.partPage(3), 'https://stock.example/ui/part/3/');
        assert.equal(mine.stockPage(4), 'https://stock.example/ui/stock/item/4/');
        const own = client(server.url, '', '/platform/');
        await own.handshake();
        assert.equal(own.partPage(3), `${server.url}/platform/part/3/`);
        assert.equal(server.requests.filter(({ url }) => url === '/accounts/login/').length, 1);
    });

    it('knows its own Parts’ pages by both addresses, and nobody else’s', () => {
        const mine = client('http://192.168.1.20:8000', 'https://stock.example');
        for (const link of ['http://192.168.1.20:8000/web/part/3/', 'https://stock.example/platform/part/3'])
            assert.ok(mine.isOwnPartPage(link), link);
        for (const link of [
            'https://stock.example/web/stock/item/3/',
            'https://stock.example.evil/web/part/3/',
            'http://stock.example/web/part/3/',
            'http://192.168.1.20:8001/web/part/3/',
            'https://www.printables.com/part/3/',
            'https://stock.example/web/part/x/',
            'no link',
        ])
            assert.ok(!mine.isOwnPartPage(link), link);
    });
});
