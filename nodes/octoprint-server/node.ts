import { OctoPrintClient } from '../../lib/clients/octoprint/client';
import { holdsPassword } from '../../lib/clients/octoprint/camera';
import { migrate } from '../runtime/settings/migrations';
import { flagOf, textOf, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { numberSetting } from '../runtime/settings/number-setting';
import { serverLine } from '../runtime/status/server-status';
import type { OctoPrintServerNode } from '../runtime/flow/server-nodes';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import { savedNode } from '../runtime/dialog-routes/stored-connection';

const EXPORTED =
    'The snapshot address holds a user name and a password, which are exported with the flow. ' +
    'Open the dialog of this OctoPrint server and choose Done: they become a credential.';

/** In seconds, as the dialog judges it. */
const TIMEOUT = { least: 1, most: 600, otherwise: 30 };

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);
    function OctoPrintServer(this: OctoPrintServerNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate('octoprint-server', saved);
        this.breaker = serverLine(RED, this, 'OctoPrint');
        this.client = null;
        this.problem = null;
        this.insecure = flagOf(config['insecure'], false);
        try {
            this.client = new OctoPrintClient({
                url: textOf(config['url']),
                apiKey: (this.credentials?.apiKey ?? '').trim(),
                deviceIdentifier: textOf(config['deviceIdentifier']).trim(),
                snapshotUrl: textOf(config['snapshotUrl']),
                snapshotLogin: (this.credentials?.snapshotLogin ?? '').trim(),
                prefix: textOf(config['prefix']).trim() || 'octoprint',
                timeout: numberSetting(config, 'timeout', TIMEOUT, (text) => this.warn(text)),
                insecure: this.insecure,
            });
            if (this.client.cameraProblem !== null)
                this.warn(`${this.client.cameraProblem.message}. Prints come without its picture.`);
        } catch (error) {
            this.problem = error as Error;
        }
        // a variable of the environment is no part of an exported flow
        if (holdsPassword(textOf((savedNode(RED, this.id) ?? saved)['snapshotUrl']))) this.warn(EXPORTED);
        this.on('close', () => {
            this.client?.close();
        });
    }
    RED.nodes.registerType('octoprint-server', OctoPrintServer as never, {
        credentials: { apiKey: { type: 'password' }, snapshotLogin: { type: 'password' } },
    });
};

export = init;
