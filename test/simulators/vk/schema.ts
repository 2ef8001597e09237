import fs from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';

/** A method as the official schema 5.199 describes it. */
export interface MethodSchema {
    name: string;
    access_token_type: string[];
    parameters?: ParameterSchema[];
    responses: Record<string, { $ref: string }>;
    errors?: { $ref: string }[];
}

export interface ParameterSchema {
    name: string;
    type: string | string[];
    required?: boolean;
    items?: { type: string };
    [keyword: string]: unknown;
}

interface SchemaFile {
    methods: MethodSchema[];
    /** by file and place in the repository of the schema */
    definitions: Record<string, unknown>;
    errors: Record<string, { code: number; description: string }>;
}

/** What is carried of VKCOM/vk-api-schema 0efe478 (5.199, MIT): what the methods below need. */
export const SCHEMA = JSON.parse(
    fs.readFileSync(path.join(__dirname, 'schema', 'vk-5.199.json'), 'utf8'),
) as SchemaFile;

export const METHODS: ReadonlyMap<string, MethodSchema> = new Map(SCHEMA.methods.map((each) => [each.name, each]));

/** Of the errors, the words that VK's own documentation has for them. */
export const ERROR_WORDS: ReadonlyMap<number, string> = new Map(
    Object.values(SCHEMA.errors).map(({ code, description }) => [code, description]),
);

/** Whether the schema names an error among those of a method. */
export function isErrorOf(method: string, code: number): boolean {
    const names = METHODS.get(method)?.errors?.map(({ $ref }) => $ref.split('/').at(-1)!) ?? [];
    return names.some((name) => SCHEMA.errors[name]?.code === code);
}

// `int64`, `uri` and the like say what a value is for
const ajv = new Ajv({ unknownFormats: 'ignore', logger: false, allErrors: true, useDefaults: true });
ajv.addSchema({
    $id: 'vk',
    definitions: Object.fromEntries(
        Object.entries(SCHEMA.definitions).map(([place, definition]) => [lastOf(place), standard(definition)]),
    ),
});

const answers = new Map<string, ValidateFunction>();

/** What is wrong with an answer by the schema. @param body with `response`. @param kind `response`, `extendedResponse` … */
export function answerFaults(method: string, body: unknown, kind?: string): string[] {
    // its form "is not defined yet": each call in it is looked at by itself
    if (method === 'execute') return [];
    const { responses } = METHODS.get(method)!;
    const { $ref } = responses[kind ?? ''] ?? Object.values(responses)[0]!;
    return faultsBy($ref, body);
}

/** What is wrong with an error by the schema. */
export function errorFaults(error: unknown): string[] {
    return faultsBy('base/objects.json#/definitions/base_error', error);
}

function faultsBy(place: string, body: unknown): string[] {
    const name = lastOf(place);
    const validate = answers.get(name) ?? ajv.compile({ $ref: `vk#/definitions/${name}` });
    answers.set(name, validate);
    // defaults are filled in
    if (validate(structuredClone(body)) === true) return [];
    return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message}`);
}

const requests = new Map<string, ValidateFunction>();

export interface ReadRequest {
    /** in the types of the schema */
    values: Record<string, unknown>;
    /** parameters that are wrong or missing, with what is wrong */
    wrong: { name: string; why: string }[];
    /** parameters that the method does not have: VK ignores them */
    unknown: string[];
}

/** Reads parameters as VK takes them: texts of a form, or values of a script. */
export function readRequest(method: string, sent: Readonly<Record<string, unknown>>): ReadRequest {
    const parameters = METHODS.get(method)!.parameters ?? [];
    const values: Record<string, unknown> = {};
    for (const parameter of parameters) {
        const value = sent[parameter.name];
        if (value !== undefined) values[parameter.name] = valueOf(parameter, value);
    }
    const validate = requests.get(method) ?? ajv.compile(requestSchema(parameters));
    requests.set(method, validate);
    const wrong =
        validate(values) === true
            ? []
            : (validate.errors ?? []).map(({ dataPath, message, params }) => ({
                  name: (params as { missingProperty?: string }).missingProperty ?? dataPath.split(/[.[]/)[1] ?? '',
                  why: String(message),
              }));
    const unknown = Object.keys(sent).filter((name) => !parameters.some((each) => each.name === name));
    return { values, wrong, unknown };
}

function requestSchema(parameters: readonly ParameterSchema[]): object {
    return {
        type: 'object',
        required: parameters.filter((each) => each.required === true).map((each) => each.name),
        properties: Object.fromEntries(
            parameters.map(({ name, required: _required, default: _default, ...schema }) => [name, standard(schema)]),
        ),
    };
}

/** What cannot be one of the type stays as it is: the schema says so. */
function valueOf({ type, items }: ParameterSchema, value: unknown): unknown {
    if (type === 'array') {
        const list = Array.isArray(value) ? value : String(value).split(',').filter(Boolean);
        return list.map((each) => valueOf({ name: '', type: items?.type ?? 'string' }, each));
    }
    const text = String(value);
    if (type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : value;
    if (type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : value;
    if (type === 'boolean') return ({ '0': false, '1': true } as Record<string, boolean>)[text] ?? value;
    return type === 'string' ? text : value;
}

/** VK marks a required field at the field itself, as draft 3 did; parts that are not carried may be anything. */
function standard(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(standard);
    if (typeof node !== 'object' || node === null) return node;
    // parts of an `allOf` would refuse one another's fields
    const { required, additionalProperties: _none, ...rest } = node as Record<string, unknown>;
    if (typeof rest['$ref'] === 'string') return referenceTo(rest['$ref']);
    const next = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, standard(value)]));
    const properties = Object.entries((rest['properties'] ?? {}) as Record<string, { required?: unknown }>);
    const needed = properties.filter(([, property]) => property.required === true).map(([name]) => name);
    if (needed.length > 0) next['required'] = needed;
    else if (Array.isArray(required)) next['required'] = required;
    return next;
}

function referenceTo(place: string): object {
    const isCarried = Object.keys(SCHEMA.definitions).some((each) => lastOf(each) === lastOf(place));
    return isCarried ? { $ref: `vk#/definitions/${lastOf(place)}` } : {};
}

/** Names are unique over all files: each begins with its file's. */
function lastOf(place: string): string {
    return place.split('/').at(-1)!;
}
