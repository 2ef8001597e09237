import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';

/** A request as a simulator saw it. `url` is path and query as sent. */
export interface SeenRequest {
    n: number;
    method: string;
    url: string;
    status: number | null;
    body: unknown;
}

/**
 * What goes wrong with one request.
 * - `before`: the server never handles it
 * - `after`: the server handles it (what it creates is created) and the answer is spoilt
 * - `late`: nobody is answered, and the server handles it when `late` says so: a slow database commits what its client has
 *   given up on (measured on PostgreSQL: many seconds after the client's timeout)
 */
export interface Fault {
    at: 'before' | 'after' | 'late';
    /** `reset` closes the connection, `hang` never answers, `cut` sends half a body, a number answers that status */
    kind: 'reset' | 'hang' | 'cut' | number;
    body?: string;
    headers?: Record<string, string>;
    /** gets what lets the server do it; its promise ends when that is done */
    late?: (commit: () => Promise<void>) => void;
}

/** An answer in JSON to a request that the server does not handle. @param kind its status */
export function jsonAnswer(kind: number, body: unknown): Fault {
    return { at: 'before', kind, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export interface SimulatorOptions {
    port?: number;
    /** answer time in milliseconds */
    latencyMs?: number;
}

/**
 * A little real HTTP server with state: the base of the simulated Bambuddy and InvenTree.
 * It counts what it is asked, can be slow, and can fail any request in any way.
 */
export abstract class Simulator {
    readonly app = express();
    /** the last 5,000 requests, oldest first; `requestCount` counts all */
    readonly requests: SeenRequest[] = [];
    requestCount = 0;
    latencyMs: number;
    /** asked for every request: return a fault to spoil that one */
    interfere: ((request: SeenRequest) => Fault | undefined) | undefined;
    /** changes the JSON of answers with 200, as another version or a damaged database would give it */
    rewrite: ((path: string, body: unknown) => unknown) | undefined;
    /** asked for every request: what it waits for before it is handled */
    hold: ((request: SeenRequest) => Promise<void> | undefined) | undefined;
    /** `true`: the server is down, connections are reset */
    down = false;
    protected readonly server: http.Server;
    /** known to nobody outside: a request with it is one that was held back */
    private readonly heldBack = randomUUID();
    private readonly port: number;

    constructor(options: SimulatorOptions = {}) {
        this.port = options.port ?? 0;
        this.latencyMs = options.latencyMs ?? 0;
        this.app.disable('x-powered-by');
        this.app.disable('etag');
        this.app.set('case sensitive routing', true);
        this.app.set('strict routing', true);
        this.app.use((req, res, next) => this.admit(req, res, next));
        this.server = http.createServer(this.app);
    }

    /** Opens the port (127.0.0.1) and answers the root URL, without a trailing slash. */
    async listen(): Promise<string> {
        await new Promise<void>((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(this.port, '127.0.0.1', resolve);
        });
        return this.url;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    async close(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise<void>((resolve) => this.server.close(() => resolve()));
    }

    /** Requests seen whose method and path match, e.g. `count('POST', /^\/api\/stock\/$/)`. */
    count(method: string, path: RegExp): number {
        return this.requests.filter((r) => r.method === method && path.test(r.url.split('?')[0]!)).length;
    }

    private admit(req: express.Request, res: express.Response, next: express.NextFunction): void {
        if (req.headers['x-held-back'] === this.heldBack) return next();
        const seen: SeenRequest = {
            n: ++this.requestCount,
            method: req.method,
            url: req.originalUrl,
            status: null,
            body: null,
        };
        this.requests.push(seen);
        if (this.requests.length > 5000) this.requests.shift();
        res.on('finish', () => {
            seen.status = res.statusCode;
            seen.body = req.body as unknown;
        });
        if (this.down) return void req.socket.destroy();
        const fault = this.interfere?.(seen);
        const proceed = (): void => {
            if (fault?.at === 'before') return spoil(fault, req, res);
            if (fault?.at === 'late') return this.holdBack(fault, req);
            if (fault?.at === 'after') spoilAnswer(fault, req, res);
            else if (this.rewrite !== undefined) rewriteAnswer(req.path, this.rewrite, res);
            next();
        };
        const held = this.hold?.(seen);
        if (held !== undefined) void held.then(proceed);
        else if (this.latencyMs > 0) setTimeout(proceed, this.latencyMs);
        else proceed();
    }

    /** Its client may leave: the request is whole already, and is handled as one of nobody. */
    private holdBack(fault: Fault, req: express.Request): void {
        const body = new Promise<Buffer>((resolve, reject) => {
            const chunks: Buffer[] = [];
            req.on('data', (chunk: Buffer) => chunks.push(chunk));
            req.on('end', () => resolve(Buffer.concat(chunks)));
            req.on('error', reject);
        });
        fault.late?.(async () => {
            const headers = { ...req.headers, 'x-held-back': this.heldBack, connection: 'close' };
            const asked = http.request(this.url + req.originalUrl, { method: req.method, headers, agent: false });
            asked.end(await body);
            const [answer] = (await once(asked, 'response')) as [http.IncomingMessage];
            await once(answer.resume(), 'end');
        });
    }
}

function spoil(fault: Fault, req: express.Request, res: express.Response): void {
    if (fault.kind === 'reset') return void req.socket.destroy();
    if (fault.kind === 'hang') return;
    if (fault.kind === 'cut') {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': '200' });
        res.write('{"pk": 1, "na');
        return void setImmediate(() => req.socket.destroy());
    }
    res.writeHead(fault.kind, { 'content-type': 'text/html', ...fault.headers });
    res.end(fault.body ?? '<html>unavailable</html>');
}

/** Lets the handler work, then changes the JSON that it answers; other answers stay as they are. */
function rewriteAnswer(path: string, rewrite: NonNullable<Simulator['rewrite']>, res: express.Response): void {
    const end = res.end.bind(res) as (...args: unknown[]) => typeof res;
    res.end = ((...args: unknown[]) => {
        res.end = end as typeof res.end;
        const [chunk] = args;
        const isJson = /^application\/(\S+\+)?json/.test(String(res.getHeader('content-type')));
        if (res.statusCode !== 200 || !isJson || (typeof chunk !== 'string' && !Buffer.isBuffer(chunk)))
            return end(...args);
        res.removeHeader('content-length');
        return end(JSON.stringify(rewrite(path, JSON.parse(chunk.toString()))));
    }) as typeof res.end;
}

/** Lets the handler work, then spoils what it answers. */
function spoilAnswer(fault: Fault, req: express.Request, res: express.Response): void {
    const end = res.end.bind(res);
    let body = '';
    res.write = (chunk: unknown) => {
        body += String(chunk);
        return true;
    };
    res.end = ((chunk?: unknown) => {
        body += chunk === undefined || typeof chunk === 'function' ? '' : String(chunk);
        res.end = end;
        if (fault.kind === 'reset') req.socket.destroy();
        else if (fault.kind === 'cut') {
            req.socket.write(
                `HTTP/1.1 ${res.statusCode} OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length + 50}\r\n\r\n${body.slice(0, Math.floor(body.length / 2))}`,
                () => req.socket.destroy(),
            );
        } else if (fault.kind !== 'hang') {
            for (const name of res.getHeaderNames()) res.removeHeader(name);
            res.writeHead(fault.kind, { 'content-type': 'text/html', ...fault.headers });
            end(fault.body ?? '<html>unavailable</html>');
        }
        return res;
    }) as typeof res.end;
}
