import { fieldsOf, Reply, type Call, type Endpoint } from './endpoint';
import { crash, forbidden, htmlPage, noSuch } from './errors';
import type { Role } from './types';

interface Model {
    role: Role;
    name: string;
    has(call: Call): boolean;
}

const models: Record<string, Model> = {
    part: { role: 'part', name: 'Part', has: ({ state, pk }) => state.parts.has(pk) },
    stockitem: { role: 'stock', name: 'StockItem', has: ({ state, pk }) => state.stock.has(pk) },
};

function keyOf(call: Call, model: string): string {
    const found = models[model];
    if (!found?.has(call)) throw noSuch(found?.name ?? 'Model');
    return `${model}:${call.pk}`;
}

function read(call: Call, model: string): unknown {
    return { metadata: call.state.metadata.get(keyOf(call, model)) ?? {} };
}

function write(call: Call, model: string): unknown {
    const key = keyOf(call, model);
    if (!call.user.roles[models[model]!.role].includes('change')) throw forbidden();
    const { metadata } = fieldsOf(call);
    if (typeof metadata !== 'object' || metadata === null) throw crash('ValueError', call.path);
    const before = call.method === 'PUT' ? {} : call.state.metadata.get(key);
    call.state.metadata.set(key, { ...before, ...(metadata as Record<string, unknown>) });
    return read(call, model);
}

/** Metadata of one model, at its own path. */
function handlersFor(model: string): Endpoint['handlers'] {
    const change = (call: Call): unknown => write(call, model);
    return { GET: (call) => read(call, model), PATCH: change, PUT: change };
}

/** The former path: reading is sent on, writing ends in a page about a missing CSRF token. */
function movedFrom(model: string): Endpoint['handlers'] {
    const refused = (): never => {
        throw htmlPage(403, 'CSRF verification failed. Request aborted.');
    };
    return {
        GET: ({ pk }) => new Reply(301, null, { Location: `/api/metadata/${model}/pk/${pk}/` }),
        PATCH: refused,
        PUT: refused,
    };
}

const formerPaths: [path: string, model: string][] = [
    ['part', 'part'],
    ['stock', 'stockitem'],
];

export const metadataEndpoints: Endpoint[] = formerPaths.flatMap(([path, model]): Endpoint[] => [
    {
        path: `/api/${path}/:pk/metadata/`,
        until: 'genericMetadata',
        access: models[model]!.role,
        handlers: handlersFor(model),
    },
    { path: `/api/${path}/:pk/metadata/`, since: 'genericMetadata', access: 'open', handlers: movedFrom(model) },
    { path: `/api/metadata/${model}/:pk/`, since: 'genericMetadata', access: 'user', handlers: handlersFor(model) },
    { path: `/api/metadata/${model}/pk/:pk/`, since: 'genericMetadata', access: 'user', handlers: handlersFor(model) },
]);
