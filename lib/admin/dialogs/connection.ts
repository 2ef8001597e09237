import { serverAddress } from '../../http/address';
import type { PrintServerName } from '../../http/errors';
import { TIMEOUT_S } from '../../http/policy';
import { aboutServer, problem, ProblemError } from './problem';
import type { Connection } from './wire';

/** What Node-RED's editor shows in place of a stored password, and sends back where it was not typed over. */
export const MASK = '__PWRD__';

const API_PATHS: Readonly<Record<PrintServerName, string>> = {
    Bambuddy: '/api/v1',
    InvenTree: '/api',
    OctoPrint: '/api',
};

/** The same server as it was deployed last. */
export interface StoredConnection {
    /** as saved; may be a variable, `${NAME}` */
    url: string;
    insecure: boolean;
    /** as saved; may be a variable */
    secret: string;
    /** what the node works with, its variables filled in; null: it does not run, or runs in each instance of a subflow */
    running: { address: string; secret: string } | null;
    /** of an OctoPrint, as saved */
    camera?: { url: string; login: string };
}

/** Where to look, and with what. */
export interface Target {
    server: PrintServerName;
    address: string;
    webAddress: string;
    snapshotUrl: string;
    snapshotLogin: string;
    insecure: boolean;
    secret: string;
    timeoutMs: number;
}

/** Reads a connection from what a browser sent: what is missing or of another form is as in a new node. */
export function connectionOf(body: unknown): Connection {
    const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const text = (name: string): string => (typeof given[name] === 'string' ? given[name].trim() : '');
    const timeout = Number(given['timeout']);
    return {
        id: text('id'),
        url: text('url'),
        webUrl: text('webUrl'),
        snapshotUrl: text('snapshotUrl'),
        snapshotLogin: text('snapshotLogin'),
        timeout:
            Number.isFinite(timeout) && timeout > 0
                ? Math.min(TIMEOUT_S.most, Math.max(TIMEOUT_S.least, timeout))
                : TIMEOUT_S.default,
        insecure: given['insecure'] === true,
        secret: text('secret'),
    };
}

/**
 * Where to look and with what secret. A stored secret, and what a variable of Node-RED holds, go only where the deployed
 * node sends them itself: to the same scheme, host, port and path, with the certificate looked at as strictly.
 * @param stored null: not deployed
 * @throws ProblemError `secretAgain`, `variable`; ConfigError for an address that cannot be one
 */
export function targetOf(server: PrintServerName, connection: Connection, stored: StoredConnection | null): Target {
    const address = addressOf(server, connection.url, stored);
    return {
        server,
        address,
        webAddress:
            connection.webUrl === '' || isVariable(connection.webUrl)
                ? address
                : serverAddress(connection.webUrl, API_PATHS[server], server),
        snapshotUrl: connection.snapshotUrl,
        snapshotLogin: loginFor(server, address, connection, stored),
        insecure: connection.insecure,
        secret: secretFor(server, address, connection, stored),
        timeoutMs: connection.timeout * 1000,
    };
}

function addressOf(server: PrintServerName, url: string, stored: StoredConnection | null): string {
    if (!isVariable(url)) return serverAddress(url, API_PATHS[server], server);
    if (stored?.running != null && stored.url.trim() === url) return stored.running.address;
    throw new ProblemError(problem('variable', { ...aboutServer(server, ''), name: url }));
}

function secretFor(
    server: PrintServerName,
    address: string,
    { secret, insecure }: Connection,
    stored: StoredConnection | null,
): string {
    if (secret !== MASK && !isVariable(secret)) return secret;
    const about = aboutServer(server, address);
    if (secret !== MASK && secret !== stored?.secret)
        throw new ProblemError(problem('variable', { ...about, name: secret }));
    const isItsOwn = stored !== null && storedAddress(server, stored) === address && (!insecure || stored.insecure);
    if (!isItsOwn) throw new ProblemError(problem('secretAgain', about));
    if (!isVariable(stored.secret)) return stored.secret;
    if (stored.running !== null) return stored.running.secret;
    throw new ProblemError(problem('variable', { ...about, name: stored.secret }));
}

/** @returns empty where the stored one is of another camera: that is then asked without, and its refusal is told */
function loginFor(
    server: PrintServerName,
    address: string,
    { snapshotUrl, snapshotLogin, insecure }: Connection,
    stored: StoredConnection | null,
): string {
    if (snapshotLogin !== MASK) return isVariable(snapshotLogin) ? '' : snapshotLogin;
    if (stored?.camera === undefined || isVariable(stored.camera.login)) return '';
    const before = storedAddress(server, stored);
    const isItsOwn = before !== null && cameraAt(before, stored.camera.url) === cameraAt(address, snapshotUrl);
    return isItsOwn && (!insecure || stored.insecure) ? stored.camera.login : '';
}

function cameraAt(address: string, snapshotUrl: string): string | null {
    return URL.canParse(snapshotUrl, `${address}/`) ? new URL(snapshotUrl, `${address}/`).href : null;
}

function storedAddress(server: PrintServerName, { url, running }: StoredConnection): string | null {
    if (isVariable(url.trim())) return running?.address ?? null;
    try {
        return serverAddress(url, API_PATHS[server], server);
    } catch {
        return null;
    }
}

/** Node-RED fills in what is nothing but a variable, when it makes the node. */
function isVariable(text: string): boolean {
    return /^\$\{\S+\}$/.test(text) || /^\$\(\S+\)$/.test(text);
}
