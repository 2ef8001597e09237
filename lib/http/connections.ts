import { Agent, request, type ClientRequest, type ClientRequestArgs, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as requestSecurely } from 'node:https';
import type { Duplex } from 'node:stream';
import { placeOf, proxyAuthorization, proxyFor, tunnel, type Place } from './proxy';

export interface ConnectionOptions {
    /** accept certificates nobody vouches for */
    insecure: boolean;
    /** for the way through a proxy, in milliseconds */
    timeoutMs: number;
}

/** What all requests to one server have in common for Node. */
interface Way {
    ask: (options: RequestOptions) => ClientRequest;
    agent: Agent;
    place: Place;
    /** beside the request's own */
    headers: Record<string, string>;
    /** before the path: a proxy is told whole addresses */
    prefix: string;
}

/** The connections to one server, kept for the next request; directly, or through the proxy that the environment names. */
export class Connections {
    readonly proxy: URL | null;
    private readonly way: Way;

    constructor(origin: string, options: ConnectionOptions) {
        this.proxy = proxyFor(origin);
        const server = new URL(origin);
        this.way = this.proxy === null ? directly(server, options) : through(this.proxy, server, options);
    }

    /** A request that is not sent yet. @param target path and query, encoded */
    request(method: string, target: string, headers: Record<string, string>): ClientRequest {
        const { ask, agent, place, headers: own, prefix } = this.way;
        return ask({ ...place, agent, method, path: prefix + target, headers: { ...headers, ...own } });
    }

    /** Ends them all, those in use as well. */
    close(): void {
        this.way.agent.destroy();
    }
}

function directly(server: URL, { insecure }: ConnectionOptions): Way {
    const place = placeOf(server);
    const common = { place, headers: {}, prefix: '' };
    return place.secure
        ? {
              ...common,
              ask: requestSecurely,
              agent: new SecureAgent({ keepAlive: true, rejectUnauthorized: !insecure }),
          }
        : { ...common, ask: request, agent: new Agent({ keepAlive: true }) };
}

function through(proxy: URL, server: URL, options: ConnectionOptions): Way {
    const place = placeOf(server);
    if (place.secure) {
        const agent = new TunnelAgent(proxy, place, options);
        return { ask: requestSecurely, agent, place, headers: {}, prefix: '' };
    }
    // many proxies allow CONNECT to the port of https alone: plain http is asked of the proxy itself
    const toProxy = directly(proxy, { ...options, insecure: false });
    return {
        ...toProxy,
        headers: { Host: server.host, ...proxyAuthorization(proxy) },
        prefix: server.origin,
    };
}

/** Its connections are tunnels through a proxy, kept as others are. */
class TunnelAgent extends SecureAgent {
    private ended = false;

    constructor(
        private readonly proxy: URL,
        private readonly place: Place,
        private readonly way: ConnectionOptions,
    ) {
        super({ keepAlive: true });
    }

    override createConnection(
        _options: ClientRequestArgs,
        made?: (error: Error | null, socket: Duplex) => void,
    ): undefined {
        const { insecure, timeoutMs } = this.way;
        tunnel(this.proxy, { ...this.place, insecure }, timeoutMs).then(
            (socket) => {
                // nobody would end it any more
                if (this.ended) socket.destroy();
                made?.(null, socket);
            },
            (error: unknown) => made?.(error as Error, undefined as never),
        );
    }

    override destroy(): void {
        this.ended = true;
        super.destroy();
    }
}
