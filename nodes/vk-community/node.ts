import { systemClock } from '../../lib/concurrency/clock';
import { VkClient } from '../../lib/clients/vk/client';
import { VkRates } from '../../lib/clients/vk/rates';
import { VkMarket } from '../../lib/destinations/vk-market/market';
import { ConfigError } from '../../lib/http/errors';
import type { TokenVault } from '../../lib/store/catalog/token-vault';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import type { CatalogStoreNode, VkAccess, VkCommunityNode, VkCredential } from '../runtime/flow/catalog-nodes';
import { feedsOf, offerAgain } from '../runtime/flow/product-route';
import { runningCommunities } from '../runtime/flow/registry';
import { configNode, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { credentialsOf } from '../runtime/settings/declaration';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { serverLine } from '../runtime/status/server-status';
import { rateStore } from './rate-store';
import { SETTINGS } from './settings';
import { ownerOf, renewalOf, tokenIdOf } from './tokens';

const TYPE = 'vk-community';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function VkCommunity(this: VkCommunityNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const settings = readSettings(SETTINGS.settings, config, (text) => this.warn(text));
        const seed = Object.fromEntries(
            SETTINGS.credentials.map((name) => [name, this.credentials?.[name]?.trim() ?? '']),
        ) as Record<VkCredential, string>;
        this.client = null;
        let market: VkMarket | null = null;
        let isClosed = false;
        const end = (): Promise<void> => {
            isClosed = true;
            return Promise.resolve(market?.close()).finally(() => this.client?.close());
        };
        this.breaker = serverLine(RED, this, 'VK');
        this.store = configNode<CatalogStoreNode>(RED, settings.catalog);
        this.groupId = settings.groupId;
        this.isTwice = false;
        runningCommunities.add(this);

        const open = async (): Promise<VkAccess> => {
            const { store } = this;
            if (store === null) throw settingError('choose a catalog store', 'catalog');
            if (this.groupId === '') throw settingError('enter the number of the community', 'groupId');
            const opened = await store.ready;
            this.isTwice = isElsewhere(this);
            if (this.isTwice)
                throw settingError(
                    `community ${this.groupId} is in another catalog store already. Use one catalog store for it: two would add every product twice`,
                    'catalog',
                );
            const tokens = renewalOf(this.id, opened.vault, seed, settings);
            const owner = ownerOf(this.id, seed);
            const rates = VkRates.for(owner, settings, rateStore(opened.catalog, owner), systemClock);
            const client = new VkClient(settings, tokens, rates);
            this.client = client;
            const id = tokenIdOf(this.id, seed);
            // as it rests now: it is renewed every hour
            const get = (): unknown => accessTokenIn(opened.vault, id);
            Object.defineProperty(this, 'renewedSecret', { get, configurable: true });
            Object.defineProperty(this, 'month', { get: () => rates.month, configurable: true });
            market = new VkMarket({
                group: Number(this.groupId),
                client,
                rates,
                catalog: opened.catalog,
                clock: systemClock,
                photosPerSave: settings.photosPerSave,
                timeoutMs: settings.timeout * 1000,
                onWarning: (text) => this.warn(text),
                feeds: () => feedsOf(opened.catalog, this.groupId),
                offerAgain: offerAgain(opened.catalog),
            });
            if (isClosed) void end();
            return { ...opened, client, tokens, rates, market, group: Number(this.groupId) };
        };
        this.ready = open();
        // whoever uses the community hears of it; a community in two catalogs is said here, too
        this.ready.catch((error: unknown) => {
            if (this.isTwice) this.error(error instanceof Error ? error.message : String(error));
        });

        // the catalog stays open until what is under way has come to its end
        this.store?.track(new Promise<void>((resolve) => this.on('close', () => void end().finally(resolve))));
    }
    RED.nodes.registerType(TYPE, VkCommunity as never, { credentials: credentialsOf(SETTINGS) });
};

/** Whether a community node that was started before this one has the same community in another catalog. */
function isElsewhere(node: VkCommunityNode): boolean {
    const all = runningCommunities.all();
    const before = all.slice(0, all.indexOf(node));
    return before.some(({ groupId, store }) => groupId === node.groupId && store?.file !== node.store?.file);
}

/** @returns undefined where nothing rests there, or it cannot be read: who uses it hears why */
function accessTokenIn(vault: TokenVault, id: string): unknown {
    try {
        return vault.read(id)?.['accessToken'];
    } catch {
        return undefined;
    }
}

function settingError(what: string, setting: string): ConfigError {
    return new ConfigError(`The VK community cannot be used: ${what}.`, { server: 'VK', setting });
}

export = init;
