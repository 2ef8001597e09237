import { connect, type DetailedPeerCertificate } from 'node:tls';
import type { Route } from './proxy';

/** Codes of Node's network for a chain that ends at a certificate authority nobody here knows. */
const UNKNOWN_ROOT = new Set([
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
]);
const LONGEST_MS = 5000;

/**
 * Names the root that a server's certificate needs. Node's error does not, so the server is asked for its chain once
 * more, without a check; nothing is sent to it.
 * @param origin `https://host:port`
 * @param route the way to it; through a proxy it is not asked
 * @param error of the request that failed
 * @returns the issuer at the end of the chain; null: the error is another one, or it cannot be told
 */
export async function missingRoot(origin: string, { proxyUrl }: Route, error: unknown): Promise<string | null> {
    const { code } = error as { code?: unknown };
    if (proxyUrl !== null || typeof code !== 'string' || !UNKNOWN_ROOT.has(code)) return null;
    const { hostname, port } = new URL(origin);
    const host = hostname.replace(/^\[|\]$/g, '');
    return new Promise((resolve) => {
        const named = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
        const socket = connect({ host, port: Number(port) || 443, ...named, rejectUnauthorized: false });
        const end = (root: string | null): void => {
            socket.destroy();
            resolve(root);
        };
        socket.setTimeout(LONGEST_MS, () => end(null));
        socket.once('error', () => end(null));
        socket.once('secureConnect', () => end(lastIssuer(socket.getPeerCertificate(true))));
    });
}

function lastIssuer(leaf: DetailedPeerCertificate): string | null {
    let last = leaf;
    const seen = new Set<string>();
    while (!seen.has(last.fingerprint256) && (last.issuerCertificate as unknown) !== undefined) {
        seen.add(last.fingerprint256);
        last = last.issuerCertificate;
    }
    // a server without any certificate answers {}
    const issuer = (last as Partial<DetailedPeerCertificate>).issuer;
    const name = issuer?.CN ?? issuer?.O;
    return typeof name === 'string' && name !== '' ? name.slice(0, 200) : null;
}
