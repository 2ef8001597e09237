import type { Request, Response } from 'express';
import { failureAnswer, send, type Answer } from '../../lib/admin/http-api/answer';
import { listQueryOf } from '../../lib/admin/sidebar/store-api';
import { jsonObject } from '../../lib/admin/http-api/json-body';
import type { NodeAPI } from '../../nodes/runtime/node-red';
import { setupRoutes } from './setup-routes';
import { StoreRegistry } from './store-registry';
import { Webhooks } from './webhooks';

const ROOT = '/print-to-stock/sidebar';
const READ = 'print-to-stock.read';
const WRITE = 'print-to-stock.write';
const PICTURE_S = 3600;

/** The runtime half of the sidebar tab: its routes, and what it is told as it happens. */
const init = (RED: NodeAPI): void => {
    const registry = new StoreRegistry(RED);
    const webhooks = new Webhooks(RED);
    const mayRead = RED.auth.needsPermission(READ);
    const mayWrite = RED.auth.needsPermission(WRITE);
    const admin = RED.httpAdmin;
    setupRoutes(RED, ROOT, WRITE);

    admin.get(`${ROOT}/stores`, mayRead, (_request, response) => {
        send(response, { status: 200, body: { stores: registry.overview() } });
    });

    admin.get(`${ROOT}/stores/:store/prints`, mayRead, (request, response) => {
        void answer(response, async () => {
            const page = await registry
                .storeApi(storeOf(request))
                .list(listQueryOf(request.query), whileWaited(response));
            return { status: 200, body: page };
        });
    });

    admin.get(`${ROOT}/stores/:store/thumbnail`, mayRead, (request, response) => {
        void picture(registry, request, response);
    });

    admin.post(`${ROOT}/stores/:store/actions`, mayWrite, (request, response) => {
        void answer(response, async () => {
            const body = (request.body ?? (await jsonObject(request))) as Record<string, unknown>;
            return registry.storeApi(storeOf(request)).act(body);
        });
    });

    admin.get(`${ROOT}/webhooks`, mayRead, (_request, response) => {
        send(response, { status: 200, body: { webhooks: webhooks.overview() } });
    });

    admin.get(`${ROOT}/webhooks/:webhook/parked`, mayRead, (request, response) => {
        void answer(response, () => ({
            status: 200,
            body: webhooks.webhookApi(webhookOf(request)).parked(request.query),
        }));
    });

    admin.post(`${ROOT}/webhooks/:webhook/actions`, mayWrite, (request, response) => {
        void answer(response, async () => {
            const body = (request.body ?? (await jsonObject(request))) as Record<string, unknown>;
            return webhooks.webhookApi(webhookOf(request)).act(body);
        });
    });
};

async function answer(response: Response, work: () => Answer | Promise<Answer>): Promise<void> {
    try {
        send(response, await work());
    } catch (error) {
        send(response, failureAnswer(error));
    }
}

/** A print without a picture is no error, and neither is a server that is off: the row then shows none. */
async function picture(counters: StoreRegistry, request: Request, response: Response): Promise<void> {
    const { batch } = request.query;
    const thumbnail = await Promise.resolve()
        .then(() => counters.storeApi(storeOf(request)).thumbnail(typeof batch === 'string' ? batch : ''))
        .catch(() => null);
    if (response.destroyed) return;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', thumbnail === null ? 'no-store' : `private, max-age=${PICTURE_S}`);
    if (thumbnail === null) return void response.status(204).end();
    response.setHeader('ETag', thumbnail.etag);
    if (request.headers['if-none-match'] === thumbnail.etag) return void response.status(304).end();
    response.setHeader('Content-Type', thumbnail.type);
    response.end(thumbnail.bytes);
}

function storeOf(request: Request): string {
    return request.params['store'] ?? '';
}

function webhookOf(request: Request): string {
    return request.params['webhook'] ?? '';
}

/** Ends when the browser does not wait any more, as when a newer search has come. */
function whileWaited(response: Response): AbortSignal {
    const waited = new AbortController();
    response.on('close', () => waited.abort());
    return waited.signal;
}

export = init;
