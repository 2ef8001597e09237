import { ConfigError, type FailureKind } from './errors';
import type { ServerTraits } from './server-traits';

/**
 * Makes one form of what people type as a server's address.
 *
 * @param typed root or API address, e.g. `inventree.lan/`, `http://host/sub//api/`
 * @param server its `apiPath` may stand at the end and is cut off
 * @returns scheme, host and sub-path without a trailing slash, e.g. `http://host/sub`
 * @throws ConfigError when it is empty, not http(s), or carries a user name
 */
export function serverAddress(typed: string, server: Pick<ServerTraits, 'label' | 'apiPath'>): string {
    const { label, apiPath } = server;
    const text = typed.trim();
    const wrong = (why: string, failureKind: FailureKind = 'badAddress'): ConfigError =>
        new ConfigError(`${label} server: the address ${why}. Enter it like http://192.168.1.20:8000`, {
            server: label,
            setting: 'url',
            failureKind,
        });
    if (text === '') throw wrong('is empty', 'noAddress');
    let url: URL;
    try {
        url = new URL(text);
    } catch {
        throw wrong('is not a complete address');
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('must start with http:// or https://');
    // the user info itself is not repeated: it is a secret
    if (url.username !== '' || url.password !== '') throw wrong('must not contain a user name or password', 'userinfo');
    if (url.hostname === '') throw wrong('has no host');
    let path = url.pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
    if (apiPath !== '' && path.toLowerCase().endsWith(apiPath)) path = path.slice(0, -apiPath.length);
    return `${url.protocol}//${url.host}${path}`;
}
