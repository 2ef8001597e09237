import { InvenTreeClient } from '../../lib/clients/inventree/client';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import { migrate } from '../runtime/settings/migrations';
import { flagOf, numberOf, textOf, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { serverLine } from '../runtime/status/server-status';
import type { InvenTreeServerNode } from '../runtime/flow/server-nodes';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function InvenTreeServer(this: InvenTreeServerNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate('inventree-server', saved);
        this.breaker = serverLine(RED, this, 'InvenTree');
        this.client = null;
        this.problem = null;
        try {
            this.client = new InvenTreeClient({
                url: textOf(config['url']),
                webUrl: textOf(config['webUrl']),
                token: (this.credentials?.token ?? '').trim(),
                timeout: Math.max(1, numberOf(config['timeout'], 30)),
                uploadTimeout: Math.max(1, numberOf(config['uploadTimeout'], 120)),
                writes: Math.max(1, numberOf(config['writes'], 1)),
                reads: Math.max(1, numberOf(config['reads'], 4)),
                insecure: flagOf(config['insecure'], false),
                frontend: textOf(config['frontend']),
            });
        } catch (error) {
            this.problem = error as Error;
        }
        this.on('close', () => {
            this.client?.close();
        });
    }
    RED.nodes.registerType('inventree-server', InvenTreeServer as never, {
        credentials: { token: { type: 'password' } },
    });
};

export = init;
