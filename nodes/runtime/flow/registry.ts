import type { Node } from '../node-red';
import type { CatalogStoreNode, EvotorAccountNode, VkCommunityNode } from './catalog-nodes';
import type { SourceAdapterNode, SyncStoreNode, WebhookNode } from './server-nodes';

/** The nodes of a kind that run now, those in subflows too: Node-RED lists only what is drawn. */
export class Running<T extends Node> {
    private readonly nodes = new Set<T>();
    private readonly listeners = new Set<(node: T, runs: boolean) => void>();

    /** Until its close. */
    add(node: T): void {
        this.nodes.add(node);
        node.on('close', () => {
            this.nodes.delete(node);
            this.tell(node, false);
        });
        this.tell(node, true);
    }

    /** In the order in which they were started. */
    all(): T[] {
        return [...this.nodes];
    }

    /** Told when one starts and when one is closed; of those that run already, at once. */
    watch(listener: (node: T, runs: boolean) => void): void {
        this.listeners.add(listener);
        for (const node of this.nodes) listener(node, true);
    }

    private tell(node: T, runs: boolean): void {
        for (const listener of this.listeners) listener(node, runs);
    }
}

export const runningStores = new Running<SyncStoreNode>();
export const runningSources = new Running<SourceAdapterNode>();
export const runningWebhooks = new Running<WebhookNode>();
export const runningCatalogs = new Running<CatalogStoreNode>();
export const runningCommunities = new Running<VkCommunityNode>();
export const runningAccounts = new Running<EvotorAccountNode>();
