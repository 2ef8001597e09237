import { BambuddyClient } from '../../lib/clients/bambuddy/client';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import { migrate } from '../runtime/settings/migrations';
import { flagOf, numberOf, textOf, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { serverLine } from '../runtime/status/server-status';
import type { BambuddyServerNode } from '../runtime/flow/server-nodes';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);

    function BambuddyServer(this: BambuddyServerNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate('bambuddy-server', saved);
        this.breaker = serverLine(RED, this, 'Bambuddy');
        this.client = null;
        this.problem = null;
        try {
            this.client = new BambuddyClient({
                url: textOf(config['url']),
                webUrl: textOf(config['webUrl']),
                apiKey: (this.credentials?.apiKey ?? '').trim(),
                prefix: textOf(config['prefix']).trim() || 'bambuddy',
                timeout: Math.max(1, numberOf(config['timeout'], 30)),
                insecure: flagOf(config['insecure'], false),
            });
        } catch (error) {
            this.problem = error as Error;
        }
        this.on('close', () => {
            this.client?.close();
        });
    }
    RED.nodes.registerType('bambuddy-server', BambuddyServer as never, {
        credentials: { apiKey: { type: 'password' } },
    });
};

export = init;
