import type { NodeFixture } from './fixture';

export type FlowNode = { id: string; type: string; wires?: string[][]; [property: string]: unknown };
export type Credentials = Record<string, Record<string, string>>;
export type Changes = Record<string, Record<string, unknown>>;

/** Our nodes by the ids they have here. */
const TYPES = {
    source: 'bambuddy-archive-in',
    part: 'inventree-part-upsert',
    stock: 'inventree-stock-create',
    image: 'inventree-image-upload',
    link: 'bambuddy-link-back',
    consume: 'inventree-stock-consume',
} as const;
export type Member = keyof typeof TYPES;
export const ALL: readonly Member[] = ['source', 'part', 'stock', 'image', 'link'];
export const STEPS: readonly Member[] = ['part', 'stock', 'image', 'link'];

/** What has no place on a tab is a config node to Node-RED. */
export const PLACE = { z: 'tab', x: 100, y: 100 };

/** The two servers and the store that joins them. */
export function servers(fixture: NodeFixture, changes: Changes = {}): FlowNode[] {
    const nodes: FlowNode[] = [
        { id: 'bambuddy', type: 'bambuddy-server', name: '', url: fixture.bambuddy.url },
        { id: 'inventree', type: 'inventree-server', name: '', url: fixture.inventree.url },
        { id: 'store', type: 'sync-store', name: '', bambuddy: 'bambuddy', inventree: 'inventree', file: '' },
    ];
    return nodes.map((node) => ({ ...node, ...changes[node.id] }));
}

/**
 * A tab with some of our nodes in a line, the last wired to the collector `out`, the source's second output to `answers`;
 * a Catch node for all leads to `caught`, a Complete node of ours to `completed`.
 */
export function line(fixture: NodeFixture, members: readonly Member[], changes: Changes = {}): FlowNode[] {
    const nodes = members.map((id, index): FlowNode => {
        const next = members[index + 1] ?? 'out';
        const wires = id === 'source' || id === 'consume' ? [[next], ['answers']] : [[next]];
        return { ...member(fixture, id), ...PLACE, wires, ...changes[id] };
    });
    return [
        { id: 'tab', type: 'tab', label: 'test', ...changes['tab'] },
        ...servers(fixture, changes),
        ...nodes,
        ...ends(members),
    ];
}

export function member(fixture: NodeFixture, id: Member): FlowNode {
    const own: Record<Member, Record<string, unknown>> = {
        source: { interval: 0, pollOnDeploy: false, live: false, settle: 0 },
        part: { category: fixture.category, categoryType: 'num' },
        stock: { location: fixture.location, locationType: 'num' },
        image: {},
        link: {},
        consume: {},
    };
    return { id, type: TYPES[id], name: '', sync: 'store', ...own[id] };
}

export function collector(id: string, z = 'tab'): FlowNode {
    return { id, type: 'collector', name: id, ...PLACE, z, wires: [] };
}

export function ends(members: readonly string[]): FlowNode[] {
    return [
        { id: 'catch', type: 'catch', ...PLACE, scope: null, uncaught: false, wires: [['caught']] },
        { id: 'complete', type: 'complete', ...PLACE, scope: [...members], uncaught: false, wires: [['completed']] },
        ...['out', 'answers', 'caught', 'completed', 'tab-end'].map((id) => collector(id)),
    ];
}

/** A webhook by itself, with collectors of its output and its errors. @param changes properties of the webhook */
export function webhookFlow(url: string, changes: Record<string, unknown> = {}): FlowNode[] {
    return [
        { id: 'tab', type: 'tab', label: 'test' },
        { id: 'hook', type: 'print-webhook', ...PLACE, url, ...changes, wires: [['out']] },
        { id: 'out', type: 'collector', ...PLACE, wires: [] },
        { id: 'catch', type: 'catch', ...PLACE, scope: null, wires: [['caught']] },
        { id: 'caught', type: 'collector', ...PLACE, wires: [] },
        { id: 'tab-end', type: 'collector', ...PLACE, wires: [] },
    ];
}

let printed = 0;

/** A print that no Bambuddy sent. */
export function manualPrint(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const n = ++printed;
    return { source: 'octoprint', batch: `octo-${n}`, identity: `file:hook-${n}`, name: `Hook ${n}`, ...changes };
}
