import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const KEY = randomBytes(32);

/** Compares in the same time whatever was given, also of another length. */
export function sameSecret(given: string, expected: string): boolean {
    // Node reads header bytes as Latin-1; who sends a secret with an umlaut sends it in UTF-8
    return timingSafeEqual(digest(Buffer.from(given, 'latin1')), digest(Buffer.from(expected, 'utf8')));
}

/** Whether `X-Service-Token` holds the token. */
export function bearsToken(headers: IncomingHttpHeaders, expected: string): boolean {
    return sameSecret(single(headers['x-service-token']), expected);
}

/** Whether a webhook holds the secret: as a bearer, which is all that Bambuddy can send, or in `X-Sync-Secret`. */
export function bearsSecret(headers: IncomingHttpHeaders, expected: string): boolean {
    const bearer = /^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    // both are compared in any case, so that the time does not tell which one it was
    const asBearer = sameSecret(bearer.trim(), expected);
    const asOwn = sameSecret(single(headers['x-sync-secret']), expected);
    return asBearer || asOwn;
}

function single(header: string | string[] | undefined): string {
    return typeof header === 'string' ? header : '';
}

function digest(bytes: Buffer): Buffer {
    return createHmac('sha256', KEY).update(bytes).digest();
}
