import { OctoPrintClient } from '../../lib/clients/octoprint/client';
import { holdsPassword } from '../../lib/clients/octoprint/camera';
import { migrate } from '../runtime/settings/migrations';
import { textOf, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { serverLine } from '../runtime/status/server-status';
import type { OctoPrintServerNode } from '../runtime/flow/server-nodes';
import { editorRoutes } from '../runtime/dialog-routes/dialog-routes';
import { savedNode } from '../runtime/dialog-routes/stored-connection';
import { credentialsOf } from '../runtime/settings/declaration';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const EXPORTED =
    'The snapshot address contains a user name and a password, which are exported with the flow. ' +
    'Open the dialog of this OctoPrint server and choose Done to move them to a credential.';

const init = (RED: NodeAPI): void => {
    editorRoutes(RED);
    function OctoPrintServer(this: OctoPrintServerNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate('octoprint-server', saved);
        const settings = readSettings(SETTINGS.settings, config, (text) => this.warn(text));
        this.breaker = serverLine(RED, this, 'OctoPrint');
        this.client = null;
        this.problem = null;
        this.insecure = settings.insecure;
        try {
            this.client = new OctoPrintClient({
                url: settings.url,
                apiKey: (this.credentials?.apiKey ?? '').trim(),
                deviceIdentifier: settings.deviceIdentifier.trim(),
                snapshotUrl: settings.snapshotUrl,
                snapshotLogin: (this.credentials?.snapshotLogin ?? '').trim(),
                prefix: settings.prefix,
                timeout: settings.timeout,
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
        credentials: credentialsOf(SETTINGS),
    });
};

export = init;
