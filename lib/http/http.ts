import type { Answer } from './answer';
import { failureOf, isUnsendable, networkFailure, unsendable, type RequestContext } from './failure';
import { ClosedError } from './errors';
import { foreignFailure } from './foreign';
import { isOwn, type OwnForm } from './own-form';
import { formBody, type StreamedField } from './wire/multipart';
import { missingRoot } from './wire/missing-root';
import { routeTo, type Route } from './wire/proxy';
import { redactor } from './redact';
import type { ServerTraits } from './server-traits';
import { exchange, type Outgoing, type RawAnswer } from './wire/transport';

export type { Answer } from './answer';

export interface HttpOptions {
    server: ServerTraits;
    /** as `serverAddress` gives it */
    baseUrl: string;
    headers: Record<string, string>;
    /** taken out of every error text; a function where they change while the connection is in use */
    secrets: readonly string[] | (() => readonly string[]);
    /** they are taken out of each answer, too, before anybody sees it; default: they are not */
    redactAnswers?: boolean;
    /** whole exchange, in milliseconds */
    timeoutMs: number;
    /** accept untrusted certificates */
    insecure: boolean;
    /** a root certificate in PEM, trusted for this server beside Node's own; empty: none */
    ca?: string;
    /** how the server answers; any other answer is foreign. Default: any status counts, with a body in JSON */
    ownForm?: OwnForm;
}

/** Of a server whose form is not known (a camera, one that is only looked at). */
const ANY_JSON: OwnForm = [
    { from: 200, to: 299, is: (body) => typeof body !== 'string' || body === '' },
    { from: 300, to: 399, is: () => false },
    { from: 400, to: 599, is: () => true },
];

export interface RequestOptions {
    query?: Record<string, string | number | boolean>;
    /** a query as it stands in an address that somebody gave, with its `?`; no error tells it */
    search?: string;
    json?: unknown;
    form?: readonly StreamedField[];
    /** a form without files: `application/x-www-form-urlencoded` */
    fields?: Readonly<Record<string, string>>;
    timeoutMs?: number;
    signal?: AbortSignal;
    /** `bytes`: the answer is a file; default is JSON */
    as?: 'json' | 'bytes';
    /** beside those of every request */
    headers?: Record<string, string>;
    /** it is for something beside the print: a refusal holds up nothing else */
    beside?: boolean;
    /** leave the credentials out */
    anonymous?: boolean;
    /** statuses that are an answer and not a failure, beside 2xx */
    accept?: number[];
}

/** Longer answers are not read: a picture of 25 MB is the largest thing that is asked for. */
const MOST_BYTES = 64 * 1024 * 1024;
const USER_AGENT = 'print-to-stock';
/** How long a request under way may go on when its node is closed. */
const CLOSE_GRACE_MS = 5000;

/**
 * The one way to a server: keep-alive, a limit on time and size, redirects never followed (so no secret goes to
 * another origin), failures sorted by who must act.
 */
export class Http {
    private readonly server: ServerTraits;
    readonly baseUrl: string;
    private readonly route: Route;
    private readonly redact: (text: string) => string;
    /** the exchanges that were not answered yet */
    private readonly pending = new Set<AbortController>();
    private isClosed = false;
    /** it has answered in its own form */
    private met = false;

    constructor(private readonly options: HttpOptions) {
        this.server = options.server;
        this.baseUrl = options.baseUrl;
        const { secrets } = options;
        this.redact = typeof secrets === 'function' ? (text) => redactor(secrets())(text) : redactor(secrets);
        this.route = routeTo(options.baseUrl, options);
    }

    /**
     * Sends one request.
     * @param path from the server's root, e.g. `/api/part/`
     * @throws ConfigError, AuthError, RejectedError; UnavailableError, also for what the server did not say itself;
     *   ClosedError when `signal` ended it
     */
    async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
        const raw = await this.exchange(method, path, options);
        const { status, bytes } = raw;
        const context = this.contextOf(method, path, options);
        const isDone = status >= 200 && status < 300;
        const wanted = isDone || options.accept?.includes(status) === true;
        const isFile = isDone && options.as === 'bytes';
        const answer: Answer = {
            status,
            headers: raw.headers,
            body: isFile ? bytes : this.parsed(raw),
        };
        const accepted = options.accept?.includes(status) === true && this.options.ownForm === undefined;
        const { ownForm = ANY_JSON } = this.options;
        const contentType = raw.headers['content-type'] ?? '';
        const paged = Number(options.query?.['limit'] ?? 0) > 0;
        if (!accepted && !isOwn(ownForm, { status, path, paged, body: answer.body, contentType }))
            throw foreignFailure(isFile ? { ...answer, body: this.parsed(raw) } : answer, context, !this.met);
        this.met = true;
        if (!wanted) throw failureOf(answer, context);
        return answer;
    }

    /** Frees the sockets; what is under way still ends as closed. */
    close(): void {
        this.isClosed = true;
        for (const exchange of this.pending) exchange.abort();
        this.route.agent.destroy();
    }

    private async exchange(method: string, path: string, options: RequestOptions): Promise<RawAnswer> {
        const { signal } = options;
        if (isEnded(signal) || this.isClosed) throw new ClosedError();
        const outgoing = this.outgoing(method, path, options);
        const timeoutMs = options.timeoutMs ?? this.options.timeoutMs;
        const given = new AbortController();
        let timedOut = false;
        const giveUp = (): void => given.abort();
        const timer = setTimeout(() => {
            timedOut = true;
            giveUp();
        }, timeoutMs);
        let grace: NodeJS.Timeout | undefined;
        // what is under way may still be answered: a result that is known need not be looked up after the restart
        const stop = (): void => void (grace = setTimeout(giveUp, CLOSE_GRACE_MS));
        signal?.addEventListener('abort', stop, { once: true });
        this.pending.add(given);
        const how = { signal: given.signal, most: MOST_BYTES, longer: 'fails' } as const;
        try {
            return await exchange(outgoing, this.route, how);
        } catch (error) {
            if (isEnded(signal) || this.isClosed) throw new ClosedError();
            throw networkFailure(error, {
                ...this.contextOf(method, path, options),
                root: timedOut ? null : await missingRoot(this.options.baseUrl, this.route, error),
                timeoutMs: timedOut ? timeoutMs : undefined,
                write: method !== 'GET',
            });
        } finally {
            clearTimeout(timer);
            clearTimeout(grace);
            signal?.removeEventListener('abort', stop);
            this.pending.delete(given);
        }
    }

    private outgoing(method: string, path: string, options: RequestOptions): Outgoing {
        const { json, form, fields, query, search = '' } = options;
        if (options.anonymous !== true && Object.values(this.options.headers).some(isUnsendable))
            throw unsendable(this.contextOf(method, path, options));
        const { type, body } = encoded(json, form, fields);
        return {
            method,
            url: new URL(`${this.baseUrl}${path}${query === undefined ? search : queryText(query)}`).href,
            headers: {
                Accept: 'application/json',
                'User-Agent': USER_AGENT,
                ...(options.anonymous === true ? {} : this.options.headers),
                ...(type === null ? {} : { 'Content-Type': type }),
                ...options.headers,
            },
            body,
        };
    }

    /** JSON where it parses, else the text. */
    private parsed({ bytes, headers }: RawAnswer): unknown {
        const sent = bytes.toString('utf8');
        const text = this.options.redactAnswers === true ? this.redact(sent) : sent;
        if (!/^\s*[[{"]/.test(text) && headers['content-type']?.includes('json') !== true) return text;
        try {
            return JSON.parse(text) as unknown;
        } catch {
            return text;
        }
    }

    private contextOf(method: string, path: string, { beside = false }: RequestOptions): RequestContext {
        const { server, baseUrl, redact } = this;
        const request = requestKind(method, path);
        const proxy = this.route.proxyUrl?.host ?? null;
        return { server, baseUrl, proxy, where: `${method} ${path}`, redact, request, beside };
    }
}

/** `POST /api/part/N/`: a request with ids as `N`. */
export function requestKind(method: string, path: string): string {
    return `${method} ${path.replace(/\/\d+(?=\/|$)/g, '/N')}`;
}

/** What goes onto the wire of a request's body, and the content type it is sent with. */
function encoded(
    json: unknown,
    form: RequestOptions['form'],
    fields: RequestOptions['fields'],
): { type: string | null; body: Outgoing['body'] } {
    if (form !== undefined) {
        const { contentType, body } = formBody(form);
        return { type: contentType, body };
    }
    if (fields !== undefined)
        return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() };
    return json === undefined ? { type: null, body: null } : { type: 'application/json', body: JSON.stringify(json) };
}

function queryText(query: NonNullable<RequestOptions['query']>): string {
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Asked anew each time: it may have ended during an await. */
function isEnded(signal: AbortSignal | undefined): boolean {
    return signal?.aborted === true;
}
