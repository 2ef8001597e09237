import type { ServedSource } from '../../lib/admin/http-api/served-source';
import { runningProductSources, sinkNodesOf, sinksFrom, type ProductSourceNode } from '../runtime/flow/product-route';
import type { SourceNode } from '../runtime/flow/server-nodes';
import { configNode, type Node, type NodeAPI } from '../runtime/node-red';
import { flowPlan } from './flow-plan';

/** The source of a service API as it runs now. @returns null: there is none of that id */
export function servedSource(RED: NodeAPI, id: string): ServedSource | null {
    const node = configNode<Node>(RED, id);
    if (node === null) return null;
    if (node.type === 'bambuddy-archive-in') return prints(node as SourceNode);
    const source = runningProductSources.all().find((each) => each === node);
    return source === undefined ? null : products(RED, source);
}

function prints(node: SourceNode): ServedSource {
    const { opened, store } = node;
    return {
        of: 'prints',
        opened,
        store: () => store?.ready ?? Promise.reject(new Error('The source has no sync store')),
        plan: () => flowPlan(node.reached(), store?.id ?? ''),
    };
}

function products(RED: NodeAPI, node: ProductSourceNode): ServedSource {
    return {
        of: 'catalog',
        opened: node.opened,
        breakers: () => node.breakers,
        plan: () => {
            const sinks = node.store === null ? [] : sinkNodesOf(sinksFrom(RED, node, node.store));
            return {
                sinks: sinks.map(({ name, sink }) => (name ? name : `community ${sink.community}`)),
                checks: [node.check, ...sinks.map(({ check }) => check)],
            };
        },
    };
}
