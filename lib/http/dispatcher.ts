import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import { proxyAuthorization } from './proxy';

/** Longer answers are not read: a picture of 25 MB is the largest thing that is asked for. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface ConnectionOptions {
    /** accept certificates nobody vouches for */
    insecure: boolean;
    /** until a connection stands */
    timeoutMs: number;
}

/** Connections that are kept, directly or through a proxy. Redirects are not followed. */
export function dispatcherFor(proxy: URL | null, { insecure, timeoutMs }: ConnectionOptions): Dispatcher {
    // how long an exchange may take is for the caller to say: a slow link is no failure
    const options = { headersTimeout: 0, bodyTimeout: 0, maxResponseSize: MAX_ANSWER_BYTES };
    const connect = { rejectUnauthorized: !insecure, timeout: timeoutMs };
    if (proxy === null) return new Agent({ ...options, connect });
    return new ProxyAgent({
        ...options,
        uri: proxy.href,
        token: proxyAuthorization(proxy)['Proxy-Authorization'],
        requestTls: connect,
        proxyTls: { timeout: timeoutMs },
        // http is asked of the proxy by whole addresses: many allow CONNECT to the port of https alone
        proxyTunnel: false,
    });
}
