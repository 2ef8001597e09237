import { strict as assert } from 'node:assert';
import { callOf } from '../../../../lib/admin/http-api/calls/call-of';
import { openApi } from '../../../../lib/admin/http-api/calls/openapi';
import { ROUTES } from '../../../../lib/admin/http-api/calls/routes';

interface Operation {
    operationId: string;
    security: object[];
    parameters: { name: string; in: string; required: boolean }[];
    responses: Record<string, unknown>;
}

describe('the OpenAPI document of the service', () => {
    const document = openApi('1.2.3') as {
        openapi: string;
        info: { version: string };
        paths: Record<string, Record<string, Operation>>;
    };
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

    it('names the version of the package', () => {
        assert.match(document.openapi, /^3\.1/);
        assert.equal(document.info.version, '1.2.3');
    });

    it('has every call, each under a name of its own', () => {
        assert.equal(operations.length, ROUTES.length);
        assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, ROUTES.length);
    });

    it('has the value of each path as a required parameter', () => {
        for (const [path, methods] of Object.entries(document.paths)) {
            const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
            for (const { parameters } of Object.values(methods)) {
                const inPath = parameters.filter((parameter) => parameter.in === 'path');
                assert.deepEqual(
                    inPath.map(({ name, required }) => [name, required]),
                    named.map((name) => [name, true]),
                    path,
                );
            }
        }
    });

    it('asks for no token where none is needed', () => {
        const open = Object.entries(document.paths).filter(([, { get }]) => get?.security.length === 0);
        assert.deepEqual(
            open.map(([path]) => path),
            ['/health', '/openapi.json'],
        );
    });

    it('refers to schemas that are there', () => {
        const text = JSON.stringify(document);
        const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
        assert.ok(names.length > ROUTES.length);
        const { components } = document as unknown as { components: { schemas: object } };
        for (const name of names) assert.ok(name in components.schemas, name);
    });

    it('is what the service answers by: each path of it is found', () => {
        for (const { method, path, query } of ROUTES) {
            const asked = path.replace('{id}', '7').replace('{batch}', 'bambuddy-7');
            const required = Object.entries(query ?? {}).filter((parameter) => parameter[1].required);
            const search = required.map(([name]) => `${name}=x`).join('&');
            assert.notEqual(callOf(method, asked, search).call, undefined);
            if (search !== '') assert.throws(() => callOf(method, asked, ''), /is missing/);
        }
        assert.throws(() => callOf('GET', '/openapiXjson', ''), /Not found/);
    });
});
