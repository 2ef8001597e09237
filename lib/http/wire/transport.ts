import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import axios, { AxiosHeaders } from 'axios';
import type { StreamedBody } from './multipart';
import type { Route } from './proxy';

/** A request as it goes onto the wire. */
export interface Outgoing {
    method: string;
    /** a whole address, encoded */
    url: string;
    headers: Readonly<Record<string, string | string[]>>;
    body: Buffer | string | StreamedBody | null;
}

export interface TransportOptions {
    /** ends the exchange at once, whatever it waits for */
    signal: AbortSignal;
    /** bytes of the answer's body */
    most: number;
    /** what becomes of a longer body: the exchange fails with the code ERR_TOO_LONG, or the rest is left unread */
    longer: 'fails' | 'cut';
    /** told when the connection to the server (or to a proxy that speaks for it) stands: from here on it may hear of the request */
    onConnected?: () => void;
}

/** An answer as it came, whatever its status. */
export interface RawAnswer {
    status: number;
    /** names in lower case */
    headers: Readonly<Record<string, string>>;
    bytes: Buffer;
}

/**
 * axios' way to a server, and nothing around it: of what `axios.request` adds (defaults, interceptors, transformations)
 * nothing is wanted here, and it is two fifths of axios' own processor time (measured at 1.21).
 */
const send = axios.getAdapter('http');

/** Every request of the package: redirects are not followed, nothing is unpacked, and every status is an answer. */
const EACH = {
    maxRedirects: 0,
    decompress: false,
    maxBodyLength: Infinity,
    maxContentLength: -1,
    responseType: 'stream',
    validateStatus: null,
} as const;

/** Left out unless the request names them: axios would add its own. */
const UNSAID = { 'Accept-Encoding': false, 'User-Agent': false } as const;

/**
 * Sends one request and reads its whole answer.
 * @throws what the network says (an Error with Node's `code`); nothing of it may be shown but code and message, since
 * what axios throws holds the request with its secrets
 */
export async function exchange(
    { method, url, headers, body }: Outgoing,
    { agent, proxy }: Route,
    { signal, most, longer, onConnected }: TransportOptions,
): Promise<RawAnswer> {
    const isStreamed = typeof body === 'object' && body !== null && 'open' in body;
    const answer = await send({
        ...EACH,
        method,
        url,
        headers: new AxiosHeaders({ ...UNSAID, ...headers, ...(isStreamed ? { 'Content-Length': body.size } : {}) }),
        data: isStreamed ? body.open() : (body ?? undefined),
        httpAgent: agent,
        httpsAgent: agent,
        proxy,
        signal,
        transport: watched(onConnected),
    });
    return {
        status: answer.status,
        headers: flat(answer.headers),
        bytes: await read(answer.data as Readable, most, longer),
    };
}

/** Node's own request, whose connection is reported; an unrequested change of protocol is no answer. */
function watched(onConnected?: () => void): { request: typeof http.request } {
    const request = (options: RequestOptions, heard: (incoming: IncomingMessage) => void): ClientRequest => {
        const isSecure = options.protocol === 'https:';
        const outgoing = (isSecure ? https : http).request(options, heard);
        outgoing.once('upgrade', (_incoming, socket) => {
            socket.destroy();
            outgoing.emit('error', new Error('the connection was closed without an answer'));
        });
        if (onConnected !== undefined)
            outgoing.once('socket', (socket) => {
                socket.once(isSecure ? 'secureConnect' : 'connect', onConnected);
            });
        return outgoing;
    };
    return { request: request as typeof http.request };
}

function flat(headers: object): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** By events: an iterator over a stream costs a promise for each chunk, and most answers are one chunk. */
function read(body: Readable, most: number, longer: TransportOptions['longer']): Promise<Buffer> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const whole = (): Buffer => (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)).subarray(0, most);
        body.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            size += chunk.length;
            if (size <= most) return;
            if (longer === 'cut') resolve(whole());
            else reject(Object.assign(new Error('too long'), { code: 'ERR_TOO_LONG' }));
            body.destroy();
        });
        body.once('end', () => resolve(whole()));
        body.once('error', reject);
        body.once('close', () => reject(Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' })));
    });
}
