import { ClosedError, ConfigError, Failure } from '../../http/errors';
import { Http } from '../../http/http';
import { pictureType, type Picture } from '../../http/picture-type';
import { redactor } from '../../http/redact';
import { OCTOPRINT } from './server-traits';

export interface CameraSettings {
    /** a whole address, or a path of OctoPrint; may hold `user:password@`, as flows of other programs have it */
    snapshotUrl: string;
    /** `user:password`; empty: the camera asks for none, or they stand in the address */
    snapshotLogin?: string;
    /** seconds */
    timeout: number;
    insecure: boolean;
}

/** A picture of a camera is some hundred kB. */
const MAX_SNAPSHOT_BYTES = 10 * 1024 * 1024;

/** The camera at a printer, which need not be OctoPrint's: it is asked without OctoPrint's key. */
export class Camera {
    private readonly http: Http;
    private readonly path: string;
    private readonly redact: (text: string) => string;

    /**
     * @param server address of OctoPrint
     * @throws ConfigError for an address that cannot be one
     */
    constructor(server: string, settings: CameraSettings) {
        const url = addressOf(settings.snapshotUrl.trim(), server);
        const login = loginOf(url) ?? settings.snapshotLogin ?? '';
        const secrets = [url.search.slice(1), login, login.slice(login.indexOf(':') + 1)];
        this.redact = redactor(secrets);
        this.path = `${url.pathname}${url.search}`;
        this.http = new Http({
            server: OCTOPRINT,
            baseUrl: url.origin,
            headers: login === '' ? {} : { Authorization: `Basic ${Buffer.from(login, 'utf8').toString('base64')}` },
            secrets,
            timeoutMs: settings.timeout * 1000,
            insecure: settings.insecure,
        });
    }

    /**
     * @returns null where the answer is no picture
     * @throws ConfigError with what the camera answered, or why it cannot be asked; ClosedError
     */
    async snapshot(signal?: AbortSignal): Promise<Picture | null> {
        const options = { as: 'bytes', headers: { Accept: 'image/*' }, signal } as const;
        const { body } = await this.http.request('GET', this.path, options).catch((error: unknown) => {
            throw this.failure(error);
        });
        if (!Buffer.isBuffer(body) || body.length > MAX_SNAPSHOT_BYTES) return null;
        const type = pictureType(body);
        return type === null ? null : { bytes: body, type };
    }

    close(): void {
        this.http.close();
    }

    /** In words about the camera: the key that a refusal of OctoPrint is about was not sent. */
    private failure(error: unknown): unknown {
        if (error instanceof ClosedError || !(error instanceof Failure)) return error;
        const { status } = error;
        const at = `The camera (${this.http.baseUrl})`;
        const told =
            status === 401 || status === 403
                ? `${at} answered ${status}. Check user name and password in the dialog of the OctoPrint server`
                : error.message.replace(/^OctoPrint \([^ )]*/, `The camera (${this.http.baseUrl}`);
        // the path that was asked for holds the query, and that a camera's token
        return new ConfigError(this.redact(told), { server: 'OctoPrint', setting: 'snapshotUrl', status });
    }
}

function addressOf(typed: string, server: string): URL {
    let url: URL;
    try {
        url = new URL(typed, `${server}/`);
    } catch {
        throw wrong('is not an address');
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('must start with http:// or https://');
    return url;
}

/** What stands in the address was typed last: the dialog would have moved it. @returns null where there is none */
function loginOf({ username, password }: URL): string | null {
    return username === '' && password === '' ? null : `${decoded(username)}:${decoded(password)}`;
}

/** A `%` that encodes nothing is one of the password's own. */
function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

/** The address itself is not repeated: it may hold a password. */
function wrong(why: string): ConfigError {
    return new ConfigError(
        `OctoPrint server: the snapshot URL ${why}. Enter it like http://192.168.1.30/webcam/?action=snapshot`,
        { server: 'OctoPrint', setting: 'snapshotUrl' },
    );
}

/** Whether an address holds a user name or a password, which would be exported with the flow. */
export function holdsPassword(snapshotUrl: string): boolean {
    return /^\s*https?:\/\/[^/?#]*@/i.test(snapshotUrl);
}
