import { EvotorReceiver } from '../../lib/admin/http-api/evotor/receiver';
import { servicePath } from '../../lib/admin/http-api/paths';
import { systemClock } from '../../lib/concurrency/clock';
import { AccountLinking } from '../../lib/sources/evotor/accounts/account-linking';
import { AccountReaders } from '../../lib/sources/evotor/accounts/account-readers';
import type { OpenCatalog, CatalogStoreNode } from '../runtime/flow/catalog-nodes';
import { configNode, type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { credentialsOf } from '../runtime/settings/declaration';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import type { Fill, Shape } from '../runtime/status/status';
import { servicePaths } from '../sync-api/dispatch';
import { SETTINGS } from './settings';

const TYPE = 'evotor-webhooks';

type Shown = [fill: Fill, shape: Shape, key: string];

const init = (RED: NodeAPI): void => {
    function EvotorWebhooks(this: Node<{ webhookSecret?: string }>, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate(TYPE, saved));
        const store = configNode<CatalogStoreNode>(RED, settings.catalog);
        const secret = (this.credentials?.webhookSecret ?? '').trim();
        const paths = servicePaths(RED);
        const path = settings.path.trim() === '' ? '' : servicePath(settings.path);
        let open: OpenCatalog | null = null;
        let linking: AccountLinking | null = null;
        let isRefused = false;

        const receiver = new EvotorReceiver({
            secret,
            linking: () => linking,
            woken: (account, what) => {
                if (open !== null) AccountReaders.of(open.catalog).wake(account, what);
            },
            failed: (error) => this.error(error.message, { topic: 'evotor/error', payload: {} }),
        });

        const waiting = (): number =>
            [...(open?.catalog.all('accounts') ?? [])].filter(({ state }) => state === 'pending').length;
        const shown = (): Shown => {
            if (store === null) return ['grey', 'ring', 'notConfigured'];
            if (paths === null) return ['red', 'ring', 'httpOff'];
            if (path === null) return ['red', 'ring', 'badPath'];
            if (!paths.holds(path, receiver)) return ['red', 'ring', 'pathTwice'];
            if (secret === '') return ['red', 'ring', 'noSecret'];
            if (isRefused) return ['red', 'ring', store.trouble ?? 'storeUnusable'];
            if (open === null) return ['yellow', 'ring', 'connecting'];
            return waiting() > 0 ? ['yellow', 'dot', 'pending'] : ['green', 'dot', 'ready'];
        };
        const show = (): void => {
            const [fill, shape, key] = shown();
            this.status({ fill, shape, text: RED._(`${TYPE}.status.${key}`, { n: String(waiting()) }) });
        };

        let unlisten = (): void => undefined;
        const releasePath =
            store === null || paths === null || path === null ? null : paths.claim(path, receiver, show);
        store?.ready.then(
            (opened) => {
                open = opened;
                linking = new AccountLinking({ ...opened, clock: systemClock });
                unlisten = opened.catalog.onChange((collection) => {
                    if (collection === 'accounts') show();
                });
                show();
            },
            () => {
                isRefused = true;
                show();
            },
        );
        show();

        this.on('close', () => {
            linking = null;
            unlisten();
            releasePath?.();
        });
    }
    RED.nodes.registerType(TYPE, EvotorWebhooks as never, { credentials: credentialsOf(SETTINGS) });
};

export = init;
