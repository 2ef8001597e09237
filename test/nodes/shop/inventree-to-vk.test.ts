import assert from 'node:assert/strict';
import { picture } from '../../simulators/bambuddy/png';
import { VkSimulator } from '../../simulators/vk';
import type { Community } from '../../simulators/vk/state';
import { exampleFlow } from '../../harness/project';
import { NodeFixture, until } from '../fixture';
import { collector, type FlowNode } from '../flow';
import { CATEGORY, GROUP } from './shop';

describe('a flow from the stock of InvenTree to VK', function () {
    this.timeout(60_000);
    const fixture = new NodeFixture();
    let vk: VkSimulator;
    let community: Community;
    let accessToken: string;

    const deploy = async (source: Record<string, unknown> = {}, more: FlowNode[] = []): Promise<void> => {
        const place = { z: 'tab', x: 1, y: 1 };
        const { url } = fixture.inventree;
        await fixture.deploy(
            [
                { id: 'tab', type: 'tab', label: 'shop' },
                { id: 'catalog', type: 'catalog-store', name: '' },
                { id: 'inventree', type: 'inventree-server', name: '', url },
                {
                    id: 'vk',
                    type: 'vk-community',
                    name: '',
                    catalog: 'catalog',
                    groupId: `${GROUP}`,
                    url: vk.url,
                    callsPerSecond: 20,
                },
                {
                    id: 'source',
                    type: 'inventree-stock-in',
                    ...place,
                    catalog: 'catalog',
                    inventree: 'inventree',
                    interval: 0,
                    ...source,
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
            ],
            { inventree: { token: fixture.inventree.token }, vk: { accessToken } },
        );
    };
    const switchOn = async (): Promise<void> => {
        await fixture.ask('refresh');
        await fixture.ask({ action: 'switch', store: 'inventree', on: true });
    };
    const item = (name: string): Community['shown'][number] | undefined =>
        community.shown.find((each) => each.name === name);
    /** A salable Part with a picture, stock and a price. */
    const addPart = (name: string, price: number, quantity: number): number => {
        const { pk } = fixture.inventree.addPart({ name, category: fixture.category, salable: true });
        fixture.inventree.person.setImage(pk, picture(pk, 500), 'part.png');
        fixture.inventree.addPriceBreak({ part: pk, price, price_currency: 'RUB' });
        fixture.inventree.addStock({ part: pk, quantity, location: fixture.location, allocated: 1 });
        return pk;
    };

    beforeEach(async () => {
        vk = new VkSimulator();
        await Promise.all([fixture.open(), vk.listen()]);
        fixture.inventree.servesMedia = true;
        community = vk.addCommunity(GROUP);
        accessToken = vk.tokens.add();
        fixture.secrets.push(accessToken);
    });
    afterEach(async () => {
        await fixture.close();
        await vk.close();
        assert.deepEqual(vk.violations, []);
    });

    it('puts a Part into the shop once its store is switched on: price, free stock, picture, category as album', async () => {
        const pk = addPart('Подставка', 450.5, 5);
        await deploy();
        await fixture.ask('refresh');
        await fixture.showing('source', 'yellow ring no store is on');
        assert.equal(vk.requestCount, 0);
        await switchOn();
        await until('the item', () => item('Подставка') !== undefined, 20_000);
        await fixture.showing('source', /in step/, 20_000);
        const { price, stock, sku, hidden, photos, albums } = item('Подставка')!;
        assert.deepEqual([price, stock, sku, hidden, photos.length], [45_050, 4, `inventree:${pk}`, false, 1]);
        assert.deepEqual(
            [...albums].map((id) => community.albums.get(id)?.title),
            ['Prints'],
        );
        assert.deepEqual(fixture.at('caught'), []);
    });

    it('as the example has it: a dry run first, then the Part is in the shop by its own button', async () => {
        addPart('Подставка', 450, 5);
        const example = JSON.stringify(exampleFlow('InvenTree stock to VK Market'))
            .replaceAll('e5f8000000000020', 'source')
            .replaceAll('e5f8000000000022', 'answers');
        const filled: Record<string, Record<string, unknown>> = {
            'inventree-server': { url: fixture.inventree.url },
            'vk-community': { url: vk.url, groupId: `${GROUP}`, callsPerSecond: 20 },
            'vk-product-upsert': { category: CATEGORY },
        };
        const nodes = JSON.parse(example) as FlowNode[];
        const button = (name: string): unknown => nodes.find((node) => node['name'] === name)!['payload'];
        const show = async (changes: Record<string, unknown>): Promise<void> => {
            const flow = nodes
                .filter(({ type }) => type !== 'inject' && type !== 'comment')
                .map((node) =>
                    node.type === 'debug'
                        ? { ...collector(node.id), z: node.z }
                        : { ...node, ...filled[node.type], ...(node.type === 'vk-product-upsert' ? changes : {}) },
                );
            await fixture.deploy(flow, {
                e5f8000000000002: { token: fixture.inventree.token },
                e5f8000000000003: { accessToken },
            });
        };
        await show({});
        await fixture.ask('refresh');
        await fixture.ask(JSON.parse(String(button('switch the stock on'))));
        await until('the plan', () => fixture.at('e5f8000000000024').length > 0, 20_000);
        assert.equal(item('Подставка'), undefined);
        await show({ dryRun: false });
        await until('the item', () => item('Подставка')?.price === 45_000, 20_000);
        assert.deepEqual(fixture.at('e5f8000000000026'), []);
    });

    it('follows the stock: sold out, back, and a price of its own', async () => {
        const pk = addPart('Подставка', 450, 5);
        await deploy({ price: 'payload.price * 2', priceType: 'jsonata' });
        await switchOn();
        await until('the item', () => item('Подставка')?.price === 90_000, 20_000);
        await fixture.showing('source', /in step/, 20_000);
        const [stock] = fixture.inventree.state.stockOf(pk);
        fixture.inventree.person.editStock(stock!.pk, { allocated: 5 });
        await fixture.ask('sync');
        await until('it to be hidden', () => item('Подставка')?.hidden === true, 20_000);
        fixture.inventree.person.editStock(stock!.pk, { allocated: 0 });
        await fixture.ask('sync');
        await until('it to be shown', () => item('Подставка')?.hidden === false, 20_000);
        assert.deepEqual(fixture.at('caught'), []);
    });

    it('says that a category is not there, and concludes nothing from it', async () => {
        addPart('Подставка', 450, 5);
        await deploy({ categories: '77' });
        const payload = (await fixture.ask('refresh')) as unknown;
        const { failures, gone } = payload as { failures: { message: string }[]; gone: number };
        assert.match(failures[0]!.message, /no category 77/);
        assert.equal(gone, 0);
    });

    it('refuses a second one for the same catalog', async () => {
        const place = { z: 'tab', x: 1, y: 1 };
        const second = {
            id: 'second',
            type: 'inventree-stock-in',
            ...place,
            catalog: 'catalog',
            inventree: 'inventree',
            interval: 0,
            wires: [[], []],
        };
        await deploy({}, [second]);
        await fixture.showing('second', 'red ring check the settings');
        await until('the error', () => fixture.at('caught').length > 0);
        assert.match((fixture.at('caught')[0]!['error'] as Error).message, /Another node/);
    });
});
