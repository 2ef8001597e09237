import type { EvotorClient } from '../../../lib/clients/evotor/client';
import type { VkClient } from '../../../lib/clients/vk/client';
import type { VkRates } from '../../../lib/clients/vk/rates';
import type { VkMarket } from '../../../lib/destinations/vk-market/market';
import type { TokenRenewal } from '../../../lib/clients/vk/tokens/token-renewal';
import type { Catalog } from '../../../lib/store/catalog/catalog';
import type { TokenVault } from '../../../lib/store/catalog/token-vault';
import type { CircuitBreaker } from '../../../lib/delivery/retry/circuit-breaker';
import type { Node } from '../node-red';
import type { StoreTrouble } from './server-nodes';

/** A catalog store that is open. */
export interface OpenCatalog {
    catalog: Catalog;
    vault: TokenVault;
}

/** What other nodes ask of a `catalog-store`. */
export interface CatalogStoreNode extends Node {
    /** absolute path; null: there is no place for it */
    file: string | null;
    /** once it is open; rejects with what a person must do */
    ready: Promise<OpenCatalog>;
    /** null until it is open */
    open: OpenCatalog | null;
    /** why it cannot be used, as a key of the nodes' statuses; null: it can, or is not open yet */
    trouble: StoreTrouble | null;
    /** the same, in the words of its error */
    problem: string | null;
    /** it stays open until this work is over, at the longest for some seconds after its close */
    track: (work: Promise<unknown>) => void;
}

/** An Evotor account with its catalog. */
export interface EvotorAccess extends OpenCatalog {
    client: EvotorClient;
    /** id of the account's record */
    account: string;
}

/** What other nodes ask of an `evotor-account`. */
export interface EvotorAccountNode extends Node<{ token?: string }> {
    /** null until its catalog is open */
    client: EvotorClient | null;
    /** the token in use, where another one came in the place of the typed one */
    readonly renewedSecret?: string;
    /** once its catalog is open; rejects with what a person must do */
    ready: Promise<EvotorAccess>;
    store: CatalogStoreNode | null;
    breaker: CircuitBreaker;
}

/** A community of VK with its catalog. */
export interface VkAccess extends OpenCatalog {
    client: VkClient;
    tokens: TokenRenewal;
    rates: VkRates;
    market: VkMarket;
    /** number of the community */
    group: number;
}

/** What other nodes ask of a `vk-community`. */
export interface VkCommunityNode extends Node<Partial<Record<VkCredential, string>>> {
    /** once its catalog is open; rejects with what a person must do */
    ready: Promise<VkAccess>;
    store: CatalogStoreNode | null;
    /** null until its catalog is open */
    client: VkClient | null;
    /** the access token in use, where another one came in the place of the typed one */
    readonly renewedSecret?: string;
    /** calls of this month with its token; limit null: there is none. Not set: its catalog is not open */
    readonly month?: { used: number; limit: number | null };
    /** number of the community, as a text; empty: none is set */
    groupId: string;
    /** another community node has the same number and another catalog */
    isTwice: boolean;
    breaker: CircuitBreaker;
}

export type VkCredential = 'accessToken' | 'refreshToken' | 'clientId' | 'deviceId';
