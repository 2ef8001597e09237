import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeInitializer } from 'node-red';
import { systemClock } from '../../../lib/concurrency/clock';
import { EvotorAccounts } from '../../../lib/sources/evotor/accounts/accounts';
import type { CatalogStoreNode } from '../../../nodes/runtime/flow/catalog-nodes';
import { CloudWebhooks } from '../../simulators/evotor';
import { NodeFixture } from '../fixture';
import { collector, type FlowNode } from '../flow';

const SECRET = 'application-token-4711';
const USER = '01-000000000012345';

describe('evotor-webhooks', () => {
    const fixture = new NodeFixture();
    let server: Server;
    let app: Parameters<NodeInitializer>[0]['httpNode'] | null;

    beforeEach(async () => {
        await fixture.open();
        fixture.secrets.push(SECRET);
        app = null;
        server = createServer((req, res) => {
            if (app === null) res.writeHead(599).end();
            else app(req as never, res as never, () => res.writeHead(418).end());
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
        await fixture.close();
    });

    const deploy = (
        changes: Record<string, unknown> = {},
        secret = SECRET,
        more: FlowNode[] = [],
        catalog: Record<string, unknown> = {},
    ): Promise<void> =>
        fixture.deploy(
            [
                { id: 'tab', type: 'tab', label: 'shop' },
                { id: 'catalog', type: 'catalog-store', name: '', ...catalog },
                { id: 'hooks', type: 'evotor-webhooks', z: 'tab', x: 1, y: 1, catalog: 'catalog', ...changes },
                collector('tab-end'),
                ...more,
            ],
            { hooks: { webhookSecret: secret } },
            [(RED) => void (app = RED.httpNode)],
        );
    const cloudAt = (path: string): CloudWebhooks =>
        new CloudWebhooks({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, secret: SECRET });
    const accounts = async (): Promise<EvotorAccounts> => {
        const open = await (fixture.node('catalog') as unknown as CatalogStoreNode).ready;
        return new EvotorAccounts({ ...open, clock: systemClock });
    };

    it('shows how many accounts wait for approval', async () => {
        await deploy();
        await fixture.showing('hooks', 'green dot ready');
        await cloudAt('/evotor').create(USER);
        await fixture.showing('hooks', 'yellow dot waiting for approval: 1');
        await (await accounts()).approve(USER);
        await fixture.showing('hooks', 'green dot ready');
    });

    it('knows its accounts, and the tokens it issued, after a restart', async () => {
        await deploy();
        await fixture.showing('hooks', 'green dot ready');
        const cloud = cloudAt('/evotor');
        await cloud.create(USER);
        await deploy();
        await fixture.showing('hooks', /waiting for approval/);
        assert.equal((await cloud.notify('receipts', USER, {})).status, 200);
    });

    it('lies at the root where its path is empty, and at any other path', async () => {
        for (const path of ['', '/shop/evotor']) {
            await deploy({ path });
            await fixture.showing('hooks', /dot/);
            assert.equal((await cloudAt(path).create(USER)).status, 200);
        }
    });

    it('says what is missing: a secret, a catalog, a path of its own', async () => {
        await deploy({}, '');
        assert.equal(fixture.status('hooks'), 'red ring no webhook secret');
        assert.equal((await cloudAt('/evotor').create(USER)).status, 401);
        await deploy({ catalog: '' });
        assert.equal(fixture.status('hooks'), 'grey ring not configured');
        await deploy({ path: '/evo tor' });
        assert.equal(fixture.status('hooks'), 'red ring invalid path');
        await deploy({}, SECRET, [{ id: 'twin', type: 'evotor-webhooks', z: 'tab', x: 1, y: 1, catalog: 'catalog' }]);
        assert.equal(fixture.status('twin'), 'red ring duplicate path');
    });

    it('answers 503 while its catalog cannot be opened', async () => {
        await deploy({}, SECRET, [], { file: '/dev/null/catalog.json' });
        await fixture.showing('hooks', /catalog not usable/);
        await assert.rejects(cloudAt('/evotor').create(USER), /503/);
    });
});
