import { ClosedError, Failure, RejectedError, UnavailableError } from '../../http/errors';
import { Http, type Answer } from '../../http/http';
import { pictureType, type Picture } from '../../http/picture-type';
import { EVOTOR } from './server-traits';

/** Evotor keeps at most 5 MB of pictures for a product. */
const MOST_BYTES = 10 * 1024 * 1024;
const MOST_HOSTS = 4;

export interface PictureOptions {
    /** seconds */
    timeout: number;
    /** address of the API, without a trailing slash */
    api: string;
    /** asks there, with the token. @param path below that address */
    own: (path: string, search: string, signal?: AbortSignal) => Promise<Answer>;
}

/** The files that images point to. They may lie on another host, which is never shown the token. */
export class Pictures {
    /** by origin, oldest first */
    private readonly hosts = new Map<string, Http>();

    constructor(private readonly options: PictureOptions) {}

    /**
     * @returns null where nothing is there, or what is there is no picture or larger than 10 MB
     * @throws UnavailableError where its host cannot be asked now; RejectedError where it refuses; ClosedError
     */
    async get(address: string, signal?: AbortSignal): Promise<Picture | null> {
        const url = webAddress(address);
        try {
            const { status, body } = await this.ask(url, signal);
            if (status === 404 || !Buffer.isBuffer(body) || body.length > MOST_BYTES) return null;
            const type = pictureType(body);
            return type === null ? null : { bytes: body, type };
        } catch (error) {
            throw ofPicture(error, url);
        }
    }

    close(): void {
        for (const http of this.hosts.values()) http.close();
        this.hosts.clear();
    }

    private ask(url: URL, signal?: AbortSignal): Promise<Answer> {
        const { origin, pathname, search } = url;
        const { api, own } = this.options;
        const whole = `${origin}${pathname}`;
        if (whole.startsWith(`${api}/`)) return own(whole.slice(api.length), search, signal);
        return this.host(origin).request('GET', pathname, { ...PICTURE_REQUEST, search, signal });
    }

    private host(origin: string): Http {
        const known = this.hosts.get(origin);
        if (known !== undefined) return known;
        const [oldest] = this.hosts;
        if (oldest !== undefined && this.hosts.size >= MOST_HOSTS) {
            oldest[1].close();
            this.hosts.delete(oldest[0]);
        }
        const http = new Http({
            server: EVOTOR,
            baseUrl: origin,
            headers: {},
            secrets: [],
            timeoutMs: this.options.timeout * 1000,
            insecure: false,
        });
        this.hosts.set(origin, http);
        return http;
    }
}

/** What is asked for a picture, wherever it lies. */
export const PICTURE_REQUEST = {
    as: 'bytes' as const,
    headers: { Accept: 'image/*' },
    accept: [404],
    beside: true,
};

/** @throws RejectedError for what is no address of the web */
function webAddress(address: string): URL {
    try {
        const url = new URL(address);
        if (url.protocol === 'http:' || url.protocol === 'https:') return url;
    } catch {
        // told below
    }
    throw new RejectedError('Evotor names a picture whose address is none of the web', {
        server: 'Evotor',
        failureKind: 'unreadable',
    });
}

/** In words about the picture: where it was asked for, without the query, which may be what lets one see it. */
function ofPicture(error: unknown, { origin, pathname }: URL): unknown {
    if (error instanceof ClosedError || !(error instanceof Failure)) return error;
    const { status, failureKind } = error;
    const isRedirect = status !== undefined && status >= 300 && status < 400;
    if (error instanceof UnavailableError && !isRedirect) return error;
    const said = status === undefined ? 'cannot be asked for' : `was answered with ${status}`;
    return new RejectedError(`A picture of Evotor's (${origin}${pathname}) ${said}`, {
        server: 'Evotor',
        status,
        failureKind,
        beside: true,
    });
}
