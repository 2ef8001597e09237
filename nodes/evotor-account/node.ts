import { EvotorClient } from '../../lib/clients/evotor/client';
import { systemClock } from '../../lib/concurrency/clock';
import { AccountReaders } from '../../lib/sources/evotor/accounts/account-readers';
import { liveToken, tokenIn } from '../../lib/sources/evotor/accounts/cloud-token';
import { TokenAdoption } from '../../lib/sources/evotor/accounts/token-adoption';
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
        let adoption: TokenAdoption | null = null;
        let leave = (): void => undefined;
        const end = (): void => {
            leave();
            void adoption?.close();
            this.client?.close();
        };
        this.breaker = serverLine(RED, this, 'Evotor');
        runningAccounts.add(this);
        this.store = configNode<CatalogStoreNode>(RED, settings.catalog);

        const open = async (): Promise<EvotorAccess> => {
            const { store } = this;
            if (store === null) throw settingError('choose a catalog store', 'catalog');
            const opened = await store.ready;
            // what is typed is a seed: a token that came by webhook since then holds
            const live = await opened.vault.live(liveToken(this.id), { token: this.credentials?.token?.trim() ?? '' });
            const token = String(live?.['token'] ?? '');
            if (token === '') throw settingError('enter the token of the account', 'token');
            const connect = (secret: string): EvotorClient =>
                new EvotorClient({ url, token: secret, authorization, timeout });
            const client = connect(token);
            this.client = client;
            const inUse = (): string | null => tokenIn(opened.vault, liveToken(this.id));
            Object.defineProperty(this, 'renewedSecret', { get: () => inUse() ?? token, configurable: true });
            await opened.catalog.put('accounts', {
                ...opened.catalog.get('accounts', this.id),
                id: this.id,
                source: 'evotor',
                state: opened.catalog.get('accounts', this.id)?.state ?? 'active',
                node: this.id,
                ...(settings.name === '' ? {} : { name: settings.name }),
                ...(settings.userId.trim() === '' ? {} : { user: settings.userId.trim() }),
            });
            const readers = AccountReaders.of(opened.catalog);
            adoption = new TokenAdoption({
                ...opened,
                clock: systemClock,
                account: this.id,
                connect,
                adopted: (next) => {
                    client.useToken(next);
                    this.breaker.wake();
                    readers.wake(this.id, 'all');
                },
                onWarning: (text) => this.warn(text),
            });
            leave = readers.add({
                account: this.id,
                isTyped: true,
                wake: () => undefined,
                stop: () => Promise.resolve(),
            });
            if (isClosed) end();
            else adoption.start();
            return { ...opened, client, account: this.id };
        };
        this.ready = open();
        // whoever uses the account hears of it
        this.ready.catch(() => undefined);

        this.on('close', () => {
            isClosed = true;
            end();
        });
    }
    RED.nodes.registerType(TYPE, EvotorAccount as never, { credentials: credentialsOf(SETTINGS) });
};

function settingError(what: string, setting: string): ConfigError {
    return new ConfigError(`The Evotor account lacks something: ${what}.`, { server: 'Evotor', setting });
}

export = init;
