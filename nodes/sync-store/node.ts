import { join } from 'node:path';
import { ConfigError } from '../../lib/http/errors';
import { holdLedger, type HeldLedger } from '../../lib/store/ledger/open-ledgers';
import {
    claimPrefix,
    conflictOf,
    type PrefixClaim,
    type PrefixConflict,
} from '../../lib/delivery/batch-prefix-registry';
import { Sync } from '../../lib/sync';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { configNode, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { keepOpenFor } from '../runtime/flow/keep-open';
import { runningStores } from '../runtime/flow/registry';
import type { BambuddyServerNode, InvenTreeServerNode, SyncStoreNode } from '../runtime/flow/server-nodes';
import { troubleOf } from '../runtime/status/store-error';
import { SETTINGS } from './settings';

const CONFLICTS: Record<PrefixConflict, string> = {
    duplicateStore:
        'Duplicate sync store: another sync store uses the same two servers, and both would create the same batches. Use one sync store, or the same file in both.',
    duplicatePrefix:
        'Duplicate batch prefix: another sync store uses the same prefix with the same InvenTree. Use a separate prefix for each Bambuddy server.',
};

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function SyncStore(this: SyncStoreNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate('sync-store', saved));
        const inventree = configNode<InvenTreeServerNode>(RED, settings.inventree);
        const bambuddy = configNode<BambuddyServerNode>(RED, settings.bambuddy);
        let held: HeldLedger | null = null;
        let releasePrefix: (() => void) | null = null;
        this.sync = null;
        this.joined = null;
        this.trouble = null;
        this.bambuddyBreaker = bambuddy?.breaker ?? null;
        this.inventreeBreaker = inventree?.breaker ?? null;

        const open = async (): Promise<Sync> => {
            if (inventree === null)
                throw settingError('The sync store has no InvenTree server: choose one.', 'inventree');
            for (const server of [inventree, bambuddy]) if (server?.problem != null) throw server.problem;
            const file = fileOf(RED, this.id, settings.file);
            const joined: PrefixClaim = {
                store: this.id,
                file,
                inventree: inventree.client!.address,
                bambuddy: bambuddy?.client?.address ?? null,
                prefix: bambuddy?.client?.prefix ?? '',
            };
            this.joined = joined;
            releasePrefix = claimPrefix(joined);
            const conflict = conflictOf(joined);
            if (conflict !== null) {
                this.trouble = conflict;
                throw settingError(CONFLICTS[conflict], 'sync');
            }
            held = await holdLedger(file, { onWarning: (text) => this.warn(text) });
            this.sync = new Sync({
                ledger: held.ledger,
                inventree: inventree.client!,
                inventreeBreaker: inventree.breaker,
                bambuddy: bambuddy?.client ?? null,
                bambuddyBreaker: bambuddy?.client == null ? null : bambuddy.breaker,
                warn: (text) => this.warn(text),
            });
            return this.sync;
        };

        this.ready = open().catch((error: unknown) => {
            this.trouble ??= troubleOf(error);
            throw error;
        });
        // whoever uses the store hears of it; nobody using it is no reason to end the process
        this.ready.catch((error: unknown) => {
            this.error(error instanceof Error ? error.message : String(error));
        });

        runningStores.add(this);

        this.track = keepOpenFor(this, this.ready, () => {
            this.sync?.close();
            return held?.release();
        });
        this.on('close', () => releasePrefix?.());
    }
    RED.nodes.registerType('sync-store', SyncStore as never);
};

/** @throws ConfigError where Node-RED has no user folder and no file was chosen */
function fileOf(RED: NodeAPI, id: string, chosen: string): string {
    if (chosen.trim() !== '') return chosen.trim();
    const { userDir } = RED.settings as { userDir?: string };
    if (userDir === undefined)
        throw settingError('Node-RED has no user directory: enter a ledger file in the sync store.', 'file');
    return join(userDir, 'print-to-stock', `${id}.json`);
}

function settingError(text: string, setting: string): ConfigError {
    return new ConfigError(text, { server: 'InvenTree', setting });
}

export = init;
