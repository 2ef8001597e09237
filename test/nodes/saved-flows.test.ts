import assert from 'node:assert/strict';
import { migrate, type Config } from '../../nodes/runtime/migrations';
import { savedFlows } from '../harness/project';
import { Bench } from './bench';
import { collector, type Credentials, type FlowNode } from './flow';

describe('flows that earlier versions saved', () => {
    for (const { version, flow } of savedFlows()) {
        it(`${version}: runs`, async () => {
            const bench = new Bench();
            await bench.open();
            try {
                const id = (type: string): string => flow.find((node) => node.type === type)!.id;
                const nodes = flow.map((node): FlowNode => {
                    if (node.type === 'bambuddy-server') return { ...node, url: bench.bambuddy.url };
                    if (node.type === 'inventree-server') return { ...node, url: bench.inventree.url };
                    return node.type === 'debug' ? collector(node.id, String(node['z'])) : node;
                });
                const credentials: Credentials = {
                    [id('bambuddy-server')]: { apiKey: bench.bambuddy.apiKey },
                    [id('inventree-server')]: { token: bench.inventree.token },
                };
                await bench.deploy(nodes, credentials);
                bench.bambuddy.print({ name: 'Hook', quantity: 6, startedAt: '2026-11-01T10:00:00Z' });
                bench.send(id('bambuddy-archive-in'), { payload: { action: 'backfill', mode: 'all' } });
                const out = flow.find((node) => node['name'] === 'out')!.id;
                const [msg] = await bench.messages(out, 1);
                const { quantity } = msg!['stock'] as { quantity: number };
                assert.equal(quantity, 6);
                assert.equal((msg!['part'] as { name: string }).name, 'Hook');
                assert.match((msg!['part'] as { IPN: string }).IPN, /^OLD-/);
            } finally {
                await bench.close();
            }
        });
    }
});

describe('the migration of a saved node', () => {
    it('leaves one alone that is up to date, from a later version, or not ours', () => {
        for (const [type, node] of [
            ['inventree-part-upsert', { version: 1, category: '7' }],
            ['inventree-part-upsert', { version: 99 }],
            ['inject', { topic: '' }],
        ] as const)
            assert.equal(migrate(type, node), node);
    });

    it('says of each typed input what it is, where a flow made by hand does not', () => {
        const migrated = migrate('inventree-part-upsert', { category: 7, partName: 'Hook' });
        assert.deepEqual(migrated, {
            type: 'inventree-part-upsert',
            category: 7,
            categoryType: 'num',
            partName: 'Hook',
            partNameType: 'str',
            createTemplates: false,
            version: 1,
        });
    });

    it('gives nodes of OctoPrint that were made by hand what is usual, so that dialog and runtime agree', () => {
        const { live, interval, path, topics } = migrate<Config>('octoprint-event-in', {
            interval: 0,
            live: undefined,
        });
        assert.deepEqual([live, interval, path], [true, 0, '/octoprint']);
        assert.deepEqual(topics, ['started', 'done', 'failed', 'paused', 'resumed', 'userAction', 'error']);
        assert.equal(migrate<Config>('octoprint-server', { url: 'http://octopi.local' })['prefix'], 'octoprint');
    });

    it('takes a stock status under its first name, and never what the editor shows below a node', () => {
        const { stockStatus, version } = migrate<Config>('inventree-stock-create', { status: 50 });
        assert.deepEqual({ stockStatus, version }, { stockStatus: 50, version: 1 });
        const shown = { fill: 'green', text: '+1' };
        const node = migrate<Config>('inventree-stock-create', { status: shown });
        assert.deepEqual([node['status'], node['stockStatus']], [shown, undefined]);
    });
});
