import assert from 'node:assert/strict';
import type { Community, Item } from '../../simulators/vk/state';
import { EvotorSimulator } from '../../simulators/evotor';
import type { StoreRow } from '../../simulators/evotor/rows';
import { VkSimulator } from '../../simulators/vk';
import { NodeFixture, until, type Message } from '../fixture';
import { collector, type Credentials, type FlowNode } from '../flow';

export const GROUP = 123;
export const CATEGORY = 1301;

/** A till, a community and the flow between them. */
export class Shop<F extends NodeFixture = NodeFixture> {
    evotor!: EvotorSimulator;
    vk!: VkSimulator;
    community!: Community;
    store!: StoreRow;
    private accessToken = '';

    /** @param fixture what the flow runs in, by default `new NodeFixture()` */
    constructor(readonly fixture: F = new NodeFixture() as F) {}

    async open(): Promise<void> {
        this.evotor = new EvotorSimulator();
        this.vk = new VkSimulator();
        await Promise.all([this.fixture.open(), this.evotor.listen(), this.vk.listen()]);
        this.community = this.vk.addCommunity(GROUP);
        this.accessToken = this.vk.tokens.add();
        this.store = this.evotor.tills.addStore(this.evotor.account.userId, { name: 'На углу' });
        this.fixture.secrets.push(this.evotor.token, this.accessToken);
    }

    async close(): Promise<void> {
        await this.fixture.close();
        await Promise.all([this.evotor.close(), this.vk.close()]);
        assert.deepEqual(this.vk.violations, []);
    }

    /** @param changes properties, by node id: `catalog`, `evotor`, `vk`, `source`, `upsert` */
    async deploy(
        changes: Record<string, Record<string, unknown>> = {},
        more: FlowNode[] = [],
        credentials: Credentials = {},
    ): Promise<void> {
        const place = { z: 'tab', x: 1, y: 1 };
        const nodes: FlowNode[] = [
            { id: 'tab', type: 'tab', label: 'shop' },
            { id: 'catalog', type: 'catalog-store', name: '' },
            { id: 'evotor', type: 'evotor-account', name: '', catalog: 'catalog', url: this.evotor.url },
            {
                id: 'vk',
                type: 'vk-community',
                name: '',
                catalog: 'catalog',
                groupId: `${GROUP}`,
                url: this.vk.url,
                callsPerSecond: 20,
            },
            {
                id: 'source',
                type: 'evotor-catalog-in',
                ...place,
                account: 'evotor',
                interval: 0,
                stockInterval: 0,
                pollOnDeploy: false,
                wires: [['upsert'], ['answers']],
            },
            {
                id: 'upsert',
                type: 'vk-product-upsert',
                ...place,
                community: 'vk',
                category: CATEGORY,
                categoryType: 'num',
                wires: [['out'], ['beside']],
            },
            { id: 'catch', type: 'catch', ...place, scope: null, uncaught: false, wires: [['caught']] },
            ...['out', 'beside', 'answers', 'caught', 'tab-end'].map((id) => collector(id)),
            ...more,
        ];
        for (const node of nodes) Object.assign(node, changes[node.id]);
        await this.fixture.deploy(nodes, {
            evotor: { token: this.evotor.token },
            vk: { accessToken: this.accessToken },
            ...credentials,
        });
    }

    /** Reads the till, and switches its store on. */
    async switchOn(): Promise<void> {
        await this.fixture.ask('refresh');
        await this.fixture.ask({ action: 'switch', store: this.store.id, on: true });
    }

    /** What the shop shows, by name; hidden items in brackets. */
    get shown(): string[] {
        return this.community.shown.map(({ name, hidden }) => (hidden ? `(${name})` : name)).sort();
    }

    item(name: string): Item {
        const item = this.community.shown.find((each) => each.name === name);
        assert.ok(item !== undefined, `no item ${name} among ${this.shown.join()}`);
        return item;
    }

    /** Waits until nothing is under way any more. */
    async inStep(): Promise<void> {
        await this.fixture.showing('source', /in step/, 20_000);
    }

    async becomes(shown: readonly string[]): Promise<void> {
        const wanted = [...shown].sort().join();
        await until(
            () =>
                `the shop to show ${wanted}, not ${this.shown.join()} (${[...this.results('out'), ...this.results('beside'), ...this.fixture.at('caught').map((msg) => (msg['error'] as Error).message)].join('; ')})`,
            () => this.shown.join() === wanted,
            20_000,
        );
    }

    /** What became of products, as messages said it: `sku action reason`. */
    results(collectorId: 'out' | 'beside'): string[] {
        return this.fixture.at(collectorId).map((msg: Message) => {
            const { action, reason } = msg['shop'] as { action: string; reason: string | null };
            const { name } = msg['payload'] as { name: string };
            return [name, action, ...(reason === null ? [] : [reason])].join(' ');
        });
    }
}
