import type { IncomingHttpHeaders } from 'node:http';

export interface Answer {
    status: number;
    /** names in lower case */
    readonly headers: IncomingHttpHeaders;
    /** parsed JSON, or the bytes where `as: 'bytes'` was asked and the status was 2xx */
    body: unknown;
}
