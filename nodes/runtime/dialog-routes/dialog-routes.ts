import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { choiceQueryOf, choices, CHOICE_KINDS } from '../../../lib/admin/dialogs/choices';
import { connectionOf, targetOf, type Target } from '../../../lib/admin/dialogs/connection';
import { KeyRequests } from '../../../lib/admin/dialogs/octoprint-key';
import { probe } from '../../../lib/admin/dialogs/probe';
import { aboutServer, problemOf } from '../../../lib/admin/dialogs/problem';
import type { PrintServerName } from '../../../lib/http/errors';
import { send } from '../../../lib/admin/http-api/answer';
import { textOf, type NodeAPI } from '../node-red';
import { preview } from './preview';
import { storedConnection } from './stored-connection';

const ROOT = '/print-to-stock';
const WRITE = 'print-to-stock.write';
/** Settings are evaluated for a preview, with all that a flow may read: that is for those who may change flows. */
const EVALUATE = 'flows.write';

/** Keys asked of an OctoPrint, for the process. */
const keyRequests = new KeyRequests(randomUUID);

type Ask = (RED: NodeAPI, body: unknown, gone: AbortSignal) => Promise<object>;

/** What the edit dialogs ask of the runtime, all by POST. */
const ROUTES: readonly { path: string; permissions: readonly string[]; ask: Ask }[] = [
    { path: '/test/bambuddy', permissions: [WRITE], ask: (RED, body, gone) => test(RED, 'Bambuddy', body, gone) },
    { path: '/test/inventree', permissions: [WRITE], ask: (RED, body, gone) => test(RED, 'InvenTree', body, gone) },
    { path: '/test/octoprint', permissions: [WRITE], ask: (RED, body, gone) => test(RED, 'OctoPrint', body, gone) },
    {
        path: '/octoprint-key/ask',
        permissions: [WRITE],
        ask: (RED, body) =>
            atTarget(
                RED,
                'OctoPrint',
                // it is asked without a key
                { ...(body as object), secret: '' },
                (target) => keyRequests.ask(target),
                (problem) => ({ request: null, problem }),
            ),
    },
    {
        path: '/octoprint-key/decision',
        permissions: [WRITE],
        ask: (_RED, body) => keyRequests.decision(textOf((body as { request?: unknown }).request)),
    },
    ...CHOICE_KINDS.map((kind) => ({
        path: `/choices/${kind}`,
        permissions: [WRITE],
        ask: (async (RED, body, gone) => {
            const connection = (body as { connection?: unknown }).connection;
            return atTarget(
                RED,
                'InvenTree',
                connection,
                (target) => choices(target, kind, choiceQueryOf(body), gone),
                (problem) => ({ items: [], total: 0, problem }),
            );
        }) satisfies Ask,
    })),
    { path: '/preview', permissions: [WRITE, EVALUATE], ask: preview },
];

const mounted = new WeakSet<object>();

/** Registers the routes of the edit dialogs, once for the process, whichever of our nodes comes first. */
export function editorRoutes(RED: NodeAPI): void {
    // Node-RED without an editor has none
    if (typeof RED.httpAdmin?.post !== 'function' || mounted.has(RED.httpAdmin)) return;
    mounted.add(RED.httpAdmin);
    for (const { path, permissions, ask } of ROUTES) {
        const guards = permissions.map((permission) => RED.auth.needsPermission(permission));
        RED.httpAdmin.post(`${ROOT}${path}`, ...guards, (request, response) => {
            void answer(RED, ask, request, response);
        });
    }
}

async function answer(RED: NodeAPI, ask: Ask, request: Request, response: Response): Promise<void> {
    // what a page of another site can send without being asked is never this
    if (request.is('application/json') === false) {
        send(response, { status: 415, body: { detail: 'Send JSON, with Content-Type: application/json' } });
        return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    // a key may be among it
    response.set('Cache-Control', 'no-store');
    try {
        const body: unknown = request.body;
        send(response, { status: 200, body: await ask(RED, body ?? {}, gone.signal) });
    } catch (error) {
        RED.log.error(error instanceof Error ? error : String(error));
        send(response, { status: 500, body: { detail: 'Something went wrong: see the log of Node-RED' } });
    }
}

function test(RED: NodeAPI, server: PrintServerName, body: unknown, gone: AbortSignal): Promise<object> {
    return atTarget(
        RED,
        server,
        body,
        (target) => probe(target, gone),
        (problem) => ({ ok: false, address: '', server: null, checks: [], problem, ms: 0 }),
    );
}

/** @param otherwise the answer where it is known without looking that it cannot be */
async function atTarget(
    RED: NodeAPI,
    server: PrintServerName,
    body: unknown,
    look: (target: Target) => Promise<object>,
    otherwise: (problem: ReturnType<typeof problemOf>) => object,
): Promise<object> {
    const connection = connectionOf(body);
    let target: Target;
    try {
        target = targetOf(server, connection, storedConnection(RED, server, connection.id));
    } catch (error) {
        return otherwise(problemOf(error, aboutServer(server, '')));
    }
    return look(target);
}
