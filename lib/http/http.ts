import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { answerText, failureOf, networkFailure } from './failure';
import { ClosedError, ConfigError, UnavailableError, type Failure, type ServerName } from './errors';
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
    form?: FormData;
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
    headers: Record<string, string>;
    /** parsed JSON, or the bytes where `as: 'bytes'` was asked and the status was 2xx */
    body: unknown;
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** How long a request under way may go on when its node is closed. */
const CLOSE_GRACE_MS = 5000;

/**
 * The one way to a server: keep-alive, a limit on time and size, redirects never followed (so no secret goes to
 * another origin), failures sorted by who must act.
 */
export class Http {
    readonly server: ServerName;
    readonly baseUrl: string;
    private readonly axios: AxiosInstance;
    private readonly agents: [HttpAgent, HttpsAgent];
    private readonly redact: (text: string) => string;

    constructor(private readonly options: HttpOptions) {
        this.server = options.server;
        this.baseUrl = options.baseUrl;
        this.redact = redactor(options.secrets);
        this.agents = [
            new HttpAgent({ keepAlive: true }),
            new HttpsAgent({ keepAlive: true, rejectUnauthorized: !options.insecure }),
        ];
        this.axios = axios.create({
            baseURL: options.baseUrl,
            httpAgent: this.agents[0],
            httpsAgent: this.agents[1],
            maxRedirects: 0,
            maxContentLength: MAX_ANSWER_BYTES,
            maxBodyLength: MAX_ANSWER_BYTES,
            responseType: 'arraybuffer',
            validateStatus: () => true,
            transformResponse: (data: unknown) => data,
        });
    }

    /**
     * Sends one request.
     * @param path from the server's root, e.g. `/api/part/`
     * @throws ConfigError, AuthError, RejectedError, UnavailableError; ClosedError when `signal` ended it
     */
    async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
        const response = await this.exchange(method, path, options);
        const answer: Answer = {
            status: response.status,
            headers: flatHeaders(response.headers),
            body: undefined,
        };
        const bytes = Buffer.from(response.data as ArrayBuffer);
        const where = `${method} ${path}`;
        const wanted =
            (answer.status >= 200 && answer.status < 300) || options.accept?.includes(answer.status) === true;
        if (wanted && options.as === 'bytes') {
            answer.body = bytes;
        } else {
            answer.body = parsed(bytes, answer.headers['content-type'] ?? '');
            if (wanted && bytes.length > 0 && typeof answer.body === 'string') throw this.notJson(where, answer);
        }
        if (wanted) return answer;
        throw failureOf(answer, { server: this.server, baseUrl: this.baseUrl, where, redact: this.redact });
    }

    /** Frees the sockets. Requests under way are ended by their own signal. */
    close(): void {
        for (const agent of this.agents) agent.destroy();
    }

    private async exchange(method: string, path: string, options: RequestOptions): Promise<AxiosResponse> {
        const { signal } = options;
        if (isEnded(signal)) throw new ClosedError();
        const timeoutMs = options.timeoutMs ?? this.options.timeoutMs;
        const abort = new AbortController();
        let timedOut = false;
        const timer = setTimeout(() => {
            timedOut = true;
            abort.abort();
        }, timeoutMs);
        let grace: NodeJS.Timeout | undefined;
        // what is under way may still be answered: a result that is known need not be looked up after the restart
        const stop = (): void => void (grace = setTimeout(() => abort.abort(), CLOSE_GRACE_MS));
        signal?.addEventListener('abort', stop, { once: true });
        try {
            return await this.axios.request({
                method,
                url: path,
                headers: {
                    Accept: 'application/json',
                    ...(options.anonymous === true ? {} : this.options.headers),
                    ...(options.json === undefined ? {} : { 'Content-Type': 'application/json' }),
                    ...options.headers,
                },
                params: options.query,
                data: options.form ?? (options.json === undefined ? undefined : JSON.stringify(options.json)),
                signal: abort.signal,
            });
        } catch (error) {
            if (isEnded(signal)) throw new ClosedError();
            throw networkFailure(error, {
                server: this.server,
                baseUrl: this.baseUrl,
                where: `${method} ${path}`,
                redact: this.redact,
                timeoutMs: timedOut ? timeoutMs : undefined,
                write: method !== 'GET',
            });
        } finally {
            clearTimeout(timer);
            clearTimeout(grace);
            signal?.removeEventListener('abort', stop);
        }
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
        return new ConfigError(
            `${this.server} (${this.baseUrl}) answered ${where} with ${type === '' ? 'something' : type} instead of JSON: ` +
                `is this the address of ${this.server} itself? It begins: ${this.redact(answerText(answer.body, 80))}`,
            { ...details, setting: 'url' },
        );
    }
}

/** JSON where it parses, else the text. */
function parsed(bytes: Buffer, type: string): unknown {
    const text = bytes.toString('utf8');
    if (!type.includes('json') && !/^\s*[[{"]/.test(text)) return text;
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

function flatHeaders(headers: Record<string, unknown>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** Asked anew each time: it may have ended during an await. */
function isEnded(signal: AbortSignal | undefined): boolean {
    return signal?.aborted === true;
}
