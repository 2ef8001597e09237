/** Whether a body is what a server sends. @param type the answer's content type, without parameters, in lower case */
export type Shape = (body: unknown, type: string) => boolean;

/** One row of a server's own form: what it answers with these statuses. */
export interface FormRow {
    from: number;
    to: number;
    /** only to requests for such a path; default: to all */
    path?: RegExp;
    /** only to requests that ask for a page, with `limit`; default: to all */
    paged?: true;
    is: Shape;
}

/**
 * How a server answers, as a table; the first row that fits an answer decides. Between us and a server stand proxies,
 * tunnels, login pages and half-started containers, which answer too: an answer that fits no row is foreign.
 */
export type OwnForm = readonly FormRow[];

/** An answer as far as its form is concerned. */
export interface Answered {
    status: number;
    /** without its query */
    path: string;
    /** a page was asked for, with `limit` */
    paged: boolean;
    body: unknown;
    /** as the header has it; empty: there is none */
    contentType: string;
}

export function isOwn(form: OwnForm, { status, path, paged, body, contentType }: Answered): boolean {
    const row = form.find(
        (each) =>
            status >= each.from &&
            status <= each.to &&
            each.path?.test(path) !== false &&
            (each.paged !== true || paged),
    );
    return row?.is(body, contentType.split(';')[0]!.trim().toLowerCase()) === true;
}

type Kind = 'text' | 'number' | 'list';

const KINDS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
    text: (value) => typeof value === 'string',
    number: (value) => typeof value === 'number',
    list: Array.isArray,
};

/** An object with these fields, of these kinds. */
export const object =
    (fields: Readonly<Record<string, Kind>>): Shape =>
    (body) =>
        isObject(body) && Object.entries(fields).every(([name, kind]) => KINDS[kind](body[name]));

/** An empty list, or one with at least one such row: an unreadable row does not make it foreign. */
export const list =
    (row: Shape): Shape =>
    (body, type) =>
        Array.isArray(body) && (body.length === 0 || body.some((each) => row(each, type)));

export const oneOf =
    (...shapes: readonly Shape[]): Shape =>
    (body, type) =>
        shapes.some((shape) => shape(body, type));

/** Text that is no JSON. */
export const words =
    (pattern: RegExp): Shape =>
    (body, type) =>
        type === 'text/plain' && typeof body === 'string' && pattern.test(body);

/** Nothing is asked of the body. */
export const whatever: Shape = () => true;

const PICTURES: readonly (readonly number[])[] = [
    [0x89, 0x50, 0x4e, 0x47],
    [0xff, 0xd8, 0xff],
    [0x47, 0x49, 0x46, 0x38],
];

/** A file that is called a picture, or begins like one. */
export const picture: Shape = (body, type) =>
    Buffer.isBuffer(body) &&
    body.length > 0 &&
    (type.startsWith('image/') || PICTURES.some((begin) => begin.every((byte, at) => body[at] === byte)));

/** A file of any kind, and no page of whoever stands between. */
export const file: Shape = (body, type) => Buffer.isBuffer(body) && body.length > 0 && type !== 'text/html';

/**
 * What is wrong with the fields of a request: lists of texts under any name, one text under a name that the server has,
 * the same once more inside a field.
 * @param own the names it has
 */
export const complaints = (own: readonly string[]): Shape => {
    const one: Shape = (body, type) =>
        isObject(body) &&
        Object.keys(body).length > 0 &&
        Object.entries(body).every(
            ([name, said]) => isTexts(said) || (typeof said === 'string' && own.includes(name)) || one(said, type),
        );
    return one;
};

function isTexts(value: unknown): boolean {
    return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}

function isObject(body: unknown): body is Record<string, unknown> {
    return typeof body === 'object' && body !== null && !Array.isArray(body);
}
