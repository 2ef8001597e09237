import * as v from 'valibot';
import { serverAddress } from '../../http/address';
import { ConfigError, Failure, RejectedError, UnavailableError } from '../../http/errors';
import type { StreamedField } from '../../http/wire/multipart';
import type { Guard } from '../../http/guard';
import { Http, requestKind, type Answer, type RequestOptions } from '../../http/http';
import { isFresh } from '../../concurrency/clock';
import { Semaphore } from '../../concurrency/semaphore';
import { SingleFlight } from '../../concurrency/single-flight';
import { rootSchema } from './answers';
import { INVENTREE_FORM } from './own-form';
import { dialectOf, OLDEST_API, type Dialect } from './api-version';
import { zoneOf } from './zone';
import { WriteSemaphore } from './write-semaphore';
import { INVENTREE } from './server-traits';

export interface InvenTreeSettings {
    /** root of the server, or its `/api` */
    url: string;
    /** address for browsers; empty: as `url` */
    webUrl: string;
    token: string;
    /** seconds */
    timeout: number;
    /** seconds, for pictures */
    uploadTimeout: number;
    /** writes and reads under way at a time */
    writes: number;
    reads: number;
    insecure: boolean;
    /** base of the web interface's pages; empty: learned from the server */
    frontend: string;
}

export interface ServerInfo {
    apiVersion: number;
    version: string;
    dialect: Dialect;
    /** e.g. `web` */
    frontend: string;
}

type Writing = 'POST' | 'PATCH';

/** What is learned from the server holds this long. */
const GREETING_MS = 10 * 60_000;
const DEFAULT_FRONTEND = 'web';

/**
 * The connection to an InvenTree: who it is, what it speaks, and two semaphores, one write at a time and a few reads
 * (parallel writes fail on SQLite). What is asked stands in parts.ts, stock.ts, parameters.ts.
 */
export class InvenTreeClient {
    readonly address: string;
    private readonly web: string;
    private readonly http: Http;
    private readonly writeSemaphore: WriteSemaphore;
    private readonly readSemaphore: Semaphore;
    private guardian: Guard | null = null;
    private known: { serverInfo: ServerInfo; at: number } | null = null;
    /** minutes that the server's written times are ahead of UTC; null: not learned yet */
    zone: number | null = null;
    /** the server's clock less ours, by the `Date` of its last answer, to the second; null: it sends none */
    clockAheadMs: number | null = null;
    private readonly learning = new SingleFlight(() => this.learn());

    /** @throws ConfigError for an address that cannot be one */
    constructor(private readonly settings: InvenTreeSettings) {
        this.address = serverAddress(settings.url, INVENTREE);
        this.web = settings.webUrl.trim() === '' ? this.address : serverAddress(settings.webUrl, INVENTREE);
        this.writeSemaphore = new WriteSemaphore(settings.writes);
        this.readSemaphore = new Semaphore(settings.reads);
        this.http = new Http({
            server: INVENTREE,
            baseUrl: this.address,
            headers: { Authorization: `Token ${settings.token}` },
            secrets: [settings.token],
            timeoutMs: settings.timeout * 1000,
            insecure: settings.insecure,
            ownForm: INVENTREE_FORM,
        });
    }

    /** Asks this one, too, before each request, and tells it of each that was answered. */
    guard(guard: Guard): void {
        this.guardian = guard;
    }

    /** Who the server is and what it speaks; asked once, then every ten minutes. */
    async handshake(signal?: AbortSignal): Promise<ServerInfo> {
        if (this.known !== null && isFresh(this.known.at, GREETING_MS, Date.now())) return this.known.serverInfo;
        return this.learning.get(signal);
    }

    /**
     * Asks in the words of the server's version. An update while we run moves what we ask for: a 404 has the server asked
     * anew who it is.
     * @throws UnavailableError where it is another now: ids in hand may be those of before, so the whole step is done again
     */
    async withApiVersion<T>(request: (dialect: Dialect) => Promise<T>, signal?: AbortSignal): Promise<T> {
        const { dialect } = await this.handshake(signal);
        try {
            return await request(dialect);
        } catch (failure) {
            if (!(failure instanceof RejectedError) || failure.status !== 404) throw failure;
            this.known = null;
            const now = await this.handshake(signal);
            if (now.dialect === dialect) throw failure;
            throw new UnavailableError(
                `InvenTree (${this.address}) is another version now: ${now.version} with API ${now.apiVersion}`,
                { server: 'InvenTree' },
            );
        }
    }

    async read(path: string, query: RequestOptions['query'], signal?: AbortSignal, accept?: number[]): Promise<Answer> {
        return this.readSemaphore.run(() => this.ask('GET', path, { query, signal, accept }), signal);
    }

    /** The same of a call that not every version has. @returns null where this one has not */
    async readWhereKnown(path: string, query: RequestOptions['query'], signal?: AbortSignal): Promise<Answer | null> {
        const options = { query, signal, accept: [404] };
        const answer = await this.readSemaphore.run(() => this.http.request('GET', path, options), signal);
        return answer.status === 404 ? null : answer;
    }

    /** A file that the server keeps. @param path from the root of its host. @returns null where it gives none out */
    async file(path: string, signal?: AbortSignal): Promise<Buffer | null> {
        const base = new URL(this.address).pathname.replace(/\/$/, '');
        const below = path.startsWith(`${base}/`) ? path.slice(base.length) : path;
        const options: RequestOptions = { as: 'bytes', accept: [302, 404], signal };
        const { status, body } = await this.readSemaphore.run(() => this.http.request('GET', below, options), signal);
        return status === 200 && Buffer.isBuffer(body) ? body : null;
    }

    /** POST or PATCH with a JSON body. */
    async write(method: Writing, path: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
        return this.writeSemaphore.run(() => this.ask(method, path, { json: body, signal }), signal);
    }

    /** POST or PATCH with a form, which may carry a picture and has the timeout of an upload. */
    async upload(method: Writing, path: string, form: readonly StreamedField[], signal?: AbortSignal): Promise<Answer> {
        const timeoutMs = this.settings.uploadTimeout * 1000;
        return this.writeSemaphore.run(() => this.ask(method, path, { form, timeoutMs, signal }), signal);
    }

    /** Asks something that changes nothing, by this method: any answer of InvenTree itself will do. */
    async harmless(method: string, signal?: AbortSignal): Promise<void> {
        // a Part without a name is refused, and Part 0 is none
        if (method === 'POST') await this.write('POST', '/api/part/', {}, signal);
        else if (method === 'PATCH') await this.write('PATCH', '/api/part/0/', {}, signal);
        else await this.read('/api/part/', { limit: 1 }, signal);
    }

    /** Learns the server's time zone from what it just wrote. @param written a time of that very moment, in its own words */
    learnZone(written: unknown, answer: Answer): void {
        this.zone ??= zoneOf(written, answer.headers['date']);
    }

    /** Either clock may be set at any time: the last answer tells. */
    private learnClock({ headers: { date } }: Answer): void {
        const ahead = Date.parse(date ?? '') - Date.now();
        if (Number.isFinite(ahead)) this.clockAheadMs = ahead;
    }

    /** The Part's page in the web interface. Needs a `greet` before; without one the usual base is taken. */
    partPage(pk: number): string {
        return `${this.web}/${this.frontend}/part/${pk}/`;
    }

    stockPage(pk: number): string {
        return `${this.web}/${this.frontend}/stock/item/${pk}/`;
    }

    /** The address of a file that InvenTree tells without its own, e.g. `/media/part_images/x.png`. */
    fileAddress(path: string): string {
        return new URL(path, this.address).href;
    }

    /** Whether a link leads to a Part's page of this InvenTree, under either of its addresses. */
    isOwnPartPage(link: string): boolean {
        try {
            const url = new URL(link);
            const own = [this.address, this.web].some((address) => new URL(address).origin === url.origin);
            return own && /\/part\/\d+(\/|$)/.test(url.pathname);
        } catch {
            return false;
        }
    }

    close(): void {
        this.http.close();
    }

    private get frontend(): string {
        return this.known?.serverInfo.frontend ?? (trimmed(this.settings.frontend) || DEFAULT_FRONTEND);
    }

    private async ask(method: string, path: string, options: RequestOptions): Promise<Answer> {
        const request = requestKind(method, path);
        this.guardian?.admit(request);
        let answer: Answer;
        try {
            answer = await this.http.request(method, path, options);
        } catch (failure) {
            if (isUnknownCall(failure)) throw await this.unknownCall(`${method} ${path}`);
            throw failure;
        }
        if (answer.status === 404 && isCall(answer.body)) throw await this.unknownCall(`${method} ${path}`);
        this.learnClock(answer);
        this.guardian?.answered(request);
        return answer;
    }

    /** InvenTree names the address of a call that it does not know; an update may have moved it. */
    private async unknownCall(where: string): Promise<Failure> {
        this.known = null;
        const { version, apiVersion } = await this.handshake();
        return new UnavailableError(
            `InvenTree (${this.address}) is version ${version} with API ${apiVersion} and does not know ${where}. Check the path of the address.`,
            { server: 'InvenTree', status: 404, outcome: 'refused', setting: 'url' },
        );
    }

    private async learn(): Promise<ServerInfo> {
        const answer = await this.http.request('GET', '/api/');
        this.learnClock(answer);
        const root = v.safeParse(rootSchema, answer.body);
        if (!root.success) {
            throw new ConfigError(`${this.address} answers, but not as InvenTree does: check its address`, {
                server: 'InvenTree',
                setting: 'url',
                failureKind: 'wrongServer',
            });
        }
        const { apiVersion, version } = root.output;
        if (apiVersion < OLDEST_API) {
            throw new ConfigError(
                `InvenTree (${this.address}) is version ${version} with API ${apiVersion}: at least API ${OLDEST_API} is needed. Update InvenTree.`,
                { server: 'InvenTree', failureKind: 'tooOld' },
            );
        }
        const frontend = trimmed(this.settings.frontend) || (await this.frontendBase());
        const serverInfo = { apiVersion, version, dialect: dialectOf(apiVersion), frontend };
        this.known = { serverInfo, at: Date.now() };
        return serverInfo;
    }

    /** Without authentication `/accounts/login/` answers 302 to the base of the web interface. */
    private async frontendBase(): Promise<string> {
        try {
            const answer = await this.http.request('GET', '/accounts/login/', {
                anonymous: true,
                accept: [302],
                as: 'bytes',
            });
            const path = new URL(answer.headers['location'] ?? '', this.address).pathname;
            const base = path.slice(new URL(this.address).pathname.replace(/\/$/, '').length);
            return trimmed(base) || DEFAULT_FRONTEND;
        } catch {
            return DEFAULT_FRONTEND;
        }
    }
}

/** The 404 of an unknown API path has the `url` in its body. */
function isCall(body: unknown): boolean {
    return typeof body === 'object' && body !== null && Object.hasOwn(body, 'url');
}

function isUnknownCall(failure: unknown): boolean {
    return failure instanceof RejectedError && failure.status === 404 && isCall(failure.body);
}

function trimmed(base: string): string {
    return base.trim().replace(/^\/+|\/+$/g, '');
}
