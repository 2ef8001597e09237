import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { abortable } from '../../concurrency/abortable';
import { routeTo, type Route } from '../../http/wire/proxy';
import { BlockedTarget, guardedLookup, isBlocked } from './ssrf-guard';

/**
 * How a webhook gets to its server: as every request does, but never to a forbidden address. Directly that is checked when
 * the name is looked up for the connection; through a proxy before, and of a name that only the proxy can look up, the
 * proxy must know.
 * @throws ForbiddenTarget; ClosedError where `signal` ends the look-up
 */
export async function guardedRoute(
    origin: string,
    options: { timeoutMs: number; insecure: boolean },
    signal: AbortSignal,
): Promise<Route> {
    const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
    // an address is not looked up
    if (isIP(host) !== 0 && isBlocked(host)) throw new BlockedTarget(host);
    const route = routeTo(origin, { ...options, keepAlive: false, lookup: guardedLookup });
    if (route.proxyUrl !== null) await abortable(mustBeAllowed(host), signal);
    return route;
}

async function mustBeAllowed(hostname: string): Promise<void> {
    const found = await lookup(hostname, { all: true }).catch(() => []);
    if (found.length > 0 && found.every(({ address }) => isBlocked(address))) throw new BlockedTarget(hostname);
}
