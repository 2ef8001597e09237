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
    // both are compared in any case, so that the time does not tell which one it was
    const asBearer = sameSecret(bearerOf(headers), expected);
    const asOwn = sameSecret(single(headers['x-sync-secret']), expected);
    return asBearer || asOwn;
}

/** Whether a request shows the secret as a bearer, or in Basic: as it is, encoded, or as the password of anybody. */
export function bearsBasicOrBearer(headers: IncomingHttpHeaders, expected: string): boolean {
    const basic = /^basic +(.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim() ?? '';
    const decoded = Buffer.from(basic, 'base64').toString('latin1');
    const password = decoded.slice(decoded.indexOf(':') + 1);
    // each is compared in any case, so that the time does not tell which one it was
    return [bearerOf(headers), basic, decoded, password].map((given) => sameSecret(given, expected)).includes(true);
}

/** The token of an `Authorization: Bearer`; empty: there is none. */
export function bearerOf(headers: IncomingHttpHeaders): string {
    return /^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim() ?? '';
}

function single(header: string | string[] | undefined): string {
    return typeof header === 'string' ? header : '';
}

function digest(bytes: Buffer): Buffer {
    return createHmac('sha256', KEY).update(bytes).digest();
}
