import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import { Connections } from './connections';
import { Exchange, type RawAnswer } from './exchange';
import { answerText, failureOf, isPage, networkFailure, unsendable, type Place } from './failure';
import { ClosedError, ConfigError, UnavailableError, type Failure, type ServerName } from './errors';
import type { Form } from './form';
import { redactor } from './redact';

export interface HttpOptions {
    server: ServerName;
    /** as `serverAddress` gives it */
    baseUrl: string;
    headers: Record<string, string>;
    /** taken out of every error text */
    secrets: string[];
    /** whole exchange, in milliseconds */
    timeoutMs: number;
    /** accept certificates nobody vouches for */
    insecure: boolean;
}

export interface RequestOptions {
    query?: Record<string, string | number | boolean>;
    json?: unknown;
    form?: Form;
    timeoutMs?: number;
    signal?: AbortSignal;
    /** `bytes`: the answer is a file; default is JSON */
    as?: 'json' | 'bytes';
    /** beside those of every request */
    headers?: Record<string, string>;
    /** leave the credentials out */
    anonymous?: boolean;
    /** statuses that are an answer and not a failure, beside 2xx */
    accept?: number[];
}

export interface Answer {
    status: number;
    /** names in lower case */
    readonly headers: IncomingHttpHeaders;
    /** parsed JSON, or the bytes where `as: 'bytes'` was asked and the status was 2xx */
    body: unknown;
}

const USER_AGENT = 'print-to-stock';
/** How long a request under way may go on when its node is closed. */
const CLOSE_GRACE_MS = 5000;

/**
 * The one way to a server: keep-alive, a limit on time and size, redirects never followed (so no secret goes to
 * another origin), failures sorted by who must act.
 */
export class Http {
    readonly server: ServerName;
    readonly baseUrl: string;
    private readonly connections: Connections;
    private readonly redact: (text: string) => string;
    private closed = false;

    constructor(private readonly options: HttpOptions) {
        this.server = options.server;
        this.baseUrl = options.baseUrl;
        this.redact = redactor(options.secrets);
        this.connections = new Connections(options.baseUrl, options);
    }

    /**
     * Sends one request.
     * @param path from the server's root, e.g. `/api/part/`
     * @throws ConfigError, AuthError, RejectedError, UnavailableError; ClosedError when `signal` ended it
     */
    async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
        const raw = await this.exchange(method, path, options);
        const { status, bytes } = raw;
        const where = `${method} ${path}`;
        const wanted = (status >= 200 && status < 300) || options.accept?.includes(status) === true;
        const isFile = wanted && options.as === 'bytes';
        const answer: Answer = {
            status,
            get headers() {
                return raw.headers;
            },
            body: isFile ? bytes : parsed(bytes, raw),
        };
        if (!wanted) throw failureOf(answer, this.place(where));
        if (!isFile && bytes.length > 0 && typeof answer.body === 'string') throw this.notJson(where, answer);
        return answer;
    }

    /** Frees the sockets; what is under way still ends as closed. */
    close(): void {
        this.closed = true;
        this.connections.close();
    }

    private async exchange(method: string, path: string, options: RequestOptions): Promise<RawAnswer> {
        const { signal } = options;
        if (isEnded(signal) || this.closed) throw new ClosedError();
        const exchange = this.begin(method, path, options);
        const timeoutMs = options.timeoutMs ?? this.options.timeoutMs;
        let timedOut = false;
        const timer = setTimeout(() => {
            timedOut = true;
            exchange.abort();
        }, timeoutMs);
        let grace: NodeJS.Timeout | undefined;
        // what is under way may still be answered: a result that is known need not be looked up after the restart
        const stop = (): void => void (grace = setTimeout(() => exchange.abort(), CLOSE_GRACE_MS));
        signal?.addEventListener('abort', stop, { once: true });
        try {
            return await exchange.answer;
        } catch (error) {
            if (isEnded(signal) || this.closed) throw new ClosedError();
            throw networkFailure(error, {
                ...this.place(`${method} ${path}`),
                timeoutMs: timedOut ? timeoutMs : undefined,
                write: method !== 'GET',
            });
        } finally {
            clearTimeout(timer);
            clearTimeout(grace);
            signal?.removeEventListener('abort', stop);
        }
    }

    private begin(method: string, path: string, options: RequestOptions): Exchange {
        const { json, form, query } = options;
        const { pathname, search } = new URL(`${this.baseUrl}${path}${query === undefined ? '' : queryText(query)}`);
        const headers = {
            Accept: 'application/json',
            'User-Agent': USER_AGENT,
            ...(options.anonymous === true ? {} : this.options.headers),
            ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...options.headers,
            ...(form === undefined ? {} : { 'Content-Type': form.contentType }),
        };
        let outgoing: ClientRequest;
        try {
            outgoing = this.connections.request(method, `${pathname}${search}`, headers);
        } catch (error) {
            throw unsendable(error, this.place(`${method} ${path}`));
        }
        return new Exchange(outgoing, form?.body() ?? (json === undefined ? null : JSON.stringify(json)));
    }

    private place(where: string): Place {
        const { server, baseUrl, redact } = this;
        return { server, baseUrl, proxy: this.connections.proxy?.host ?? null, where, redact };
    }

    private notJson(where: string, answer: Answer): Failure {
        const type = answer.headers['content-type'] ?? '';
        const details = { server: this.server, status: answer.status };
        if (type.includes('json')) {
            return new UnavailableError(
                `${this.server} (${this.baseUrl}) sent an answer cut short to ${where}`,
                details,
            );
        }
        const said = answerText(answer.body, 80, this.redact);
        return new ConfigError(
            `${this.server} (${this.baseUrl}) answered ${where} with ${type === '' ? 'something' : type} instead of JSON: ` +
                `is this the address of ${this.server} itself? It begins: ${said}`,
            {
                ...details,
                setting: 'url',
                trouble: isPage(answer.body) ? 'html' : 'wrongServer',
                particulars: { title: said },
            },
        );
    }
}

/** JSON where it parses, else the text. */
function parsed(bytes: Buffer, answer: RawAnswer): unknown {
    const text = bytes.toString('utf8');
    if (!/^\s*[[{"]/.test(text) && answer.headers['content-type']?.includes('json') !== true) return text;
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

function queryText(query: NonNullable<RequestOptions['query']>): string {
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Asked anew each time: it may have ended during an await. */
function isEnded(signal: AbortSignal | undefined): boolean {
    return signal?.aborted === true;
}
