import { strict as assert } from 'node:assert';
import Ajv from 'ajv';
import { openApi } from '../../../lib/admin/http-api/calls/openapi';
import type { Reply } from './service-fixture';

interface Operation {
    responses: Record<string, { content: Record<string, { schema: object }> }>;
}

const API = openApi('0.0.0') as { paths: Record<string, Record<string, Operation>> };
const PATTERNS = Object.keys(API.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/, '[^/]+')}/?$`),
}));
const ajv = new Ajv({ allErrors: true, schemaId: '$id', unknownFormats: 'ignore' }).addSchema(API, 'api');

/** Fails where the OpenAPI document has no such answer. What it has no path or method for answers with 404 or 405. */
export function mustBeDocumented(method: string, path: string, { status, headers, body }: Reply): void {
    const { path: known } = PATTERNS.find(({ pattern }) => pattern.test(path.split('?')[0]!)) ?? {};
    const operation = known === undefined ? undefined : API.paths[known]![method.toLowerCase()];
    if (operation === undefined) return;
    const answer = operation.responses[status];
    assert.ok(answer !== undefined, `${method} ${path} answered ${status}, which the document does not have`);
    const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(answer.content);
    assert.ok(headers['content-type']?.startsWith(type), `${method} ${path} answered ${headers['content-type']}`);
    if (type !== 'application/json') return;
    const whole = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object;
    const isSo = ajv.validate(whole, body);
    assert.ok(isSo, `${method} ${path} answered ${JSON.stringify(body)}: ${ajv.errorsText()}`);
}
