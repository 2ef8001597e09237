import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import * as v from 'valibot';
import { versionSchema } from '../../clients/bambuddy/answers';
import { AuthError, ConfigError, Failure, type PrintServerName } from '../../http/errors';
import { Http } from '../../http/http';
import { rootSchema } from '../../clients/inventree/answers';
import { versionSchema as octoPrintVersion } from '../../clients/octoprint/answers';
import type { Target } from './connection';
import { aboutServer, problem, problemOf, ProblemError } from './problem';
import type { Identity } from './wire';

/** What each server tells everybody: its version (recordings Bambuddy 42, InvenTree 001); OctoPrint only with a key (20). */
const GREETINGS: Readonly<Record<PrintServerName, { path: string; read: (body: unknown) => Identity | null }>> = {
    Bambuddy: {
        path: '/api/v1/updates/version',
        read: (body) => {
            const answer = v.safeParse(versionSchema, body);
            return answer.success ? { name: 'Bambuddy', version: answer.output.version } : null;
        },
    },
    InvenTree: {
        path: '/api/',
        read: (body) => {
            const answer = v.safeParse(rootSchema, body);
            if (!answer.success) return null;
            return { name: 'InvenTree', version: answer.output.version, api: answer.output.apiVersion };
        },
    },
    OctoPrint: {
        path: '/api/version',
        read: (body) => {
            const answer = v.safeParse(octoPrintVersion, body);
            return answer.success ? { name: 'OctoPrint', version: answer.output.server } : null;
        },
    },
};
/** Which of those that tell everybody may stand there instead. */
const OTHERS: Readonly<Record<PrintServerName, readonly PrintServerName[]>> = {
    Bambuddy: ['InvenTree'],
    InvenTree: ['Bambuddy'],
    OctoPrint: ['Bambuddy', 'InvenTree'],
};
/** A second look, to say more of what is wrong, takes no longer. */
const SECOND_LOOK_MS = 3000;

/**
 * Asks who is there, before it is told any secret.
 * @returns null where it wants a secret to say so
 * @throws ProblemError
 */
export async function identify(target: Target): Promise<Identity | null> {
    try {
        return await greet(target, target.server, target.address, target.timeoutMs);
    } catch (error) {
        const found = await closerLook(target, error);
        if (error instanceof AuthError && found.kind !== 'swapped') return null;
        throw new ProblemError(found);
    }
}

async function greet(
    { insecure, secret }: Target,
    server: PrintServerName,
    address: string,
    timeoutMs: number,
): Promise<Identity> {
    const http = new Http({ server, baseUrl: address, headers: {}, secrets: [secret], timeoutMs, insecure });
    try {
        const { path, read } = GREETINGS[server];
        const identity = read((await http.request('GET', path)).body);
        if (identity !== null) return identity;
        throw new ConfigError(`${address} answers, but not as ${server} does`, { server, trouble: 'wrongServer' });
    } finally {
        http.close();
    }
}

/** What went wrong, as exactly as a second look can tell. */
async function closerLook(target: Target, error: unknown): Promise<ReturnType<typeof problem>> {
    const { server, address } = target;
    const about = aboutServer(server, address);
    const first = problemOf(error, about);
    const { protocol, origin } = new URL(address);
    if (protocol === 'http:' && mayBeSecure(error) && (await speaksTls(address)))
        return problem('schemeHttps', about, first.message);
    if (first.kind === 'schemeHttp')
        return (await answersAtAll(address)) ? first : problem('closed', about, first.message);
    if (!isAnAnswer(error)) return first;
    for (const other of OTHERS[server]) {
        if ((await seenAt(target, other, address)) !== null) return problem('swapped', { ...about, found: other });
    }
    if (origin !== address && (await seenAt(target, server, origin)) !== null)
        return problem('wrongPath', { ...about, address: origin });
    // "not found" and the like, from somebody who is not that server
    return first.kind === 'rejected' ? problem('wrongServer', first.values, first.message) : first;
}

async function seenAt(target: Target, server: PrintServerName, address: string): Promise<Identity | null> {
    return greet(target, server, address, SECOND_LOOK_MS).catch(() => null);
}

/** A port that speaks https closes, answers 400, or what is no HTTP at all. */
function mayBeSecure(error: unknown): boolean {
    if (!(error instanceof Failure)) return false;
    return error.trouble === 'closed' || error.trouble === 'unreadable' || error.status === 400;
}

function isAnAnswer(error: unknown): boolean {
    if (!(error instanceof Failure)) return false;
    return error.status !== undefined || error.trouble === 'html' || error.trouble === 'wrongServer';
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
