// A chain that is there and not filled in: which of its nodes lack what, and where the set-up goes on.
import type { SetupKind } from '../../../lib/admin/setup/wire';
import { KINDS, SERVER_FORMS } from './kinds';

/** Nodes that are there and lack something. */
export interface Gaps {
    kind: SetupKind;
    store: EditorNode;
    /** by type: the config nodes of the store; a type that is missing has none yet */
    servers: Readonly<Record<string, EditorNode>>;
    /** nodes behind the source, by type, whose category or location is empty */
    places: readonly EditorNode[];
    /** the step at which something is missing first: 0 and 1 the servers, 2 the place; null: nothing is */
    step: number | null;
}

const PLACE_OF: Readonly<Record<string, string>> = {
    'inventree-part-upsert': 'category',
    'inventree-stock-create': 'location',
};

/** Looks at a store with what belongs to it. @param store its id; null where it is not in the editor */
export function gapsOf(id: string): Gaps | null {
    const store = RED.nodes.node(id);
    if (store?.type !== 'sync-store') return null;
    const users = RED.nodes.filterNodes({}).filter((node) => node['sync'] === id);
    const octoprint = users.find(({ type }) => type === 'octoprint-event-in');
    const hasBambuddy = users.some(({ type }) => type === 'bambuddy-archive-in') || Boolean(store['bambuddy']);
    const kind: SetupKind = hasBambuddy || octoprint === undefined ? 'bambuddy' : 'octoprint';
    const ids = [store['bambuddy'], store['inventree'], kind === 'octoprint' ? octoprint?.['server'] : ''];
    const found = ids.flatMap((each) => (typeof each === 'string' && each !== '' ? [RED.nodes.node(each)] : []));
    const servers = Object.fromEntries(found.flatMap((node) => (node ? [[node.type, node] as const] : [])));
    const places = users.filter((node) => {
        const setting = PLACE_OF[node.type];
        return setting !== undefined && !node[setting];
    });
    const bare = KINDS[kind].servers.findIndex((type) => !servers[type]?.['url']);
    return { kind, store, servers, places, step: bare >= 0 ? bare : places.length > 0 ? 2 : null };
}

/** Servers of a type that may be taken for another chain. */
export function takable(type: string): EditorNode[] {
    if (SERVER_FORMS[type]?.shared !== true) return [];
    return configNodes().filter((node) => node.type === type && Boolean(node['url']) && !node.z && !node.d);
}

export function configNodes(): EditorNode[] {
    const all: EditorNode[] = [];
    RED.nodes.eachConfig((node) => void all.push(node));
    return all;
}
