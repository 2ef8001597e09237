import type { ErrorRequestHandler, RequestHandler, Response } from 'express';

/** JSON as FastAPI sends it: without a charset, which Express would add. */
export function answer(res: Response, value: unknown, status = 200): void {
    res.statusCode = status;
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(value));
}

/** An answer other than 200, thrown by whoever decides it. */
export class Refusal extends Error {
    constructor(
        readonly status: number,
        readonly detail: unknown,
        readonly headers: Record<string, string> = {},
    ) {
        super(typeof detail === 'string' ? detail : `refused with ${status}`);
    }
}

export const notFound = (what: string): Refusal => new Refusal(404, `${what} not found`);

/** Where the real server falls over: plain text, no JSON (recordings 85, 140, 141). */
export class Crash extends Error {}

export interface Complaint {
    type: string;
    loc: (string | number)[];
    msg: string;
    input: unknown;
    ctx?: Record<string, unknown>;
}

export function invalid(...complaints: Complaint[]): Refusal {
    return new Refusal(422, complaints);
}

export const answerErrors: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
    if (error instanceof Refusal) {
        for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value);
        return answer(res, { detail: error.detail }, error.status);
    }
    res.statusCode = 500;
    res.setHeader('content-type', 'text/plain; charset=utf-8');
    res.end('Internal Server Error');
    if (!(error instanceof Crash)) console.error('the Bambuddy simulator failed:', error);
};

const methodNotAllowed = (): Refusal => new Refusal(405, 'Method Not Allowed', { allow: 'GET' });

/** Express would answer HEAD with the routes of GET; FastAPI does not (recordings 99, 180). */
export const refuseHead: RequestHandler = (req, _res, next) => {
    if (req.method === 'HEAD') throw methodNotAllowed();
    next();
};

/**
 * The web interface is mounted over everything with GET alone. So what no route takes is 404 below /api, a page
 * elsewhere, and 405 with any other method (recordings 05, 146, 178, 190).
 */
export const pageOrNothing: RequestHandler = (req, res) => {
    if (req.method !== 'GET') throw methodNotAllowed();
    if (req.path.startsWith('/api/')) throw new Refusal(404, 'Not found');
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end('<!doctype html><title>Bambuddy</title>');
};
