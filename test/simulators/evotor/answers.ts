import type { ErrorRequestHandler, Response } from 'express';

export const MEDIA_TYPE = 'application/vnd.evotor.v2+json';

export function answer(res: Response, value: unknown, status = 200): void {
    res.statusCode = status;
    res.setHeader('content-type', `${MEDIA_TYPE};charset=UTF-8`);
    res.end(JSON.stringify(value));
}

/** What a refusal's body is like: of 401, 402, 403, 404, 406 and 429 nothing is documented. */
export type RefusalBody = 'empty' | 'json' | 'page';

/** An answer other than 200, thrown by whoever decides it. */
export class Refusal extends Error {
    constructor(
        readonly status: number,
        /** of a 400: documented. Of others: chosen by the simulator's `refusals` */
        readonly body: object | null = null,
        readonly headers: Record<string, string> = {},
    ) {
        super(`refused with ${status}`);
    }
}

/** 400 as documented. */
export function invalidFormat(subject: string, value: string): Refusal {
    return new Refusal(400, {
        value,
        code: 'invalid_format',
        message: 'invalid value format for field',
        violations: [{ reason: 'invalid value', subject }],
    });
}

export function answerErrors(kind: () => RefusalBody): ErrorRequestHandler {
    return (error: unknown, _req, res, _next) => {
        if (!(error instanceof Refusal)) {
            console.error('the Evotor simulator failed:', error);
            return answer(res, {}, 500);
        }
        for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value);
        if (error.body !== null) return answer(res, error.body, error.status);
        const { status } = error;
        if (kind() === 'json') return answer(res, { code: `status_${status}`, message: 'refused' }, status);
        res.statusCode = status;
        if (kind() === 'page') {
            res.setHeader('content-type', 'text/html;charset=UTF-8');
            res.end(`<html><head><title>${status}</title></head><body>refused</body></html>`);
        } else res.end();
    };
}
