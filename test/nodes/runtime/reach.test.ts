import { createRequire } from 'node:module';
import type { NodeInitializer } from 'node-red';
import assert from 'node:assert/strict';
import { NodeFixture, until } from '../fixture';
import { ALL, collector, ends, line, member, PLACE, servers, type Changes, type FlowNode, type Member } from '../flow';

const linkNodes = createRequire(__filename)('@node-red/nodes/core/common/60-link.js') as NodeInitializer;
const link = (id: string, direction: 'in' | 'out' | 'call', more: Record<string, unknown>): FlowNode => ({
    id,
    type: `link ${direction}`,
    name: '',
    ...PLACE,
    links: [],
    wires: [],
    ...more,
});

/** A print is done when those of our nodes have answered that it can come to: the source walks the wires to know which. */
describe('what a print sent by the source can come to', () => {
    const fixture = new NodeFixture();
    beforeEach(async () => {
        await fixture.open();
        fixture.bambuddy.print({ name: 'Vase', startedAt: '2026-11-01T10:00:00Z' });
    });
    afterEach(() => fixture.close());

    const placed = (id: Member, wires: string[][], more: Record<string, unknown> = {}): FlowNode => ({
        ...member(fixture, id),
        ...PLACE,
        wires,
        ...more,
    });
    const flow = (nodes: FlowNode[], changes: Changes = {}): FlowNode[] => [
        { id: 'tab', type: 'tab', label: 'test' },
        ...servers(fixture, changes),
        ...nodes,
        ...ends(['source']),
    ];

    /** Sends the print while InvenTree takes nothing, and looks what it waits for. */
    async function wanted(nodes: FlowNode[], changes?: Changes): Promise<string[] | undefined> {
        await fixture.deploy(flow(nodes, changes), {}, [linkNodes]);
        fixture.readOnly = true;
        fixture.send('source', { payload: { action: 'archive', archiveId: 1 } });
        await until('the print in the ledger', () => fixture.ledger().print('bambuddy-1') !== undefined);
        return fixture.ledger().print('bambuddy-1')!.want;
    }
    async function done(): Promise<void> {
        fixture.readOnly = false;
        await until('the print to be done', () => fixture.ledger().print('bambuddy-1')?.state === 'done', 8000);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    }

    it('all four in a line', async () => {
        const [first, ...steps] = ALL;
        const nodes = [placed(first!, [['part'], ['answers']])];
        steps.forEach((id, n) => nodes.push(placed(id, [[steps[n + 1] ?? 'out']])));
        assert.deepEqual(await wanted(nodes), ['part', 'stock', 'image', 'link']);
        await done();
    });

    it('through other nodes, branches and a circle', async () => {
        const nodes = [
            placed('source', [['junction'], ['answers']]),
            { ...collector('junction'), wires: [['part', 'stock', 'junction']] },
            placed('part', [['stock', 'part2']]),
            placed('stock', [['junction']]),
            placed('part', [[]], { id: 'part2' }),
        ];
        // the junction keeps what it gets: here the wires matter
        assert.deepEqual(await wanted(nodes, {}), ['part', 'stock']);
    });

    it('through link nodes', async () => {
        const nodes = [
            placed('source', [['to'], ['answers']]),
            link('to', 'out', { mode: 'link', links: ['from'] }),
            link('from', 'in', { links: ['to'], wires: [['part']] }),
            placed('part', [['stock']]),
            placed('stock', [['out']]),
        ];
        assert.deepEqual(await wanted(nodes), ['part', 'stock']);
        await done();
    });

    it('through a link call, and on from where it returns', async () => {
        const nodes = [
            placed('source', [['call'], ['answers']]),
            link('call', 'call', { links: ['from'], linkType: 'static', timeout: '30', wires: [['stock']] }),
            link('from', 'in', { wires: [['part']] }),
            placed('part', [['back']]),
            link('back', 'out', { mode: 'return' }),
            placed('stock', [['out']]),
        ];
        assert.deepEqual(await wanted(nodes), ['part', 'stock']);
        await done();
    });

    it('into a subflow, and on behind it', async () => {
        const nodes: FlowNode[] = [
            {
                id: 'sub',
                type: 'subflow',
                name: 'make stock',
                in: [{ x: 1, y: 1, wires: [{ id: 'part' }] }],
                out: [{ x: 9, y: 1, wires: [{ id: 'stock', port: 0 }] }],
            },
            placed('part', [['stock']], { z: 'sub' }),
            placed('stock', [[]], { z: 'sub' }),
            placed('source', [['instance'], ['answers']]),
            { id: 'instance', type: 'subflow:sub', name: '', ...PLACE, wires: [['image']] },
            placed('image', [['out']]),
        ];
        assert.deepEqual(await wanted(nodes), ['part', 'stock', 'image']);
        await done();
    });

    it('out of a subflow that holds the source', async () => {
        const nodes: FlowNode[] = [
            {
                id: 'sub',
                type: 'subflow',
                name: 'find prints',
                in: [{ x: 1, y: 1, wires: [{ id: 'inner' }] }],
                out: [{ x: 9, y: 1, wires: [{ id: 'inner', port: 0 }] }],
            },
            placed('source', [[], []], { id: 'inner', z: 'sub', pollOnDeploy: true, startWith: 'all' }),
            { id: 'source', type: 'subflow:sub', name: '', ...PLACE, wires: [['part']] },
            placed('part', [['stock']]),
            placed('stock', [['out']]),
        ];
        fixture.readOnly = true;
        await fixture.deploy(flow(nodes));
        await until('the print in the ledger', () => fixture.ledger().print('bambuddy-1') !== undefined);
        assert.deepEqual(fixture.ledger().print('bambuddy-1')!.want, ['part', 'stock']);
        await done();
    });

    it('but not to disabled nodes, nor to those of another store, nor through the second output', async () => {
        const other = { id: 'other', type: 'sync-store', inventree: 'inventree', bambuddy: '', file: '' };
        const nodes = [
            other,
            placed('source', [['part', 'off', 'foreign'], ['image']]),
            placed('part', [['out']]),
            placed('stock', [['out']], { id: 'off', d: true }),
            placed('stock', [['out']], { id: 'foreign', sync: 'other' }),
            placed('image', [['out']]),
        ];
        assert.deepEqual(await wanted(nodes), ['part']);
    });

    it('to none of ours: the print is done when it is sent', async () => {
        await fixture.deploy(line(fixture, ['source']));
        await fixture.ask({ action: 'archive', archiveId: 1 });
        await fixture.messages('out', 1);
        assert.equal(fixture.ledger().print('bambuddy-1')?.state, 'done');
    });
});
