import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
    method: string;
    url: string;
    headers: http.IncomingHttpHeaders;
    body: Buffer;
}

export type Reply = (heard: Heard, response: http.ServerResponse) => void;

/** A web server on loopback that keeps what it hears and answers as it is told. */
export class Listener {
    readonly heard: Heard[] = [];
    private readonly server = http.createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
            const heard = {
                method: request.method ?? '',
                url: request.url ?? '',
                headers: request.headers,
                body: Buffer.concat(chunks),
            };
            this.heard.push(heard);
            this.reply(heard, response);
        });
    });

    constructor(public reply: Reply = (_heard, response) => void response.writeHead(204).end()) {}

    async open(): Promise<this> {
        await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        return this;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    get json(): Record<string, unknown>[] {
        return this.heard.map(({ body }) => JSON.parse(body.toString('utf8')) as Record<string, unknown>);
    }

    async close(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }
}

export function answering(status: number, body: unknown = '', headers: Record<string, string> = {}): Reply {
    return (_heard, response) => {
        response.writeHead(status, headers);
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
}
