import type { Response } from 'express';
import { failureAnswer, send } from '../../lib/admin/http-api/answer';
import { examplesFolder } from '../../lib/admin/http-api/version';
import { exampleFlow } from '../../lib/admin/setup/example-flow';
import type { NodeAPI } from '../../nodes/runtime/node-red';

/** What the set-up asks beside what the dialogs ask: the example that it begins with. */
export function setupRoutes(RED: NodeAPI, root: string, permission: string): void {
    RED.httpAdmin.get(`${root}/setup/:kind`, RED.auth.needsPermission(permission), (request, response: Response) => {
        exampleFlow(examplesFolder(), request.params['kind']).then(
            (nodes) => send(response, { status: 200, body: { nodes } }),
            (error: unknown) => send(response, failureAnswer(error)),
        );
    });
}
