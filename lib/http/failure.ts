import type { Answer } from './answer';
import { answerText, retryAfter } from './words';
import { certificateProblem, NETWORK_POLICY, remedyOf } from './policy';
import {
    AuthError,
    ConfigError,
    RejectedError,
    UnavailableError,
    type Failure,
    type FailureDetails,
    type FailureKind,
} from './errors';
import type { ServerTraits } from './server-traits';

export interface RequestContext {
    server: ServerTraits;
    baseUrl: string;
    /** host of the proxy on the way; null: there is none */
    proxy: string | null;
    /** method and path */
    where: string;
    redact: (text: string) => string;
    /** kind of request, as in `FailureDetails` */
    request: string;
    beside: boolean;
}

/** Sorts an answer that is not what was asked for by who must act. */
export function failureOf(answer: Answer, context: RequestContext): Failure {
    const { status, body } = answer;
    const { secret, forbidden } = context.server;
    const details = detailsOf(context, { status, body });
    const said = answerText(body, 300, context.redact).replace(/\.$/, '');
    const message = `${contextName(context)} answered ${status} to ${context.where}${said === '' ? '' : `: ${said}`}`;
    switch (remedyOf(status)) {
        case 'wait':
            return new UnavailableError(message, {
                ...details,
                retryAfterMs: retryAfter(answer.headers['retry-after'] ?? rateReset(answer, context.server)),
                // its own word: what it was asked for failed
                outcome: 'refused',
            });
        case 'auth':
            return new AuthError(
                status === 401
                    ? `${message}. Check that the ${secret} is correct, not expired and not disabled.`
                    : `${message}. ${forbidden?.text ?? `The ${secret} lacks a right for this.`}`,
                { ...details, unknownSecret: status === 401 || forbidden?.unknownSecret === true },
            );
        case 'reject':
            return new RejectedError(message, details);
    }
}

function rateReset({ headers }: Answer, { rateReset: name }: ServerTraits): string | undefined {
    return name === undefined ? undefined : headers[name]?.toString();
}

/** What every failure of a request tells. */
export function detailsOf(
    { server, request, beside }: RequestContext,
    answered: { status?: number; body?: unknown } = {},
): FailureDetails {
    return { server: server.label, request, beside, ...answered };
}

export function contextName({ server, baseUrl, proxy }: RequestContext): string {
    return `${server.label} (${baseUrl}${proxy === null ? '' : ` through the proxy ${proxy}`})`;
}

/** Where a redirect leads, as an address to enter: without what a login page is told in its query. */
export function goal(location: string, baseUrl: string): string {
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
    place: RequestContext & {
        timeoutMs: number | undefined;
        write: boolean;
        /** the root certificate that is missing here; null or missing: it cannot be told */
        root?: string | null;
    },
): Failure {
    const at = contextName(place);
    if (place.timeoutMs !== undefined) {
        const message = `${at} did not answer ${place.where} within ${place.timeoutMs / 1000} s`;
        // a slow server may still do what it was asked: as long again, before anybody looks what came of it
        const retryAfterMs = place.write ? place.timeoutMs : undefined;
        return new UnavailableError(message, { ...detailsOf(place), retryAfterMs, failureKind: 'timeout' });
    }
    const code = (error as { code?: unknown }).code;
    const name = typeof code === 'string' ? code : '';
    const text = place.redact(error instanceof Error ? error.message : String(error));
    const { root = null } = place;
    const { trustBy = 'insecure' } = place.server;
    const problem = certificateProblem(at, name, { root, trustBy });
    if (problem !== null) {
        return new ConfigError(problem, {
            ...detailsOf(place),
            ...(trustBy === 'none' ? {} : { setting: trustBy }),
            failureKind: CERTIFICATE_TROUBLES[name] ?? 'certificate',
            details: { code: name, names: certificateNames(text), ...(root === null ? {} : { root }) },
        });
    }
    const policy = NETWORK_POLICY[name];
    const message = `${at} ${policy?.message ?? `could not be asked: ${text}`} (${place.where})`;
    const details = {
        ...detailsOf(place),
        failureKind: policy?.failureKind ?? ('unreadable' as const),
        details: { code: name },
    };
    if (policy?.remedy === 'config') return new ConfigError(message, { ...details, setting: 'url' });
    return new UnavailableError(message, { ...details, outcome: policy?.sent === false ? 'refused' : 'unknown' });
}

/** Whether a header's value holds a character that none may have. */
export function isUnsendable(value: string): boolean {
    return /[^\t\x20-\x7e\x80-\xff]/.test(value);
}

/** Of all that goes into headers only the secret is a person's. */
export function unsendable(context: RequestContext): AuthError {
    return new AuthError(
        `${contextName(context)} was not asked ${context.where}: the ${context.server.secret} contains an invalid character. Copy it again.`,
        detailsOf(context),
    );
}

const CERTIFICATE_TROUBLES: Record<string, FailureKind> = {
    CERT_HAS_EXPIRED: 'certificateExpired',
    CERT_NOT_YET_VALID: 'certificateExpired',
    ERR_TLS_CERT_ALTNAME_INVALID: 'certificateHost',
};

/** `DNS:a.lan, DNS:b.lan` at the end of Node's words, as `a.lan, b.lan`. */
function certificateNames(text: string): string {
    const names = text.match(/(?:DNS|IP Address):[^\s,]+/g) ?? [];
    return names.map((name) => name.replace(/^[^:]+:/, '')).join(', ');
}
