import { OctoPrintClient } from '../../lib/octoprint/client';
import { Line } from '../../lib/sync/line';
import { migrate } from '../runtime/migrations';
import { flagOf, numberOf, textOf, type NodeAPI, type NodeDef } from '../runtime/node-red';
import type { OctoPrintServerNode } from '../runtime/server-nodes';
import { editorRoutes } from '../editor-routes/editor-routes';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);
    function OctoPrintServer(this: OctoPrintServerNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate('octoprint-server', saved);
        this.line = new Line('OctoPrint');
        this.client = null;
        this.problem = null;
        this.insecure = flagOf(config['insecure'], false);
        try {
            this.client = new OctoPrintClient({
                url: textOf(config['url']),
                apiKey: (this.credentials?.apiKey ?? '').trim(),
                deviceIdentifier: textOf(config['deviceIdentifier']).trim(),
                snapshotUrl: textOf(config['snapshotUrl']),
                prefix: textOf(config['prefix']).trim() || 'octoprint',
                timeout: Math.max(1, numberOf(config['timeout'], 30)),
                insecure: this.insecure,
            });
        } catch (error) {
            this.problem = error as Error;
        }
        this.on('close', () => {
            this.line.close();
            this.client?.close();
        });
    }
    RED.nodes.registerType('octoprint-server', OctoPrintServer as never, {
        credentials: { apiKey: { type: 'password' } },
    });
};

export = init;
