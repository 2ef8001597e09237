import type { Refusal } from './errors';
import type { Feature } from './dialect';
import type { State } from './state';
import type { Role, User } from './types';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface UploadedFile {
    filename: string;
    content: Buffer;
}

/** One request on its way through an endpoint. */
export interface Call {
    state: State;
    user: User;
    method: Method;
    /** path without query */
    path: string;
    /** `http://host:port` as the client wrote it */
    origin: string;
    query: URLSearchParams;
    pk: number;
    params: Record<string, string>;
    /** parsed JSON, or the fields of a form */
    body: unknown;
    /** form fields are all texts, and files lie beside them */
    multipart: boolean;
    files: Map<string, UploadedFile>;
    now: Date;
    /** Parts that were written by others between this request's check and its write */
    unseen: ReadonlySet<number>;
}

/** An answer that is not simply 200 with JSON. */
export class Reply {
    constructor(
        readonly status: number,
        readonly body: unknown = null,
        readonly headers: Record<string, string> = {},
    ) {}
}

export const created = (body: unknown): Reply => new Reply(201, body);

export type Handler = (call: Call) => unknown;

export interface Endpoint {
    /** as Express writes it; `:pk` is a number */
    path: string;
    /** only there with this feature */
    since?: Feature;
    /** only there without this feature */
    until?: Feature;
    /**
     * `open`: everyone; `user`: whoever is known; `staff`: admins; `staffWrites`: reading for all known,
     * writing for admins; a role: what the user may do with it. `open` endpoints check a token that is sent.
     */
    access: 'open' | 'user' | 'staff' | 'staffWrites' | Role;
    handlers: Partial<Record<Method, Handler>>;
    /** its POST writes nothing */
    readOnly?: boolean;
    /** what a write fails with that meets another write (SQLite); uploads wait instead (recordings 512-518) */
    locked?: 'OperationalError' | 'IntegrityError';
    /** its POST changes a tree that PostgreSQL locks row by row: two at once deadlock */
    inTree?: true;
}

export type ParsedBody = Pick<Call, 'body' | 'multipart' | 'files'> | Refusal;

/** Body of a POST or PATCH as an object; a list ends in the server's own crash. */
export function fieldsOf(call: Call): Record<string, unknown> {
    return typeof call.body === 'object' && call.body !== null && !Array.isArray(call.body)
        ? (call.body as Record<string, unknown>)
        : {};
}
