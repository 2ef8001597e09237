// What a set-up makes of the shipped example: nodes with ids of their own, and what was entered in them. Pure.
import type { FlowNode } from '../../../lib/admin/setup/wire';

/** A server as it was entered, or one that is there. */
export interface ServerAnswer {
    type: string;
    /** of a config node that is there; empty: a new one */
    id: string;
    /** settings by name; of one that is there, only what was changed */
    settings: Record<string, string | boolean>;
    /** credentials by name */
    secrets: Record<string, string>;
}

export interface Answers {
    servers: readonly ServerAnswer[];
    /** settings by type of node, e.g. the category of the Part node */
    nodes: Readonly<Record<string, Record<string, unknown>>>;
}

/** What is in the editor already. */
export interface Surroundings {
    /** a new id, each time */
    newId: () => string;
    /** labels of the tabs */
    tabs: readonly string[];
    /** batch prefixes of the servers */
    prefixes: readonly string[];
    /** a sync store that is there and takes the source, too; null: a new one */
    store: string | null;
    /** what the tab says of itself */
    info: string;
}

/** @returns the nodes to add; config nodes with their credentials */
export function planOf(example: readonly FlowNode[], answers: Answers, around: Surroundings): FlowNode[] {
    const ids = idsFor(example, answers.servers, around);
    const added = example.filter(({ id }) => ids.get(id)?.isNew === true);
    return added.map((node) => filled(renamed(node, ids), answers, around));
}

type Ids = ReadonlyMap<string, { id: string; isNew: boolean }>;

function idsFor(example: readonly FlowNode[], servers: readonly ServerAnswer[], around: Surroundings): Ids {
    const existing = (type: string): string | null => {
        if (type === 'sync-store') return around.store;
        return servers.find((server) => server.type === type)?.id || null;
    };
    return new Map(
        example.map(({ id, type }) => {
            const there = existing(type);
            return [id, there === null ? { id: around.newId(), isNew: true } : { id: there, isNew: false }];
        }),
    );
}

/** Every property that names a node of the example names its copy. */
function renamed(node: FlowNode, ids: Ids): FlowNode {
    const of = (value: unknown): unknown => {
        if (typeof value === 'string') return ids.get(value)?.id ?? value;
        return Array.isArray(value) ? value.map(of) : value;
    };
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, of(value)])) as FlowNode;
}

function filled(node: FlowNode, { servers, nodes }: Answers, { tabs, prefixes, info }: Surroundings): FlowNode {
    if (node.type === 'tab') return { ...node, label: free(String(node['label']), tabs, ' '), info };
    const server = servers.find(({ type, id }) => type === node.type && id === '');
    const secrets = Object.fromEntries(Object.entries(server?.secrets ?? {}).filter(([, value]) => value !== ''));
    return {
        ...node,
        ...(typeof node['prefix'] === 'string' ? { prefix: free(node['prefix'], prefixes, '') } : {}),
        ...server?.settings,
        ...(Object.keys(secrets).length === 0 ? {} : { credentials: secrets }),
        ...nodes[node.type],
    };
}

/** The name itself, else with the next free number behind it. */
function free(name: string, taken: readonly string[], between: string): string {
    if (!taken.includes(name)) return name;
    for (let n = 2; ; n++) if (!taken.includes(`${name}${between}${n}`)) return `${name}${between}${n}`;
}
