import { answerText, retryAfter } from '../../http/words';
import { ClosedError } from '../../http/errors';
import { certificateProblem, NETWORK_POLICY } from '../../http/policy';
import { proxyFor, type Route } from '../../http/wire/proxy';
import { redactor } from '../../http/redact';
import { exchange, type RawAnswer } from '../../http/wire/transport';
import { HookFailure, isSuccess, remedyOf } from './failure';
import { BlockedTarget } from './ssrf-guard';
import type { HookRequest } from '../request/request';
import { guardedRoute } from './route';

export interface SendOptions {
    /** the whole exchange, redirects included */
    timeoutMs: number;
    /** accept untrusted certificates */
    insecure: boolean;
    /** must not go to another origin, and is in no error */
    secrets: readonly string[];
    /** bytes of the answer's body that are read; the rest is left unread */
    most?: number;
    signal?: AbortSignal;
}

export interface HookAnswer {
    status: number;
    headers: RawAnswer['headers'];
    body: Buffer;
    ms: number;
    /** where the last redirect led, without path */
    origin: string;
}

const MOST_REDIRECTS = 5;
const MOST_BYTES = 64 * 1024;
/** So long a part of an address may be a key. */
const LONG = 12;
const USER_AGENT = 'print-to-stock-webhook';

/**
 * Sends a request and follows redirects. Each connection is checked when it is made, after the name was looked up.
 * @returns the last answer, whatever its status
 * @throws HookFailure; ClosedError when `signal` ended it
 */
export async function send(request: HookRequest, options: SendOptions): Promise<HookAnswer> {
    const started = performance.now();
    let current = request;
    for (let redirects = 0; ; redirects++) {
        const left = Math.ceil(options.timeoutMs - (performance.now() - started));
        const answer = await exchangeOnce(current, Math.max(1, left), options);
        const next = answer.headers['location'];
        if (!isRedirect(answer.status) || next === undefined)
            return { ...answer, ms: Math.round(performance.now() - started) };
        if (redirects >= MOST_REDIRECTS)
            throw new HookFailure(`${current.origin} redirects more than ${MOST_REDIRECTS} times`, {
                remedy: 'park',
                status: answer.status,
            });
        current = redirected(current, answer.status, next, options);
    }
}

/** As `send`, and an answer that is no success is a failure with the server's words. */
export async function sendWell(request: HookRequest, options: SendOptions, what = ''): Promise<HookAnswer> {
    const answer = await send(request, options);
    if (isSuccess(answer.status)) return answer;
    const redact = redactor([...options.secrets, ...keysIn(request.target)]);
    const said = redact(answerText(parsed(answer.body.toString('utf8')))).replace(/\.$/, '');
    throw new HookFailure(`${what}${answer.origin} answered ${answer.status}${said === '' ? '' : `: ${said}`}`, {
        remedy: remedyOf(answer.status),
        status: answer.status,
        // a gateway may answer for a server that has done it
        arrived: answer.status >= 500,
        retryAfterMs: retryAfter(answer.headers['retry-after']),
        body: said,
    });
}

/**
 * What a server may repeat of the address ("Cannot POST /services/T0/B0/key"): of many chats it is a key, as a whole or in
 * a part of it.
 */
function keysIn(target: string): string[] {
    const long = target.split(/[/?&=]/).filter((part) => part.length >= LONG);
    const all = [target, target.replace(/\?[^]*$/, ''), ...long].filter((each) => each.length > 1);
    return [...all, ...all.map(decoded)];
}

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

/** JSON where it is some, for its words. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

function isRedirect(status: number): boolean {
    return [301, 302, 303, 307, 308].includes(status);
}

/** The request that a redirect asks for. A secret stays with the origin it was meant for. */
function redirected(request: HookRequest, status: number, location: string, { secrets }: SendOptions): HookRequest {
    const wrong = (why: string): HookFailure =>
        new HookFailure(`${request.origin} redirects ${why}`, { remedy: 'park', status });
    if (!URL.canParse(location, request.origin + request.target)) throw wrong('to an invalid address');
    const to = new URL(location, request.origin + request.target);
    if (to.protocol !== 'http:' && to.protocol !== 'https:') throw wrong('to an address that is not http or https');
    const toGet =
        request.method !== 'GET' && (status === 303 || status === 302 || (status === 301 && request.method === 'POST'));
    const next: HookRequest = {
        method: toGet ? 'GET' : request.method,
        origin: to.origin,
        target: `${to.pathname}${to.search}`,
        headers: toGet ? request.headers.filter(([name]) => !/^content-/i.test(name)) : request.headers,
        body: toGet ? null : request.body,
    };
    if (to.origin === request.origin) return next;
    if (next.body !== null && holdsSecret(next.body, secrets))
        throw wrong(
            `to ${to.origin}, and the data contains a secret, which is not sent to another server. Enter the address of the redirect`,
        );
    // whatever a header is called, it may be a key
    return { ...next, headers: next.headers.filter(([name]) => /^(content-type|accept|idempotency-key)$/i.test(name)) };
}

function holdsSecret(body: Buffer, secrets: readonly string[]): boolean {
    return secrets.some((secret) => {
        if (secret === '') return false;
        const forms = [
            secret,
            JSON.stringify(secret).slice(1, -1),
            encodeURIComponent(secret),
            encodeURIComponent(secret).replaceAll('%20', '+'),
        ];
        return forms.some((form) => body.includes(form));
    });
}

async function exchangeOnce(
    request: HookRequest,
    timeoutMs: number,
    options: SendOptions,
): Promise<Omit<HookAnswer, 'ms'>> {
    const given = new AbortController();
    let timedOut = false;
    let connected = false;
    const stop = (): void => given.abort();
    const timer = setTimeout(() => {
        timedOut = true;
        stop();
    }, timeoutMs);
    options.signal?.addEventListener('abort', stop, { once: true });
    let route: Route | undefined;
    try {
        if (isEnded(options.signal)) throw new ClosedError();
        route = await guardedRoute(request.origin, { timeoutMs, insecure: options.insecure }, given.signal);
        const outgoing = {
            method: request.method,
            url: request.origin + request.target,
            headers: wireHeaders(request),
            body: request.body,
        };
        const { status, headers, bytes } = await exchange(outgoing, route, {
            signal: given.signal,
            most: options.most ?? MOST_BYTES,
            longer: 'cut',
            onConnected: () => (connected = true),
        });
        return { status, headers, body: bytes, origin: request.origin };
    } catch (error) {
        if (isEnded(options.signal)) throw new ClosedError();
        throw failureOf(error, request, connected, timedOut ? options.timeoutMs : undefined, options.secrets);
    } finally {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', stop);
        route?.agent.destroy();
    }
}

/** Asked anew each time: it may have ended during an await. */
function isEnded(signal: AbortSignal | undefined): boolean {
    return signal?.aborted === true;
}

/** What is sent with every request; a header of the user's own goes before. */
function wireHeaders({ headers, body, method }: HookRequest): Record<string, string | string[]> {
    const all: Record<string, string | string[]> = {};
    for (const [name, value] of headers) all[name] = value;
    const has = (name: string): boolean => headers.some(([each]) => each.toLowerCase() === name);
    if (!has('user-agent')) all['User-Agent'] = USER_AGENT;
    if (!has('accept')) all['Accept'] = '*/*';
    if (method !== 'GET') all['Content-Length'] = String(body?.length ?? 0);
    return all;
}

function failureOf(
    error: unknown,
    request: HookRequest,
    connected: boolean,
    timeoutMs?: number,
    secrets: readonly string[] = [],
): HookFailure {
    const proxy = proxyFor(request.origin);
    const at = proxy === null ? request.origin : `${request.origin} (through the proxy ${proxy.host})`;
    if (error instanceof BlockedTarget) return new HookFailure(error.message, { remedy: 'park' });
    if (timeoutMs !== undefined)
        return new HookFailure(`${at} did not answer within ${timeoutMs / 1000} s`, {
            remedy: 'wait',
            arrived: connected,
        });
    const { code } = error as { code?: unknown };
    const name = typeof code === 'string' ? code : '';
    const problem = certificateProblem(at, name);
    if (problem !== null) return new HookFailure(problem, { remedy: 'park' });
    const policy = NETWORK_POLICY[name];
    const text = redactor(secrets)(error instanceof Error ? error.message : String(error));
    return new HookFailure(`${at} ${policy?.message ?? `could not be asked: ${text}`}`, {
        remedy: policy?.remedy === 'config' ? 'park' : 'wait',
        arrived: connected,
    });
}
