import { Agent, type ClientRequest } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { AxiosProxyConfig } from 'axios';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';

/**
 * The proxy that the environment names for an address: `HTTPS_PROXY` or `HTTP_PROXY`, else `ALL_PROXY`, in small letters
 * first, and none for what `NO_PROXY` lists.
 * @param address `http(s)://` or `ws(s)://`
 * @returns null: the server is asked directly
 */
export function proxyFor(address: string): URL | null {
    const asked = address.replace(/^ws/, 'http');
    const named = getProxyForUrl(asked);
    if (named === '') return null;
    // a name without a scheme is a proxy that speaks http, whatever is asked through it
    const proxy = isNamedWithScheme(named) ? named : named.replace(/^\w+:/, 'http:');
    return URL.canParse(proxy) ? new URL(proxy) : null;
}

function isNamedWithScheme(proxy: string): boolean {
    const names = ['https_proxy', 'http_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
    return names.some((name) => process.env[name] === proxy);
}

/**
 * When an idle connection is probed, in milliseconds: what axios sets on each request. With another figure here, agent and
 * axios would set it in turn, two system calls a request.
 */
const KEEP_ALIVE_MS = 60_000;

export interface RouteOptions {
    /** accept untrusted certificates of the server; never of a proxy */
    insecure: boolean;
    /** a root certificate in PEM, trusted for the server beside Node's own; empty: none */
    ca?: string;
    /** for the way through a proxy, in milliseconds */
    timeoutMs: number;
    /** connections are kept for the next request; default true */
    keepAlive?: boolean;
    /** in place of the system's, for direct connections */
    lookup?: LookupFunction;
}

/** How requests get to a server, in axios' terms. */
export interface Route {
    /** the proxy on the way; null: there is none */
    proxyUrl: URL | null;
    agent: Agent;
    proxy: AxiosProxyConfig | false;
}

/** The way to a server: directly, or through the proxy that the environment names. @param origin `http(s)://` */
export function routeTo(origin: string, options: RouteOptions): Route {
    const { insecure, timeoutMs, keepAlive = true, lookup, ca = '' } = options;
    const trusted = ca === '' ? {} : { ca: [...rootCertificates, ca] };
    const isSecure = origin.startsWith('https:');
    const proxyUrl = proxyFor(origin);
    if (proxyUrl === null) {
        const common = { ...kept(keepAlive), ...(lookup === undefined ? {} : { lookup }) };
        const agent = isSecure
            ? new SecureAgent({ ...common, ...trusted, rejectUnauthorized: !insecure })
            : new Agent(common);
        return { proxyUrl, agent, proxy: false };
    }
    if (isSecure)
        return {
            proxyUrl,
            agent: new TunnelAgent(proxyUrl, { keepAlive, insecure, timeoutMs, trusted }),
            proxy: false,
        };
    // many proxies allow CONNECT to the port of https alone: plain http is asked of the proxy itself
    const host = proxyUrl.hostname.replace(/^\[|\]$/g, '');
    const isSecureProxy = proxyUrl.protocol === 'https:';
    return {
        proxyUrl,
        // without its own name Node would ask for a certificate of the server's name
        agent: isSecureProxy ? new SecureAgent({ ...kept(keepAlive), servername: host }) : new Agent(kept(keepAlive)),
        proxy: {
            protocol: proxyUrl.protocol,
            host,
            port: Number(proxyUrl.port) || (isSecureProxy ? 443 : 80),
            ...(proxyUrl.username === '' ? {} : { auth: credentialsOf(proxyUrl) }),
        },
    };
}

function kept(keepAlive: boolean): { keepAlive: boolean; keepAliveMsecs: number } {
    return { keepAlive, keepAliveMsecs: KEEP_ALIVE_MS };
}

/** Has a WebSocket go where requests go. @returns undefined where the environment names no proxy for it */
export function socketAgent(url: string, options: { insecure: boolean; timeoutMs: number }): Agent | undefined {
    const proxy = proxyFor(url);
    return proxy === null ? undefined : new TunnelAgent(proxy, { ...options, keepAlive: false });
}

function credentialsOf({ username, password }: URL): { username: string; password: string } {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];

/** Connections through a proxy by CONNECT. One that the proxy does not answer for ends with the time, or with the agent. */
class TunnelAgent extends HttpsProxyAgent<string> {
    private readonly attempts = new Set<AbortController>();

    constructor(
        proxy: URL,
        private readonly limits: {
            keepAlive: boolean;
            insecure: boolean;
            timeoutMs: number;
            trusted?: { ca?: string[] };
        },
    ) {
        super(proxy, kept(limits.keepAlive));
    }

    override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
        const attempt = new AbortController();
        const late = setTimeout(() => attempt.abort(), this.limits.timeoutMs);
        let status = 200;
        request.once('proxyConnect', (answer: { statusCode: number }) => (status = answer.statusCode));
        this.attempts.add(attempt);
        this.connectOpts = { ...this.connectOpts, signal: attempt.signal };
        const { insecure, trusted } = this.limits;
        const target = { ...options, ...trusted, rejectUnauthorized: !insecure } as ConnectOptions;
        try {
            const socket = await super.connect(request, target);
            if (status === 200) return socket;
            // it would be read as the server's own answer
            socket.destroy();
            throw new Error(`the proxy ${this.proxy.host} answered ${status} to CONNECT`);
        } finally {
            clearTimeout(late);
            this.attempts.delete(attempt);
        }
    }

    override destroy(): void {
        for (const attempt of this.attempts) attempt.abort();
        super.destroy();
    }
}
