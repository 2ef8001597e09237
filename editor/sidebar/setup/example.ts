import type { FlowNode, SetupKind } from '../../../lib/admin/setup/wire';
import { example, whyOf } from '../runtime';

const known = new Map<SetupKind, readonly FlowNode[]>();

type Example = { nodes: readonly FlowNode[]; problem: '' } | { nodes: null; problem: string };

/** The example that a kind of set-up is made from; asked for once. */
export async function exampleOf(kind: SetupKind): Promise<Example> {
    const there = known.get(kind);
    if (there !== undefined) return { nodes: there, problem: '' };
    const { body, failed } = await example(kind).answer;
    if (failed !== null) return { nodes: null, problem: whyOf(failed) };
    known.set(kind, body.nodes);
    return { nodes: body.nodes, problem: '' };
}
