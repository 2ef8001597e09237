import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { ClosedError, ConfigError, RejectedError, UnavailableError, type Failure } from '../../http/errors';
import type { Guard } from '../../http/guard';
import { Http, requestKind, type Answer, type RequestOptions } from '../../http/http';
import { checked, tokenSchema, versionSchema } from './answers';
import { BAMBUDDY_FORM, GONE, NO_PICTURE } from './own-form';
import { BAMBUDDY } from './server-traits';
import type { UtcTime } from './times';

export interface BambuddySettings {
    /** root of the server, or its `/api/v1` */
    url: string;
    /** address for browsers; empty: as `url` */
    webUrl: string;
    /** empty where the server has authentication off */
    apiKey: string;
    /** first part of every batch code */
    prefix: string;
    /** seconds */
    timeout: number;
    insecure: boolean;
}

/** A valid key may get a 401 while another writer holds the database (each check writes `last_used`): ask again after these. */
export const PATIENCE_401_MS = [400, 1500];

/** Requests to one Bambuddy, and what its 401 and 404 mean. Every request may throw what `Http.request` throws. */
export class Connection {
    /** the server's clock at its last answer, to the second; null: it has not answered, or sends no `Date` */
    answeredAt: UtcTime | null = null;
    private readonly http: Http;
    /** calls that this server has not */
    private readonly lacking = new Set<string>();
    private guardian: Guard | null = null;

    /** @param address without a trailing slash */
    constructor(
        private readonly address: string,
        settings: BambuddySettings,
    ) {
        this.http = new Http({
            server: BAMBUDDY,
            baseUrl: address,
            headers: settings.apiKey === '' ? {} : { 'X-API-Key': settings.apiKey },
            secrets: [settings.apiKey],
            timeoutMs: settings.timeout * 1000,
            insecure: settings.insecure,
            ownForm: BAMBUDDY_FORM,
        });
    }

    /** Asks this one, too, before each request, and tells it of each that was answered. */
    guard(guard: Guard): void {
        this.guardian = guard;
    }

    /** @param path below `/api/v1` */
    async ask(method: string, path: string, options: RequestOptions): Promise<Answer> {
        const request = requestKind(method, `/api/v1${path}`);
        this.guardian?.admit(request);
        const answer = await this.askWithPatience(method, path, options);
        this.guardian?.answered(request);
        const said = Date.parse(answer.headers['date'] ?? '');
        this.answeredAt = Number.isFinite(said) ? new Date(said).toISOString() : null;
        return answer;
    }

    private async askWithPatience(method: string, path: string, options: RequestOptions): Promise<Answer> {
        for (const wait of PATIENCE_401_MS) {
            try {
                return await this.http.request(method, `/api/v1${path}`, options);
            } catch (failure) {
                if ((failure as Failure).status !== 401) throw failure;
                await sleep(wait, undefined, { signal: options.signal }).catch(() => {
                    throw new ClosedError();
                });
            }
        }
        return this.http.request(method, `/api/v1${path}`, options);
    }

    /** @returns the server's version, e.g. `1.2.5.2` (open) */
    async version(signal?: AbortSignal): Promise<string> {
        const answer = await this.ask('GET', '/updates/version', { signal });
        const result = v.safeParse(versionSchema, answer.body);
        if (result.success) return result.output.version;
        throw new ConfigError(`${this.address} answers, but not as Bambuddy does: check its address`, {
            server: 'Bambuddy',
            setting: 'url',
            failureKind: 'wrongServer',
        });
    }

    /**
     * What a 404 says is believed only in the words for it; any other words say that there is no such call.
     * @throws UnavailableError where Bambuddy itself answers, but has no such call
     */
    async mustBeGone(answer: Answer, where: string, signal?: AbortSignal): Promise<void> {
        if (isGoneAnswer(answer, GONE)) return;
        const version = await this.version(signal);
        throw new UnavailableError(
            `Bambuddy (${this.address}) is version ${version} and answered 404 to ${where}: it does not know this request. Check the path of the address, and any proxy.`,
            { server: 'Bambuddy', status: 404, setting: 'url' },
        );
    }

    /** That there is no such call is believed when Bambuddy tells its version, once for each call. */
    async verifyServer(call: string, signal?: AbortSignal): Promise<void> {
        if (this.lacking.has(call)) return;
        await this.version(signal);
        this.lacking.add(call);
    }

    /** A picture, with the key in the header, and with a token in the address where one is given. */
    async picture(path: string, token: string | null, signal?: AbortSignal): Promise<Answer> {
        const answer = await this.http.request('GET', `/api/v1${path}`, {
            query: token === null ? {} : { token },
            accept: [404],
            as: 'bytes',
            beside: true,
            signal,
        });
        if (answer.status === 404 && !isGoneAnswer(answer, NO_PICTURE)) await this.verifyServer('picture', signal);
        return answer;
    }

    /** @returns the token, or null where the server does not know that call */
    async mint(path: string, signal?: AbortSignal): Promise<string | null> {
        try {
            const answer = await this.ask('POST', path, { signal });
            return checked(tokenSchema, answer.body, `POST ${path}`).token;
        } catch (failure) {
            if (failure instanceof RejectedError && (failure.status === 404 || failure.status === 405)) return null;
            throw failure;
        }
    }

    close(): void {
        this.http.close();
    }
}

/** Whether the words of a 404 say that the thing asked for is not there. */
export function isGoneAnswer({ body }: Answer, words: RegExp): boolean {
    const { detail } = (body ?? {}) as { detail?: unknown };
    return typeof detail === 'string' && words.test(detail);
}
