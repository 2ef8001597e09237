import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogStoreNode, EvotorAccountNode, VkCommunityNode } from '../../nodes/runtime/flow/catalog-nodes';
import { NodeFixture } from './fixture';
import type { FlowNode } from './flow';

const TAB: FlowNode[] = [
    { id: 'tab', type: 'tab', label: 'test' },
    { id: 'tab-end', type: 'collector', z: 'tab', x: 1, y: 1, wires: [] },
];
const catalog = (id: string, file = ''): FlowNode => ({ id, type: 'catalog-store', name: '', file });
const community = (id: string, catalogId: string, groupId: string): FlowNode => ({
    id,
    type: 'vk-community',
    name: '',
    catalog: catalogId,
    groupId,
});

describe('the config nodes of a shop', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());
    const nodeOf = <T>(id: string): T => fixture.node(id) as unknown as T;
    const whyNot = (id: string): Promise<string> =>
        nodeOf<VkCommunityNode>(id).ready.then(
            () => 'ready',
            (error: unknown) => (error as Error).message,
        );

    it('keep their catalog in a file named after the store, with its key beside it', async () => {
        await fixture.deploy([...TAB, catalog('shop')]);
        const { catalog: opened } = await nodeOf<CatalogStoreNode>('shop').ready;
        assert.equal(opened.file, join(fixture.userDir, 'print-to-stock', 'shop.catalog.json'));
        const key = statSync(`${opened.file}.key`);
        assert.equal(key.mode & 0o777, 0o600);
    });

    it('keep what is typed as a seed: what was renewed holds over a deploy, until something else is typed', async () => {
        const flow = [...TAB, catalog('shop'), { id: 'evotor', type: 'evotor-account', name: '', catalog: 'shop' }];
        fixture.secrets.push('token-typed-first', 'token-by-webhook', 'token-typed-later');
        await fixture.deploy(flow, { evotor: { token: 'token-typed-first' } });
        const { vault, account } = await nodeOf<EvotorAccountNode>('evotor').ready;
        assert.equal(account, 'evotor');
        await vault.renew('evotor:evotor', { token: 'token-by-webhook' });
        await fixture.deploy(flow, { evotor: { token: 'token-typed-first' } });
        const again = await nodeOf<EvotorAccountNode>('evotor').ready;
        assert.deepEqual(again.vault.read('evotor:evotor'), { token: 'token-by-webhook' });
        await fixture.deploy(flow, { evotor: { token: 'token-typed-later' } });
        const later = await nodeOf<EvotorAccountNode>('evotor').ready;
        assert.deepEqual(later.vault.read('evotor:evotor'), { token: 'token-typed-later' });
        assert.equal(later.catalog.get('accounts', 'evotor')?.state, 'active');
    });

    it('give a community the tokens that were renewed, which stand in no file in the clear', async () => {
        const flow = [...TAB, catalog('shop'), community('vk', 'shop', 'club123')];
        const typed = { accessToken: 'vk2.a.typed', refreshToken: 'refresh-typed', clientId: '51', deviceId: 'dev' };
        fixture.secrets.push('vk2.a.typed', 'vk2.a.renewed', 'refresh-typed');
        await fixture.deploy(flow, { vk: typed });
        const { tokens, group, vault } = await nodeOf<VkCommunityNode>('vk').ready;
        assert.equal(group, 123);
        assert.equal(await tokens.current(), 'vk2.a.typed');
        await vault.renew('vk:51/dev', { accessToken: 'vk2.a.renewed', refreshToken: 'r', endsAt: 4e12 });
        await fixture.deploy(flow, { vk: typed });
        assert.equal(await (await nodeOf<VkCommunityNode>('vk').ready).tokens.current(), 'vk2.a.renewed');
    });

    it('refuse one community in two catalogs, at the deploy, and let the first go on', async () => {
        const two = [catalog('shop'), catalog('other'), community('vk', 'shop', '123')];
        await fixture.deploy([
            ...TAB,
            ...two,
            community('vk-2', 'other', 'club123'),
            community('vk-3', 'other', '124'),
        ]);
        assert.equal(await whyNot('vk'), 'ready');
        assert.match(await whyNot('vk-2'), /community 123 is in another catalog store already/);
        assert.equal(await whyNot('vk-3'), 'ready');
        assert.match(fixture.errors('vk-2').join(), /add every product twice/);
        await fixture.deploy([...TAB, ...two, community('vk-2', 'shop', '123')]);
        assert.equal(await whyNot('vk-2'), 'ready');
        const file = join(fixture.userDir, 'one.json');
        await fixture.deploy([
            ...TAB,
            catalog('shop', file),
            catalog('other', file),
            community('vk', 'shop', '123'),
            community('vk-2', 'other', '123'),
        ]);
        assert.equal(await whyNot('vk-2'), 'ready');
    });

    it('say what is missing, and touch nothing', async () => {
        await fixture.deploy([
            ...TAB,
            catalog('shop'),
            community('vk', 'shop', ''),
            community('vk-2', '', '123'),
            { id: 'evotor', type: 'evotor-account', name: '', catalog: 'shop' },
        ]);
        assert.match(await whyNot('vk'), /enter the number of the community/);
        assert.match(await whyNot('vk-2'), /choose a catalog store/);
        assert.match(await whyNot('evotor'), /enter the token of the account/);
        assert.ok(!existsSync(join(fixture.userDir, 'print-to-stock', 'vk.catalog.json')));
    });

    it('let go of the file at the close, so that another Node-RED may have it', async () => {
        await fixture.deploy([...TAB, catalog('shop')]);
        const { catalog: opened } = await nodeOf<CatalogStoreNode>('shop').ready;
        await fixture.undeploy();
        assert.ok(!existsSync(`${opened.file}.lock`));
    });
});
