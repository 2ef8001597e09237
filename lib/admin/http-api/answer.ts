import type { ServerResponse } from 'node:http';
import { CatalogActionError } from '../../delivery/products/catalog-actions';
import { AuthError, ClosedError, ConfigError, RejectedError, UnavailableError } from '../../http/errors';
import { AccountError } from '../../sources/evotor/accounts/account-error';
import { ActionError } from '../../sources/bambuddy/commands/action';
import { PassStopped } from '../../delivery/products/catalog-passes';
import { BackfillRunning } from '../../sources/bambuddy/commands/backfills';
import { PoisonedError } from '../../delivery/retry/retry-while-unavailable';
import { BadPlace } from '../catalog/page';
import { ServiceError } from './service-error';

export interface Answer {
    status: number;
    body: object;
    headers?: Record<string, string>;
    /** done when the answer is sent */
    after?: () => void;
}

export function send(response: ServerResponse, answer: Answer): void {
    if (!response.headersSent && !response.destroyed) {
        const text = JSON.stringify(answer.body);
        response.writeHead(answer.status, {
            ...answer.headers,
            'Content-Type': 'application/json; charset=utf-8',
            'Content-Length': Buffer.byteLength(text),
            'Cache-Control': 'no-store',
            'X-Content-Type-Options': 'nosniff',
        });
        response.end(text);
    }
    answer.after?.();
}

/** A failure as the caller gets it: whose turn it is, in words that hold no secret. */
export function failureAnswer(error: unknown): Answer {
    const status = statusOf(error);
    const headers = error instanceof ServiceError ? error.headers : {};
    return { status, headers, body: { detail: detailOf(error, status) } };
}

function detailOf(error: unknown, status: number): string {
    if (status === 500 || !(error instanceof Error)) return 'Internal error: see the log of Node-RED';
    return error instanceof ClosedError ? 'Interrupted by a deploy or a stop: try again' : error.message;
}

function statusOf(error: unknown): number {
    if (error instanceof ServiceError) return error.status;
    if (error instanceof AccountError) return error.status;
    if (error instanceof ActionError || error instanceof CatalogActionError || error instanceof BadPlace) return 400;
    if (error instanceof BackfillRunning || error instanceof PassStopped) return 409;
    // what is refused by us, by a filter or for its state, has no status of a server
    if (error instanceof RejectedError) return error.status === 404 ? 404 : error.status === undefined ? 409 : 502;
    if (error instanceof UnavailableError || error instanceof PoisonedError || error instanceof ClosedError) return 503;
    if (error instanceof AuthError || error instanceof ConfigError) return 502;
    return 500;
}
