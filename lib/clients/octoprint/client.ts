import * as v from 'valibot';
import { serverAddress } from '../../http/address';
import { ConfigError } from '../../http/errors';
import { Http } from '../../http/http';
import {
    appKeySchema,
    appTokenSchema,
    checked,
    fileListSchema,
    fileSchema,
    filesOf,
    loginSchema,
    versionSchema,
    type OctoFile,
} from './answers';
import type { Picture } from '../../http/picture-type';
import { Camera } from './camera';
import { OCTOPRINT_FORM } from './own-form';
import { OCTOPRINT } from './server-traits';

export interface OctoPrintSettings {
    /** root of the server, or its `/api` */
    url: string;
    apiKey: string;
    /** how messages name this printer */
    deviceIdentifier: string;
    /** the camera's picture: a whole address, or a path of the server; empty: there is none */
    snapshotUrl: string;
    /** `user:password` of the camera, where it asks for them */
    snapshotLogin?: string;
    /** first part of every batch code */
    prefix: string;
    /** seconds */
    timeout: number;
    insecure: boolean;
}

/** What became of an asked-for application key. */
export type KeyDecision = { state: 'waiting' } | { state: 'granted'; key: string } | { state: 'denied' };

/** OctoPrint 1.11's HTTP interface, as far as we use it. Every call may throw what `Http.request` throws. */
export class OctoPrintClient {
    /** without a trailing slash */
    readonly address: string;
    readonly prefix: string;
    readonly deviceIdentifier: string;
    private readonly http: Http;
    /** why the camera cannot be asked; null: it can, or there is none */
    readonly cameraProblem: ConfigError | null = null;
    private readonly camera: Camera | null = null;

    /** A camera whose address cannot be one costs the pictures only. @throws ConfigError for a server's that cannot be one */
    constructor(private readonly settings: OctoPrintSettings) {
        this.address = serverAddress(settings.url, OCTOPRINT);
        this.prefix = settings.prefix;
        this.deviceIdentifier = settings.deviceIdentifier;
        const { apiKey } = settings;
        this.http = new Http({
            server: OCTOPRINT,
            baseUrl: this.address,
            headers: apiKey === '' ? {} : { 'X-Api-Key': apiKey },
            secrets: [apiKey],
            timeoutMs: settings.timeout * 1000,
            insecure: settings.insecure,
            ownForm: OCTOPRINT_FORM,
        });
        if (settings.snapshotUrl.trim() === '') return;
        try {
            this.camera = new Camera(this.address, settings);
        } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            this.cameraProblem = error;
        }
    }

    get hasCamera(): boolean {
        return this.camera !== null;
    }

    /** @returns e.g. `1.11.8` */
    async version(signal?: AbortSignal): Promise<string> {
        const answer = await this.http.request('GET', '/api/version', { signal });
        const result = v.safeParse(versionSchema, answer.body);
        if (result.success) return result.output.server;
        throw new ConfigError(`${this.address} answers, but not as OctoPrint does: check its address`, {
            server: 'OctoPrint',
            setting: 'url',
        });
    }

    /** Who the key is of, and a session for the websocket. */
    async login(signal?: AbortSignal): Promise<{ name: string; session: string }> {
        const answer = await this.http.request('POST', '/api/login', { json: { passive: true }, signal });
        return checked(loginSchema, answer.body, 'POST /api/login');
    }

    /** @returns null where the file is gone */
    async file(path: string, signal?: AbortSignal): Promise<OctoFile | null> {
        const where = `/api/files/local/${path.split('/').map(encodeURIComponent).join('/')}`;
        const answer = await this.http.request('GET', where, { accept: [404], signal });
        return answer.status === 404 ? null : checked(fileSchema, answer.body, `GET ${where}`);
    }

    /**
     * All files, with how often each was printed. OctoPrint has no list by time; while nothing has changed it says so in
     * a few bytes.
     * @param etag of the list that is known already; null: none is
     * @returns null where nothing has changed since
     */
    async files(etag: string | null, signal?: AbortSignal): Promise<{ files: OctoFile[]; etag: string | null } | null> {
        const answer = await this.http.request('GET', '/api/files', {
            query: { recursive: true },
            headers: etag === null ? {} : { 'If-None-Match': etag },
            accept: [304],
            signal,
        });
        if (answer.status === 304) return null;
        const { files } = checked(fileListSchema, answer.body, 'GET /api/files');
        return { files: filesOf(files), etag: answer.headers['etag'] ?? null };
    }

    /** The camera's picture. @returns null where there is no camera, or no picture in its answer. @throws as `Camera.snapshot` */
    async snapshot(signal?: AbortSignal): Promise<Picture | null> {
        return this.camera?.snapshot(signal) ?? null;
    }

    /** Asks for an application key: a person decides in OctoPrint. @returns what to ask for the decision with */
    async askForKey(app: string, signal?: AbortSignal): Promise<{ token: string }> {
        const answer = await this.http.request('POST', '/plugin/appkeys/request', {
            json: { app },
            anonymous: true,
            signal,
        });
        return { token: checked(appTokenSchema, answer.body, 'POST /plugin/appkeys/request').app_token };
    }

    /** To be asked every second: OctoPrint forgets a request that nobody asks for during five. */
    async keyDecision(token: string, signal?: AbortSignal): Promise<KeyDecision> {
        const where = `/plugin/appkeys/request/${encodeURIComponent(token)}`;
        const answer = await this.http.request('GET', where, { accept: [404], anonymous: true, signal });
        if (answer.status === 404) return { state: 'denied' };
        if (answer.status === 202) return { state: 'waiting' };
        // the token is as good as the key: it stands in no error
        return {
            state: 'granted',
            key: checked(appKeySchema, answer.body, 'GET /plugin/appkeys/request/…').api_key,
        };
    }

    /** Where the websocket is: plain JSON, without the frames of SockJS. */
    get socketAddress(): { url: string; insecure: boolean } {
        return {
            url: `${this.address.replace(/^http/, 'ws')}/sockjs/websocket`,
            insecure: this.settings.insecure,
        };
    }

    close(): void {
        this.http.close();
        this.camera?.close();
    }
}
