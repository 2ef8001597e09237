import { servicePath } from '../../lib/admin/http-api/paths';
import type { ServedSource } from '../../lib/admin/http-api/served-source';
import { Service } from '../../lib/admin/http-api/service';
import { packageVersion } from '../../lib/admin/http-api/version';
import { onFlowsStarted } from '../runtime/flow/flows-started';
import { migrate } from '../runtime/settings/migrations';
import type { Node, NodeAPI, NodeDef } from '../runtime/node-red';
import type { Fill, Shape } from '../runtime/status/status';
import { servicePaths } from './dispatch';
import { servedSource } from './served-source';
import { credentialsOf } from '../runtime/settings/declaration';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const TYPE = 'sync-api';

type Shown = [fill: Fill, shape: Shape, key: string];

const init = (RED: NodeAPI): void => {
    function SyncApi(
        this: Node<{ serviceToken?: string; webhookSecret?: string }>,
        saved: NodeDef & Record<string, unknown>,
    ): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate(TYPE, saved));
        const serviceToken = (this.credentials?.serviceToken ?? '').trim();
        const webhookSecret = (this.credentials?.webhookSecret ?? '').trim();
        const paths = servicePaths(RED);
        const path = servicePath(settings.path);

        // looked up at each request: a deploy may replace the source and leave this node
        const source = (): ServedSource | null => servedSource(RED, settings.source);
        const service = new Service({
            version: packageVersion(),
            serviceToken,
            webhookSecret,
            source,
            failed: (error) => this.error(error.message, { topic: 'sync-api/error', payload: {} }),
        });

        const shown = (): Shown => {
            if (paths === null) return ['red', 'ring', 'httpOff'];
            if (path === null) return ['red', 'ring', 'badPath'];
            if (!paths.holds(path, service)) return ['red', 'ring', 'pathTwice'];
            if (source() === null) return ['grey', 'ring', 'notConfigured'];
            if (serviceToken === '' && webhookSecret === '') return ['yellow', 'dot', 'noTokenNoSecret'];
            if (serviceToken === '') return ['yellow', 'dot', 'noToken'];
            if (webhookSecret === '') return ['yellow', 'dot', 'noSecret'];
            return ['green', 'dot', 'ready'];
        };
        const show = (): void => {
            const [fill, shape, key] = shown();
            this.status({ fill, shape, text: RED._(`${TYPE}.status.${key}`) });
        };

        const releasePath = paths === null || path === null ? null : paths.claim(path, service, show);
        // the source may be constructed after this node
        const unlisten = onFlowsStarted(RED, show);
        show();

        this.on('close', () => {
            unlisten();
            releasePath?.();
            service.close();
        });
    }
    RED.nodes.registerType(TYPE, SyncApi as never, {
        credentials: credentialsOf(SETTINGS),
    });
};

export = init;
