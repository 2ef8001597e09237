import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, SeenRequest } from '../simulators/simulator';

/** A request as the proxy saw it. */
export interface ProxiedRequest extends SeenRequest {
    /** what the server itself answered; null: it was not asked, or has not answered (yet) */
    answered: number | null;
    /** the server's own answer, where it was a failure */
    words: string | null;
    /** milliseconds the server took */
    ms: number | null;
}

interface Answered {
    status: number;
    headers: http.IncomingHttpHeaders;
    body: Buffer;
}

/** Said of one connection, not of the message. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-connection'];

/** Stands in front of any HTTP server and fails any request in any way, as the simulators do of themselves. */
export class FaultyProxy {
    readonly requests: ProxiedRequest[] = [];
    /** asked for every request: return a fault to spoil that one */
    interfere: ((request: ProxiedRequest) => Fault | undefined) | undefined;
    /** how long a request is held before the server gets it, in milliseconds; it gets it even if the client has left */
    delay: ((request: ProxiedRequest) => number) | undefined;
    /** `true`: the server is down, connections are reset */
    down = false;
    private readonly target: URL;
    /** a connection for each request: one that the server closes while idle would be a fault nobody asked for */
    private readonly agent = new http.Agent({ keepAlive: false });
    private readonly server = http.createServer((req, res) => {
        this.serve(req, res).catch(() => res.socket?.destroy());
    });

    /** @param targetUrl root of the server, `http://…` */
    constructor(targetUrl: string) {
        this.target = new URL(targetUrl);
    }

    /** Opens a port (127.0.0.1) and answers the root URL, without a trailing slash. */
    async listen(): Promise<string> {
        await new Promise<void>((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(0, '127.0.0.1', resolve);
        });
        return this.url;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    async close(): Promise<void> {
        this.server.closeAllConnections();
        this.agent.destroy();
        await new Promise<void>((resolve) => this.server.close(() => resolve()));
    }

    private async serve(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
        const body = await wholeBody(req);
        const seen: ProxiedRequest = {
            n: this.requests.length + 1,
            method: req.method ?? 'GET',
            url: req.url ?? '/',
            status: null,
            body: readable(body, req.headers['content-type']),
            answered: null,
            words: null,
            ms: null,
        };
        this.requests.push(seen);
        res.on('finish', () => (seen.status = res.statusCode));
        if (this.down) return void req.socket.resetAndDestroy();
        const fault = this.interfere?.(seen);
        if (fault?.at === 'before') return void spoil(fault, null, res);
        const hold = this.delay?.(seen) ?? 0;
        if (hold > 0) await new Promise((resolve) => setTimeout(resolve, hold));
        const answer = await this.ask(req, body, seen);
        if (fault !== undefined) return void spoil(fault, answer, res);
        res.writeHead(answer.status, answer.headers);
        res.end(answer.body);
    }

    private async ask(req: http.IncomingMessage, body: Buffer, seen: ProxiedRequest): Promise<Answered> {
        const began = Date.now();
        const answer = await new Promise<Answered>((resolve, reject) => {
            const asked = http.request(
                {
                    host: this.target.hostname,
                    port: this.target.port,
                    method: req.method,
                    path: this.target.pathname.replace(/\/$/, '') + seen.url,
                    // the server serves its own name only
                    headers: { ...endToEnd(req.headers), host: this.target.host, 'content-length': body.length },
                    agent: this.agent,
                },
                (res) => {
                    wholeBody(res).then(
                        (whole) =>
                            resolve({
                                status: res.statusCode ?? 502,
                                headers: { ...endToEnd(res.headers), 'content-length': String(whole.length) },
                                body: whole,
                            }),
                        reject,
                    );
                },
            );
            asked.on('error', reject);
            asked.end(body);
        });
        seen.answered = answer.status;
        seen.ms = Date.now() - began;
        if (answer.status >= 400) seen.words = answer.body.toString('utf8').slice(0, 500);
        return answer;
    }
}

/** @param answer the server's own; null: it was not asked */
function spoil(fault: Fault, answer: Answered | null, res: http.ServerResponse): void {
    if (fault.kind === 'hang') return;
    if (fault.kind === 'reset') return void res.socket?.resetAndDestroy();
    if (fault.kind === 'cut') {
        const whole = answer?.body ?? Buffer.from('{"pk": 1, "name": "');
        res.writeHead(answer?.status ?? 200, {
            'content-type': 'application/json',
            ...answer?.headers,
            'content-length': String(whole.length + 50),
        });
        res.write(whole.subarray(0, Math.floor(whole.length / 2)), () => res.socket?.destroy());
        return;
    }
    res.writeHead(fault.kind, { 'content-type': 'text/html', ...fault.headers });
    res.end(fault.body ?? '<html>unavailable</html>');
}

function endToEnd(headers: http.IncomingHttpHeaders): http.IncomingHttpHeaders {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

async function wholeBody(message: http.IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}

/** JSON as what it says, anything else not at all. */
function readable(body: Buffer, type: string | undefined): unknown {
    if (body.length === 0 || type?.includes('json') !== true) return null;
    try {
        return JSON.parse(body.toString('utf8')) as unknown;
    } catch {
        return null;
    }
}

/** What a request asks for, whichever object it is about: `GET /api/part/?IPN`, `PATCH /api/part/n/`. */
export function signatureOf({ method, url }: Pick<ProxiedRequest, 'method' | 'url'>): string {
    const { pathname, searchParams } = new URL(url, 'http://server');
    const keys = [...searchParams.keys()].filter((key) => !['limit', 'offset', 'token'].includes(key));
    return `${method} ${pathname.replace(/\/\d+(?=\/|$)/g, '/n')}${keys.length > 0 ? `?${keys.join('&')}` : ''}`;
}
