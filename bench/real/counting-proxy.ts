import http from 'node:http';
import { performance } from 'node:perf_hooks';
import type { AddressInfo } from 'node:net';
import { signatureOf } from '../../test/harness/faulty-proxy';

/** Stands before a server and counts: every contender goes through it. */
export class CountingProxy {
    requests = 0;
    /** answers that are the server's fault */
    failed = 0;
    /** milliseconds in which the server had something to do */
    busyMs = 0;
    /** by what is asked for: how often, and how long InvenTree took for all */
    readonly kinds = new Map<string, { count: number; ms: number }>();
    private open = 0;
    private since = 0;
    private readonly agent = new http.Agent({ keepAlive: true });
    private readonly server = http.createServer((req, res) => this.pass(req, res));

    constructor(private readonly target: URL) {}

    async listen(): Promise<string> {
        await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    reset(): void {
        this.requests = 0;
        this.failed = 0;
        this.busyMs = 0;
        this.kinds.clear();
    }

    close(): void {
        this.server.closeAllConnections();
        this.server.close();
        this.agent.destroy();
    }

    private pass(req: http.IncomingMessage, res: http.ServerResponse): void {
        this.requests++;
        const { hostname, port, host } = this.target;
        const { method = 'GET', url: path = '/' } = req;
        const began = performance.now();
        if (this.open++ === 0) this.since = began;
        res.once('close', () => {
            const ended = performance.now();
            if (--this.open === 0) this.busyMs += ended - this.since;
            this.note(signatureOf({ method, url: path }), ended - began);
        });
        const headers = { ...req.headers, host };
        const ask = http.request({ hostname, port, path, method, headers, agent: this.agent }, (answer) => {
            if ((answer.statusCode ?? 500) >= 500) this.failed++;
            res.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(res);
        });
        ask.on('error', () => res.destroy());
        req.pipe(ask);
    }

    private note(kind: string, ms: number): void {
        const { count, ms: before } = this.kinds.get(kind) ?? { count: 0, ms: 0 };
        this.kinds.set(kind, { count: count + 1, ms: before + ms });
    }
}
