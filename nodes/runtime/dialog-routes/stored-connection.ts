import type { StoredConnection } from '../../../lib/admin/dialogs/connection';
import type { ServerKind } from '../../../lib/clients/server-kind';
import { configNode, flagOf, textOf, type NodeAPI } from '../node-red';
import type { ServerNode } from '../flow/server-nodes';

/** A server's config node as it was deployed last. @returns null where there is none of that id and kind */
export function storedConnection(RED: NodeAPI, kind: ServerKind, id: string): StoredConnection | null {
    const { type, secret } = kind.node;
    const saved = savedNode(RED, id);
    if (saved?.['type'] !== type) return null;
    const credentials = (RED.nodes.getCredentials(id) ?? {}) as Record<string, unknown>;
    const node = configNode<ServerNode>(RED, id);
    const client = node?.type === type ? node.client : null;
    const running = (node?.credentials ?? {}) as Record<string, unknown>;
    return {
        url: textOf(saved['url']),
        insecure: flagOf(saved['insecure'], false),
        secret: textOf(credentials[secret]).trim(),
        ...(kind.companion === undefined
            ? {}
            : {
                  companion: {
                      url: textOf(saved[kind.companion.url]).trim(),
                      secret: textOf(credentials[kind.companion.secret]).trim(),
                  },
              }),
        running:
            client === null
                ? null
                : {
                      address: client.address,
                      secret: textOf(running[secret]).trim(),
                      ...(node?.renewedSecret === undefined ? {} : { renewedSecret: node.renewedSecret }),
                      ...(node?.month === undefined ? {} : { month: node.month }),
                  },
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
