import type { IncomingMessage } from 'node:http';
import { ServiceError } from './service-error';

/** A webhook with a finish photo is some hundred kB. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;
/** What a notification holds is flat: names and texts. */
const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;

/**
 * The JSON object a request brings. Whether it is too much is seen before it is read, and while it is read.
 * @throws ServiceError 415, 413, 400
 */
export async function jsonObject(
    request: IncomingMessage,
    mostBytes = MAX_BODY_BYTES,
): Promise<Record<string, unknown>> {
    mustBeJson(request);
    const value = parsedBefore(request) ?? parse(await bytesOf(request, mostBytes));
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new ServiceError(400, 'The body must be a JSON object');
    return value as Record<string, unknown>;
}

function mustBeJson({ headers }: IncomingMessage): void {
    const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
    const charset = parameters.map((each) => /^\s*charset\s*=\s*"?([\w-]+)"?\s*$/.exec(each)?.[1]).find(Boolean);
    const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
    if (!/^application\/([\w.-]+\+)?json$/.test(type.trim()))
        throw new ServiceError(415, 'Send JSON, with Content-Type: application/json');
    if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset))
        throw new ServiceError(415, 'Send JSON in UTF-8');
    if (encoding !== 'identity') throw new ServiceError(415, 'Send uncompressed JSON');
}

/** Middleware of the user's own (`httpNodeMiddleware`) may have read the body already. */
export function parsedBefore(request: IncomingMessage): unknown {
    if (!request.readableEnded) return undefined;
    const { body } = request as { body?: unknown };
    if (body === undefined) throw new ServiceError(400, 'The body is empty');
    if (Buffer.isBuffer(body)) return parse(body);
    return typeof body === 'string' ? parse(Buffer.from(body)) : body;
}

/** The whole body as it comes. @throws ServiceError 413, 400 */
export async function bytesOf(request: IncomingMessage, mostBytes = MAX_BODY_BYTES): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await walk(request, mostBytes, (chunk) => void chunks.push(chunk));
    return Buffer.concat(chunks);
}

/** Discards a body that is not read. @throws ServiceError 413, 400 */
export async function refuseLongBody(request: IncomingMessage, mostBytes: number): Promise<void> {
    if (!request.readableEnded) await walk(request, mostBytes, () => undefined);
}

function walk(request: IncomingMessage, mostBytes: number, take: (chunk: Buffer) => void): Promise<void> {
    return new Promise((resolve, reject) => {
        const tooMuch = (): void => {
            request.off('data', count);
            // what still comes is thrown away, so that the caller can read the answer
            request.resume();
            const [size, unit] = mostBytes < 1024 * 1024 ? [1024, 'kB'] : [1024 * 1024, 'MB'];
            reject(new ServiceError(413, `The body is larger than ${mostBytes / size} ${unit}`));
        };
        let size = 0;
        const count = (chunk: Buffer): void => {
            size += chunk.length;
            if (size > mostBytes) tooMuch();
            else take(chunk);
        };
        if (Number(request.headers['content-length'] ?? 0) > mostBytes) return tooMuch();
        request.on('data', count);
        request.once('end', () => resolve());
        request.once('error', () => reject(new ServiceError(400, 'The body is incomplete')));
        request.once('close', () => reject(new ServiceError(400, 'The body is incomplete')));
    });
}

/** @throws ServiceError 400 */
export function parse(bytes: Buffer): unknown {
    let text: string;
    try {
        text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
        throw new ServiceError(400, 'The body is not valid UTF-8');
    }
    mustBeModest(text);
    try {
        return JSON.parse(text);
    } catch {
        throw new ServiceError(400, 'The body is not valid JSON');
    }
}

/** A small text can stand for millions of nested values: counted before they are made. */
function mustBeModest(text: string): void {
    let depth = 0;
    let values = 0;
    for (let at = 0; at < text.length; at++) {
        switch (text[at]) {
            case '"':
                at = endOfString(text, at);
                break;
            case '[':
            case '{':
                if (++depth > MAX_DEPTH) throw new ServiceError(400, 'The body is nested too deeply');
                break;
            case ']':
            case '}':
                depth--;
                break;
            case ',':
                if (++values > MAX_VALUES) throw new ServiceError(400, 'The body contains too many values');
        }
    }
}

function endOfString(text: string, start: number): number {
    for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
        let backslashes = 0;
        while (text[at - 1 - backslashes] === '\\') backslashes++;
        if (backslashes % 2 === 0) return at;
    }
    return text.length;
}
