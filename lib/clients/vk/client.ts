import { serverAddress } from '../../http/address';
import { UnavailableError } from '../../http/errors';
import { Http } from '../../http/http';
import { redactor } from '../../http/redact';
import type { AccessTokens } from './tokens/access-tokens';
import { formOf, type CallResult, type VkCall } from './call';
import { vkErrorOf, VkError, type VkPlace } from './errors';
import type { VkRemedy } from './error-table';
import { codeOf, MOST_CALLS, resultsOf } from './execute';
import { VK_FORM } from './own-form';
import { VK } from './server-traits';

export interface VkSettings {
    /** `https://api.vk.com`, or one that answers like it */
    url: string;
    /** e.g. `5.199` */
    apiVersion: string;
    /** seconds */
    timeout: number;
    /** a root certificate in PEM for this host alone; empty: none */
    ca: string;
}

/**
 * What a call is for. Of the month's calls a fifth is kept for `urgent`: what hides goods, shows them again and changes
 * prices.
 */
export type Purpose = 'urgent' | 'ordinary';

/** Who counts the calls. */
export interface CallGate {
    /**
     * Waits until the request may be sent.
     * @param calls how many it makes
     * @throws GateClosedError where none may be sent for longer than a moment
     */
    admit(calls: number, purpose: Purpose, signal?: AbortSignal): Promise<void>;
    /** VK answered. @param remedy null: without an error */
    answered(remedy: VkRemedy | null): void;
}

export interface CallOptions {
    purpose?: Purpose;
    signal?: AbortSignal;
}

interface Answered {
    response: unknown;
    executeErrors: unknown;
}

/**
 * The connection to the API of VK with one token. Errors come inside answers with status 200; each becomes a VkError.
 * Whatever VK says goes no further with the token in it. A write is sent once: what follows from an unknown outcome is
 * for the caller, who can look.
 */
export class VkClient {
    readonly address: string;
    private readonly http: Http;

    /** @throws ConfigError for an address that cannot be one */
    constructor(
        private readonly settings: VkSettings,
        private readonly tokens: AccessTokens,
        private readonly gate: CallGate,
    ) {
        this.address = serverAddress(settings.url, VK);
        this.http = new Http({
            server: VK,
            baseUrl: this.address,
            headers: {},
            secrets: () => tokens.secrets(),
            redactAnswers: true,
            timeoutMs: settings.timeout * 1000,
            insecure: false,
            ca: settings.ca,
            ownForm: VK_FORM,
        });
    }

    /**
     * Makes one call.
     * @throws VkError for what VK refuses; UnavailableError and ConfigError of the network; GateClosedError;
     *   UnreadableRowError for an answer of another form; ClosedError when `signal` ended it
     */
    async call<T>(call: VkCall<T>, options: CallOptions = {}): Promise<T> {
        const { method, params, writes } = call;
        const { response } = await this.send(method, formOf(params), { calls: 1, writes, ...options });
        return call.read(response);
    }

    /**
     * Makes up to 25 calls with one request, one after the other.
     * @returns what each brought, in their order; the failure of one does not touch the others
     * @throws as `call` where the whole failed: then nothing is known of any of them but by the failure's `outcome`
     */
    async execute<T>(calls: readonly VkCall<T>[], options: CallOptions = {}): Promise<CallResult<T>[]> {
        if (calls.length === 0) return [];
        if (calls.length > MOST_CALLS) throw new RangeError(`an execute of ${calls.length} calls`);
        const writes = calls.some((call) => call.writes);
        const code = codeOf(calls);
        const answered = await this.send('execute', { code }, { calls: calls.length, writes, ...options });
        const results = resultsOf(calls, answered.response, answered.executeErrors, this.place('execute'));
        const remedies = new Set(results.map(({ error }) => (error instanceof VkError ? error.remedy : null)));
        for (const remedy of remedies) if (remedy !== null && remedy !== 'item') this.gate.answered(remedy);
        return results;
    }

    /** The root certificate that a person entered, as PEM; empty: none. */
    get ca(): string {
        return this.settings.ca;
    }

    close(): void {
        this.http.close();
    }

    /** For texts about this connection. */
    place(method: string): VkPlace {
        return { baseUrl: this.address, method, redact: redactor(this.tokens.secrets()) };
    }

    private async send(
        method: string,
        fields: Record<string, string>,
        use: { calls: number; writes: boolean } & CallOptions,
    ): Promise<Answered> {
        const token = await this.tokens.current(use.signal);
        try {
            return await this.post(method, fields, token, use);
        } catch (error) {
            const hasEnded = error instanceof VkError && error.meaning === 'tokenEnded';
            if (!hasEnded || !(await this.tokens.renew(token, use.signal))) throw error;
            if (use.writes) throw error.toSendAgain();
            return this.post(method, fields, await this.tokens.current(use.signal), use);
        }
    }

    private async post(
        method: string,
        fields: Record<string, string>,
        token: string,
        { calls, purpose = 'ordinary', signal }: { calls: number } & CallOptions,
    ): Promise<Answered> {
        await this.gate.admit(calls, purpose, signal);
        const answer = await this.http.request('POST', `/method/${method}`, {
            fields: { ...fields, v: this.settings.apiVersion, access_token: token },
            signal,
        });
        const { response, error, execute_errors } = answer.body as Record<string, unknown>;
        if (error === undefined) {
            this.gate.answered(null);
            return { response, executeErrors: execute_errors };
        }
        const refusal = vkErrorOf(error, this.place(method));
        if (refusal === null)
            throw new UnavailableError(`VK (${this.address}) answered ${method} with an error without a code`, {
                server: 'VK',
                request: `POST /method/${method}`,
            });
        this.gate.answered(refusal.remedy);
        throw refusal;
    }
}
