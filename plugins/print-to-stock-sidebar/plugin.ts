import type { Request } from 'express';
import { send } from '../../lib/admin/http-api/answer';
import { listQueryOf } from '../../lib/admin/sidebar/store-api';
import { jsonObject } from '../../lib/admin/http-api/json-body';
import type { NodeAPI } from '../../nodes/runtime/node-red';
import { whileWaited } from '../../lib/admin/prints/send-csv';
import { answer, answerCsv, sendPicture } from './answers';
import { catalogRoutes } from './catalog-routes';
import { READ, WRITE } from './permissions';
import { diagnosticsRoute } from './diagnostics-routes';
import { setupRoutes } from './setup-routes';
import { StoreRegistry } from './store-registry';
import { Webhooks } from './webhooks';

const ROOT = '/print-to-stock/sidebar';

/** The runtime half of the sidebar's tabs: their routes, and what it is told as it happens. */
const init = (RED: NodeAPI): void => {
    const registry = new StoreRegistry(RED);
    const webhooks = new Webhooks(RED);
    const mayRead = RED.auth.needsPermission(READ);
    const mayWrite = RED.auth.needsPermission(WRITE);
    const admin = RED.httpAdmin;
    setupRoutes(RED, ROOT, WRITE);
    diagnosticsRoute(RED, ROOT, READ, () => registry.reported());

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

    admin.get(`${ROOT}/stores/:store/prints.csv`, mayRead, (request, response) => {
        void answerCsv(response, 'prints.csv', () =>
            registry.storeApi(storeOf(request)).csv(request.query, whileWaited(response)),
        );
    });

    admin.get(`${ROOT}/stores/:store/figures`, mayRead, (request, response) => {
        void answer(response, async () => ({
            status: 200,
            body: await registry.storeApi(storeOf(request)).figures(request.query, whileWaited(response)),
        }));
    });

    admin.get(`${ROOT}/stores/:store/groups`, mayRead, (request, response) => {
        void answer(response, async () => ({
            status: 200,
            body: await registry.storeApi(storeOf(request)).groups(),
        }));
    });

    admin.get(`${ROOT}/stores/:store/thumbnail`, mayRead, (request, response) => {
        const { batch } = request.query;
        void sendPicture(request, response, () =>
            registry.storeApi(storeOf(request)).thumbnail(typeof batch === 'string' ? batch : ''),
        );
    });

    admin.get(`${ROOT}/stores/:store/printing`, mayRead, (request, response) => {
        void answer(response, () => ({
            status: 200,
            body: { printers: registry.storeApi(storeOf(request)).printers.cards() },
        }));
    });

    admin.get(`${ROOT}/stores/:store/printing/picture`, mayRead, (request, response) => {
        const { of } = request.query;
        void sendPicture(request, response, () =>
            registry.storeApi(storeOf(request)).printers.picture(typeof of === 'string' ? of : ''),
        );
    });

    admin.get(`${ROOT}/stores/:store/preview`, mayRead, (request, response) => {
        void answer(response, async () => ({
            status: 200,
            body: await registry.storeApi(storeOf(request)).preview(request.query),
        }));
    });

    admin.get(`${ROOT}/stores/:store/preview/picture`, mayRead, (request, response) => {
        void sendPicture(request, response, () => registry.storeApi(storeOf(request)).previewPicture(request.query));
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

    catalogRoutes(RED);
};

function storeOf(request: Request): string {
    return request.params['store'] ?? '';
}

function webhookOf(request: Request): string {
    return request.params['webhook'] ?? '';
}

export = init;
