import { ref, SCHEMAS, type Schema } from './answer-schemas';
import type { Guard } from './call';
import type { Parameter, Route } from './route';
import { ROUTES } from './routes';

/** Statuses of failure, which every guarded call may answer with. */
const FAILURES: Readonly<Record<number, string>> = {
    400: 'A value, a parameter or the body is invalid',
    401: 'The token or secret is missing or wrong',
    404: 'Unknown archive, print, store or community, or the source offers something else',
    409: 'A backfill is running, the archive is excluded, or the pass was stopped',
    502: 'A server rejects the request: see /validate',
    503: 'A server is unreachable, or the source is not working: try again later',
};

const SECURITY: Readonly<Record<Guard, readonly Readonly<Record<string, readonly string[]>>[]>> = {
    open: [],
    token: [{ serviceToken: [] }],
    secret: [{ webhookBearer: [] }, { webhookHeader: [] }],
};

/**
 * The service API as an OpenAPI 3.1 document, made of its routes.
 * @param version of the package
 */
export function openApi(version: string): Schema {
    const paths: Record<string, Record<string, Schema>> = {};
    for (const route of ROUTES) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
    return {
        openapi: '3.1.0',
        info: {
            title: 'Print to Stock: service API',
            version,
            description: 'Paths are below the path of the service API node, `/print-to-stock` by default.',
        },
        servers: [{ url: '.', description: 'where this document was read' }],
        paths,
        components: {
            schemas: SCHEMAS,
            securitySchemes: {
                serviceToken: { type: 'apiKey', in: 'header', name: 'X-Service-Token' },
                webhookBearer: { type: 'http', scheme: 'bearer' },
                webhookHeader: { type: 'apiKey', in: 'header', name: 'X-Sync-Secret' },
            },
        },
    };
}

/** Statuses of failure where a body is sent. */
const BODY_FAILURES: Readonly<Record<number, string>> = {
    413: 'The body is too large',
    415: 'The body is not JSON in UTF-8',
};

function operation({ path, method, summary, guard, part, query, body: sent, answers, schema, waiting }: Route): Schema {
    const named = /\{(\w+)\}/.exec(path)?.[1];
    const parameters = [
        ...(part === undefined || named === undefined ? [] : [parameter(named, 'path', part)]),
        ...Object.entries(query ?? {}).map(([name, each]) => parameter(name, 'query', each)),
    ];
    const body = schema === null ? { type: 'object' } : ref(schema);
    const type = schema === 'Csv' ? 'text/csv' : 'application/json';
    const failures = { ...(guard === 'open' ? {} : FAILURES), ...(sent === undefined ? {} : BODY_FAILURES) };
    return {
        summary,
        operationId: `${method.toLowerCase()}${path.replace(/[/.{}]+(\w?)/g, (_all, next: string) => next.toUpperCase())}`,
        security: SECURITY[guard],
        parameters,
        ...(sent === undefined
            ? {}
            : { requestBody: { required: true, content: { 'application/json': { schema: sent } } } }),
        responses: Object.fromEntries([
            ...Object.entries(answers).map(([status, description]) => [status, response(description, body, type)]),
            ...(waiting === true ? [['202', response('it was begun and goes on', ref('Waiting'))]] : []),
            ...Object.entries(failures).map(([status, description]) => [status, response(description, ref('Error'))]),
        ]),
    };
}

function parameter(name: string, where: 'path' | 'query', { schema, description, required }: Parameter): Schema {
    return { name, in: where, required: where === 'path' || required === true, schema, description };
}

function response(description: string, schema: Schema, type = 'application/json'): Schema {
    return { description, content: { [type]: { schema } } };
}
