import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { choiceQueryOf, choices, CHOICE_KINDS } from '../../../lib/admin/dialogs/choices';
import { create, CREATED_KINDS, newEntryOf } from '../../../lib/admin/dialogs/create';
import { connectionOf, targetOf, type Target } from '../../../lib/admin/dialogs/connection';
import { KeyRequests } from '../../../lib/admin/dialogs/octoprint-key';
import { names, NAME_KINDS } from '../../../lib/admin/dialogs/names';
import { probe } from '../../../lib/admin/dialogs/probe';
import { vkCategories } from '../../../lib/admin/dialogs/vk-categories';
import { aboutServer, problemOf } from '../../../lib/admin/dialogs/problem';
import { bambuddyServer } from '../../../lib/clients/bambuddy/server-kind';
import { inventreeServer } from '../../../lib/clients/inventree/server-kind';
import { vkServer } from '../../../lib/clients/vk/server-kind';
import { octoprintServer } from '../../../lib/clients/octoprint/server-kind';
import type { ServerKind } from '../../../lib/clients/server-kind';
import { SERVER_KINDS } from '../../../lib/clients/server-kinds';
import { send } from '../../../lib/admin/http-api/answer';
import { textOf, type NodeAPI } from '../node-red';
import { preview } from './preview';
import { ruleTest } from './rule-test';
import { storedConnection } from './stored-connection';
import { VK_ASKS, VK_CALLBACK, vkCallback } from './vk-routes';

const ROOT = '/print-to-stock';
const WRITE = 'print-to-stock.write';
/** Settings are evaluated for a preview, with all that a flow may read: that is for those who may change flows. */
const EVALUATE = 'flows.write';

/** Keys asked of an OctoPrint, for the process. */
const keyRequests = new KeyRequests(randomUUID);

type Ask = (RED: NodeAPI, body: unknown, gone: AbortSignal) => Promise<object>;

interface DialogRoute {
    path: string;
    permissions: readonly string[];
    ask: Ask;
}

/** The test of each kind of server. */
const testsOf = (kinds: readonly ServerKind[]): DialogRoute[] =>
    kinds.map((kind) => ({
        path: `/test/${kind.id}`,
        permissions: [WRITE],
        ask: (RED, body, gone) => test(RED, kind, kinds, body, gone),
    }));

/** What else the edit dialogs ask of the runtime, all by POST. */
const ROUTES: readonly DialogRoute[] = [
    {
        path: '/octoprint-key/ask',
        permissions: [WRITE],
        ask: (RED, body) =>
            atTarget(
                RED,
                octoprintServer,
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
                inventreeServer,
                connection,
                (target) => choices(target, kind, choiceQueryOf(body), gone),
                (problem) => ({ items: [], total: 0, problem }),
            );
        }) satisfies Ask,
    })),
    {
        path: '/choices/vkCategories',
        permissions: [WRITE],
        ask: (RED, body, gone) =>
            atTarget(
                RED,
                vkServer,
                (body as { connection?: unknown }).connection,
                (target) => vkCategories(target, choiceQueryOf(body), gone),
                (problem) => ({ items: [], total: 0, problem }),
            ),
    },
    ...NAME_KINDS.map((kind) => ({
        path: `/choices/${kind}`,
        permissions: [WRITE],
        ask: (async (RED, body, gone) =>
            atTarget(
                RED,
                bambuddyServer,
                (body as { connection?: unknown }).connection,
                (target) => names(target, kind, gone),
                (problem) => ({ items: [], problem }),
            )) satisfies Ask,
    })),
    ...CREATED_KINDS.map((kind) => ({
        path: `/create/${kind}`,
        permissions: [WRITE],
        ask: (async (RED, body, gone) =>
            atTarget(
                RED,
                inventreeServer,
                (body as { connection?: unknown }).connection,
                (target) => create(target, kind, newEntryOf(body), gone),
                (problem) => ({ item: null, problem }),
            )) satisfies Ask,
    })),
    ...Object.entries(VK_ASKS).map(([path, ask]): DialogRoute => ({ path, permissions: [WRITE], ask })),
    { path: '/preview', permissions: [WRITE, EVALUATE], ask: preview },
    { path: '/rule-test', permissions: [WRITE], ask: ruleTest },
];

const mounted = new WeakSet<object>();

/** Registers the routes of the edit dialogs, once for the process, whichever of our nodes comes first. */
export function editorRoutes(RED: NodeAPI, kinds: readonly ServerKind[] = SERVER_KINDS): void {
    // Node-RED without an editor has none
    if (typeof RED.httpAdmin?.post !== 'function' || mounted.has(RED.httpAdmin)) return;
    mounted.add(RED.httpAdmin);
    RED.httpAdmin.get(`${ROOT}${VK_CALLBACK}`, (request, response) => void vkCallback(request, response));
    for (const { path, permissions, ask } of [...testsOf(kinds), ...ROUTES]) {
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
        send(response, { status: 500, body: { detail: 'Internal error: see the log of Node-RED' } });
    }
}

function test(
    RED: NodeAPI,
    kind: ServerKind,
    kinds: readonly ServerKind[],
    body: unknown,
    gone: AbortSignal,
): Promise<object> {
    return atTarget(
        RED,
        kind,
        body,
        (target) => probe(target, gone, kinds),
        (problem) => ({ ok: false, address: '', server: null, checks: [], problem, ms: 0 }),
    );
}

/** @param otherwise the answer where it is known without looking that it cannot be */
async function atTarget(
    RED: NodeAPI,
    kind: ServerKind,
    body: unknown,
    look: (target: Target) => Promise<object>,
    otherwise: (problem: ReturnType<typeof problemOf>) => object,
): Promise<object> {
    const connection = connectionOf(body);
    let target: Target;
    try {
        target = targetOf(kind, connection, storedConnection(RED, kind, connection.id));
    } catch (error) {
        return otherwise(problemOf(error, aboutServer(kind, '')));
    }
    return look(target);
}
