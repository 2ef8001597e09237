import { ConfigError, type ServerName, type FailureKind } from './errors';

/**
 * Makes one form of what people type as a server's address.
 *
 * @param typed root or API address, e.g. `inventree.lan/`, `http://host/sub//api/`
 * @param apiPath what may stand at its end and is cut off, e.g. `/api/v1`
 * @returns scheme, host and sub-path without a trailing slash, e.g. `http://host/sub`
 * @throws ConfigError when it is empty, not http(s), or carries a user name
 */
export function serverAddress(typed: string, apiPath: string, server: ServerName): string {
    const text = typed.trim();
    const wrong = (why: string, trouble: FailureKind = 'badAddress'): ConfigError =>
        new ConfigError(`${server} server: the address ${why}. Enter it like http://192.168.1.20:8000`, {
            server,
            setting: 'url',
            trouble,
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
    if (path.toLowerCase().endsWith(apiPath)) path = path.slice(0, -apiPath.length);
    return `${url.protocol}//${url.host}${path}`;
}
