import { serverAddress } from '../../http/address';
import { TIMEOUT_S } from '../../http/policy';
import type { ServerKind, ServerTarget } from '../../clients/server-kind';
import { aboutServer, problem, ProblemError } from './problem';
import type { Connection } from './wire';

/** What Node-RED's editor shows in place of a stored password, and sends back where it was not typed over. */
export const MASK = '__PWRD__';

/** The same server as it was deployed last. */
export interface StoredConnection {
    /** as saved; may be a variable, `${NAME}` */
    url: string;
    insecure: boolean;
    /** as saved; may be a variable */
    secret: string;
    /** what the node works with, its variables filled in, and the secret that came in the place of a used one; null: it does not run, or runs in each instance of a subflow */
    running: {
        address: string;
        secret: string;
        renewedSecret?: string;
        month?: { used: number; limit: number | null };
    } | null;
    /** the second address of its kind and that one's secret, as saved; not set: it has none */
    companion?: { url: string; secret: string };
}

/** Where to look, and with what. */
export interface Target extends ServerTarget {
    readonly kind: ServerKind;
    /** of its pages, as people open them */
    readonly webAddress: string;
}

/** Reads a connection from what a browser sent: what is missing or of another form is as in a new node. */
export function connectionOf(body: unknown): Connection {
    const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const { id = '', url = '', webUrl = '', secret = '', ...texts } = textsOf(given);
    const timeout = Number(given['timeout']);
    return {
        id,
        url,
        webUrl,
        texts,
        timeout:
            Number.isFinite(timeout) && timeout > 0
                ? Math.min(TIMEOUT_S.most, Math.max(TIMEOUT_S.least, timeout))
                : TIMEOUT_S.default,
        insecure: given['insecure'] === true,
        secret,
    };
}

function textsOf(given: Record<string, unknown>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(given).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])),
    );
}

/**
 * Where to look and with what secret. A stored secret, and what a variable of Node-RED holds, go only where the deployed
 * node sends them itself: to the same scheme, host, port and path, with the certificate looked at as strictly.
 * @param stored null: not deployed
 * @throws ProblemError `secretAgain`, `variable`; ConfigError for an address that cannot be one
 */
export function targetOf(kind: ServerKind, connection: Connection, stored: StoredConnection | null): Target {
    const address = addressOf(kind, connection.url, stored);
    return {
        kind,
        address,
        webAddress:
            connection.webUrl === '' || isVariable(connection.webUrl)
                ? address
                : serverAddress(connection.webUrl, kind),
        companion: companionOf(kind, address, connection, stored),
        texts: connection.texts,
        insecure: connection.insecure,
        secret: secretFor(kind, address, connection, stored),
        timeoutMs: connection.timeout * 1000,
        ...(stored?.running?.month === undefined ? {} : { month: stored.running.month }),
    };
}

function addressOf(kind: ServerKind, url: string, stored: StoredConnection | null): string {
    if (!isVariable(url)) return serverAddress(url || (kind.usualAddress ?? ''), kind);
    if (stored?.running != null && stored.url.trim() === url) return stored.running.address;
    throw new ProblemError(problem('variable', { ...aboutServer(kind, ''), name: url }));
}

function secretFor(
    kind: ServerKind,
    address: string,
    { secret, insecure }: Connection,
    stored: StoredConnection | null,
): string {
    if (secret !== MASK && !isVariable(secret)) return secret;
    const about = aboutServer(kind, address);
    if (secret !== MASK && secret !== stored?.secret)
        throw new ProblemError(problem('variable', { ...about, name: secret }));
    const isItsOwn = stored !== null && storedAddress(kind, stored) === address && (!insecure || stored.insecure);
    if (!isItsOwn) throw new ProblemError(problem('secretAgain', about));
    if (stored.running?.renewedSecret !== undefined) return stored.running.renewedSecret;
    if (!isVariable(stored.secret)) return stored.secret;
    if (stored.running !== null) return stored.running.secret;
    throw new ProblemError(problem('variable', { ...about, name: stored.secret }));
}

/** @returns without the secret where the stored one is another address's: that is asked without, and its refusal is told */
function companionOf(
    kind: ServerKind,
    address: string,
    { texts, insecure }: Connection,
    stored: StoredConnection | null,
): Target['companion'] {
    if (kind.companion === undefined) return { url: '', secret: '' };
    const url = texts[kind.companion.url] ?? '';
    const secret = texts[kind.companion.secret] ?? '';
    const without = { url, secret: '' };
    if (secret !== MASK) return isVariable(secret) ? without : { url, secret };
    if (stored?.companion === undefined || isVariable(stored.companion.secret)) return without;
    const before = storedAddress(kind, stored);
    const isItsOwn = before !== null && resolved(before, stored.companion.url) === resolved(address, url);
    return isItsOwn && (!insecure || stored.insecure) ? { url, secret: stored.companion.secret } : without;
}

/** It may be a path on the server itself. */
function resolved(address: string, url: string): string | null {
    return URL.canParse(url, `${address}/`) ? new URL(url, `${address}/`).href : null;
}

function storedAddress(kind: ServerKind, { url, running }: StoredConnection): string | null {
    if (isVariable(url.trim())) return running?.address ?? null;
    try {
        return serverAddress(url.trim() || (kind.usualAddress ?? ''), kind);
    } catch {
        return null;
    }
}

/** Node-RED fills in what is nothing but a variable, when it makes the node. */
function isVariable(text: string): boolean {
    return /^\$\{\S+\}$/.test(text) || /^\$\(\S+\)$/.test(text);
}
