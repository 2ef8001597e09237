import assert from 'node:assert/strict';
import { planOf, type Answers, type Surroundings } from '../../../../editor/sidebar/setup/plan';
import type { FlowNode } from '../../../../lib/admin/setup/wire';
import { exampleFlow } from '../../../harness/project';

let ids = 0;
const around = (changes: Partial<Surroundings> = {}): Surroundings => ({
    newId: () => `new${++ids}`,
    tabs: [],
    prefixes: [],
    store: null,
    info: 'what it does',
    ...changes,
});
const server = (type: string, id = ''): Answers['servers'][number] => ({
    type,
    id,
    settings: id === '' ? { url: `http://${type}` } : {},
    secrets: id === '' ? { token: 'a secret', empty: '' } : {},
});
const only = (flow: readonly FlowNode[], type: string): FlowNode => {
    const found = flow.filter((node) => node.type === type);
    assert.equal(found.length, 1, type);
    return found[0]!;
};

describe('the plan of a set-up', () => {
    const example = exampleFlow();
    const place = { 'inventree-part-upsert': { category: '7', categoryType: 'num' } };

    it('gives every node of the example an id of its own, and renames what refers to it', () => {
        const flow = planOf(example, { servers: [server('bambuddy-server')], nodes: place }, around());
        const shipped = new Set(example.map(({ id }) => id));
        assert.equal(flow.length, example.length);
        for (const id of shipped) assert.ok(!JSON.stringify(flow).includes(id), id);
        const made = new Set(flow.map(({ id }) => id));
        for (const { wires = [] } of flow) for (const id of wires.flat()) assert.ok(made.has(id));
        assert.equal(only(flow, 'inventree-part-upsert')['category'], '7');
        assert.equal(only(flow, 'tab')['info'], 'what it does');
    });

    it('puts secrets that were entered into credentials, and nowhere else', () => {
        const flow = planOf(example, { servers: [server('inventree-server')], nodes: {} }, around());
        const node = only(flow, 'inventree-server');
        assert.deepEqual(node['credentials'], { token: 'a secret' });
        assert.equal(node['url'], 'http://inventree-server');
        assert.equal(JSON.stringify(flow).split('a secret').length, 2);
    });

    it('takes a server and a store that are there instead of those of the example', () => {
        const octoprint = exampleFlow('OctoPrint to InvenTree');
        const answers = { servers: [server('octoprint-server'), server('inventree-server', 'there')], nodes: {} };
        const flow = planOf(octoprint, answers, around({ store: 'the store' }));
        assert.ok(!flow.some(({ type }) => type === 'inventree-server' || type === 'sync-store'));
        assert.equal(only(flow, 'octoprint-event-in')['sync'], 'the store');
        const withStore = planOf(octoprint, answers, around());
        assert.equal(only(withStore, 'sync-store')['inventree'], 'there');
    });

    it('takes the next label of a tab and the next batch prefix that are free', () => {
        const label = 'Bambuddy to InvenTree';
        const taken = around({ tabs: [label, `${label} 2`], prefixes: ['bambuddy'] });
        const flow = planOf(example, { servers: [server('bambuddy-server')], nodes: {} }, taken);
        assert.equal(only(flow, 'tab')['label'], `${label} 3`);
        assert.equal(only(flow, 'bambuddy-server')['prefix'], 'bambuddy2');
    });
});
