import type { Look } from './path';
import { TemplateMistake } from './json-template';
import { compileText, pathsOf, renderText, type TextTemplate } from './text-template';

/** An address with parameters in its path and query; scheme and host are fixed. */
export interface UrlTemplate {
    /** scheme, host and port, e.g. `https://chat.example` */
    origin: string;
    /** user name and password of the address, for the Authorization header; null: none */
    user: { name: string; password: string } | null;
    rest: TextTemplate;
}

/** Parameters that are secrets: an address stands in logs of proxies and servers. */
export type IsSecret = (name: string) => boolean;

/**
 * Compiles the text of an address. An `@` before the first `/` is that of user name and password, never a parameter.
 * @throws TemplateMistake
 */
export function compileUrl(text: string, isSecret: IsSecret): UrlTemplate {
    const found = /^(https?:\/\/[^/?#\\]*)([^]*)$/i.exec(text.trim());
    if (found === null) throw new TemplateMistake(text.trim() === '' ? 'urlEmpty' : 'urlHost');
    const base = parsed(found[1]!);
    const hash = found[2]!.indexOf('#');
    // a fragment is never sent
    const rest = compileText(hash < 0 ? found[2]! : found[2]!.slice(0, hash));
    if (/(^|\/)(\.|%2e){1,2}(\/|\?|$)/i.test(found[2]!)) throw new TemplateMistake('urlDots');
    const secret = pathsOf(rest).find(([name]) => isSecret(name!));
    if (secret !== undefined) throw new TemplateMistake('urlSecret', { name: secret[0]! });
    const { username, password } = base;
    const user = username === '' && password === '' ? null : { name: decoded(username), password: decoded(password) };
    return { origin: base.origin, user, rest };
}

/**
 * Puts values in, each encoded so that it stays inside its place: it can neither end the path or query nor climb out of
 * its folder. Never throws; the origin is the template's.
 */
export function renderUrl(template: UrlTemplate, look: Look): URL {
    const rest = renderText(template.rest, look, encodeInUrl);
    const url = new URL(template.origin);
    const query = rest.indexOf('?');
    // by its parts, so that nothing in them can be read as a host
    url.pathname = withoutDots(query < 0 ? rest : rest.slice(0, query));
    url.search = query < 0 ? '' : rest.slice(query);
    return url;
}

/** As `encodeURIComponent`, also for halves of characters and for what some servers decode twice. */
export function encodeInUrl(text: string): string {
    return encodeURIComponent(text.toWellFormed()).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}

/** A value `..` would lead to the folder above: dots alone in a segment are dropped by URL itself, also as `%2e`. */
function withoutDots(path: string): string {
    return path
        .split('/')
        .map((segment) => (/^(\.|%2e){1,2}$/i.test(segment) ? '-' : segment))
        .join('/');
}

function parsed(address: string): URL {
    try {
        const url = new URL(address);
        // `http://@name/` would be read as a host called name
        if (url.hostname !== '' && !/\/@/.test(address)) return url;
    } catch {
        // told below, without the text: it may hold a password
    }
    throw new TemplateMistake(/@/.test(address) ? 'urlHostParameter' : 'urlIncomplete');
}

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
