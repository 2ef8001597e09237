import type { FailureKind } from './errors';

/** How long a request may take that a person sets, in seconds: at the least, at the most, and where nothing is set. */
export const TIMEOUT_S = { least: 1, most: 600, default: 30 } as const;

/**
 * What is done about each kind of failure, in one table.
 * - `wait`: time heals it; the work waits in the server's line and is tried again, after a look at what came of it
 * - `auth`: a person must see to the key or token, or its rights
 * - `reject`: the server refused this one thing; the print is parked, others go on
 */
export type Remedy = 'wait' | 'auth' | 'reject';

/** By status; the first row that fits holds. A `Retry-After` is obeyed wherever the remedy is to wait. */
export const STATUS_POLICY: readonly { from: number; to: number; remedy: Remedy; why: string }[] = [
    { from: 300, to: 399, remedy: 'wait', why: 'redirects are not followed: the secret stays with its server' },
    {
        from: 401,
        to: 401,
        remedy: 'auth',
        why: 'on Bambuddy asked again first: a valid key may get one while its database is held',
    },
    { from: 403, to: 403, remedy: 'auth', why: 'a right is missing' },
    { from: 407, to: 407, remedy: 'wait', why: 'a proxy on the way wants a name and password: no print is at fault' },
    { from: 408, to: 408, remedy: 'wait', why: 'the server did not get the request in time' },
    { from: 425, to: 425, remedy: 'wait', why: 'too early' },
    { from: 429, to: 429, remedy: 'wait', why: 'too many requests' },
    { from: 400, to: 499, remedy: 'reject', why: 'the same again gives the same' },
    {
        from: 500,
        to: 599,
        remedy: 'wait',
        why: '"database is locked" is a 500, maintenance a 503 page',
    },
];

export function remedyOf(status: number): Remedy {
    return STATUS_POLICY.find((row) => status >= row.from && status <= row.to)?.remedy ?? 'reject';
}

/** Codes of Node's network for a certificate that cannot be trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/** What a person does about a certificate that is not known, by the settings that the server's node has. */
const TRUST = {
    insecure: 'Install its certificate authority, or tick "accept self-signed certificate".',
    ca: 'Enter its root certificate in the dialog, or name it to Node.js by NODE_EXTRA_CA_CERTS.',
    none: 'Name its root certificate to Node.js by NODE_EXTRA_CA_CERTS.',
} as const;
export type TrustBy = keyof typeof TRUST;

/**
 * The message about a certificate that cannot be trusted.
 * @param at the server that shows it
 * @param code of Node's network
 * @param known the root certificate that is missing (null: it cannot be told), and how a person can have it trusted
 * @returns null where the code is of another trouble
 */
export function certificateProblem(
    at: string,
    code: string,
    { root, trustBy }: { root: string | null; trustBy: TrustBy } = { root: null, trustBy: 'insecure' },
): string | null {
    if (!CERTIFICATE.test(code)) return null;
    const missing = root === null ? '' : `: the root certificate "${root}" is not known here`;
    return `${at} has an untrusted certificate (${code})${missing}. ${TRUST[trustBy]}`;
}

const CLOSED = { remedy: 'wait', failureKind: 'closed', message: 'closed the connection before it answered' } as const;
const NO_TLS = {
    remedy: 'config',
    failureKind: 'schemeHttp',
    message: 'does not use https on this port: check http:// or https:// and the port',
} as const;

interface NetworkPolicy {
    remedy: 'wait' | 'config';
    failureKind: FailureKind;
    message: string;
    /** false: nothing of the request came to the server */
    sent?: false;
}

/** By the error code of Node's network, with what to tell. Codes that are not here are waited for, too. */
export const NETWORK_POLICY: Readonly<Record<string, NetworkPolicy>> = {
    ECONNREFUSED: {
        remedy: 'wait',
        failureKind: 'refused',
        sent: false,
        message: 'refused the connection: check that it is running, and the port',
    },
    ECONNRESET: CLOSED,
    ECONNABORTED: CLOSED,
    EPIPE: CLOSED,
    ERR_TOO_LONG: { remedy: 'wait', failureKind: 'unreadable', message: 'sent a response of more than 64 MB' },
    ENOTFOUND: { remedy: 'wait', failureKind: 'dns', sent: false, message: 'was not found: check the host name' },
    EAI_AGAIN: {
        remedy: 'wait',
        failureKind: 'dns',
        sent: false,
        message: 'could not be resolved: check the name resolution',
    },
    ETIMEDOUT: { remedy: 'wait', failureKind: 'timeout', message: 'did not answer in time' },
    EHOSTUNREACH: { remedy: 'wait', failureKind: 'unreachable', sent: false, message: 'cannot be reached from here' },
    ENETUNREACH: { remedy: 'wait', failureKind: 'unreachable', sent: false, message: 'cannot be reached from here' },
    EPROTO: NO_TLS,
    ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
    ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
};
