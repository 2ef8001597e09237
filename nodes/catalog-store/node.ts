import { resolve } from 'node:path';
import { ConfigError } from '../../lib/http/errors';
import { holdCatalog } from '../../lib/store/catalog/open-catalogs';
import { TokenVault } from '../../lib/store/catalog/token-vault';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import type { CatalogStoreNode, OpenCatalog } from '../runtime/flow/catalog-nodes';
import { keepOpenFor } from '../runtime/flow/keep-open';
import { runningCatalogs } from '../runtime/flow/registry';
import type { NodeAPI, NodeDef } from '../runtime/node-red';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { troubleOf } from '../runtime/status/store-error';
import { SETTINGS } from './settings';

const TYPE = 'catalog-store';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function CatalogStore(this: CatalogStoreNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const { file } = readSettings(SETTINGS.settings, migrate(TYPE, saved));
        let release: (() => Promise<void>) | null = null;
        this.open = null;
        this.trouble = null;
        this.problem = null;
        this.file = fileOf(RED, this.id, file);

        const open = async (): Promise<OpenCatalog> => {
            if (this.file === null) throw noFolder();
            const held = await holdCatalog(this.file, { onWarning: (text) => this.warn(text) });
            release = held.release;
            this.open = { catalog: held.store, vault: await TokenVault.open(held.store) };
            return this.open;
        };
        this.ready = open().catch((error: unknown) => {
            this.trouble = troubleOf(error);
            this.problem = error instanceof Error ? error.message : String(error);
            throw error;
        });
        // whoever uses the store hears of it; nobody using it is no reason to end the process
        this.ready.catch((error: unknown) => {
            this.error(error instanceof Error ? error.message : String(error));
        });
        this.track = keepOpenFor(this, this.ready, () => release?.());
        runningCatalogs.add(this);
    }
    RED.nodes.registerType(TYPE, CatalogStore as never);
};

/** @returns an absolute path; null where Node-RED has no user folder and no file was chosen */
function fileOf(RED: NodeAPI, id: string, chosen: string): string | null {
    if (chosen.trim() !== '') return resolve(chosen.trim());
    const { userDir } = RED.settings as { userDir?: string };
    return userDir === undefined ? null : resolve(userDir, 'print-to-stock', `${id}.catalog.json`);
}

function noFolder(): ConfigError {
    return new ConfigError('Node-RED has no user folder here: enter a file in the catalog store.', {
        server: 'VK',
        setting: 'file',
    });
}

export = init;
