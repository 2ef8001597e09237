import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { Transform, type Duplex } from 'node:stream';

const file = (name: string): string => join(__dirname, 'certificates', name);

/** Of the authority that vouches for `ReverseProxy`, for NODE_EXTRA_CA_CERTS. Made for these tests; its key is thrown away. */
export const AUTHORITY = file('authority.pem');

export interface ReverseProxyOptions {
    /** https with the certificate of the test authority, for localhost, *.test and the loopback addresses */
    tls?: boolean;
    /** sub-paths with the servers behind them, e.g. `{ '/inventree': 'http://127.0.0.1:8000' }`; `''` is the root */
    places: Record<string, string>;
    /** default 127.0.0.1 */
    host?: string;
    /** bytes a second that an answer comes at */
    bytesPerSecond?: number;
}

/** A reverse proxy as people put before their servers: sub-paths, TLS, WebSockets, slow links. */
export class ReverseProxy {
    readonly requests: { method: string; url: string; headers: http.IncomingHttpHeaders }[] = [];
    /** WebSockets that were opened */
    upgrades = 0;
    private readonly sockets = new Set<Duplex>();
    private readonly server: http.Server;

    constructor(private readonly options: ReverseProxyOptions) {
        const serve: http.RequestListener = (req, res) => this.serve(req, res);
        this.server =
            options.tls === true
                ? https.createServer(
                      { key: readFileSync(file('server.key')), cert: readFileSync(file('server.pem')) },
                      serve,
                  )
                : http.createServer(serve);
        this.server.on('upgrade', (req: http.IncomingMessage, socket: Socket, head: Buffer) =>
            this.upgrade(req, socket, head),
        );
        this.server.on('connection', (socket: Socket) => this.keep(socket));
    }

    async listen(): Promise<number> {
        await new Promise<void>((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(0, this.options.host ?? '127.0.0.1', resolve);
        });
        return this.port;
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await new Promise<void>((resolve) => this.server.close(() => resolve()));
    }

    /** The server behind a path, and the path there. */
    private behind(path: string): URL | null {
        for (const [place, target] of Object.entries(this.options.places))
            if (path.startsWith(`${place}/`)) return new URL(`${target}${path.slice(place.length)}`);
        return null;
    }

    private serve(req: http.IncomingMessage, res: http.ServerResponse): void {
        const { method = 'GET', url = '/', headers } = req;
        this.requests.push({ method, url, headers });
        const target = this.behind(url);
        if (target === null)
            return void res.writeHead(404, { 'content-type': 'text/html' }).end('<html>nothing here</html>');
        const ask = http.request(
            target,
            { method, headers: { ...headers, host: target.host }, agent: false },
            (answer) => {
                res.writeHead(answer.statusCode ?? 502, answer.headers);
                const { bytesPerSecond } = this.options;
                if (bytesPerSecond === undefined) answer.pipe(res);
                else answer.pipe(throttle(bytesPerSecond)).pipe(res);
            },
        );
        ask.on('error', () => res.destroy());
        req.pipe(ask);
    }

    private upgrade(req: http.IncomingMessage, socket: Socket, head: Buffer): void {
        const target = this.behind(req.url ?? '/');
        if (target === null) return void socket.destroy();
        this.upgrades++;
        const there = this.keep(connect(Number(target.port), target.hostname));
        const lines = [`${req.method} ${target.pathname}${target.search} HTTP/1.1`, `host: ${target.host}`];
        for (const [name, value] of Object.entries(req.headers))
            if (name !== 'host') lines.push(`${name}: ${String(value)}`);
        there.write(`${lines.join('\r\n')}\r\n\r\n`);
        there.write(head);
        joined(socket, there);
    }

    private keep<T extends Duplex>(socket: T): T {
        this.sockets.add(socket);
        socket.once('close', () => this.sockets.delete(socket));
        socket.on('error', () => socket.destroy());
        return socket;
    }
}

/** A proxy in the way out, as companies have it: CONNECT for https and WebSockets, whole addresses for http. */
export class ForwardProxy {
    /** e.g. `CONNECT bambuddy.test:443`, `GET http://inventree.test/api/` */
    readonly asked: string[] = [];
    private readonly sockets = new Set<Duplex>();
    private readonly server = http.createServer((req, res) => {
        const { method = 'GET', url = '', headers } = req;
        this.asked.push(`${method} ${url.split('?')[0]}`);
        const { hostname, pathname, search } = new URL(url);
        // the server knows itself by its address here
        const host = `127.0.0.1:${this.ports[hostname]}`;
        const ask = http.request(
            {
                host: '127.0.0.1',
                port: this.ports[hostname],
                path: pathname + search,
                method,
                headers: { ...headers, host },
                agent: false,
            },
            (answer) => {
                res.writeHead(answer.statusCode ?? 502, answer.headers);
                answer.pipe(res);
            },
        );
        ask.on('error', () => res.destroy());
        req.pipe(ask);
    });

    /** @param ports where the hosts really are, on this machine; nobody else can look them up */
    constructor(private readonly ports: Record<string, number>) {
        this.server.on('connect', (req: http.IncomingMessage, socket: Duplex, head: Buffer) => {
            this.asked.push(`CONNECT ${req.url}`);
            const port = this.ports[(req.url ?? '').replace(/:\d+$/, '')];
            if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
            const there = connect(port, '127.0.0.1', () => {
                socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
                there.write(head);
                joined(socket, there);
            });
            for (const each of [socket, there]) {
                this.sockets.add(each);
                each.on('error', () => each.destroy());
            }
        });
    }

    async listen(): Promise<string> {
        await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        this.server.closeAllConnections();
        await new Promise<void>((resolve) => this.server.close(() => resolve()));
    }
}

function joined(one: Duplex, other: Duplex): void {
    one.pipe(other).pipe(one);
    for (const [from, to] of [
        [one, other],
        [other, one],
    ] as const)
        from.once('close', () => to.destroy());
}

const PIECES_A_SECOND = 20;

function throttle(bytesPerSecond: number): Transform {
    const piece = Math.max(1, Math.floor(bytesPerSecond / PIECES_A_SECOND));
    return new Transform({
        transform(chunk: Buffer, _encoding, done) {
            const send = (at: number): void => {
                if (at >= chunk.length) return done();
                this.push(chunk.subarray(at, at + piece));
                setTimeout(() => send(at + piece), 1000 / PIECES_A_SECOND);
            };
            send(0);
        },
    });
}
