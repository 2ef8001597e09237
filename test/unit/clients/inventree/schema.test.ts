import assert from 'node:assert/strict';
import { appliesTo, faultsOf, type OpenApi } from '../../../schema/check';
import { USES, type Use } from '../../../schema/uses';

/** A little API, in the form in which InvenTree's is exported. */
function thingApi(): OpenApi {
    const thing = { $ref: '#/components/schemas/Thing' };
    const json = { 'application/json': { schema: thing } };
    return {
        paths: {
            '/api/thing/': {
                get: {
                    parameters: [
                        { name: 'limit', in: 'query', required: true, schema: { type: 'integer' } },
                        { name: 'IPN', in: 'query', schema: { type: 'string' } },
                    ],
                    responses: {
                        '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Page' } } } },
                    },
                },
                post: { requestBody: { content: json }, responses: { '201': { content: json } } },
            },
        },
        components: {
            schemas: {
                Page: { type: 'object', properties: { results: { type: 'array', items: thing } } },
                Thing: {
                    type: 'object',
                    required: ['pk', 'name'],
                    properties: {
                        pk: { type: 'integer', readOnly: true },
                        name: { type: 'string' },
                        quantity: { type: 'number' },
                        kind: { allOf: [{ $ref: '#/components/schemas/Kind' }] },
                    },
                },
                Kind: { type: 'integer', enum: [10, 20] },
            },
        },
    };
}

const GET: Use = {
    method: 'get',
    path: '/api/thing/',
    query: { IPN: 'string' },
    reads: { pk: 'integer', kind: 'integer' },
};
const POST: Use = {
    method: 'post',
    path: '/api/thing/',
    sends: { name: 'string', quantity: 'number' },
    reads: { pk: 'integer' },
};

describe('the check of what we use against an export of the API', () => {
    let api: OpenApi;
    beforeEach(() => void (api = thingApi()));

    const thing = (): NonNullable<OpenApi['components']['schemas'][string]> => api.components.schemas['Thing']!;
    const faults = (use: Use): string => faultsOf(use, api).join('; ');

    it('finds nothing where all is as it was', () => {
        assert.equal(faults(GET), '');
        assert.equal(faults(POST), '');
    });

    for (const [what, use, spoil, reported] of [
        ['a path that is gone', GET, () => delete api.paths['/api/thing/'], 'GET /api/thing/ is gone'],
        ['a method that is gone', POST, () => delete api.paths['/api/thing/']!['post'], 'POST /api/thing/ is gone'],
        ['a filter that is gone', GET, () => api.paths['/api/thing/']!['get']!.parameters!.pop(), 'no query IPN'],
        ['a field no longer answered', GET, () => delete thing().properties!['kind'], 'answers no kind'],
        ['a field no longer taken', POST, () => delete thing().properties!['quantity'], 'takes no quantity'],
        [
            'a field that can only be read',
            POST,
            () => (thing().properties!['name']!.readOnly = true),
            'name cannot be written',
        ],
        ['a field that is wanted', POST, () => thing().required!.push('kind'), 'wants kind'],
        [
            'another type',
            GET,
            () => (api.components.schemas['Kind'] = { type: 'string' }),
            'answers kind as string, not integer',
        ],
    ] as [string, Use, () => unknown, string][])
        it(`tells of ${what}`, () => {
            spoil();
            assert.match(faults(use), new RegExp(reported));
        });

    it('knows every request that the library makes', () => {
        for (const version of [350, 388, 425, 479, 534]) {
            const uses = USES.filter((use) => appliesTo(use, version)).map(
                ({ method, path, form }) => `${method} ${path}${form === true ? ' form' : ''}`,
            );
            assert.equal(new Set(uses).size, uses.length, `twice for API ${version}`);
            const parameter = version < 430 ? '/api/part/parameter/' : '/api/parameter/';
            for (const use of [
                `get ${parameter}`,
                `post ${parameter}`,
                `patch ${parameter}{id}/`,
                `get ${parameter}template/`,
            ])
                assert.ok(uses.includes(use), `${use} for API ${version}`);
        }
    });
});
