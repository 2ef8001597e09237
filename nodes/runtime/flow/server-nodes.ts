import type { BambuddyClient } from '../../../lib/clients/bambuddy/client';
import type { OctoPrintClient } from '../../../lib/clients/octoprint/client';
import type { SourceAdapter } from '../../../lib/admin/sidebar/source-adapter';
import type { Outbox } from '../../../lib/admin/sidebar/webhook-api';
import type { InvenTreeClient } from '../../../lib/clients/inventree/client';
import type { PrefixClaim, PrefixConflict } from '../../../lib/delivery/batch-prefix-registry';
import type { CircuitBreaker } from '../../../lib/delivery/retry/circuit-breaker';
import type { Source } from '../../../lib/sources/bambuddy/source';
import type { Sync } from '../../../lib/sync';
import type { Node } from '../node-red';
import type { FlowNode } from './reachable-steps';

/** The config node of a server of any kind. */
export interface ServerNode<Client extends { readonly address: string } = { readonly address: string }> extends Node<
    Partial<Record<string, string>>
> {
    client: Client | null;
    /** the secret in use, where the server gives another one in the place of a used one */
    renewedSecret?: string;
    /** calls of this month with the secret, where they are counted; limit null: there is none */
    readonly month?: { used: number; limit: number | null };
    breaker: CircuitBreaker;
    /** why there is no client */
    problem: Error | null;
}

/** What other nodes ask of a `bambuddy-server`. */
export type BambuddyServerNode = ServerNode<BambuddyClient>;

/** What other nodes ask of an `octoprint-server`. */
export interface OctoPrintServerNode extends ServerNode<OctoPrintClient> {
    /** takes any certificate */
    insecure: boolean;
}

/** What other nodes ask of an `inventree-server`. */
export type InvenTreeServerNode = ServerNode<InvenTreeClient>;

export type StoreTrouble = PrefixConflict | 'storeInUse' | 'storeUnusable' | 'notConfigured';

/** What other nodes ask of a `sync-store`. */
export interface SyncStoreNode extends Node {
    /** the store, once it is open; rejects with what a person must do */
    ready: Promise<Sync>;
    /** null until it is open */
    sync: Sync | null;
    /** why the store cannot be used, as a key of the nodes' statuses; null: it can, or is not open yet */
    trouble: StoreTrouble | null;
    /** the store stays open until this work is over, at the longest for some seconds after its close */
    track: (work: Promise<unknown>) => void;
    bambuddyBreaker: CircuitBreaker | null;
    inventreeBreaker: CircuitBreaker | null;
    /** which ledger and which InvenTree it joins; null until it is open */
    joined: PrefixClaim | null;
}

/** What the sidebar asks of a node that brings prints into a store. */
export interface SourceAdapterNode extends Node {
    /** `PrintRecord.source` of its prints */
    kind: string;
    /** whether its server has a history to import */
    hasHistory: boolean;
    /** rejects with what a person must do; somebody handles that already */
    adapter: Promise<SourceAdapter>;
    store: SyncStoreNode | null;
}

/** What the sidebar asks of a `print-webhook`. */
export interface WebhookNode extends Node<{ apiSecret?: string; oauthSecret?: string }> {
    /** rejects with what a person must do; somebody handles that already */
    outbox: Promise<Outbox>;
}

/** What other nodes ask of a `bambuddy-archive-in`. */
export interface SourceNode extends SourceAdapterNode {
    /** rejects with what a person must do */
    opened: Promise<Source>;
    /** the nodes that its prints can come to */
    reached: () => readonly FlowNode[];
}
