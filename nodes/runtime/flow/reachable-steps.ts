import type { Step } from '../../../lib/store/ledger/records';
import { STEPS } from '../../../lib/store/ledger/records';
import type { Node, NodeAPI } from '../node-red';
import { runningSources } from './registry';

/** A node as it stands in the flow file. */
export interface FlowNode {
    id: string;
    type: string;
    z?: string;
    d?: boolean;
    wires?: string[][];
    links?: string[];
    mode?: string;
    sync?: string;
    in?: { wires: { id: string }[] }[];
    out?: { wires: { id: string; port: number }[] }[];
    [property: string]: unknown;
}

const STEP_OF_TYPE: Record<string, Step> = {
    'inventree-part-upsert': 'part',
    'inventree-stock-create': 'stock',
    'inventree-image-upload': 'image',
    'bambuddy-link-back': 'link',
    'inventree-stock-consume': 'consume',
};

/** Whether an error of this type of node means that the print did not come into stock: of a source, or of the steps before it. */
export function holdsUpStock(type: string): boolean {
    const step = STEP_OF_TYPE[type];
    return step === 'part' || step === 'stock' || runningSources.all().some((source) => source.type === type);
}

/** The active nodes that messages from a port of this node can come to, through wires, link nodes and subflows. */
export function reachableFrom(RED: NodeAPI, node: Node, port: number): FlowNode[] {
    const nodes = new Map<string, FlowNode>();
    RED.nodes.eachNode((each) => void nodes.set(each.id, each as unknown as FlowNode));
    // inside a subflow a node runs under an id of its own
    const start = nodes.get(node.id) ?? nodes.get((node as unknown as { _alias?: string })._alias ?? '');
    if (start === undefined) return [];
    const seen = new Map<string, FlowNode>();
    const next = [...targets(start, port, nodes)];
    while (next.length > 0) {
        const id = next.pop()!;
        const found = nodes.get(id);
        if (found === undefined || found.d === true || seen.has(id)) continue;
        seen.set(id, found);
        for (let out = 0; out < Math.max(found.wires?.length ?? 0, 1); out++) next.push(...targets(found, out, nodes));
    }
    return [...seen.values()];
}

/** The steps that prints sent from a node will meet, of the nodes that share its store. */
export function stepsFrom(reached: readonly FlowNode[], sync: string): Step[] {
    const met = new Set(reached.filter((node) => node.sync === sync).map((node) => STEP_OF_TYPE[node.type]));
    return STEPS.filter((step) => met.has(step));
}

function targets(from: FlowNode, port: number, nodes: Map<string, FlowNode>): string[] {
    const ids = [...(from.wires?.[port] ?? [])];
    if (from.type === 'link out' && from.mode !== 'return') ids.push(...(from.links ?? []));
    if (from.type === 'link call') ids.push(...(from.links ?? []));
    if (from.type.startsWith('subflow:')) {
        const subflow = nodes.get(from.type.slice('subflow:'.length));
        for (const input of subflow?.in ?? []) ids.push(...input.wires.map((wire) => wire.id));
    }
    ids.push(...outOfSubflow(from, port, nodes));
    return ids;
}

/** A node inside a subflow may be wired to one of its outputs: then every instance goes on from there. */
function outOfSubflow(from: FlowNode, port: number, nodes: Map<string, FlowNode>): string[] {
    const subflow = from.z === undefined ? undefined : nodes.get(from.z);
    if (subflow === undefined || subflow.type !== 'subflow') return [];
    const ids: string[] = [];
    subflow.out?.forEach((output, index) => {
        if (!output.wires.some((wire) => wire.id === from.id && wire.port === port)) return;
        for (const instance of nodes.values()) {
            if (instance.type === `subflow:${subflow.id}`) ids.push(...(instance.wires?.[index] ?? []));
        }
    });
    return ids;
}
