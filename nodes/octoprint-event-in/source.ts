import { ConfigError } from '../../lib/http/errors';
import type { Step } from '../../lib/store/ledger/records';
import { claimPrefix, conflictOf, type PrefixConflict } from '../../lib/delivery/batch-prefix-registry';
import {
    OctoPrintSource,
    type OctoPrintSourceOutput,
    type OctoPrintSourceSettings,
} from '../../lib/sources/octoprint/source';
import type { OctoPrintServerNode, SyncStoreNode } from '../runtime/flow/server-nodes';

/** Prints of this OctoPrint are left alone: others give out the same codes. Its events are told all the same. */
export class Refusal extends ConfigError {
    constructor(
        readonly conflict: PrefixConflict,
        prefix: string,
    ) {
        super(
            conflict === 'duplicateStore'
                ? 'Another sync store adds the prints of this OctoPrint to the same InvenTree. Select that sync store here.'
                : `Duplicate batch prefix: another server uses ${prefix} with the same InvenTree. Use a separate prefix for each OctoPrint.`,
            { server: 'OctoPrint', setting: conflict === 'duplicateStore' ? 'sync' : 'prefix' },
        );
    }
}

interface Chosen {
    server: OctoPrintServerNode | null;
    store: SyncStoreNode | null;
    settings: OctoPrintSourceSettings;
}

/**
 * The source of what was chosen, once the store is open.
 * @param joined is given what takes back the claim on the codes
 * @returns null where there is no server or no store: then only events are told
 * @throws Refusal; the problem of server or store
 */
export async function openSource(
    { server, store, settings }: Chosen,
    reachable: () => Step[],
    output: OctoPrintSourceOutput,
    joined: (releasePrefix: () => void) => void,
): Promise<OctoPrintSource | null> {
    if (store === null || server === null) return null;
    const sync = await store.ready;
    if (server.client === null) throw server.problem ?? new Error('no OctoPrint');
    const { address, prefix } = server.client;
    const { file, inventree } = store.joined!;
    const join = { store: store.id, file, inventree, bambuddy: address, prefix, octoprint: true as const };
    joined(claimPrefix(join));
    const conflict = conflictOf(join);
    if (conflict !== null) throw new Refusal(conflict, prefix);
    return new OctoPrintSource(sync, server.client, server.breaker, settings, reachable, output);
}
