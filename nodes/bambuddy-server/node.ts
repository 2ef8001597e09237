import { BambuddyClient } from '../../lib/clients/bambuddy/client';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import { migrate } from '../runtime/settings/migrations';
import { type NodeAPI, type NodeDef } from '../runtime/node-red';
import { serverLine } from '../runtime/status/server-status';
import type { BambuddyServerNode } from '../runtime/flow/server-nodes';
import { credentialsOf } from '../runtime/settings/declaration';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function BambuddyServer(this: BambuddyServerNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate('bambuddy-server', saved);
        const { url, webUrl, prefix, timeout, insecure } = readSettings(SETTINGS.settings, config, (text) =>
            this.warn(text),
        );
        this.breaker = serverLine(RED, this, 'Bambuddy');
        this.client = null;
        this.problem = null;
        try {
            this.client = new BambuddyClient({
                url,
                webUrl,
                apiKey: (this.credentials?.apiKey ?? '').trim(),
                prefix,
                timeout,
                insecure,
            });
        } catch (error) {
            this.problem = error as Error;
        }
        this.on('close', () => {
            this.client?.close();
        });
    }
    RED.nodes.registerType('bambuddy-server', BambuddyServer as never, {
        credentials: credentialsOf(SETTINGS),
    });
};

export = init;
