import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

/** A file of a recorded multipart body: the recordings keep its size, not its bytes. */
export interface RecordedFile {
    filename: string;
    bytes: number;
    content_type: string;
}

export interface RecordedMultipart {
    multipart: { fields: Record<string, string>; files: Record<string, RecordedFile> };
}

/** One question to a real server and its answer. */
export interface Exchange {
    /** file name without `.json` */
    id: string;
    /** the number the file name begins with */
    number: number;
    name: string;
    note: string | null;
    /** who asked, where the recording says so */
    as: string | null;
    request: { method: string; path: string; headers: Record<string, string>; body: unknown };
    /** `body` is parsed JSON, a text, or null; `bytes` is the size of a binary answer */
    response: { status: number; headers: Record<string, string>; body: unknown; bytes: number | null };
}

/** What a server answered to a replayed request. */
export interface Answer {
    status: number;
    headers: http.IncomingHttpHeaders;
    body: unknown;
}

export interface ReplayOptions {
    /** puts what is right here in the place of TOKEN, KEY, ids and the like; asked for path, header values and body */
    substitute?: (text: string) => string;
    /** bytes for a recorded file; without it, zeroes of the recorded size */
    file?: (file: RecordedFile, field: string) => Buffer;
}

const root = process.env.RECORDINGS_DIR ?? path.resolve(__dirname, '../../../shared/recordings');

/** Where the recordings are, where there are any. */
export const recordingsRoot = root;

export function recordingsAvailable(folder: string): boolean {
    return fs.existsSync(path.join(root, folder));
}

/** The exchanges of a folder in the order they were made; files that hold no single exchange are left out. */
export function loadExchanges(folder: string): Exchange[] {
    return fs
        .readdirSync(path.join(root, folder))
        .filter((file) => /^\d+-.*\.json$/.test(file))
        .map((file) => readExchange(folder, file))
        .filter((exchange) => exchange !== undefined)
        .sort((a, b) => a.number - b.number || a.id.localeCompare(b.id));
}

/** Names (without `.json`) of all numbered recordings in a folder, summaries included. */
export function recordingIds(folder: string): string[] {
    return fs
        .readdirSync(path.join(root, folder))
        .filter((file) => /^\d+-.*\.json$/.test(file))
        .map((file) => file.slice(0, -'.json'.length))
        .sort((a, b) => parseInt(a, 10) - parseInt(b, 10) || a.localeCompare(b));
}

interface ExchangeFile {
    name: string;
    note?: string | null;
    as?: string | null;
    request?: Exchange['request'];
    response?: {
        status?: number;
        headers?: Record<string, string>;
        body?: unknown;
        body_text?: string;
        body_bytes?: number;
    };
}

function readExchange(folder: string, file: string): Exchange | undefined {
    const recorded = JSON.parse(fs.readFileSync(path.join(root, folder, file), 'utf8')) as ExchangeFile;
    const { request, response } = recorded;
    if (request === undefined || response?.status === undefined) return undefined;
    return {
        id: file.slice(0, -'.json'.length),
        number: parseInt(file, 10),
        name: recorded.name,
        note: recorded.note ?? null,
        as: recorded.as ?? null,
        request: { ...request, headers: request.headers ?? {}, body: request.body ?? null },
        response: {
            status: response.status,
            headers: response.headers ?? {},
            body: response.body ?? response.body_text ?? null,
            bytes: response.body_bytes ?? null,
        },
    };
}

/** Sends a recorded request to a server, byte for byte as far as the recording tells. */
export async function replay(url: string, request: Exchange['request'], options: ReplayOptions = {}): Promise<Answer> {
    const substitute = options.substitute ?? ((text: string) => text);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
        if (!connectionHeaders.has(name.toLowerCase())) headers[name.toLowerCase()] = substitute(value);
    }
    const content = encodeBody(request.body, headers, substitute, options.file);
    if (content !== null) headers['content-length'] = String(content.length);
    return send(url, request.method, substitute(request.path), headers, content);
}

const connectionHeaders = new Set(['connection', 'accept-encoding', 'content-length', 'transfer-encoding']);

/** A request by hand, for tests that ask more than was recorded. */
export function send(
    url: string,
    method: string,
    pathAndQuery: string,
    headers: Record<string, string> = {},
    content: Buffer | null = null,
): Promise<Answer> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
        const request = http.request(
            { hostname, port, method, path: encodeSpaces(pathAndQuery), headers, agent: false },
            (response) => {
                const chunks: Buffer[] = [];
                response.on('data', (chunk: Buffer) => chunks.push(chunk));
                response.on('error', reject);
                response.on('end', () =>
                    resolve({
                        status: response.statusCode ?? 0,
                        headers: response.headers,
                        body: readBody(Buffer.concat(chunks), response.headers['content-type']),
                    }),
                );
            },
        );
        request.on('error', reject);
        request.end(content ?? undefined);
    });
}

/** Recorded paths may hold characters that the recording client encoded on the wire. */
function encodeSpaces(pathAndQuery: string): string {
    return pathAndQuery.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character));
}

function readBody(content: Buffer, contentType: string | undefined): unknown {
    if (content.length === 0) return null;
    const text = content.toString('utf8');
    if (!/\bjson\b/.test(contentType ?? '')) return text;
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

function encodeBody(
    body: unknown,
    headers: Record<string, string>,
    substitute: (text: string) => string,
    file: ReplayOptions['file'],
): Buffer | null {
    if (body === null) return null;
    if (typeof body === 'string') return Buffer.from(substitute(body));
    if (isMultipart(body)) {
        const boundary = 'recording-boundary-5e1f';
        headers['content-type'] = `multipart/form-data; boundary=${boundary}`;
        return encodeMultipart(body, boundary, substitute, file);
    }
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
        return Buffer.from(substitute(new URLSearchParams(body as Record<string, string>).toString()));
    }
    headers['content-type'] ??= 'application/json';
    return Buffer.from(substitute(JSON.stringify(body)));
}

function isMultipart(body: unknown): body is RecordedMultipart {
    return typeof body === 'object' && body !== null && 'multipart' in body;
}

function encodeMultipart(
    { multipart }: RecordedMultipart,
    boundary: string,
    substitute: (text: string) => string,
    file: ReplayOptions['file'] = ({ bytes }) => Buffer.alloc(bytes),
): Buffer {
    const pieces: Buffer[] = [];
    for (const [name, value] of Object.entries(multipart.fields)) {
        pieces.push(
            Buffer.from(
                `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${substitute(value)}\r\n`,
            ),
        );
    }
    for (const [field, recorded] of Object.entries(multipart.files)) {
        pieces.push(
            Buffer.from(
                `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${recorded.filename}"\r\n` +
                    `Content-Type: ${recorded.content_type}\r\n\r\n`,
            ),
            file(recorded, field),
            Buffer.from('\r\n'),
        );
    }
    pieces.push(Buffer.from(`--${boundary}--\r\n`));
    return Buffer.concat(pieces);
}

export { compareExchange, describeShape, shapeOf, type CompareOptions, type Shape } from './shapes';
