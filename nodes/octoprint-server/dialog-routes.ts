import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { OctoPrintClient } from '../../lib/octoprint/client';
import { KeyRequests } from '../../lib/service/octoprint-key';
import { testOctoPrint } from '../../lib/service/octoprint-test';
import { flagOf, numberOf, textOf, type NodeAPI } from '../runtime/node-red';
import type { OctoPrintServerNode } from '../runtime/server-nodes';

/** What the editor shows in place of a password that is there. */
const MASK = '__PWRD__';
const served = new WeakSet<object>();

interface Dialog {
    client: OctoPrintClient;
    timeoutMs: number;
}

/** Routes of the dialog, once for a process: test the connection, and get a key without copying one. */
export function serveOctoPrintDialog(RED: NodeAPI): void {
    if (typeof RED.httpAdmin !== 'function' || served.has(RED.httpAdmin)) return;
    served.add(RED.httpAdmin);
    const requests = new KeyRequests(randomUUID);
    const may = RED.auth.needsPermission('print-to-stock.write') as RequestHandler;
    const post = (path: string, answer: (body: Record<string, unknown>) => Promise<object>): void => {
        RED.httpAdmin.post(`/print-to-stock${path}`, may, (request: Request, response: Response) => {
            const body = (request.body ?? {}) as Record<string, unknown>;
            response.set('Cache-Control', 'no-store');
            answer(body).then(
                (result) => response.json(result),
                () => response.status(500).json({ problem: { kind: 'unexpected', message: '', whatToDo: null } }),
            );
        });
    };
    post('/test/octoprint', (body) => testOctoPrint(() => dialogOf(RED, body)));
    post('/octoprint-key/ask', (body) => requests.ask(() => dialogOf(RED, { ...body, secret: '' })));
    post('/octoprint-key/decision', (body) => requests.decision(textOf(body['request'])));
}

/** @returns null where the stored key must not go to this address. @throws ConfigError */
function dialogOf(RED: NodeAPI, body: Record<string, unknown>): Dialog | null {
    const timeout = Math.min(600, Math.max(1, numberOf(body['timeout'], 30)));
    const typed = textOf(body['secret']);
    const insecure = flagOf(body['insecure'], false);
    const make = (apiKey: string): OctoPrintClient =>
        new OctoPrintClient({
            url: textOf(body['url']),
            apiKey,
            deviceIdentifier: '',
            snapshotUrl: textOf(body['snapshotUrl']),
            prefix: 'octoprint',
            timeout,
            insecure,
        });
    if (typed !== MASK) return { client: make(typed.trim()), timeoutMs: timeout * 1000 };
    const stored = RED.nodes.getNode(textOf(body['id'])) as OctoPrintServerNode | null;
    const { address } = make('');
    const same = stored?.client?.address === address && (!insecure || stored.insecure);
    if (!same) return null;
    return { client: make((stored.credentials?.apiKey ?? '').trim()), timeoutMs: timeout * 1000 };
}
