import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeInitializer } from 'node-red';
import { systemClock } from '../../../lib/concurrency/clock';
import { EvotorAccounts } from '../../../lib/sources/evotor/accounts/accounts';
import type { Catalog } from '../../../lib/store/catalog/catalog';
import type { CatalogStoreNode } from '../../../nodes/runtime/flow/catalog-nodes';
import { CloudWebhooks, EvotorSimulator, type Account } from '../../simulators/evotor';
import { NodeFixture, pause, until } from '../fixture';
import { collector, type FlowNode } from '../flow';

const SECRET = 'application-token-4711';

describe('evotor-catalog-in with all accounts linked by webhook', () => {
    const fixture = new NodeFixture();
    let evotor: EvotorSimulator;
    let cloud: CloudWebhooks;
    let server: Server;
    let app: Parameters<NodeInitializer>[0]['httpNode'] | null;
    let catalog: Catalog;
    let accounts: EvotorAccounts;
    let anna: Account;
    let boris: Account;

    beforeEach(async () => {
        evotor = new EvotorSimulator();
        await Promise.all([fixture.open(), evotor.listen()]);
        [anna, boris] = [evotor.account, evotor.addAccount()];
        for (const [account, name] of [
            [anna, 'Anna'],
            [boris, 'Boris'],
        ] as const) {
            const store = evotor.tills.addStore(account.userId, { name });
            evotor.tills.addProduct(store, `Ware of ${name}`);
        }
        fixture.secrets.push(SECRET, anna.token, boris.token);
        app = null;
        server = createServer((req, res) => {
            if (app === null) res.writeHead(599).end();
            else app(req as never, res as never);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/evotor`;
        cloud = new CloudWebhooks({ url, secret: SECRET });
    });
    afterEach(async () => {
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
        await fixture.close();
        await evotor.close();
    });

    const deploy = async (source: Record<string, unknown> = {}, more: FlowNode[] = []): Promise<void> => {
        const place = { z: 'tab', x: 1, y: 1 };
        await fixture.deploy(
            [
                { id: 'tab', type: 'tab', label: 'shop' },
                { id: 'catalog', type: 'catalog-store', name: '' },
                { id: 'hooks', type: 'evotor-webhooks', ...place, catalog: 'catalog' },
                {
                    id: 'source',
                    type: 'evotor-catalog-in',
                    ...place,
                    linked: true,
                    catalog: 'catalog',
                    url: evotor.url,
                    interval: 0,
                    stockInterval: 0,
                    pictures: false,
                    wires: [['products'], ['answers']],
                    ...source,
                },
                ...['products', 'answers', 'tab-end'].map((id) => collector(id)),
                ...more,
            ],
            { hooks: { webhookSecret: SECRET }, typed: { token: anna.token } },
            [(RED) => void (app = RED.httpNode)],
        );
        const open = await (fixture.node('catalog') as unknown as CatalogStoreNode).ready;
        catalog = open.catalog;
        accounts = new EvotorAccounts({ ...open, clock: systemClock });
    };
    const install = async ({ userId, token }: Account): Promise<void> => {
        await cloud.create(userId);
        await cloud.token(userId, token);
    };
    const products = (): string[] => [...catalog.all('products')].map(({ name }) => name).sort();
    const requests = (): number => evotor.requests.length;

    it('reads nothing of an account before a person approves it, and all of it then, without a deploy', async () => {
        await deploy();
        await fixture.showing('source', 'yellow ring no approved account');
        await install(anna);
        await pause(50);
        assert.equal(requests(), 0);
        await accounts.approve(anna.userId);
        await until('the products of the account', () => products().join() === 'Ware of Anna');
        const [store] = [...catalog.all('stores')];
        assert.deepEqual([store!.account, store!.name], [anna.userId, 'Anna']);
        await fixture.ask({ action: 'switch', store: store!.id, on: true });
        const [message] = await fixture.messages('products', 1);
        const { account, name } = message!['payload'] as { account: string; name: string };
        assert.deepEqual([account, name], [anna.userId, 'Ware of Anna']);
    });

    it('reads several, and one that fails stops no other', async () => {
        await deploy();
        for (const account of [anna, boris]) {
            await install(account);
            await accounts.approve(account.userId);
        }
        await until('both to be read', () => products().length === 2);
        boris.ended = true;
        evotor.tills.addProduct([...evotor.tills.stores.values()][0]!, 'Later ware of Anna');
        const report = await fixture.ask('refresh', 15_000);
        assert.deepEqual(
            (report['failures'] as { store: string }[]).map(({ store }) => store),
            [boris.userId],
        );
        assert.deepEqual(products(), ['Later ware of Anna', 'Ware of Anna', 'Ware of Boris']);
        assert.equal(
            catalog.get('stores', [...catalog.find('stores', 'account', boris.userId)][0]!.id)?.staleWhy,
            'credentials',
        );
    });

    it('goes on with them after a restart', async () => {
        await deploy();
        await install(anna);
        await accounts.approve(anna.userId);
        await until('the products of the account', () => products().length === 1);
        await deploy({ pollOnDeploy: false });
        evotor.tills.addProduct([...evotor.tills.stores.values()][0]!, 'Later ware');
        const report = await fixture.ask('refresh');
        assert.deepEqual([report['products'], products()], [2, ['Later ware', 'Ware of Anna']]);
    });

    it('leaves a suspended account alone, with its items as they are, until it is approved again', async () => {
        await deploy();
        await install(anna);
        await accounts.approve(anna.userId);
        await until('the products of the account', () => products().length === 1);
        const { id } = [...catalog.all('stores')][0]!;
        await fixture.ask({ action: 'switch', store: id, on: true });
        await fixture.messages('products', 1);
        await accounts.suspend(anna.userId);
        await fixture.showing('source', 'yellow ring no approved account');
        const before = requests();
        evotor.tills.reset([...evotor.tills.stores.values()][0]!);
        await fixture.ask('refresh');
        assert.equal(requests(), before);
        assert.deepEqual(products(), ['Ware of Anna']);
        assert.equal(catalog.get('stores', id)?.staleWhy, 'suspended');
        await accounts.approve(anna.userId);
        await until('it to be read again', () => catalog.get('stores', id)?.staleSince === undefined);
        await fixture.messages('products', 2);
        assert.equal(fixture.at('products')[1]!['change'], 'gone');
    });

    it('reads no more of an account that was removed, whose catalog is gone at once', async () => {
        await deploy();
        for (const account of [anna, boris]) {
            await install(account);
            await accounts.approve(account.userId);
        }
        await until('both to be read', () => products().length === 2);
        await accounts.remove(anna.userId);
        assert.deepEqual(products(), ['Ware of Boris']);
        assert.deepEqual(
            accounts.list().map(({ id }) => id),
            [boris.userId],
        );
        await fixture.ask('refresh');
        assert.deepEqual(products(), ['Ware of Boris']);
        assert.equal((await cloud.notify('receipts', anna.userId, {})).status, 401);
    });

    it('uses a new token once it reads the stores of the account, and one of somebody else never', async () => {
        await deploy();
        await install(anna);
        await accounts.approve(anna.userId);
        await until('the products of the account', () => products().length === 1);
        await cloud.token(anna.userId, boris.token);
        await until('the warning', () =>
            fixture.warnings('source').some((text) => /stores of another account/.test(text)),
        );
        await fixture.ask('refresh');
        assert.deepEqual(products(), ['Ware of Anna']);
        evotor.access.renew(anna);
        fixture.secrets.push(anna.token);
        await cloud.token(anna.userId, anna.token);
        await until(
            'a pass with it',
            () => requests() > 0 && catalog.get('tokens', `evotor-new:${anna.userId}`) === undefined,
        );
        const report = await fixture.ask('refresh');
        assert.deepEqual([report['products'], report['failures']], [1, []]);
    });

    it('reads soon after a notification, and once for many', async () => {
        await deploy({ pollOnDeploy: false });
        await install(anna);
        await accounts.approve(anna.userId);
        await until('the products of the account', () => products().length === 1);
        // the first pass has ended just now: what comes in the next minute waits for its end
        const before = requests();
        for (let n = 0; n < 10; n++) await cloud.notify('products', anna.userId, [{ name: 'made up', price: 1 }], 'S');
        await pause(100);
        assert.equal(requests(), before);
        assert.deepEqual(products(), ['Ware of Anna']);
    });

    it('gives a typed account its new token, too', async () => {
        await deploy({ linked: false, account: 'typed', pollOnDeploy: false }, [
            {
                id: 'typed',
                type: 'evotor-account',
                name: '',
                catalog: 'catalog',
                url: evotor.url,
                userId: anna.userId,
            },
        ]);
        await fixture.ask('refresh');
        evotor.access.renew(anna);
        fixture.secrets.push(anna.token);
        await cloud.token(anna.userId, anna.token);
        await until('it to be in use', () => catalog.get('tokens', 'evotor-new:typed') === undefined);
        const report = await fixture.ask('refresh');
        assert.deepEqual([report['products'], report['failures']], [1, []]);
        await accounts.suspend('typed');
        const before = requests();
        await fixture.ask('refresh');
        assert.equal(requests(), before);
    });
});
