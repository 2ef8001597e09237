import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NodeInitializer } from 'node-red';
import { exampleFlow, projectRoot } from '../../harness/project';
import { NodeFixture, until } from '../fixture';
import type { FlowNode } from '../flow';
import { Shop } from './shop';

const CORE = ['function/10-switch.js', 'function/15-change.js', 'network/21-httprequest.js'];
const requireHere = createRequire(join(projectRoot, 'package.json'));

/** A fixture with the nodes of Node-RED's own that the example needs. */
class FixtureWithCore extends NodeFixture {
    override deploy(
        flow: FlowNode[],
        credentials: Parameters<NodeFixture['deploy']>[1] = {},
        more: NodeInitializer[] = [],
    ): Promise<void> {
        const core = CORE.map((file) => requireHere(`@node-red/nodes/core/${file}`) as NodeInitializer);
        return super.deploy(flow, credentials, [...more, ...core]);
    }
}

describe('the example "Tell when a product is refused"', function () {
    this.timeout(60_000);
    const shop = new Shop(new FixtureWithCore());
    let chat: Server;
    let told: string[];

    beforeEach(async () => {
        told = [];
        chat = createServer((request, response) => {
            let text = '';
            request.on('data', (chunk: Buffer) => (text += chunk.toString()));
            request.on('end', () => {
                told.push((JSON.parse(text) as { content: string }).content);
                response.end();
            });
        });
        await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
        await shop.open();
    });
    afterEach(async () => {
        await shop.close();
        chat.closeAllConnections();
        chat.close();
    });

    it('tells a chat of each refused product once, with the reason, and of no other', async () => {
        const { tills } = shop.evotor;
        tills.addProduct(shop.store, 'Без картинки');
        tills.addProduct(shop.store, 'Без цены', { price: 0 });
        const example = exampleFlow('Tell when a product is refused');
        const first = example.find(({ type }) => type === 'switch')!;
        const url = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/hook`;
        const dropped = example
            .filter(({ type }) => type !== 'comment' && type !== 'group')
            .map((node) => ({ ...node, z: 'tab', ...(node.type === 'http request' ? { url } : {}) }));
        await shop.deploy({ upsert: { wires: [['out'], ['beside', first.id]] } }, dropped);
        await shop.switchOn();
        await until('word of it', () => told.length > 0, 20_000);
        await shop.fixture.messages('beside', 2);
        await shop.fixture.ask('sync');
        await shop.inStep();
        assert.deepEqual(told, ['Без картинки (На углу) is not in the shop: noPicture']);
        assert.deepEqual(shop.fixture.at('caught'), []);
    });
});
