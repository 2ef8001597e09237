import type { Request } from 'express';
import type { Answer } from '../../lib/admin/http-api/answer';
import { jsonObject } from '../../lib/admin/http-api/json-body';
import type { CatalogApi } from '../../lib/admin/sidebar/catalog/catalog-api';
import {
    communityOf,
    groupQueryOf,
    itemQueryOf,
    plannedQueryOf,
    productQueryOf,
} from '../../lib/admin/sidebar/catalog/queries';
import type { NodeAPI } from '../../nodes/runtime/node-red';
import { whileWaited } from '../../lib/admin/prints/send-csv';
import { answer, sendPicture } from './answers';
import { CatalogRegistry } from './catalog-registry';
import { READ, WRITE } from './permissions';

const ROOT = '/print-to-stock/sidebar/catalogs';
const ONE = `${ROOT}/:catalog`;

/** The runtime half of the tab "Catalog". */
export function catalogRoutes(RED: NodeAPI): void {
    const registry = new CatalogRegistry(RED);
    const mayRead = RED.auth.needsPermission(READ);
    const mayWrite = RED.auth.needsPermission(WRITE);
    const admin = RED.httpAdmin;
    const apiOf = (request: Request): CatalogApi => registry.api(catalogOf(request));
    const page = (path: string, read: (api: CatalogApi, request: Request, signal: AbortSignal) => unknown): void => {
        admin.get(`${ONE}/${path}`, mayRead, (request, response) => {
            void answer(response, async () => ({
                status: 200,
                body: (await read(apiOf(request), request, whileWaited(response))) as object,
            }));
        });
    };

    admin.get(ROOT, mayRead, (_request, response) => {
        void answer(response, () => ({ status: 200, body: { catalogs: registry.overview() } }));
    });
    page('groups', (api, { query }) => api.groups(groupQueryOf(query)));
    page('products', (api, { query }, signal) => api.products(productQueryOf(query), signal));
    page('albums', (api, { query }) => ({ albums: api.albums(communityOf(query)) }));
    page('items', (api, { query }, signal) => api.items(itemQueryOf(query), signal));

    page('planned', (api, { query }, signal) => api.planned(plannedQueryOf(query), signal));

    admin.get(`${ONE}/picture`, mayRead, (request, response) => {
        const { product } = request.query;
        void sendPicture(request, response, () =>
            registry.picture(catalogOf(request), typeof product === 'string' ? product : ''),
        );
    });

    const act = (path: string, perform: (api: CatalogApi, body: Record<string, unknown>) => Promise<Answer>): void => {
        admin.post(`${ONE}/${path}`, mayWrite, (request, response) => {
            void answer(response, async () => {
                const body = (request.body ?? (await jsonObject(request))) as Record<string, unknown>;
                return perform(apiOf(request), body);
            });
        });
    };
    act('actions', (api, body) => api.act(body));
    act('accounts', (api, body) => api.accounts.act(body));
}

function catalogOf(request: Request): string {
    return request.params['catalog'] ?? '';
}
