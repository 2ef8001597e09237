import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { ServerKind } from '../../clients/server-kind';
import { SERVER_KINDS } from '../../clients/server-kinds';
import { AuthError, ConfigError, Failure } from '../../http/errors';
import { Http } from '../../http/http';
import type { Target } from './connection';
import { aboutServer, problem, problemOf, ProblemError } from './problem';
import type { Identity } from './wire';

/** A second look, to say more of what is wrong, takes no longer. */
const SECOND_LOOK_MS = 3000;

/**
 * Asks who is there, before it is told any secret.
 * @param kinds which servers may stand there instead
 * @returns null where it wants a secret to say so, or has no call for it
 * @throws ProblemError
 */
export async function identify(target: Target, kinds: readonly ServerKind[] = SERVER_KINDS): Promise<Identity | null> {
    try {
        return await identityAt(target, target.kind, target.address, target.timeoutMs);
    } catch (error) {
        const found = await closerLook(target, kinds, error);
        if (error instanceof AuthError && found.kind !== 'swapped') return null;
        throw new ProblemError(found);
    }
}

async function identityAt(
    { insecure, secret }: Target,
    kind: ServerKind,
    address: string,
    timeoutMs: number,
): Promise<Identity | null> {
    if (kind.identity === undefined) return null;
    const { label, identity } = kind;
    const http = new Http({ server: kind, baseUrl: address, headers: {}, secrets: [secret], timeoutMs, insecure });
    try {
        const version = identity.read((await http.request('GET', identity.path)).body);
        if (version !== null) return { name: label, ...version };
        throw new ConfigError(`${address} answers, but not as ${label} does`, {
            server: label,
            failureKind: 'wrongServer',
        });
    } finally {
        http.close();
    }
}

/** What went wrong, as exactly as a second look can tell. */
async function closerLook(
    target: Target,
    kinds: readonly ServerKind[],
    error: unknown,
): Promise<ReturnType<typeof problem>> {
    const { kind, address } = target;
    const about = aboutServer(kind, address);
    const first = problemOf(error, about);
    const { protocol, origin } = new URL(address);
    if (protocol === 'http:' && mayBeSecure(error) && (await speaksTls(address)))
        return problem('schemeHttps', about, first.message);
    if (first.kind === 'schemeHttp')
        return (await answersAtAll(address)) ? first : problem('closed', about, first.message);
    if (!isAnAnswer(error)) return first;
    for (const other of kinds) {
        if (other.identity?.isPublic !== true || other.id === kind.id) continue;
        if ((await seenAt(target, other, address)) !== null)
            return problem('swapped', { ...about, found: other.label });
    }
    if (origin !== address && (await seenAt(target, kind, origin)) !== null)
        return problem('wrongPath', { ...about, address: origin });
    // "not found" and the like, from something else than that server
    return first.kind === 'rejected' ? problem('wrongServer', first.values, first.message) : first;
}

async function seenAt(target: Target, kind: ServerKind, address: string): Promise<Identity | null> {
    return identityAt(target, kind, address, SECOND_LOOK_MS).catch(() => null);
}

/** A port that speaks https closes, answers 400, or what is no HTTP at all. */
function mayBeSecure(error: unknown): boolean {
    if (!(error instanceof Failure)) return false;
    return error.failureKind === 'closed' || error.failureKind === 'unreadable' || error.status === 400;
}

function isAnAnswer(error: unknown): boolean {
    if (!(error instanceof Failure)) return false;
    return error.status !== undefined || error.failureKind === 'html' || error.failureKind === 'wrongServer';
}

/** Whether there is TLS at that port; nothing is sent through it. */
function speaksTls(address: string): Promise<boolean> {
    const { hostname, port } = new URL(address);
    return new Promise((resolve) => {
        const socket = connectSecurely({ host: bare(hostname), port: Number(port || 80), rejectUnauthorized: false });
        const end = (answer: boolean): void => {
            socket.destroy();
            resolve(answer);
        };
        socket.setTimeout(SECOND_LOOK_MS, () => end(false));
        socket.once('secureConnect', () => end(true));
        socket.once('error', () => end(false));
    });
}

/** Whether a port where TLS failed speaks plain HTTP. */
function answersAtAll(address: string): Promise<boolean> {
    const { hostname, port, host } = new URL(address);
    return new Promise((resolve) => {
        const socket = connect({ host: bare(hostname), port: Number(port || 443) });
        const end = (answer: boolean): void => {
            socket.destroy();
            resolve(answer);
        };
        socket.setTimeout(SECOND_LOOK_MS, () => end(false));
        socket.once('connect', () => socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
        socket.once('data', (bytes) => end(bytes.toString('latin1').startsWith('HTTP/')));
        socket.once('error', () => end(false));
        socket.once('close', () => end(false));
    });
}

/** `[::1]` as the network wants it */
function bare(hostname: string): string {
    return hostname.replace(/^\[|\]$/g, '');
}
