import { EvotorClient } from '../../lib/clients/evotor/client';
import { ConfigError } from '../../lib/http/errors';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import type { CatalogStoreNode, EvotorAccess, EvotorAccountNode } from '../runtime/flow/catalog-nodes';
import { runningAccounts } from '../runtime/flow/registry';
import { configNode, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { credentialsOf } from '../runtime/settings/declaration';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { serverLine } from '../runtime/status/server-status';
import { SETTINGS } from './settings';

const TYPE = 'evotor-account';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function EvotorAccount(this: EvotorAccountNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const settings = readSettings(SETTINGS.settings, config, (text) => this.warn(text));
        const { url, authorization, timeout } = settings;
        this.client = null;
        let isClosed = false;
        this.breaker = serverLine(RED, this, 'Evotor');
        runningAccounts.add(this);
        this.store = configNode<CatalogStoreNode>(RED, settings.catalog);

        const open = async (): Promise<EvotorAccess> => {
            const { store } = this;
            if (store === null) throw settingError('choose a catalog store', 'catalog');
            const opened = await store.ready;
            // what is typed is a seed: a token that came by webhook since then holds
            const live = await opened.vault.live(`evotor:${this.id}`, { token: this.credentials?.token?.trim() ?? '' });
            const token = String(live?.['token'] ?? '');
            if (token === '') throw settingError('enter the token of the account', 'token');
            const client = new EvotorClient({ url, token, authorization, timeout });
            this.client = client;
            Object.defineProperty(this, 'renewedSecret', { value: token, configurable: true });
            if (isClosed) client.close();
            await opened.catalog.put('accounts', {
                ...opened.catalog.get('accounts', this.id),
                id: this.id,
                source: 'evotor',
                state: opened.catalog.get('accounts', this.id)?.state ?? 'active',
                node: this.id,
                ...(settings.name === '' ? {} : { name: settings.name }),
                ...(settings.userId.trim() === '' ? {} : { user: settings.userId.trim() }),
            });
            return { ...opened, client, account: this.id };
        };
        this.ready = open();
        // whoever uses the account hears of it
        this.ready.catch(() => undefined);

        this.on('close', () => {
            isClosed = true;
            this.client?.close();
        });
    }
    RED.nodes.registerType(TYPE, EvotorAccount as never, { credentials: credentialsOf(SETTINGS) });
};

function settingError(what: string, setting: string): ConfigError {
    return new ConfigError(`The Evotor account lacks something: ${what}.`, { server: 'Evotor', setting });
}

export = init;
