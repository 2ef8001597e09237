import type { Schema, SCHEMAS } from './answer-schemas';
import type { Call, Guard } from './call';
import type { Query } from './query';

/** A value in the path or the query of a request. */
export interface Parameter {
    schema: Schema;
    description: string;
    /** of a query: it must be there */
    required?: true;
}

/** One thing that the service answers; the OpenAPI document is made of these. */
export interface Route {
    method: 'GET' | 'POST' | 'PUT';
    /** below the path that the user chose; `{id}` is one part of it */
    path: string;
    summary: string;
    guard: Guard;
    /** the part of the path that is a value */
    part?: Parameter;
    /** query parameters it knows; `null`: it looks at none */
    query: Readonly<Record<string, Parameter>> | null;
    /** what the body holds; missing: there is none */
    body?: Schema;
    /** statuses of success, and what each means */
    answers: Readonly<Record<number, string>>;
    schema: keyof typeof SCHEMAS | null;
    /** it may go on after its answer, which is 202 then */
    waiting?: true;
    call: (part: string, query: Query) => Call;
}
