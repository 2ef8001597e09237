import { problem, ProblemError } from '../../../lib/admin/dialogs/problem';
import type { Sync } from '../../../lib/sync';
import { configNode, type NodeAPI } from '../node-red';
import type { SyncStoreNode } from '../flow/server-nodes';

/** The deployed sync store that a dialog names. @throws ProblemError */
export function storeOf(RED: NodeAPI, id: unknown): SyncStoreNode {
    const store = configNode<SyncStoreNode>(RED, id);
    if (store?.type === 'sync-store') return store;
    throw new ProblemError(problem('notDeployed'));
}

/** Its ledger and servers, once it is open and has a Bambuddy. @throws ProblemError */
export async function ready(store: SyncStoreNode): Promise<Sync> {
    try {
        const sync = await store.ready;
        if (sync.bambuddy !== null) return sync;
    } catch (error) {
        throw new ProblemError(problem('notReady', {}, error instanceof Error ? error.message : ''));
    }
    throw new ProblemError(problem('notReady', {}, 'The sync store has no Bambuddy server'));
}
