import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { EvotorReceiver } from '../../../../../lib/admin/http-api/evotor/receiver';
import { ServicePaths } from '../../../../../lib/admin/http-api/paths';
import { AccountLinking } from '../../../../../lib/sources/evotor/accounts/account-linking';
import { EvotorAccounts } from '../../../../../lib/sources/evotor/accounts/accounts';
import { newToken, tokenIn } from '../../../../../lib/sources/evotor/accounts/cloud-token';
import { Catalog } from '../../../../../lib/store/catalog/catalog';
import { TokenVault } from '../../../../../lib/store/catalog/token-vault';
import { StoreFolder } from '../../../../fixtures/store-folder';
import { CloudWebhooks, NOTIFICATIONS } from '../../../../simulators/evotor';
import { FakeClock } from '../../../fake-clock';

const USER = '01-000000000012345';
const SECRET = 'cb2d3f6a-5b1c-4a35-9f6a-app-token';
const CREATE = '/evotor/user/create';

describe('the webhooks of Evotor', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let vault: TokenVault;
    let accounts: EvotorAccounts;
    let server: http.Server;
    let root: string;
    let cloud: CloudWebhooks;
    let woken: string[];
    let failures: string[];
    let secret: string;
    let isOpen: boolean;
    /** of the flood gates, ms: it stands unless a test moves it */
    let floodTime: number;

    const post = (path: string, body: unknown, authorization?: string, headers = {}): Promise<Response> =>
        fetch(`${root}${path}`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/json',
                ...(authorization === undefined ? {} : { Authorization: authorization }),
                ...headers,
            },
            body: typeof body === 'string' ? body : JSON.stringify(body),
        });
    const start = async (path = '/evotor'): Promise<void> => {
        const clock = new FakeClock();
        const linking = new AccountLinking({ catalog, vault, clock });
        const receiver = new EvotorReceiver({
            secret,
            linking: () => (isOpen ? linking : null),
            woken: (account, what) => void woken.push(`${account} ${what}`),
            failed: (error) => void failures.push(error.message),
            now: () => floodTime,
        });
        const paths = new ServicePaths();
        paths.claim(path, receiver, () => undefined);
        server = http.createServer((request, response) => {
            const found = paths.find(request.url ?? '');
            if (found === null) response.writeHead(418).end();
            else void found.service.handle(request, response, found.below, '');
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        cloud = new CloudWebhooks({ url: `${root}${path}`, secret });
    };

    beforeEach(async () => {
        [woken, failures, secret, isOpen, floodTime] = [[], [], SECRET, true, 0];
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        vault = await TokenVault.open(catalog, {});
        accounts = new EvotorAccounts({ catalog, vault, clock: new FakeClock() });
        await start();
    });
    afterEach(() => {
        server.closeAllConnections();
        server.close();
        assert.deepEqual(failures, []);
    });

    it('bring an account, which is pending, with a fresh token for each request', async () => {
        const first = await cloud.create(USER, { shop: 'Мастерская' });
        const second = await cloud.create(USER);
        assert.notDeepEqual(first.body, second.body);
        assert.deepEqual(
            accounts.list().map(({ id, user, state }) => [id, user, state]),
            [[USER, USER, 'pending']],
        );
    });

    it('take the secret as a bearer or in Basic, and nothing else', async () => {
        for (const scheme of ['Bearer', 'Basic'] as const)
            assert.equal((await new CloudWebhooks({ url: `${root}/evotor`, secret, scheme }).create(USER)).status, 200);
        const basic = Buffer.from(`evotor:${SECRET}`).toString('base64');
        assert.equal((await post(CREATE, { userId: USER }, `Basic ${basic}`)).status, 200);
        for (const wrong of [undefined, '', 'Bearer', `Bearer ${SECRET}x`, `Token ${SECRET}`, 'Basic Og==']) {
            const answer = await post(CREATE, { userId: USER }, wrong);
            assert.deepEqual([answer.status, await answer.json()], [401, { errors: [{ code: 1001 }] }], wrong);
        }
    });

    it('are all refused where no secret is set', async () => {
        server.close();
        secret = '';
        await start();
        for (const shown of [undefined, 'Bearer ', 'Basic ', 'Bearer x'])
            assert.equal((await post(CREATE, { userId: USER }, shown)).status, 401);
        assert.deepEqual(accounts.list(), []);
    });

    it('let a user in by a one-time code alone', async () => {
        assert.equal((await cloud.verify(USER, 'anna', 'not-a-real-one')).status, 401);
        assert.deepEqual(accounts.list(), []);
        const { name, code } = await accounts.offerCode('anna');
        const { status, body } = await cloud.verify(USER, name, code);
        assert.equal(status, 200);
        assert.equal((body as { hasBilling: boolean }).hasBilling, false);
        assert.equal(accounts.list()[0]!.state, 'pending');
    });

    it('bring the token for the cloud, by either name of the user, and it rests encrypted', async () => {
        await cloud.token(USER, 'cloud-1');
        assert.equal(tokenIn(vault, newToken(USER)), 'cloud-1');
        await cloud.token(USER, 'cloud-2', 'userUuid');
        assert.equal(tokenIn(vault, newToken(USER)), 'cloud-2');
        assert.equal(accounts.list()[0]!.state, 'pending');
        assert.ok(!JSON.stringify([...catalog.all('tokens')]).includes('cloud-2'));
    });

    it('name what is wrong with a request as Evotor documents it', async () => {
        const errors = async (body: unknown): Promise<unknown> => {
            const answer = await post('/evotor/user/token', body, `Bearer ${SECRET}`);
            return [answer.status, ((await answer.json()) as { errors: unknown[] }).errors[0]];
        };
        assert.deepEqual(await errors({ token: 'x' }), [400, { code: 2002, reason: 'missing', subject: 'userId' }]);
        assert.deepEqual(await errors({ userId: USER }), [400, { code: 2002, reason: 'missing', subject: 'token' }]);
        assert.deepEqual(await errors({ userId: '../../x', token: 'x' }), [
            400,
            { code: 2002, reason: 'unexpected', subject: 'userId' },
        ]);
        assert.deepEqual(await errors('{"userId":'), [400, { code: 2001 }]);
        assert.deepEqual(await errors([]), [400, { code: 2001 }]);
    });

    describe('notifications', () => {
        it('of every documented kind are taken by the token of their account, and wake it and nothing more', async () => {
            await cloud.create(USER);
            await accounts.approve(USER);
            const before = [...catalog.all('products'), ...catalog.all('stores')].length;
            const wakes: Record<string, string[]> = {};
            for (const kind of Object.keys(NOTIFICATIONS) as (keyof typeof NOTIFICATIONS)[]) {
                woken = [];
                const body = [{ uuid: 'x', name: 'made up', price: 1 }];
                const answer = await cloud.notify(kind, USER, body, '20170228-F4F1-401B-80FA-9ECCA8451FFB');
                assert.equal(answer.status, 200, kind);
                wakes[kind] = woken.map((each) => each.replace(`${USER} `, ''));
            }
            assert.deepEqual(wakes, {
                products: ['all'],
                documents: ['stock'],
                stores: ['all'],
                devices: [],
                employees: [],
                receipts: ['stock'],
                subscription: [],
                installation: [],
            });
            assert.equal([...catalog.all('products'), ...catalog.all('stores')].length, before);
        });

        it('by the secret, by no token or by one that has ended are refused', async () => {
            const token = ((await cloud.create(USER)).body as { token: string }).token;
            await cloud.create(USER);
            for (const shown of [undefined, `Bearer ${SECRET}`, `Bearer ${token}`, `Basic ${token}`])
                assert.equal((await post('/evotor/receipts', {}, shown)).status, 401);
        });

        it('of accounts that nobody approved, or that are suspended, wake nothing', async () => {
            await cloud.create(USER);
            assert.equal((await cloud.notify('receipts', USER, {})).status, 200);
            await accounts.approve(USER);
            await accounts.suspend(USER);
            assert.equal((await cloud.notify('receipts', USER, {})).status, 200);
            assert.deepEqual(woken, []);
        });

        it('are taken whatever stands in them, as JSON or not', async () => {
            const token = ((await cloud.create(USER)).body as { token: string }).token;
            await accounts.approve(USER);
            assert.equal((await post('/evotor/receipts', 'no JSON', `Bearer ${token}`)).status, 200);
            assert.deepEqual(woken, [`${USER} stock`]);
        });
    });

    it('refuse bodies that are too large, of users and of notifications', async () => {
        const token = ((await cloud.create(USER)).body as { token: string }).token;
        const long = JSON.stringify({ userId: USER, more: 'x'.repeat(70_000) });
        assert.equal((await post(CREATE, long, `Bearer ${SECRET}`)).status, 413);
        assert.equal((await post('/evotor/receipts', 'x'.repeat(6_000_000), `Bearer ${token}`)).status, 413);
    });

    it('refuse floods: of strangers early, and those who are known are served meanwhile', async () => {
        const wrong = await Promise.all(Array.from({ length: 60 }, () => post(CREATE, {}, 'Bearer wrong')));
        const counted = (answers: readonly Response[], wanted: number): number =>
            answers.filter(({ status }) => status === wanted).length;
        assert.deepEqual([counted(wrong, 401), counted(wrong, 429)], [20, 40]);
        assert.equal((await cloud.create(USER)).status, 200);
        const many = await Promise.all(
            Array.from({ length: 250 }, () => post(CREATE, { userId: USER }, `Bearer ${SECRET}`)),
        );
        const refused = many.filter(({ status }) => status === 429);
        assert.deepEqual([counted(many, 200), refused.length], [99, 151]);
        assert.equal(refused[0]!.headers.get('retry-after'), '5');
        floodTime += 5000;
        assert.equal((await post(CREATE, {}, 'Bearer wrong')).status, 401, 'one more of a stranger in five seconds');
        assert.equal((await post(CREATE, {}, 'Bearer wrong')).status, 429);
        assert.equal((await cloud.create(USER)).status, 200);
    });

    it('take no more than 200 accounts that wait for approval', async () => {
        for (let n = 0; n < 200; n++)
            await catalog.put('accounts', { id: `a-${n}`, source: 'evotor', state: 'pending', user: `u-${n}` });
        assert.equal((await post(CREATE, { userId: USER }, `Bearer ${SECRET}`)).status, 503);
        assert.equal(accounts.list().length, 200);
    });

    it('answer other paths, other methods, and a catalog that is not open, each as it is', async () => {
        assert.equal((await post('/evotor/user/other', {}, `Bearer ${SECRET}`)).status, 418);
        assert.equal((await fetch(`${root}${CREATE}`)).status, 405);
        isOpen = false;
        assert.equal((await post(CREATE, { userId: USER }, `Bearer ${SECRET}`)).status, 503);
    });

    it('may lie at the root, where they leave all other paths to others', async () => {
        server.close();
        await start('');
        assert.equal((await cloud.create(USER)).status, 200);
        for (const others of ['/', '/user', '/user/list', '/api/products'])
            assert.equal((await fetch(`${root}${others}`)).status, 418, others);
    });
});
