import type { StoredConnection } from '../../../lib/admin/dialogs/connection';
import type { PrintServerName } from '../../../lib/http/errors';
import { configNode, flagOf, textOf, type NodeAPI } from '../node-red';
import type { BambuddyServerNode, InvenTreeServerNode, OctoPrintServerNode } from '../flow/server-nodes';

const NODES: Readonly<Record<PrintServerName, { type: string; secret: 'apiKey' | 'token' }>> = {
    Bambuddy: { type: 'bambuddy-server', secret: 'apiKey' },
    InvenTree: { type: 'inventree-server', secret: 'token' },
    OctoPrint: { type: 'octoprint-server', secret: 'apiKey' },
};

/** A server's config node as it was deployed last. @returns null where there is none of that id and kind */
export function storedConnection(RED: NodeAPI, server: PrintServerName, id: string): StoredConnection | null {
    const kind = NODES[server];
    const saved = savedNode(RED, id);
    if (saved?.['type'] !== kind.type) return null;
    const { type, secret } = kind;
    const credentials = (RED.nodes.getCredentials(id) ?? {}) as Record<string, unknown>;
    const node = configNode<BambuddyServerNode | InvenTreeServerNode | OctoPrintServerNode>(RED, id);
    const client = node?.type === type ? node.client : null;
    const running = (node?.credentials ?? {}) as Record<string, unknown>;
    return {
        url: textOf(saved['url']),
        insecure: flagOf(saved['insecure'], false),
        secret: textOf(credentials[secret]).trim(),
        camera: { url: textOf(saved['snapshotUrl']).trim(), login: textOf(credentials['snapshotLogin']).trim() },
        running: client === null ? null : { address: client.address, secret: textOf(running[secret]).trim() },
    };
}

/** A node's properties as they were saved, before variables are filled in. */
export function savedNode(RED: NodeAPI, id: string): Record<string, unknown> | undefined {
    if (id === '') return undefined;
    return savedNodes(RED).find((node) => node['id'] === id);
}

export function savedNodes(RED: NodeAPI): Record<string, unknown>[] {
    const nodes: Record<string, unknown>[] = [];
    RED.nodes.eachNode((node) => void nodes.push(node as unknown as Record<string, unknown>));
    return nodes;
}
