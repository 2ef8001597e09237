import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { NodeInitializer } from 'node-red';
import { SETUP_KINDS, type FlowNode } from '../../../lib/admin/setup/wire';
import sidebar from '../../../plugins/print-to-stock-sidebar/plugin';
import { exampleFlow } from '../../harness/project';
import { NodeFixture } from '../fixture';
import { ALL, line } from '../flow';

const FILES = { bambuddy: 'Bambuddy to InvenTree', octoprint: 'OctoPrint to InvenTree', shop: 'Evotor to VK Market' };

describe('the route of the set-up', () => {
    const fixture = new NodeFixture();
    const asked: string[] = [];
    const plugin: NodeInitializer = (RED) => {
        const auth: typeof RED.auth = {
            needsPermission: (permission: string) => (_request: unknown, _response: unknown, next: () => void) => {
                asked.push(permission);
                next();
            },
        };
        const comms = { publish: () => undefined };
        void sidebar({ ...RED, auth, comms });
    };

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const get = (kind: string) => helper.request().get(`/print-to-stock/sidebar/setup/${kind}`);

    it('gives the shipped example of each kind to those who may write, and nothing else of the disk', async () => {
        await fixture.deploy(line(fixture, ALL), {}, [plugin]);
        for (const kind of SETUP_KINDS) {
            const { nodes } = (await get(kind).expect(200)).body as { nodes: FlowNode[] };
            assert.deepEqual(nodes, exampleFlow(FILES[kind]));
        }
        await get('MQTT%20wake-up').expect(404);
        await get('..%2Fpackage').expect(404);
        assert.deepEqual([...new Set(asked)], ['print-to-stock.write']);
    });
});
