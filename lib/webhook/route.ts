import type { RequestOptions } from 'node:https';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { orClosed } from '../http/or-closed';
import { placeOf, proxyAuthorization, proxyFor, tunnel } from '../http/proxy';
import { ForbiddenTarget, guardedLookup, isForbidden } from './forbidden';
import type { HookRequest } from './request';

export interface Route {
    options: RequestOptions;
    /** the connection stands already */
    connected: boolean;
}

interface RouteOptions {
    timeoutMs: number;
    insecure: boolean;
    signal?: AbortSignal | undefined;
}

/**
 * How a request gets to its server: directly, or through the proxy that the environment names, by the rules of `proxyFor`.
 * A forbidden address is refused on both: of a name that only the proxy can look up, the proxy must know.
 * @throws ForbiddenTarget; ClosedError; Error where the proxy is away or refuses
 */
export async function routeTo(request: HookRequest, { timeoutMs, insecure, signal }: RouteOptions): Promise<Route> {
    const url = new URL(request.origin);
    const place = placeOf(url);
    const { host: hostname, port, secure } = place;
    // a name is checked when it is looked up; an address is not looked up
    if (isIP(hostname) !== 0 && isForbidden(hostname)) throw new ForbiddenTarget(hostname);
    const direct: RequestOptions = { protocol: url.protocol, hostname, port, path: request.target };
    const proxy = proxyFor(request.origin);
    if (proxy === null) {
        const guarded = { ...direct, agent: false as const, lookup: guardedLookup };
        return { options: secure ? { ...guarded, rejectUnauthorized: !insecure } : guarded, connected: false };
    }
    await mustBeAllowed(hostname);
    if (secure) {
        const work = tunnel(proxy, { ...place, insecure }, timeoutMs);
        const closed = signal ?? new AbortController().signal;
        work.then(
            (socket) => closed.aborted && socket.destroy(),
            () => undefined,
        );
        const socket = await orClosed(work, closed);
        return { options: { ...direct, createConnection: () => socket }, connected: true };
    }
    return {
        options: {
            ...placeOf(proxy),
            protocol: proxy.protocol,
            path: request.origin + request.target,
            headers: { Host: url.host, ...proxyAuthorization(proxy) },
            agent: false,
        },
        connected: false,
    };
}

async function mustBeAllowed(hostname: string): Promise<void> {
    const found = await lookup(hostname, { all: true }).catch(() => []);
    if (found.length > 0 && found.every(({ address }) => isForbidden(address))) throw new ForbiddenTarget(hostname);
}
