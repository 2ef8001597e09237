import type { Answer } from './http';
import { NETWORK_POLICY, remedyOf } from './policy';
import {
    AuthError,
    ConfigError,
    RejectedError,
    UnavailableError,
    type Failure,
    type ServerName,
    type Trouble,
} from './errors';

/** What a 403 means, where it is not only a right that is missing. */
const FORBIDDEN: Partial<Record<ServerName, string>> = {
    // a key it does not know and no key at all are a 403 too (recording octoprint/10)
    OctoPrint: 'Is the API key right, and may its user see the status and the list of files?',
};

export interface Place {
    server: ServerName;
    baseUrl: string;
    /** host of the proxy on the way; null: there is none */
    proxy: string | null;
    /** method and path */
    where: string;
    redact: (text: string) => string;
}

/** Sorts an answer that is not what was asked for by who must act. */
export function failureOf(answer: Answer, place: Place): Failure {
    const { status, body } = answer;
    const details = { server: place.server, status, body };
    const said = answerText(body, 300, place.redact).replace(/\.$/, '');
    const told = `${placeName(place)} answered ${status} to ${place.where}${said === '' ? '' : `: ${said}`}`;
    switch (remedyOf(status)) {
        case 'wait':
            return new UnavailableError(told, { ...details, retryAfterMs: retryAfter(answer.headers['retry-after']) });
        case 'auth':
            return new AuthError(
                status === 401
                    ? `${told}. Is the ${secretName(place.server)} right, and not expired or switched off?`
                    : `${told}. ${FORBIDDEN[place.server] ?? `The ${secretName(place.server)} lacks a right for this.`}`,
                details,
            );
        case 'config':
            return new ConfigError(
                `${place.server} (${place.baseUrl}) redirects ${place.where} to ${place.redact(answer.headers['location'] ?? '')}. ` +
                    `Redirects are not followed, so that the ${secretName(place.server)} goes nowhere else: enter the address ` +
                    'it redirects to, or check its path.',
                {
                    ...details,
                    setting: 'url',
                    trouble: 'redirect',
                    particulars: { to: place.redact(goal(answer.headers['location'] ?? '', place.baseUrl)) },
                },
            );
        case 'reject':
            return new RejectedError(told, details);
    }
}

function placeName({ server, baseUrl, proxy }: Place): string {
    return `${server} (${baseUrl}${proxy === null ? '' : ` through the proxy ${proxy}`})`;
}

/** Where a redirect leads, as an address to enter: without what a login page is told in its query. */
function goal(location: string, baseUrl: string): string {
    try {
        const { origin, pathname } = new URL(location, baseUrl);
        return `${origin}${pathname}`;
    } catch {
        return '';
    }
}

/** What the network throws, without what was sent (that holds the secrets). */
export function networkFailure(
    error: unknown,
    place: Place & { timeoutMs: number | undefined; write: boolean },
): Failure {
    const at = placeName(place);
    if (place.timeoutMs !== undefined) {
        const told = `${at} did not answer ${place.where} within ${place.timeoutMs / 1000} s`;
        // a slow server may still do what it was asked: as long again, before anybody looks what came of it
        const retryAfterMs = place.write ? place.timeoutMs : undefined;
        return new UnavailableError(told, { server: place.server, retryAfterMs, trouble: 'timeout' });
    }
    const code = (error as { code?: unknown }).code;
    const name = typeof code === 'string' ? code : '';
    const text = place.redact(error instanceof Error ? error.message : String(error));
    if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(name)) {
        return new ConfigError(
            `${at} shows a certificate that is not trusted (${name}). Install its authority, or tick "accept self-signed certificate".`,
            {
                server: place.server,
                setting: 'insecure',
                trouble: CERTIFICATE_TROUBLES[name] ?? 'certificate',
                particulars: { code: name, names: certificateNames(text) },
            },
        );
    }
    const policy = NETWORK_POLICY[name];
    const told = `${at} ${policy?.told ?? `could not be asked: ${text}`} (${place.where})`;
    const details = { server: place.server, trouble: policy?.trouble ?? 'unreadable', particulars: { code: name } };
    if (policy?.remedy === 'config') return new ConfigError(told, { ...details, setting: 'url' });
    return new UnavailableError(told, details);
}

/** What Node refuses to send. Of all that goes into headers only the secret is a person's. */
export function unsendable(error: unknown, place: Place): unknown {
    if ((error as { code?: unknown }).code !== 'ERR_INVALID_CHAR') return error;
    return new AuthError(
        `${placeName(place)} was not asked ${place.where}: the ${secretName(place.server)} holds a character that cannot be sent. Copy it once more.`,
        { server: place.server },
    );
}

const CERTIFICATE_TROUBLES: Record<string, Trouble> = {
    CERT_HAS_EXPIRED: 'certificateExpired',
    CERT_NOT_YET_VALID: 'certificateExpired',
    ERR_TLS_CERT_ALTNAME_INVALID: 'certificateHost',
};

/** `DNS:a.lan, DNS:b.lan` at the end of Node's words, as `a.lan, b.lan`. */
function certificateNames(text: string): string {
    const names = text.match(/(?:DNS|IP Address):[^\s,]+/g) ?? [];
    return names.map((name) => name.replace(/^[^:]+:/, '')).join(', ');
}

/** The server's words, short: `detail`, the fields of a 400, or the beginning of a text. */
export function answerText(body: unknown, limit = 300, redact = (text: string): string => text): string {
    // a secret that the cut goes through would not be known again: it is taken out before
    const text = redact(words(body)).replace(/\s+/g, ' ').trim();
    return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function words(body: unknown): string {
    if (body === undefined || body === null) return '';
    if (typeof body === 'string') return isPage(body) ? pageTitle(body) : body;
    if (Array.isArray(body)) return body.map(words).filter(Boolean).join('; ');
    if (typeof body === 'object') {
        return Object.entries(body)
            .map(([key, value]) =>
                ['detail', 'non_field_errors'].includes(key) ? words(value) : `${key}: ${words(value)}`,
            )
            .join('; ');
    }
    return JSON.stringify(body);
}

export function isPage(body: unknown): boolean {
    return typeof body === 'string' && /<html|<!doctype/i.test(body);
}

function pageTitle(html: string): string {
    const title = /<title[^>]*>([^<]*)</i.exec(html)?.[1]?.trim();
    return title === undefined || title === '' ? 'a web page' : `a web page, "${title}"`;
}

/** `Retry-After` as seconds or as a date, in milliseconds from now; at most ten minutes are obeyed. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
    if (header === undefined) return undefined;
    const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
    return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 600_000) : undefined;
}

function secretName(server: ServerName): string {
    return server === 'InvenTree' ? 'token' : 'API key';
}
