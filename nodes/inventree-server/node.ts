import { InvenTreeClient } from '../../lib/clients/inventree/client';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import { migrate } from '../runtime/settings/migrations';
import { type NodeAPI, type NodeDef } from '../runtime/node-red';
import { serverLine } from '../runtime/status/server-status';
import type { InvenTreeServerNode } from '../runtime/flow/server-nodes';
import { credentialsOf } from '../runtime/settings/declaration';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function InvenTreeServer(this: InvenTreeServerNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate('inventree-server', saved);
        const { name: _name, ...settings } = readSettings(SETTINGS.settings, config, (text) => this.warn(text));
        this.breaker = serverLine(RED, this, 'InvenTree');
        this.client = null;
        this.problem = null;
        try {
            this.client = new InvenTreeClient({
                ...settings,
                token: (this.credentials?.token ?? '').trim(),
            });
        } catch (error) {
            this.problem = error as Error;
        }
        this.on('close', () => {
            this.client?.close();
        });
    }
    RED.nodes.registerType('inventree-server', InvenTreeServer as never, {
        credentials: credentialsOf(SETTINGS),
    });
};

export = init;
