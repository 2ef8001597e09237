import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeInitializer } from 'node-red';
import { mustBeDocumented } from './documented';
import { NodeFixture } from '../fixture';
import { ALL, line, PLACE, type Changes, type Credentials, type FlowNode, type Member } from '../flow';

export const TOKEN = 'service-token-4711';
export const SECRET = 'webhook-secret-4711';

export interface Reply {
    status: number;
    headers: IncomingHttpHeaders;
    body: Record<string, unknown>;
}

/** A fixture whose flow has a service API node, and whose HTTP nodes are served. */
export class ServiceFixture extends NodeFixture {
    private server!: Server;
    private app: Parameters<NodeInitializer>[0]['httpNode'] | null = null;

    override async open(): Promise<void> {
        await super.open();
        this.secrets.push(TOKEN, SECRET);
        this.server = createServer((req, res) => {
            if (this.app === null) res.writeHead(599).end();
            else this.app(req as never, res as never);
        });
        await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    }

    override async close(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise<void>((resolve) => this.server.close(() => resolve()));
        await super.close();
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** The flow of `line`, and a service for its source. */
    async serve(
        members: readonly Member[] = ALL,
        changes: Changes = {},
        secrets = { serviceToken: TOKEN, webhookSecret: SECRET } as Record<string, string>,
        more: FlowNode[] = [],
        credentials: Credentials = {},
    ): Promise<void> {
        const api = { ...service('api'), ...changes['api'] };
        await this.deploy([...line(this, members, changes), api, ...more], { ...credentials, api: secrets });
    }

    override deploy(flow: FlowNode[], credentials: Credentials = {}, more: NodeInitializer[] = []): Promise<void> {
        return super.deploy(flow, credentials, [...more, this.mount]);
    }

    /** Asks below the path of the service, with the service token. */
    async api(
        method: string,
        path: string,
        headers: Record<string, string> = {},
        body?: string | object,
    ): Promise<Reply> {
        const all = { 'X-Service-Token': TOKEN, 'Content-Type': 'application/json', ...headers };
        const text = typeof body === 'object' ? JSON.stringify(body) : body;
        const reply = await this.call(method, `/print-to-stock${path}`, all, text);
        mustBeDocumented(method, path, reply);
        return reply;
    }

    /** Sends a webhook, with the secret where no headers are given. */
    async hook(body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
        return this.call(
            'POST',
            '/print-to-stock/webhooks/bambuddy',
            { 'Content-Type': 'application/json', Authorization: `Bearer ${SECRET}`, ...headers },
            typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
        );
    }

    /** One exchange over a connection of its own. */
    call(method: string, path: string, headers: Record<string, string>, body?: string | Buffer): Promise<Reply> {
        return new Promise((resolve, reject) => {
            const { host } = new URL(this.url);
            const [hostname, port] = host.split(':');
            const sent = httpRequest({ method, hostname, port, path, headers, agent: false }, (response) => {
                const chunks: Buffer[] = [];
                response.on('data', (chunk: Buffer) => chunks.push(chunk));
                response.on('end', () => {
                    const text = Buffer.concat(chunks).toString();
                    const isJson = (response.headers['content-type'] ?? '').startsWith('application/json');
                    const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : { text };
                    resolve({
                        status: response.statusCode!,
                        headers: response.headers,
                        body: parsed as Record<string, unknown>,
                    });
                    sent.destroy();
                });
            });
            sent.on('error', reject);
            sent.end(body);
        });
    }

    /** How often Bambuddy was asked for new prints. */
    get looks(): number {
        return this.bambuddy.count('GET', /^\/api\/v1\/print-log\//);
    }

    private readonly mount: NodeInitializer = (RED) => void (this.app = RED.httpNode);
}

/** A service API node for the source of the flow. */
export function service(id: string, changes: Record<string, unknown> = {}): FlowNode {
    return {
        id,
        type: 'sync-api',
        name: '',
        source: 'source',
        path: '/print-to-stock',
        ...PLACE,
        wires: [],
        ...changes,
    };
}
