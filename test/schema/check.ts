import type { Kind, Use } from './uses';

/** What we look at of an OpenAPI document. */
export interface OpenApi {
    paths: Record<string, Record<string, Operation> | undefined>;
    components: { schemas: Record<string, Schema> };
}

interface Operation {
    parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
    requestBody?: { content: Record<string, { schema: Schema }> };
    responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

interface Schema {
    $ref?: string;
    type?: string | string[];
    properties?: Record<string, Schema>;
    required?: string[];
    readOnly?: boolean;
    items?: Schema;
    allOf?: Schema[];
    oneOf?: Schema[];
    anyOf?: Schema[];
    enum?: unknown[];
    additionalProperties?: unknown;
}

/** @returns what of a use no longer holds, in words; empty where all does */
export function faultsOf(use: Use, document: OpenApi): string[] {
    const at = `${use.method.toUpperCase()} ${use.path}`;
    const operation = document.paths[use.path]?.[use.method];
    if (operation === undefined) return [`${at} is gone`];
    const read = new Reader(document);
    return [
        ...queryFaults(use, operation, read),
        ...bodyFaults(use, operation, read),
        ...answerFaults(use, operation, read),
    ].map((fault) => `${at}: ${fault}`);
}

export function appliesTo(use: Use, apiVersion: number): boolean {
    return apiVersion >= (use.from ?? 0) && apiVersion <= (use.until ?? Infinity);
}

function queryFaults(use: Use, operation: Operation, read: Reader): string[] {
    const known = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const faults = Object.entries(use.query ?? {}).flatMap(([name, kind]) => {
        const parameter = known.find((each) => each.name === name);
        if (parameter === undefined) return [`no query ${name}`];
        return read.kindFaults(`query ${name}`, kind, parameter.schema);
    });
    const wanted = known.filter(({ name, required }) => required === true && use.query?.[name] === undefined);
    // pages may be told as wanted although a list answers without them (recording 037)
    return [...faults, ...wanted.filter(({ name }) => name !== 'limit').map(({ name }) => `wants the query ${name}`)];
}

function bodyFaults(use: Use, operation: Operation, read: Reader): string[] {
    if (use.sends === undefined) return [];
    const type = use.form === true ? 'multipart/form-data' : 'application/json';
    const body = operation.requestBody?.content[type];
    if (body === undefined) return [`takes no ${type}`];
    const { properties, required } = read.object(body.schema);
    const faults = Object.entries(use.sends).flatMap(([name, kind]) => {
        const property = properties[name];
        if (property === undefined) return [`takes no ${name}`];
        if (property.readOnly === true) return [`${name} cannot be written`];
        return read.kindFaults(`takes ${name}`, kind, property);
    });
    if (use.method === 'patch') return faults;
    const wanted = required.filter((name) => properties[name]?.readOnly !== true && !(name in use.sends!));
    return [...faults, ...wanted.map((name) => `wants ${name}`)];
}

function answerFaults(use: Use, operation: Operation, read: Reader): string[] {
    if (use.reads === undefined) return [];
    const answer = operation.responses['200'] ?? operation.responses['201'];
    const schema = answer?.content?.['application/json']?.schema;
    if (schema === undefined) return ['answers no JSON'];
    const { properties } = read.row(schema);
    return Object.entries(use.reads).flatMap(([name, kind]) => {
        const property = properties[name];
        return property === undefined ? [`answers no ${name}`] : read.kindFaults(`answers ${name}`, kind, property);
    });
}

interface ObjectSchema {
    properties: Record<string, Schema>;
    required: string[];
}

class Reader {
    constructor(private readonly document: OpenApi) {}

    /** The properties of an object, those of its parts taken together. */
    object(schema: Schema): ObjectSchema {
        const { properties = {}, required = [], allOf = [] } = this.resolved(schema);
        return allOf
            .map((part) => this.object(part))
            .reduce(
                (all, part) => ({
                    properties: { ...all.properties, ...part.properties },
                    required: [...all.required, ...part.required],
                }),
                { properties, required },
            );
    }

    /** The object itself, or a row of the list or page. */
    row(schema: Schema): ObjectSchema {
        const whole = this.resolved(schema);
        if (whole.items !== undefined) return this.row(whole.items);
        const { properties, required } = this.object(whole);
        const results = properties['results'];
        return results === undefined ? { properties, required } : this.row(results);
    }

    kindFaults(what: string, wanted: Kind, schema: Schema | undefined): string[] {
        const kinds = schema === undefined ? new Set<string>() : this.kinds(schema);
        // an unknown kind is no other kind; a number may be told as a text with digits, and every integer is a number
        if (kinds.size === 0 || kinds.has(wanted)) return [];
        if (wanted === 'number' && (kinds.has('integer') || kinds.has('string'))) return [];
        return [`${what} as ${[...kinds].join(' or ')}, not ${wanted}`];
    }

    private kinds(schema: Schema): Set<string> {
        const { type, enum: values = [], allOf = [], oneOf = [], anyOf = [] } = this.resolved(schema);
        const kinds = new Set(type === undefined ? [] : [type].flat());
        for (const part of [...allOf, ...oneOf, ...anyOf]) for (const kind of this.kinds(part)) kinds.add(kind);
        if (kinds.size === 0) for (const value of values) if (value !== null) kinds.add(typeof value);
        kinds.delete('null');
        return kinds;
    }

    private resolved(schema: Schema): Schema {
        if (schema.$ref === undefined) return schema;
        const name = schema.$ref.replace('#/components/schemas/', '');
        const found = this.document.components.schemas[name];
        if (found === undefined) throw new Error(`the document has no schema ${name}`);
        return this.resolved(found);
    }
}
