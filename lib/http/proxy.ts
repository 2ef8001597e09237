import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

/**
 * The proxy that the environment names for an address, by the rules that most programs have: `HTTPS_PROXY` or
 * `HTTP_PROXY`, else `ALL_PROXY`, in small letters first, and none for what `NO_PROXY` lists.
 *
 * @param address `http(s)://` or `ws(s)://`
 * @returns null: the server is to be asked directly
 */
export function proxyFor(address: string, env: NodeJS.ProcessEnv = process.env): URL | null {
    const { protocol, hostname, port } = new URL(address);
    const isSecure = protocol === 'https:' || protocol === 'wss:';
    const named = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
    const proxy = named(isSecure ? 'https_proxy' : 'http_proxy') || named('all_proxy');
    if (proxy === '' || isExcepted(hostname, port || (isSecure ? '443' : '80'), named('no_proxy'))) return null;
    try {
        return new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
    } catch {
        return null;
    }
}

function isExcepted(hostname: string, port: string, list: string): boolean {
    const host = hostname.toLowerCase();
    return list
        .toLowerCase()
        .split(/[,\s]+/)
        .filter(Boolean)
        .some((entry) => {
            const [, name = entry, only] = /^(.+):(\d+)$/.exec(entry) ?? [];
            if (only !== undefined && only !== port) return false;
            if (name === '*') return true;
            const suffix = name.replace(/^\*/, '');
            return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix;
        });
}

/**
 * Has a WebSocket go where requests go, for the `createConnection` of ws.
 * @returns null where the environment names no proxy for it
 */
export async function throughProxy(
    url: string,
    { insecure, timeoutMs }: { insecure: boolean; timeoutMs: number },
): Promise<Socket | null> {
    const proxy = proxyFor(url);
    if (proxy === null) return null;
    return tunnel(proxy, { ...placeOf(new URL(url)), insecure }, timeoutMs);
}

/** Where a server is. */
export interface Place {
    /** a name, or an address without brackets */
    host: string;
    port: number;
    /** by TLS; through a tunnel too */
    secure: boolean;
    /** what TLS is asked for: nothing where the host is an address (RFC 6066) */
    servername: string;
}

/** @param url `http(s)://` or `ws(s)://` */
export function placeOf({ protocol, hostname, port }: URL): Place {
    const secure = protocol === 'https:' || protocol === 'wss:';
    const host = hostname.replace(/^\[|\]$/g, '');
    return { host, port: Number(port) || (secure ? 443 : 80), secure, servername: isIP(host) === 0 ? host : '' };
}

export interface TunnelTarget extends Place {
    /** accept certificates nobody vouches for */
    insecure: boolean;
}

/**
 * A connection to a server through a proxy, by CONNECT.
 * @param timeoutMs for the proxy's answer, and once more for the server's TLS
 * @throws Error where the proxy is away or refuses, or the server behind it does not speak TLS in time
 */
export async function tunnel(proxy: URL, target: TunnelTarget, timeoutMs: number): Promise<Socket> {
    const { host, port, servername } = target;
    const proxyPlace = placeOf(proxy);
    const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const raw = await new Promise<Socket>((resolve, reject) => {
        const ask = (proxyPlace.secure ? secureRequest : request)({
            ...proxyPlace,
            method: 'CONNECT',
            path: at,
            headers: { Host: at, ...proxyAuthorization(proxy) },
            agent: false,
            timeout: timeoutMs,
        });
        ask.once('connect', ({ statusCode = 0 }, socket) => {
            if (statusCode === 200) return resolve(socket);
            socket.destroy();
            reject(new Error(`the proxy ${proxy.host} answered ${statusCode} to CONNECT`));
        });
        ask.once('response', ({ statusCode = 0 }) => {
            ask.destroy();
            reject(new Error(`the proxy ${proxy.host} answered ${statusCode} to CONNECT`));
        });
        ask.once('timeout', () => ask.destroy(new Error(`the proxy ${proxy.host} did not answer`)));
        ask.once('error', reject);
        ask.end();
    });
    if (!target.secure) return raw;
    const socket = connectSecurely({ socket: raw, host, servername, rejectUnauthorized: !target.insecure });
    const late = setTimeout(() => {
        socket.destroy(new Error(`${at} did not answer to TLS through the proxy ${proxy.host}`));
    }, timeoutMs);
    const secured = new Promise<Socket>((resolve, reject) => {
        socket.once('secureConnect', () => resolve(socket));
        socket.once('error', reject);
    });
    return secured.finally(() => clearTimeout(late));
}

/** What a proxy with user name and password is shown. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
    if (proxy.username === '') return {};
    const text = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    return { 'Proxy-Authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}
